"""How the marketplace stands: leads, partners, statistics and notifications at `/metrics`."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from config.observability.figures import _FIGURES
from leads.notifications.models import Notification, PartnerChannel
from performance.services.refresh import refresh_statistics
from router.assignment import LeadAssignmentService
from tests.factories.marketplace import make_lead, make_partner
from tests.factories.raw import execute
from tests.integration.metrics.reading import read, value

pytestmark = [pytest.mark.django_db, pytest.mark.unmeasured]


def test_an_empty_marketplace_has_all_its_metrics(token: str) -> None:
    found = read()

    assert value(found, "database_up") == 1
    assert value(found, "leads_waiting") == value(found, "leads_oldest_waiting_seconds") == 0
    assert value(found, "decisions_last_hour", outcome="assigned") == 0
    assert value(found, "partners_open_places") == 0
    assert ("marketplace_statistics_age_seconds", frozenset()) not in found


def test_waiting_leads_and_the_age_of_the_oldest(token: str) -> None:
    partner = make_partner(max_open_leads=None)
    for minutes in (1, 50, 10):
        make_lead(created_at=timezone.now() - timedelta(minutes=minutes))
    make_lead(created_at=timezone.now() - timedelta(days=1), partner=partner)
    make_lead(created_at=timezone.now() - timedelta(days=1), status="rejected")

    found = read()

    assert value(found, "leads_waiting") == 3
    assert 3000 <= value(found, "leads_oldest_waiting_seconds") < 3060


def test_a_lead_of_tomorrow_is_not_older_than_now(token: str) -> None:
    make_lead(created_at=timezone.now() + timedelta(days=1))

    assert value(read(), "leads_oldest_waiting_seconds") == 0


def test_decisions_of_the_last_hour_by_outcome(token: str) -> None:
    make_partner(max_open_leads=2, regions=["Utrecht"])
    leads = [make_lead(province=province) for province in ("Utrecht", "Utrecht", "Zeeland")]
    earlier = timezone.now() - timedelta(minutes=61)
    old = make_lead(province="Zeeland")
    LeadAssignmentService(clock=lambda: earlier).assign([old.pk])
    LeadAssignmentService().assign([lead.pk for lead in leads])

    found = read()

    assert value(found, "decisions_last_hour", outcome="assigned") == 2
    assert value(found, "decisions_last_hour", outcome="no_candidate") == 1


def test_partners_and_their_places(token: str) -> None:
    full = make_partner(max_open_leads=1)
    make_lead(partner=full)
    over = make_partner(max_open_leads=1)
    make_lead(partner=over)
    make_lead(partner=over)
    make_partner(max_open_leads=5)
    make_partner(max_open_leads=None)
    make_partner(max_open_leads=100, is_active_for_routing=False)

    found = read()

    assert value(found, "partners_active") == 4
    assert value(found, "partners_full") == 2
    assert value(found, "partners_open_places") == 5


def test_the_age_of_the_statistics_and_what_the_refresh_took(token: str) -> None:
    result = refresh_statistics(triggered_by="test")
    execute("UPDATE partner_performance_refresh_runs SET duration_ms = 2500")

    found = read()

    assert result.refreshed
    assert 0 <= value(found, "statistics_age_seconds") < 60
    assert value(found, "statistics_refresh_seconds") == 2.5


def test_a_reading_takes_few_statements_however_many_leads(
    token: str, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for _ in range(20):
        make_lead()

    # Among them the two that open and close a savepoint of the test's transaction.
    with django_assert_max_num_queries(6):
        read()


def test_indexes_find_what_is_counted() -> None:
    execute("SET LOCAL enable_seqscan = off")
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN {_FIGURES}")
        plan = "\n".join(row[0] for row in cursor.fetchall())

    assert "leads_waiting on leads" in plan
    assert "lead_assignment_logs_newest" in plan
    assert "partner_performance_refresh_runs_pkey" in plan


def test_notifications_that_wait_are_overdue_or_were_given_up(token: str) -> None:
    empty = read()
    now = timezone.now()
    active, paused, off = (make_partner().channels.create(kind="email", address="office@example.com") for _ in "123")
    PartnerChannel.objects.filter(pk=paused.pk).update(paused_until=now + timedelta(minutes=5))
    PartnerChannel.objects.filter(pk=off.pk).update(is_active=False)
    lead = make_lead()

    def note(channel: PartnerChannel, *, state: str = "waiting", minutes: int) -> None:
        at = now - timedelta(minutes=minutes)
        finished = None if state == "waiting" else at
        Notification.objects.create(
            channel=channel, lead=lead, state=state, created_at=at, due_at=at, finished_at=finished
        )

    note(active, minutes=2)
    note(paused, minutes=30)
    note(off, minutes=60)
    note(active, state="failed", minutes=5)
    note(active, state="failed", minutes=2000)
    note(active, state="delivered", minutes=5)
    found = read()

    assert value(found, "notifications_waiting") == 3
    assert 3600 <= value(found, "notifications_oldest_waiting_seconds") < 3660
    assert 120 <= value(found, "notifications_overdue_seconds") < 180
    assert value(found, "notifications_failed_last_day") == 1
    for name in ("waiting", "oldest_waiting_seconds", "overdue_seconds", "failed_last_day"):
        assert value(empty, f"notifications_{name}") == 0


@pytest.mark.django_db(transaction=True)
def test_without_the_database_it_says_so(token: str, monkeypatch: pytest.MonkeyPatch) -> None:
    Client().get("/healthz")
    connection.close()
    monkeypatch.setitem(connection.settings_dict, "PORT", "1")
    monkeypatch.setitem(connection.settings_dict, "HOST", "127.0.0.1")
    try:
        found = read()
    finally:
        connection.close()

    assert value(found, "database_up") == 0
    assert ("marketplace_leads_waiting", frozenset()) not in found
    assert value(found, "http_requests_total", method="GET", view="healthz", status="200") >= 1
