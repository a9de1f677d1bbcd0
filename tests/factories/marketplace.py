"""Partners, leads and users, with only the fields that a test is about spelled out."""

from itertools import count
from typing import Any

from django.contrib.auth.models import Permission, User

from leads.intake.services.clients import create_client
from leads.models import Industry, IntakeClient, Lead, Partner, PartnerUser

UNKNOWN_ID = "00000000-0000-4000-8000-00000000beef"
"""Of no row; the same in every process, as the names of tests have to be."""

_numbers = count(1)


def make_industry(**fields: Any) -> Industry:
    return Industry.objects.create(**{"name": f"Industry {next(_numbers)}"} | fields)


def make_partner(**fields: Any) -> Partner:
    return Partner.objects.create(**{"company_name": f"Partner {next(_numbers)}"} | fields)


def make_lead(**fields: Any) -> Lead:
    """A lead as the database has it: with what the triggers did to it."""
    lead = Lead.objects.create(**{"province": "Utrecht", "postcode": "3511 AB"} | fields)
    lead.refresh_from_db()
    return lead


def make_staff(*permissions: str, **fields: Any) -> User:
    """A staff user with these permissions (`app.codename`) and no others."""
    username = fields.pop("username", f"staff-{next(_numbers)}")
    user = User.objects.create_user(username, is_staff=True, **fields)
    for permission in permissions:
        app_label, codename = permission.split(".")
        user.user_permissions.add(Permission.objects.get(content_type__app_label=app_label, codename=codename))
    return user


def make_partner_user(partner: Partner, **fields: Any) -> User:
    """The login of a partner."""
    user = User.objects.create_user(fields.pop("username", f"partner-{next(_numbers)}"), **fields)
    PartnerUser.objects.create(user=user, partner=partner)
    return user


ASKS_NOTHING = {"requires_contact": False, "requires_place": False, "requires_industry": False}
"""Fields of an intake client that may leave out everything."""


def make_intake_client(**fields: Any) -> IntakeClient:
    """An intake client with a user of its own."""
    number = next(_numbers)
    return create_client(IntakeClient(**{"name": f"Client {number}", "source": f"source-{number}"} | fields))
