"""Somebody holds a lead for long: who waits for it is told so, and everybody else is served."""

import json
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import pytest
from django.db import connection
from knox.models import AuthToken

from tests.factories.marketplace import make_lead, make_partner, make_staff
from tests.process.servers import web_server

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("redis_url")]

LIMITS = {"WEB_LOCK_SECONDS": "2", "WEB_STATEMENT_SECONDS": "20"}


def ask(address: str, method: str, path: str, **headers: str) -> tuple[int, dict[str, str], bytes, float]:
    """Status, headers, body and seconds of the answer."""
    began = time.monotonic()
    to = HTTPConnection(urlsplit(address).netloc, timeout=60)
    to.request(method, path, headers={"Content-Length": "0", **headers})
    answer = to.getresponse()
    found = answer.status, dict(answer.getheaders()), answer.read(), time.monotonic() - began
    to.close()
    return found


@pytest.fixture
def other_session() -> Iterator["psycopg.Connection[tuple[object, ...]]"]:
    """Another application's, which leaves its transaction open."""
    with psycopg.connect(**connection.get_connection_params()) as session:
        yield session
        session.rollback()


def test_the_waiting_request_is_told_to_come_again_and_the_site_answers(
    other_session: "psycopg.Connection[tuple[object, ...]]", tmp_path: Path
) -> None:
    lead = make_lead(partner=make_partner())
    _, token = AuthToken.objects.create(make_staff("leads.change_lead", "leads.view_lead"))
    headers = {"Authorization": f"Token {token}"}

    with (
        web_server("--workers", "1", "--threads", "4", log=tmp_path / "web", **LIMITS) as address,
        ThreadPoolExecutor(12) as threads,
    ):
        assert ask(address, "GET", "/healthz")[0] == 200
        other_session.execute("UPDATE leads SET source = 'theirs' WHERE id = %s", [lead.pk])
        waiting = [
            threads.submit(lambda: ask(address, "POST", f"/api/leads/{lead.pk}/accept/", **headers)) for _ in range(12)
        ]
        time.sleep(1)
        health = [ask(address, "GET", "/healthz") for _ in range(3)]
        refused = [future.result() for future in waiting]
        other_session.rollback()
        accepted = ask(address, "POST", f"/api/leads/{lead.pk}/accept/", **headers)

    assert [(status, seconds < 1.5) for status, _, _, seconds in health] == [(200, True)] * 3
    for status, sent, body, _ in refused:
        assert (status, sent["Retry-After"], json.loads(body)["code"]) == (503, "5", "busy")
    assert accepted[0] == 200
