"""The tasks, and which leads the sweep takes on."""

import uuid
from datetime import timedelta

import pytest
from django.conf import settings
from django.db import connection
from django.utils import timezone

from config.celery import app
from leads.models import Lead, Partner
from router.models import LeadAssignmentLog, RoutingPolicy
from router.snapshot.routable import due_lead_ids
from router.tasks import assign_lead, sweep_unassigned_leads
from tests.integration.router.worlds import make_leads, make_partners

pytestmark = pytest.mark.django_db

LONG_AGO = timedelta(days=2)


def due() -> list[uuid.UUID]:
    return due_lead_ids(now=timezone.now(), limit=100)


def nothing_changed_lately() -> None:
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE profiles DISABLE TRIGGER USER")
        cursor.execute("UPDATE profiles SET routing_changed_at = now() - interval '2 days'")
        cursor.execute("ALTER TABLE profiles ENABLE TRIGGER USER")
    RoutingPolicy.objects.update(activated_at=timezone.now() - LONG_AGO)


def tried(lead: Lead, *, attempts: int, ago: timedelta) -> None:
    Lead.objects.filter(pk=lead.pk).update(routing_attempts=attempts, routing_attempted_at=timezone.now() - ago)


def test_the_task_routes_its_lead() -> None:
    make_partners(1)
    (lead,) = make_leads(1)

    assign_lead(str(lead.id))

    lead.refresh_from_db()
    assert lead.partner_id is not None
    assert LeadAssignmentLog.objects.get().trigger == "task"


def test_the_same_message_twice_changes_nothing() -> None:
    make_partners(3)
    (lead,) = make_leads(1)

    assign_lead(str(lead.id))
    assign_lead(str(lead.id))

    assert LeadAssignmentLog.objects.count() == 1


def test_a_lead_that_is_gone_is_nothing_to_do() -> None:
    assign_lead(str(uuid.uuid4()))

    assert not LeadAssignmentLog.objects.exists()


def test_the_sweep_routes_a_lead_that_was_inserted_by_plain_sql() -> None:
    make_partners(1)
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO leads (province) VALUES ('Utrecht')")

    sweep_unassigned_leads()

    assert Lead.objects.get().partner_id is not None
    assert LeadAssignmentLog.objects.get().trigger == "sweep"


def test_a_sweep_with_nothing_to_do_does_nothing() -> None:
    sweep_unassigned_leads()

    assert not LeadAssignmentLog.objects.exists()


def test_a_lead_that_was_never_tried_is_due_and_an_assigned_or_closed_one_is_not() -> None:
    partner = make_partners(1)[0]
    waiting = make_leads(1)[0]
    make_leads(1, partner=partner)
    make_leads(1, status="rejected")

    assert due() == [waiting.id]


@pytest.mark.parametrize(
    ("attempts", "minutes", "expected"),
    [(1, 0.9, False), (1, 1.1, True), (3, 3.9, False), (3, 4.1, True), (40, 59, False), (40, 61, True)],
)
def test_the_pause_doubles_up_to_an_hour(attempts: int, minutes: float, *, expected: bool) -> None:
    make_partners(1)
    (lead,) = make_leads(1)
    nothing_changed_lately()
    tried(lead, attempts=attempts, ago=timedelta(minutes=minutes))

    assert bool(due()) is expected


@pytest.mark.parametrize(
    "change",
    [
        {"max_open_leads": 30},
        {"is_active_for_routing": False},
        {"regions": ["Zeeland"]},
        {"lead_locations": ["1012"]},
        {"lead_industries": ["dak"]},
        {"primary_branch": "dak"},
    ],
)
def test_a_change_of_a_partner_makes_waiting_leads_due_at_once(change: dict[str, object]) -> None:
    make_partners(1)
    (lead,) = make_leads(1)
    nothing_changed_lately()
    tried(lead, attempts=9, ago=timedelta(minutes=5))
    assert due() == []

    Partner.objects.update(**change)

    assert due() == [lead.id]


def test_a_change_that_routes_nobody_does_not() -> None:
    make_partners(1)
    (lead,) = make_leads(1)
    nothing_changed_lately()
    tried(lead, attempts=9, ago=timedelta(minutes=5))

    Partner.objects.update(company_name="Another name", routing_priority=3)

    assert due() == []


def test_capacity_that_becomes_free_makes_waiting_leads_due_at_once() -> None:
    partner = make_partners(1, max_open_leads=2)[0]
    held = make_leads(2, partner=partner)
    (lead,) = make_leads(1)
    nothing_changed_lately()
    tried(lead, attempts=9, ago=timedelta(minutes=5))

    Lead.objects.filter(pk=held[0].pk).update(status="lost")

    assert due() == [lead.id]


def test_a_new_policy_makes_waiting_leads_due_at_once() -> None:
    make_partners(1)
    (lead,) = make_leads(1)
    nothing_changed_lately()
    tried(lead, attempts=9, ago=timedelta(minutes=5))

    RoutingPolicy.objects.update(activated_at=timezone.now())

    assert due() == [lead.id]


def test_messages_are_late_acknowledged_json_and_end_before_they_are_delivered_again() -> None:
    visibility: int = settings.CELERY_BROKER_TRANSPORT_OPTIONS["visibility_timeout"]

    assert app.conf.task_acks_late
    assert app.conf.task_ignore_result
    assert app.conf.accept_content == ["json"]
    assert app.conf.task_soft_time_limit < app.conf.task_time_limit < visibility


def test_the_schedule_names_tasks_that_exist() -> None:
    app.loader.import_default_modules()

    scheduled = {entry["task"] for entry in settings.CELERY_BEAT_SCHEDULE.values()} | {settings.ROUTE_LEAD_TASK}

    assert scheduled <= set(app.tasks)
