"""How tasks go: successes and failures at `/metrics`."""

import math
from datetime import timedelta

import pytest
from django.db.utils import DatabaseError
from django.utils import timezone

from config.celery import app
from config.observability.background_tasks import FailureLog, record_success
from router.models import BackgroundTask
from router.tasks import assign_lead, sweep_unassigned_leads
from tests.factories.marketplace import make_lead, make_partner
from tests.factories.raw import execute
from tests.integration.metrics.reading import read, value

pytestmark = pytest.mark.django_db

REFRESH, SWEEP = "performance.tasks.refresh_partner_performance_stats", "router.tasks.sweep_unassigned_leads"
ROUTE = "router.tasks.assign_lead"


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
