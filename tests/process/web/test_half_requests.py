"""Clients that never finish take no thread from the others."""

import time
from collections.abc import Iterator
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from pytest_django.plugin import DjangoDbBlocker

from tests.process.servers import lines, web_server
from tests.process.web.raw import answer_on, saying

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("redis_url")]

HEAD = b"Host: 127.0.0.1\r\nX-A: "
HALF_HEADERS = b"GET /healthz HTTP/1.1\r\n" + HEAD
HALF_BODY = b"POST /api/leads/ HTTP/1.1\r\n" + HEAD + b"b\r\nContent-Length: 1000\r\n\r\n{"
# Answers that nobody reads, of a megabyte and a half together.
UNREAD = b"".join(b"GET /static/admin/js/vendor/jquery/jquery.js HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n" for _ in range(5))


@pytest.fixture(scope="module")
def log(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("web") / "log"


@pytest.fixture(scope="module")
def address(log: Path, django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[str]:
    """A server of one process with two threads."""
    with django_db_blocker.unblock(), web_server("--workers", "1", "--threads", "2", log=log) as address:
        yield address


def seconds_of_health(address: str) -> float:
    began = time.monotonic()
    connection = HTTPConnection(urlsplit(address).netloc, timeout=20)
    connection.request("GET", "/healthz")
    with connection.getresponse() as answer:
        assert answer.status == 200
    connection.close()
    return time.monotonic() - began


@pytest.mark.parametrize("half", [HALF_HEADERS, HALF_BODY, UNREAD], ids=["headers", "body", "unread answers"])
def test_sixteen_of_them_and_many_more_keep_nobody_waiting(address: str, half: bytes) -> None:
    with saying(address, *[half] * 64):
        assert seconds_of_health(address) < 5


def test_what_is_refused_before_it_is_read_is_answered_in_json(address: str) -> None:
    with saying(address, b"POST /api/leads/ HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999\r\n\r\n") as (connection,):
        answer = answer_on(connection)

    assert answer.startswith(b"HTTP/1.1 413 ")
    assert b'"code": "too_large"' in answer


def test_a_header_in_another_spelling_is_not_that_header(address: str) -> None:
    """Whoever writes `X_Forwarded_For` would otherwise get past a proxy that replaces `X-Forwarded-For`."""
    twice = b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\nX_A: 1\r\nConnection: close\r\n\r\n"
    with saying(address, twice) as (connection,):
        assert answer_on(connection).startswith(b"HTTP/1.1 200 ")


def test_the_log_is_that_of_all_processes(address: str, log: Path) -> None:
    assert any(line["event"] == "web_process_started" for line in lines(log))
