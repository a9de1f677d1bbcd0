"""Sessions beside the test's own, and a refresh that stands still in one of them."""

import time
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager

from django.db import connection, connections
from django.db.backends.utils import CursorWrapper

from performance.services.refresh import RefreshResult, refresh_statistics
from tests.factories.raw import execute

READ_BY_THE_REFRESH_ALONE = "lead_feedback"
"""A table that neither an assignment nor the pages on partners and leads read."""

_PATIENCE_SECONDS = 30

_STANDING_STILL = """
SELECT count(*) FROM pg_stat_activity
WHERE datname = current_database() AND wait_event_type = 'Lock' AND query LIKE '%%refresh_partner_performance_stats(%%'
"""


@contextmanager
def another_session() -> Iterator[CursorWrapper]:
    """A cursor in an open transaction of another session, which never waits long; rolled back at the end."""
    other = connections.create_connection("default")
    try:
        other.set_autocommit(False)
        with other.cursor() as cursor:
            cursor.execute("SET LOCAL lock_timeout = '2s'")
            yield cursor
        other.rollback()
    finally:
        other.close()


@contextmanager
def waiting_at_most(limit: str) -> Iterator[None]:
    """The test's own session gives up on a lock that it does not get within this time."""
    execute("SELECT set_config('lock_timeout', %s, false)", [limit])
    try:
        yield
    finally:
        execute("RESET lock_timeout")


@contextmanager
def hanging_refresh() -> Iterator[Future[RefreshResult]]:
    """A refresh that has begun and cannot go on before the block ends; its result is there from then on."""
    with ThreadPoolExecutor(1) as pool:
        with another_session() as holder:
            holder.execute(f"LOCK TABLE {READ_BY_THE_REFRESH_ALONE} IN ACCESS EXCLUSIVE MODE")
            refresh = pool.submit(_refresh)
            _wait_until_it_stands_still()
            yield refresh
            assert not refresh.done()
        refresh.result(timeout=_PATIENCE_SECONDS)


def _refresh() -> RefreshResult:
    try:
        return refresh_statistics(triggered_by="thread")
    finally:
        connection.close()


def _wait_until_it_stands_still() -> None:
    deadline = time.monotonic() + _PATIENCE_SECONDS
    with connection.cursor() as cursor:
        while time.monotonic() < deadline:
            cursor.execute(_STANDING_STILL)
            if cursor.fetchone() == (1,):
                return
            time.sleep(0.02)
    raise AssertionError("No refresh waits for a lock")
