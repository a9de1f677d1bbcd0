"""Request counters by the minute, shared by all web processes."""

import time
from collections.abc import Callable

import structlog
from django.core.cache import BaseCache, caches
from redis import RedisError

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
