"""What a storm needs Django for, as processes of their own: `python -m tests.chaos.storm.desk logins|reroute`."""

import json
import os
import sys
import time

import django
from django.apps import apps
from django.contrib.auth import get_user_model

PAUSE_SECONDS = 0.2
MOST_OFFERS = 3


def logins() -> None:
    """Make a login for each partner and print a JSON object: a partner's id to its token for the API."""
    login, token = (apps.get_model(name)._default_manager for name in ("leads.PartnerUser", "knox.AuthToken"))
    tokens = {}
    for partner in apps.get_model("leads.Partner")._default_manager.order_by("id"):
        user = get_user_model().objects.create_user(f"partner-{partner.pk}")
        login.create(user=user, partner=partner)
        _, tokens[str(partner.pk)] = token.create(user)
    print(json.dumps(tokens))


def reroute() -> None:
    """Find the next partner for leads that were declined, a few times each, until this process is ended."""
    from router.assignment.service import LeadAssignmentService  # noqa: PLC0415  # Django has to be set up first

    leads = apps.get_model("leads.Lead")._default_manager
    service = LeadAssignmentService()
    while True:
        declined = leads.filter(status="rejected").exclude(tried_partner_ids__len__gte=MOST_OFFERS)
        service.assign(declined.order_by("id").values_list("id", flat=True)[:50], trigger="reroute")
        time.sleep(PAUSE_SECONDS)


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    {"logins": logins, "reroute": reroute}[sys.argv[1]]()
