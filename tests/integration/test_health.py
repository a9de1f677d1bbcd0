from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any
from unittest.mock import ANY

import pytest
from celery import current_app
from django.conf import settings as django_settings
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from config.observability.background_tasks import FailureLog, record_success
from performance.services.refresh import refresh_statistics
from router.models import BackgroundTask
from tests.factories.raw import execute

pytestmark = pytest.mark.django_db

SWEEP = django_settings.SWEEP_TASK


@pytest.fixture(autouse=True)
def installed_now(db: None) -> None:
    """The sweep's grace counts from the last migration, which a long run of tests leaves behind."""
    MigrationRecorder.Migration.objects.update(applied=timezone.now())


@contextmanager
def broker(url: str) -> Iterator[None]:
    before = current_app.conf.broker_url, current_app.conf.broker_write_url
    current_app.conf.update(broker_url=url, broker_write_url=url)
    try:
        yield
    finally:
        current_app.conf.update(broker_url=before[0], broker_write_url=before[1])


def checks(status: int) -> dict[str, dict[str, Any]]:
    """What `/readyz` finds; it has to answer with this status."""
    response = Client().get("/readyz")
    assert response.status_code == status, response.content
    assert response["Cache-Control"].startswith("max-age=0")
    body = response.json()
    assert body["status"] == ("ok" if status == 200 else "unavailable")
    found: dict[str, dict[str, Any]] = body["checks"]
    return found


def words(status: int) -> dict[str, str]:
    """The same without numbers."""
    return {name: check["status"] for name, check in checks(status).items()}


def test_a_process_that_answers_is_alive_and_asks_no_database(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    with django_assert_num_queries(0):
        response = Client().get("/healthz")

    assert (response.status_code, response.json()) == (200, {"status": "ok"})


@pytest.mark.parametrize("url", ["/healthz", "/readyz"])
def test_health_is_only_read(url: str) -> None:
    assert Client().post(url).status_code == 405


def test_it_is_ready_with_database_broker_fresh_statistics_and_a_sweep(redis_url: str) -> None:
    refresh_statistics(triggered_by="test")
    record_success(SWEEP, duration_ms=1.0)

    found = checks(200)

    assert found["database"] == found["broker"] == {"status": "ok"}
    assert found["statistics"] == {"status": "ok", "age_seconds": ANY, "limit_seconds": 1800}
    assert found["sweep"] == {"status": "ok", "age_seconds": ANY, "limit_seconds": 600}
    assert 0 <= found["statistics"]["age_seconds"] < 60
    assert 0 <= found["sweep"]["age_seconds"] < 60


def test_statistics_that_were_never_computed(redis_url: str) -> None:
    assert checks(503)["statistics"] == {"status": "were never computed"}


def test_statistics_that_are_too_old(redis_url: str, settings: Any) -> None:
    refresh_statistics(triggered_by="test")
    settings.STATS_MAX_AGE_SECONDS = -1

    found = checks(503)

    assert found["statistics"] == {"status": "are too old", "age_seconds": ANY, "limit_seconds": -1}
    assert found["sweep"]["status"] == "ok"


def test_a_sweep_that_has_not_run_lately(redis_url: str) -> None:
    refresh_statistics(triggered_by="test")
    record_success(SWEEP, duration_ms=1.0)
    BackgroundTask.objects.update(succeeded_at=timezone.now() - timedelta(seconds=700))

    found = checks(503)

    assert found["sweep"] == {"status": "has not succeeded", "age_seconds": ANY, "limit_seconds": 600}
    assert 700 <= found["sweep"]["age_seconds"] < 760
    assert found["statistics"]["status"] == "ok"


def test_sweeps_that_fail_do_not_count(redis_url: str) -> None:
    refresh_statistics(triggered_by="test")
    record_success(SWEEP, duration_ms=1.0)
    BackgroundTask.objects.update(succeeded_at=timezone.now() - timedelta(seconds=700))
    FailureLog().add(SWEEP, error="OperationalError")

    assert checks(503)["sweep"]["status"] == "has not succeeded"


def test_a_new_installation_has_time_for_its_first_sweep(redis_url: str) -> None:
    refresh_statistics(triggered_by="test")
    assert not BackgroundTask.objects.exists()
    assert checks(200)["sweep"]["status"] == "ok"

    MigrationRecorder.Migration.objects.update(applied=timezone.now() - timedelta(seconds=700))

    assert checks(503)["sweep"]["status"] == "has not succeeded"


def test_a_sweep_that_is_not_installed(redis_url: str) -> None:
    execute("DROP TABLE background_tasks")

    assert checks(503)["sweep"] == {"status": "is not installed"}


def test_statistics_that_are_not_installed(redis_url: str) -> None:
    execute("DROP FUNCTION partner_performance_stats_as_of CASCADE")

    assert checks(503)["statistics"] == {"status": "are not installed"}


def test_a_broker_that_is_away() -> None:
    refresh_statistics(triggered_by="test")

    with broker("redis://127.0.0.1:1/0"):
        assert words(503) == {"database": "ok", "statistics": "ok", "sweep": "ok", "broker": "does not answer"}


@pytest.mark.django_db(transaction=True)
def test_a_database_that_is_away(monkeypatch: pytest.MonkeyPatch, redis_url: str) -> None:
    connection.close()
    monkeypatch.setitem(connection.settings_dict, "PORT", "1")
    monkeypatch.setitem(connection.settings_dict, "HOST", "127.0.0.1")
    try:
        found = words(503)
    finally:
        connection.close()

    assert found == {
        "database": "does not answer",
        "statistics": "not checked",
        "sweep": "not checked",
        "broker": "ok",
    }
