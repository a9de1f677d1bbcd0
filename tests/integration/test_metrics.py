"""What Prometheus reads at `/metrics`, and who may."""

import math
from collections.abc import Mapping
from datetime import timedelta
from ipaddress import ip_network
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen
from uuid import uuid4

import psutil
import pytest
from django.db import connection, transaction
from django.db.utils import DatabaseError
from django.test import Client
from django.utils import timezone
from prometheus_client.parser import text_string_to_metric_families
from pytest_django import DjangoAssertNumQueries

from config.celery import app
from leads.models import Lead, Notification, PartnerChannel
from performance.services.refresh import refresh_statistics
from router.models import BackgroundTask
from router.queries.figures import _FIGURES
from router.services.assignment import LeadAssignmentService
from router.services.background_tasks import FailureLog, record_success
from router.tasks import assign_lead, sweep_unassigned_leads
from tests.factories.marketplace import make_lead, make_partner
from tests.factories.raw import execute
from tests.integration.servers import wait_for, web_server, worker

pytestmark = pytest.mark.django_db

TOKEN = "a-token-of-the-tests"
REFRESH, SWEEP = "performance.tasks.refresh_partner_performance_stats", "router.tasks.sweep_unassigned_leads"
ROUTE = "router.tasks.assign_lead"

Samples = Mapping[tuple[str, frozenset[tuple[str, str]]], float]


@pytest.fixture
def token(settings: Any) -> str:
    settings.METRICS_TOKEN = TOKEN
    return TOKEN


def samples(text: str) -> Samples:
    """Every value by its name and labels."""
    return {
        (sample.name, frozenset(sample.labels.items())): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def read() -> Samples:
    response = Client().get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"})
    assert response.status_code == 200, response.content
    assert response["Content-Type"].startswith("text/plain")
    return samples(response.content.decode())


def value(found: Samples, name: str, **labels: str) -> float:
    return found["marketplace_" + name, frozenset(labels.items())]


# -- Who may read


@pytest.mark.parametrize("sent", [{}, {"Authorization": "Bearer "}, {"Authorization": f"Bearer {TOKEN}"}])
def test_without_a_setting_it_is_closed(sent: dict[str, str]) -> None:
    assert Client(REMOTE_ADDR="127.0.0.1").get("/metrics", headers=sent).status_code == 403


@pytest.mark.parametrize("sent", ["", "Bearer", "Bearer ", "Bearer x", f"Bearer {TOKEN}x", f"Basic {TOKEN}", TOKEN])
def test_a_wrong_token_is_refused(token: str, sent: str) -> None:
    response = Client().get("/metrics", headers={"Authorization": sent})

    assert (response.status_code, response["WWW-Authenticate"], response.content) == (401, "Bearer", b"")


def test_it_is_only_read(token: str) -> None:
    assert Client().post("/metrics", headers={"Authorization": f"Bearer {token}"}).status_code == 405


@pytest.mark.parametrize(
    ("sender", "status"), [("10.1.2.3", 200), ("10.2.0.1", 403), ("::1", 200), ("fd00::1", 403), ("", 403)]
)
def test_networks_that_are_allowed_need_no_token(settings: Any, sender: str, status: int) -> None:
    settings.METRICS_NETWORKS = [ip_network("10.1.0.0/16"), ip_network("::1/128")]

    assert Client(REMOTE_ADDR=sender).get("/metrics").status_code == status


@pytest.mark.parametrize("header", ["X-Forwarded-For", "X-Forwarded-Proto", "Forwarded", "Via"])
def test_what_came_through_a_proxy_of_the_network_needs_the_token(settings: Any, token: str, header: str) -> None:
    settings.METRICS_NETWORKS = [ip_network("127.0.0.0/8")]
    client = Client(REMOTE_ADDR="127.0.0.1", headers={header: "203.0.113.9"})

    assert client.get("/metrics").status_code == 401
    assert client.get("/metrics", headers={"Authorization": f"Bearer {token}"}).status_code == 200


# -- How the marketplace stands


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


# -- How tasks go


def test_every_task_has_its_failures_from_the_beginning(token: str) -> None:
    app.loader.import_default_modules()
    tasks = {name for name in app.tasks if not name.startswith("celery.")}

    found = read()

    failures = {
        dict(labels)["task"]: count for (name, labels), count in found.items() if name.endswith("failures_total")
    }
    assert failures == dict.fromkeys(tasks, 0)
    assert {SWEEP, REFRESH, ROUTE} < tasks


def test_the_last_success_of_a_scheduled_task(token: str) -> None:
    record_success(SWEEP, duration_ms=1500.0)
    BackgroundTask.objects.update(succeeded_at=timezone.now() - timedelta(seconds=90))

    found = read()

    assert 90 <= value(found, "task_success_age_seconds", task=SWEEP) < 150
    assert value(found, "task_success_seconds", task=SWEEP) == 1.5
    assert ("marketplace_task_success_age_seconds", frozenset({("task", ROUTE)})) not in found
    # Of a task that never succeeded: the time since the database was made.
    assert 0 <= value(found, "task_success_age_seconds", task=REFRESH) < math.inf


def test_a_task_that_succeeds_leaves_its_trace_if_it_is_on_the_schedule() -> None:
    make_partner(max_open_leads=None)

    sweep_unassigned_leads.apply()
    assign_lead.apply((str(make_lead().pk),))

    trace = BackgroundTask.objects.get()
    assert (trace.name, trace.failures, trace.error) == (SWEEP, 0, "")
    assert trace.succeeded_at is not None
    assert trace.duration_ms is not None
    assert trace.duration_ms > 0
    assert str(trace) == SWEEP


def test_a_task_that_fails_is_counted_by_its_error_alone(token: str) -> None:
    for _ in range(3):
        assign_lead.apply(("somebody@example.org",))

    trace = BackgroundTask.objects.get()
    assert (trace.name, trace.failures, trace.error, trace.succeeded_at) == (ROUTE, 3, "ValueError", None)
    assert value(read(), "task_failures_total", task=ROUTE) == 3


def test_a_failure_does_not_touch_the_last_success() -> None:
    record_success(SWEEP, duration_ms=1.0)
    before = BackgroundTask.objects.get()

    FailureLog().add(SWEEP, error="OperationalError")

    after = BackgroundTask.objects.get()
    assert (after.succeeded_at, after.duration_ms, after.failures) == (before.succeeded_at, before.duration_ms, 1)


@pytest.mark.django_db(transaction=True)
def test_failures_that_could_not_be_written_are_added_later() -> None:
    log = FailureLog()
    execute("ALTER TABLE background_tasks RENAME TO away")
    for _ in range(2):
        with pytest.raises(DatabaseError):
            log.add(ROUTE, error="OperationalError")
    execute("ALTER TABLE away RENAME TO background_tasks")

    log.write()
    log.write()

    assert BackgroundTask.objects.get().failures == 2


@pytest.mark.django_db(transaction=True)
def test_a_task_ends_as_it_does_where_its_trace_cannot_be_left(caplog: pytest.LogCaptureFixture) -> None:
    execute("ALTER TABLE background_tasks RENAME TO away")
    try:
        succeeded = sweep_unassigned_leads.apply()
        failed = assign_lead.apply(("nobody",))
    finally:
        execute("ALTER TABLE away RENAME TO background_tasks")

    assert (succeeded.state, failed.state) == ("SUCCESS", "FAILURE")
    assert "task_success_not_recorded" in caplog.text
    assert "task_failure_not_recorded" in caplog.text
    # The next success takes the failure along.
    sweep_unassigned_leads.apply()
    assert BackgroundTask.objects.get(pk=ROUTE).failures == 1


@pytest.mark.django_db(transaction=True)
def test_a_task_that_is_killed_at_its_time_limit_is_counted(redis_url: str, tmp_path: Path) -> None:
    """Its process cannot say so; the worker's main process does, and the next process has a connection of its own."""
    make_partner(max_open_leads=None)
    held, free = make_lead(), make_lead()
    log = tmp_path / "worker"
    with worker(log=log) as process:
        (child,) = psutil.Process(process.pid).children()
        with transaction.atomic():
            Lead.objects.select_for_update().get(pk=held.pk)
            assign_lead.apply_async((str(held.pk),), soft_time_limit=5, time_limit=6)
            wait_for(somebody_waits_for_a_row, log=log)
            # It hangs, and hears no signal but the last.
            child.suspend()
            wait_for(lambda: BackgroundTask.objects.filter(failures=1).exists(), log=log)
        assign_lead.delay(str(free.pk))
        wait_for(lambda: Lead.objects.get(pk=free.pk).partner_id is not None, log=log)

    trace = BackgroundTask.objects.get()
    assert (trace.name, trace.failures, trace.error) == (ROUTE, 1, "TimeLimitExceeded")


def somebody_waits_for_a_row() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted)")
        row: tuple[bool] = cursor.fetchone()
    return row[0]


# -- Requests


def test_requests_are_counted_by_view_and_not_by_address(token: str) -> None:
    before = read()
    for _ in range(3):
        Client().get(f"/api/leads/{uuid4()}/")
    Client().get(f"/nowhere/{uuid4()}/")
    Client().generic("BREW", "/healthz")

    found = read()

    def more(name: str, **labels: str) -> float:
        key = "marketplace_" + name, frozenset(labels.items())
        return found[key] - before.get(key, 0.0)

    assert more("http_requests_total", method="GET", view="api-lead", status="401") == 3
    assert more("http_request_seconds_count", method="GET", view="api-lead") == 3
    assert more("http_request_seconds_bucket", method="GET", view="api-lead", le="+Inf") == 3
    assert more("http_requests_total", method="GET", view="none", status="404") == 1
    assert more("http_requests_total", method="other", view="healthz", status="405") == 1


@pytest.mark.django_db(transaction=True)
def test_processes_are_added_up_also_those_that_were_replaced(tmp_path: Path) -> None:
    log, folder = tmp_path / "web", tmp_path / "counts"
    folder.mkdir()
    environment = {"METRICS_TOKEN": TOKEN, "PROMETHEUS_MULTIPROC_DIR": str(folder)}
    # Each of the two processes ends after six requests.
    with web_server("--preload", "--workers", "2", "--max-requests", "6", log=log, **environment) as address:
        for _ in range(24):
            urlopen(f"{address}healthz", timeout=60).close()
        request = Request(f"{address}metrics", headers={"Authorization": f"Bearer {TOKEN}"})
        with urlopen(request, timeout=60) as response:
            found = samples(response.read().decode())
        files = {file.name for file in folder.iterdir()}

    assert log.read_text().count("Booting worker") >= 4
    assert value(found, "http_requests_total", method="GET", view="healthz", status="200") == 24
    assert value(found, "database_up") == 1
    places = {name.partition("_")[2] for name in files}
    assert places <= {"0.db", "1.db", "2.db"}
    assert not folder.exists()
