"""Rate limits: 429 with `Retry-After` for too many requests, counted by the minute for all web processes together.

Django REST framework loads this module while it defines its own views, so nothing here may import those.
"""

import time
from collections.abc import Callable
from typing import TYPE_CHECKING

import structlog
from django.conf import settings
from django.core.cache import BaseCache, caches
from django.http import HttpRequest
from redis import RedisError
from rest_framework.exceptions import Throttled
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

from core.api.addresses import client_address

if TYPE_CHECKING:
    from rest_framework.views import APIView

logger = structlog.get_logger(__name__)

WINDOW_SECONDS = 60
AWAY_SECONDS = 5.0
"""Time for which an unavailable Redis is left alone, so that requests do not wait for it."""


class MinuteCounter:
    """Counts per clock minute, in Redis if there is one.

    While Redis is unavailable each process counts for itself: too many requests are a lesser evil than none. `clock`
    returns seconds, and is the same everywhere.
    """

    def __init__(self, *, clock: Callable[[], float] = time.time) -> None:
        self._clock = clock
        self._away_until = 0.0

    def seconds_to_wait(self, key: str, *, limit: int) -> float:
        """Count a request; return 0 or, above the limit, the seconds until the next minute. Limit 0 means none."""
        if limit == 0:
            return 0.0
        now = self._clock()
        minute = int(now // WINDOW_SECONDS)
        if self._count(f"{key}:{minute}") <= limit:
            return 0.0
        return (minute + 1) * WINDOW_SECONDS - now

    def _count(self, key: str) -> int:
        if time.monotonic() >= self._away_until:
            try:
                return _add_one(caches["rates"], key)
            except RedisError as error:
                self._away_until = time.monotonic() + AWAY_SECONDS
                logger.warning("rates_without_redis", error=type(error).__name__)
        return _add_one(caches["default"], key)


def _add_one(cache: BaseCache, key: str) -> int:
    if cache.add(key, 1, timeout=2 * WINDOW_SECONDS):
        return 1
    try:
        return cache.incr(key)
    except ValueError:
        # The counter was emptied in between.
        return 1


requests = MinuteCounter()


class UserThrottle(BaseThrottle):
    """Limit of requests a minute for every signed-in user, for all endpoints together."""

    def __init__(self) -> None:
        self._seconds = 0.0

    def allow_request(self, request: Request, view: "APIView") -> bool:
        self._seconds = requests.seconds_to_wait(f"user:{request.user.pk}", limit=settings.API_RATE_USER)
        return self._seconds <= 0

    def wait(self) -> float:
        return self._seconds


def visitor_seconds_to_wait(request: HttpRequest | Request, *, client_id: int) -> float:
    """Count a visitor's lead from this client's page; return 0, or the seconds until the address may send another."""
    return requests.seconds_to_wait(f"visitor:{client_id}:{client_address(request)}", limit=settings.API_RATE_VISITOR)


def count_login(request: HttpRequest) -> None:
    """Count an attempt to sign in with a password, which takes a good part of a second of CPU time.

    Raises Throttled if there were too many from this address.
    """
    _count(f"login:{client_address(request)}", limit=settings.API_RATE_LOGIN)


def count_refusal(request: HttpRequest) -> None:
    """Count a request without authentication, or with a wrong token.

    Raises Throttled if there were too many from this address. Signed-in users at the same address are not affected.
    """
    _count(f"anonymous:{client_address(request)}", limit=settings.API_RATE_ANONYMOUS)


def _count(key: str, *, limit: int) -> None:
    seconds = requests.seconds_to_wait(key, limit=limit)
    if seconds > 0:
        raise Throttled(wait=seconds)
