import socket
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from celery import current_app
from django.db import connection
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from performance.services.refresh import refresh_statistics
from tests.factories.raw import execute

pytestmark = pytest.mark.django_db


@contextmanager
def broker(url: str) -> Iterator[None]:
    before = current_app.conf.broker_url, current_app.conf.broker_write_url
    current_app.conf.update(broker_url=url, broker_write_url=url)
    try:
        yield
    finally:
        current_app.conf.update(broker_url=before[0], broker_write_url=before[1])


def checks(status: int) -> dict[str, str]:
    """What `/readyz` finds; it has to answer with this status."""
    response = Client().get("/readyz")
    assert response.status_code == status, response.content
    assert response["Cache-Control"].startswith("max-age=0")
    body = response.json()
    assert body["status"] == ("ok" if status == 200 else "unavailable")
    found: dict[str, str] = body["checks"]
    return found


def test_a_process_that_answers_is_alive_and_asks_no_database(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    with django_assert_num_queries(0):
        response = Client().get("/healthz")

    assert (response.status_code, response.json()) == (200, {"status": "ok"})


@pytest.mark.parametrize("url", ["/healthz", "/readyz"])
def test_health_is_only_read(url: str) -> None:
    assert Client().post(url).status_code == 405


def test_it_is_ready_with_database_broker_and_fresh_statistics(redis_url: str) -> None:
    refresh_statistics(triggered_by="test")

    assert checks(200) == {"database": "ok", "statistics": "ok", "broker": "ok"}


def test_statistics_that_were_never_computed(redis_url: str) -> None:
    assert checks(503)["statistics"] == "were never computed"


def test_statistics_that_are_too_old(redis_url: str, settings: Any) -> None:
    refresh_statistics(triggered_by="test")
    settings.STATS_MAX_AGE_SECONDS = -1

    assert checks(503) == {"database": "ok", "statistics": "are 0 seconds old", "broker": "ok"}


def test_statistics_that_are_not_installed(redis_url: str) -> None:
    execute("DROP FUNCTION partner_performance_stats_as_of CASCADE")

    assert checks(503)["statistics"] == "are not installed"


def test_a_broker_that_is_away_or_hangs() -> None:
    refresh_statistics(triggered_by="test")

    with broker("redis://127.0.0.1:1/0"):
        assert checks(503) == {"database": "ok", "statistics": "ok", "broker": "does not answer"}
    with socket.create_server(("127.0.0.1", 0)) as server, broker(f"redis://127.0.0.1:{server.getsockname()[1]}/0"):
        assert checks(503)["broker"] == "does not answer"


@pytest.mark.django_db(transaction=True)
def test_a_database_that_is_away(monkeypatch: pytest.MonkeyPatch, redis_url: str) -> None:
    connection.close()
    monkeypatch.setitem(connection.settings_dict, "PORT", "1")
    monkeypatch.setitem(connection.settings_dict, "HOST", "127.0.0.1")
    try:
        found = checks(503)
    finally:
        connection.close()

    assert found == {"database": "does not answer", "statistics": "not checked", "broker": "ok"}
