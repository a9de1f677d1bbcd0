"""The product works as a role that owns nothing: every path of a lead, every task on the schedule, every page."""

from collections.abc import Iterator
from importlib import import_module
from io import StringIO

import pytest
from django.conf import settings
from django.contrib import admin
from django.contrib.auth.models import User
from django.core.management import call_command
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from config.database_roles import make_application_role
from core.auth.actors import Actor
from leads.models import Lead
from leads.services.capacity import verify_open_leads
from leads.services.lifecycle import correct_status
from leads.vocabulary import LeadStatus
from performance.services.refresh import refresh_statistics
from router.models import LeadAssignmentLog, RoutingPolicy
from router.policies.services import save_version
from tests.factories.api import client_of
from tests.factories.marketplace import make_industry, make_partner
from tests.factories.raw import bind_again, execute, exempt

pytestmark = pytest.mark.django_db(transaction=True)

ROLE, PASSWORD = "leads_app_of_tests", "invented"


@pytest.fixture
def as_application() -> Iterator[None]:
    """Django is logged in as the application until the test ends, also with further connections."""
    make_application_role(name=ROLE, password=PASSWORD)
    kept = {key: connection.settings_dict[key] for key in ("USER", "PASSWORD")}
    connection.close()
    connection.settings_dict.update(USER=ROLE, PASSWORD=PASSWORD)
    yield
    connection.close()
    connection.settings_dict.update(kept)


@pytest.fixture
def root(as_application: None) -> User:
    """A superuser of Django's, made by the application."""
    return User.objects.create_superuser(username="root")


def test_a_lead_comes_in_is_handed_over_worked_on_and_corrected(root: User) -> None:
    make_partner(company_name="Zon BV", regions=["Utrecht"], max_open_leads=5)
    assert refresh_statistics(triggered_by="test").mode in {"plain", "concurrent"}
    client = client_of(root)

    make_industry(name="Roofs")
    person = {"contact_name": "Jan", "contact_email": "jan@example.nl"}
    made = client.post("/api/leads/", {**person, "postcode": "3511AB", "industry": "Roofs"})
    assert made.status_code == 201, made.content
    lead_id = made.json()["id"]
    assigned = client.post(f"/api/leads/{lead_id}/assign/", {})
    assert assigned.status_code == 200, assigned.content
    for step, body in (("accept", {}), ("win", {"deal_value": "100.00"})):
        answer = client.post(f"/api/leads/{lead_id}/{step}/", body)
        assert answer.status_code == 200, answer.content

    lead = Lead.objects.get(id=lead_id)
    corrected = correct_status(
        lead_id=lead.id,
        expected="won",
        status=LeadStatus.IN_PROGRESS,
        reason="A mistake.",
        actor=Actor(name="root"),
        now=timezone.now(),
    )

    assert (corrected.status, corrected.decided_at) == ("in_progress", None)
    assert corrected.accepted_at is not None
    assert LeadAssignmentLog.objects.get(lead=lead).partner is not None
    assert verify_open_leads(fix=True) == []


@pytest.mark.parametrize("task", sorted({entry["task"] for entry in settings.CELERY_BEAT_SCHEDULE.values()}))
def test_every_task_on_the_schedule_runs(task: str, as_application: None) -> None:
    module, name = task.rsplit(".", 1)

    getattr(import_module(module), name).apply(throw=True)


def test_a_counter_that_is_wrong_is_put_right(request: pytest.FixtureRequest) -> None:
    partner = make_partner()
    with transaction.atomic():
        exempt("counters")
        execute("UPDATE profiles SET open_leads = 7")
        bind_again("counters")
    request.getfixturevalue("as_application")

    assert [row.partner_id for row in verify_open_leads(fix=True)] == [partner.id]

    partner.refresh_from_db()
    assert partner.open_leads == 0


def test_a_policy_is_saved_and_previewed(root: User) -> None:
    make_partner(regions=["Utrecht"])
    make_industry()
    save_version(values={"region_weight": 60}, reason="More of it.", user=root)

    answer = client_of(root).post("/api/admin/ai-router/policy/preview", {"values": {"region_weight": 10}})
    call_command("preview_policy", "--set", "region_weight=20", "--json", stdout=StringIO())

    assert answer.status_code == 200, answer.content
    assert RoutingPolicy.objects.get(is_active=True).region_weight == 60


def test_every_list_of_the_admin_opens(root: User) -> None:
    client = Client()
    client.force_login(root)

    for model in admin.site._registry:
        page = client.get(reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist"))
        assert page.status_code == 200, model
