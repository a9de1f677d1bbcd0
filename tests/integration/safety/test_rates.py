"""How often the API may be asked: everybody for themselves, and also while Redis is away."""

import logging
from typing import Any

import pytest
from django.core.cache import caches
from django.core.cache.backends.locmem import LocMemCache
from rest_framework.test import APIClient

from core.api import throttling
from core.api.throttling import MinuteCounter
from tests.factories.api import assert_problem, client_of, staff_client
from tests.factories.marketplace import ASKS_NOTHING, make_industry, make_intake_client
from tests.integration.safety.guessing import PASSWORD, api_login, somebody

URL = "/api/leads/"
NOON = 60_000_020.0
"""20 seconds after a minute has begun."""


class Clock:
    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> float:
        return self.now


@pytest.fixture(autouse=True)
def process_cache(settings: Any) -> None:
    """No Redis: what a process counts by itself."""
    settings.CACHES = dict.fromkeys(("default", "rates"), settings.CACHES["default"])
    caches["default"].clear()


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """Of the API's counter."""
    clock = Clock()
    monkeypatch.setattr(throttling.requests, "_clock", clock)
    return clock


def throttled(answer: Any) -> int:
    """Check the answer; how many seconds it says."""
    assert_problem(answer, 429, "throttled")
    return int(answer["Retry-After"])


@pytest.mark.django_db
def test_a_user_asks_so_many_times_a_minute(settings: Any, clock: Clock) -> None:
    settings.API_RATE_USER = 2
    client, other = staff_client("leads.view_lead"), staff_client("leads.view_lead")

    assert [client.get(path).status_code for path in (URL, "/api/schema/")] == [200, 200]
    assert throttled(client.get(URL)) == 40
    assert other.get(URL).status_code == 200
    clock.now += 40
    assert client.get(URL).status_code == 200


@pytest.mark.django_db
def test_the_rate_of_an_intake_client_is_its_own(settings: Any, clock: Clock) -> None:
    settings.API_RATE_USER = 1
    client, staff = client_of(make_intake_client(leads_per_minute=2).user), staff_client("leads.add_lead")
    make_industry(name="Roofs")
    lead = {"industry": "Roofs", "province": "Utrecht", "contact_email": "ans@example.org"}

    assert [client.post(URL, lead).status_code for _ in range(3)] == [201, 201, 429]
    assert [staff.post(URL, lead).status_code for _ in range(2)] == [201, 429]


@pytest.mark.django_db
def test_one_visitor_does_not_use_up_what_a_page_may_send(settings: Any, clock: Clock) -> None:
    settings.API_RATE_VISITOR = 2
    page = make_intake_client(allowed_origins=["https://www.example.com"], leads_per_minute=5, **ASKS_NOTHING)
    client = client_of(page.user)

    one = [client.post(URL, {}, REMOTE_ADDR="192.0.2.1") for _ in range(10)]
    another = [client.post(URL, {}, REMOTE_ADDR="192.0.2.2") for _ in range(2)]

    assert [answer.status_code for answer in one] == [201] * 2 + [429] * 8
    assert throttled(one[-1]) == 40
    assert [answer.status_code for answer in another] == [201, 201]


@pytest.mark.django_db
def test_a_server_sends_for_all_its_visitors(settings: Any, clock: Clock) -> None:
    settings.API_RATE_VISITOR = 1
    client = client_of(make_intake_client(**ASKS_NOTHING).user)

    assert [client.post(URL, {}).status_code for _ in range(3)] == [201] * 3


@pytest.mark.django_db
def test_who_is_refused_too_often_at_an_address_waits_and_nobody_else(settings: Any, clock: Clock) -> None:
    settings.API_RATE_ANONYMOUS = 2
    here, there = APIClient(REMOTE_ADDR="192.0.2.1"), APIClient(REMOTE_ADDR="192.0.2.2")
    signed_in = staff_client("leads.view_lead")

    assert here.get(URL).status_code == 401
    assert here.get(URL, headers={"Authorization": "Token 0123456789"}).status_code == 401
    assert throttled(here.get(URL)) == 40
    assert there.get(URL).status_code == 401
    assert signed_in.get(URL, REMOTE_ADDR="192.0.2.1").status_code == 200


@pytest.mark.django_db
def test_an_address_signs_in_so_many_times_a_minute(settings: Any, clock: Clock) -> None:
    settings.API_RATE_LOGIN = 2
    somebody()

    assert [api_login(password).status_code for password in (PASSWORD, "wrong")] == [200, 401]
    assert throttled(api_login(PASSWORD)) == 40
    assert api_login(PASSWORD, address="192.0.2.2").status_code == 200


def test_no_limit_is_none() -> None:
    counter = MinuteCounter(clock=Clock())

    assert {counter.seconds_to_wait("x", limit=0) for _ in range(5)} == {0.0}


def test_a_cache_that_is_emptied_meanwhile_counts_from_one() -> None:
    class Emptied(LocMemCache):
        def add(self, *_given: Any, **_options: Any) -> bool:
            return False

    assert throttling._add_one(Emptied("emptied", {}), "x") == 1


def redis_at(url: str) -> dict[str, Any]:
    return {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": url,
        "OPTIONS": {"socket_connect_timeout": 0.25, "socket_timeout": 0.25},
    }


def test_processes_count_together_in_redis(settings: Any, redis_url: str) -> None:
    settings.CACHES = {**settings.CACHES, "rates": redis_at(redis_url)}
    caches["rates"].clear()
    one, other = MinuteCounter(clock=Clock()), MinuteCounter(clock=Clock())

    waits = [counter.seconds_to_wait("x", limit=3) for counter in (one, other, one, other, one)]

    assert waits == [0, 0, 0, 40, 40]


def test_a_process_counts_alone_while_redis_is_away_and_does_not_ask_it_each_time(
    settings: Any, redis_url: str, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    caplog.set_level(logging.WARNING)
    settings.CACHES = {**settings.CACHES, "rates": redis_at("redis://127.0.0.1:1/0")}
    counter = MinuteCounter(clock=Clock())

    waits = [counter.seconds_to_wait("x", limit=2) for _ in range(3)]

    assert waits == [0, 0, 40]
    assert [record.getMessage().count("rates_without_redis") for record in caplog.records] == [1]
    # It is back.
    monkeypatch.setattr(counter, "_away_until", 0.0)
    settings.CACHES = {**settings.CACHES, "rates": redis_at(redis_url)}
    caches["rates"].clear()
    assert counter.seconds_to_wait("x", limit=1) == 0
    assert caches["rates"].get("x:1000000") == 1
