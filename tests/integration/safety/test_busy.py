"""The limits of what a web process waits for at the database, and the answer when they are reached."""

import time
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from django.db import OperationalError, connection, transaction
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import path

from config import urls
from config.web import database
from core.api.busy import is_busy
from tests import plugin
from tests.factories.raw import execute

pytestmark = pytest.mark.django_db(transaction=True)


def late(request: HttpRequest) -> HttpResponse:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = 50")
        cursor.execute("SELECT pg_sleep(5)")
    return HttpResponse()


def broken(request: HttpRequest) -> HttpResponse:
    execute("SELECT no_such_function()")
    return HttpResponse()


urlpatterns = [path("api/late", late), path("late", late), path("late/broken", broken), *urls.urlpatterns]
handler500 = urls.handler500


@pytest.fixture
def visitor(settings: Any) -> Client:
    settings.ROOT_URLCONF = __name__
    return Client(raise_request_exception=False)


def test_a_program_is_told_to_come_again(visitor: Client) -> None:
    response = visitor.get("/api/late")

    assert (response.status_code, response["Retry-After"], response.json()["code"]) == (503, "5", "busy")
    assert set(response.json()) == {"code", "detail", "fields"}


def test_people_are_told_so_on_a_page_in_their_language(visitor: Client) -> None:
    response = visitor.get("/late", headers={"Accept-Language": "nl"})

    assert (response.status_code, response["Retry-After"]) == (503, "5")
    assert "probeer het zo nog eens" in response.content.decode()


def test_other_faults_stay_faults(visitor: Client) -> None:
    assert visitor.get("/late/broken").status_code == 500


@pytest.fixture
def limits(settings: Any) -> Iterator[Any]:
    """Limits for the connection of this test, which is closed afterwards."""
    settings.WEB_LOCK_SECONDS, settings.WEB_STATEMENT_SECONDS, settings.WEB_IDLE_TRANSACTION_SECONDS = 0.5, 20, 30
    wrappers = list(connection.execute_wrappers)
    yield settings
    connection.execute_wrappers[:] = wrappers
    connection.close()


def shown(name: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute(f"SHOW {name}")
        return str(cursor.fetchone()[0])


@pytest.mark.skipif(bool(plugin.POOLER), reason="behind a pooler no session is one's own")
def test_a_session_of_its_own_has_the_limits_at_once(limits: Any) -> None:
    limits.DATABASE_POOLED = False
    database._limit(connection)

    assert [shown(name) for name in database._limits()] == ["500ms", "20s", "30s"]


def test_a_shared_session_has_them_for_each_transaction_alone(limits: Any) -> None:
    limits.DATABASE_POOLED = True
    before = shown("lock_timeout")
    database._limit(connection)
    database._limit(connection)

    for _ in range(2):
        with transaction.atomic():
            assert shown("lock_timeout") == "500ms"
            with transaction.atomic():
                assert shown("statement_timeout") == "20s"
    assert shown("lock_timeout") == before
    assert len(connection.execute_wrappers) == 1


def test_who_waits_for_a_lock_gives_up(limits: Any) -> None:
    limits.DATABASE_POOLED = True
    database._limit(connection)
    with psycopg.connect(**connection.get_connection_params()) as other:
        other.execute("LOCK TABLE leads IN ACCESS EXCLUSIVE MODE")
        began = time.monotonic()
        with pytest.raises(OperationalError) as caught, transaction.atomic():
            execute("SELECT count(*) FROM leads")
        other.rollback()

    assert is_busy(caught.value)
    assert time.monotonic() - began < 5
