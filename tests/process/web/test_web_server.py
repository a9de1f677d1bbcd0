"""The limits of a running web server with several processes, and clients that lie about where they are."""

import json
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from knox.models import AuthToken
from redis import Redis

from tests.factories.marketplace import make_staff
from tests.integration.safety.guessing import API, NAME, PASSWORD, basic, somebody
from tests.process.servers import lines, web_server

pytestmark = pytest.mark.django_db(transaction=True)

LIMITS = {"LOGIN_FAILURES": "3", "LOGIN_FAILURES_ADDRESS": "100", "API_RATE_USER": "10"}


def ask(address: str, method: str, path: str, headers: dict[str, str]) -> tuple[int, dict[str, str], bytes]:
    """Status, headers and body of the answer."""
    connection = HTTPConnection(urlsplit(address).netloc, timeout=60)
    try:
        connection.request(method, path, headers=headers)
        answer = connection.getresponse()
        return answer.status, dict(answer.getheaders()), answer.read()
    finally:
        connection.close()


def sign_in(address: str, password: str, **headers: str) -> int:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return ask(address, "POST", API, {"Authorization": basic(NAME, password), "Content-Length": "0", **named})[0]


@pytest.fixture(autouse=True)
def production_hashes(settings: Any) -> None:
    """Passwords as the web server knows them; those of the other tests are quick."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.PBKDF2PasswordHasher"]


@pytest.fixture
def log(tmp_path: Path) -> Iterator[Path]:
    """Of a server; whoever asks for it finds no name and no password of the logins in it."""
    path = tmp_path / "web"
    yield path
    text = path.read_text()
    assert "login_locked_out" in text
    assert not [word for word in (NAME, PASSWORD, "wrong", "203.0.113", "192.0.2") if word in text]
    assert lines(path)


def test_a_client_does_not_choose_its_address_and_all_processes_count_together(redis_url: str, log: Path) -> None:
    somebody()
    _, token = AuthToken.objects.create(make_staff("leads.view_lead"))
    Redis.from_url(redis_url).flushall()

    with web_server("--workers", "2", log=log, **LIMITS) as address:
        lies = [
            {"X_Forwarded_For": f"203.0.113.{number}", "Forwarded": f"for=203.0.113.{number}", "X_Real_IP": "192.0.2.9"}
            for number in range(3)
        ]
        guessed = [sign_in(address, f"wrong {number}", **lie) for number, lie in enumerate(lies)]
        right = sign_in(address, PASSWORD, X_Forwarded_For="203.0.113.99")

        # All of it within one minute of the clock.
        if time.time() % 60 > 50:
            time.sleep(60 - time.time() % 60)
        headers = {"Authorization": f"Token {token}"}
        with ThreadPoolExecutor(4) as threads:
            answers = list(threads.map(lambda _: ask(address, "GET", "/api/leads/", headers), range(20)))

    assert guessed == [401, 401, 429]
    assert right == 429
    assert Counter(status for status, _, _ in answers) == {200: 10, 429: 10}
    for status, sent, body in answers:
        if status == 429:
            assert 0 < int(sent["Retry-After"]) <= 60
            assert json.loads(body)["code"] == "throttled"


def test_behind_a_proxy_the_address_is_what_the_proxy_wrote(log: Path) -> None:
    somebody()

    with web_server("--workers", "1", log=log, TRUST_PROXY="true", **LIMITS) as address:
        guessed = [
            sign_in(address, f"wrong {number}", X_Forwarded_For=f"203.0.113.{number}, 192.0.2.1") for number in range(3)
        ]
        here = sign_in(address, PASSWORD, X_Forwarded_For="192.0.2.2, 192.0.2.1")
        there = sign_in(address, PASSWORD, X_Forwarded_For="192.0.2.1, 192.0.2.2")

    assert guessed == [401, 401, 429]
    assert here == 429
    assert there == 200
