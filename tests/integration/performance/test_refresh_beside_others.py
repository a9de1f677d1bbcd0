"""Refreshing the statistics while other sessions read, or refresh them too."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import OperationalError, connection, connections, transaction
from django.db.backends.utils import CursorWrapper
from psycopg import errors

from performance.models import PartnerPerformanceStats, RefreshRun
from performance.queries import stats_as_of
from performance.services.refresh import RefreshResult, refresh_statistics
from tests.factories.marketplace import make_partner
from tests.factories.raw import execute

pytestmark = pytest.mark.django_db(transaction=True)

_NOTHING_DONE = RefreshResult(
    refreshed=False, as_of=None, mode="skipped", row_count=None, duration_ms=None, run_id=None
)


@pytest.fixture(autouse=True)
def never_refreshed() -> Iterator[None]:
    """The view as migrations leave it, also after the test: emptying the tables leaves the view as it is."""
    execute("REFRESH MATERIALIZED VIEW partner_performance_stats WITH NO DATA")
    yield
    execute("REFRESH MATERIALIZED VIEW partner_performance_stats WITH NO DATA")


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


def count_rows(cursor: CursorWrapper) -> int:
    """What a session sees in the view."""
    cursor.execute("SELECT count(*) FROM partner_performance_stats")
    count: int = cursor.fetchone()[0]
    return count


def test_a_reader_does_not_wait_for_a_refresh_and_sees_whole_states() -> None:
    make_partner()
    refresh_statistics(triggered_by="test")
    first = stats_as_of()
    make_partner()

    with another_session() as reader:
        with transaction.atomic():
            # Its locks stay until the end of the transaction.
            assert refresh_statistics(triggered_by="test").mode == "concurrent"
            during = count_rows(reader)
            reader.execute("SELECT partner_performance_stats_as_of()")
            as_of_during = reader.fetchone()[0]
        after = count_rows(reader)
        reader.execute("SELECT partner_performance_stats_as_of()")
        as_of_after = reader.fetchone()[0]

    assert (during, as_of_during) == (1, first)
    assert (after, as_of_after) == (2, stats_as_of())
    assert as_of_during < as_of_after


def test_a_refresh_does_not_wait_for_a_reader() -> None:
    make_partner()
    refresh_statistics(triggered_by="test")

    with another_session() as reader:
        count_rows(reader)
        with transaction.atomic():
            execute("SET LOCAL lock_timeout = '2s'")
            assert refresh_statistics(triggered_by="test").refreshed


@pytest.mark.parametrize("mode", ["plain", "concurrent"])
def test_of_two_refreshes_the_second_does_nothing_and_says_so(mode: str) -> None:
    make_partner()
    if mode == "concurrent":
        refresh_statistics(triggered_by="test")
    runs = RefreshRun.objects.count()

    with another_session() as other:
        other.execute("SELECT mode FROM refresh_partner_performance_stats('other')")
        assert other.fetchone() == (mode,)

        second = refresh_statistics(triggered_by="test")

    assert second == _NOTHING_DONE
    assert RefreshRun.objects.count() == runs


def test_when_the_first_is_done_the_next_refreshes_again() -> None:
    make_partner()

    with another_session() as other:
        with transaction.atomic():
            refresh_statistics(triggered_by="test")
            other.execute("SELECT refreshed FROM refresh_partner_performance_stats('other')")
            beside = other.fetchone()
        other.execute("SELECT refreshed FROM refresh_partner_performance_stats('other')")
        afterwards = other.fetchone()

    assert (beside, afterwards) == ((False,), (True,))


def test_a_refresh_that_hangs_is_ended_by_the_server(settings: Any) -> None:
    settings.CELERY_TASK_SOFT_TIME_LIMIT = 0.2

    with another_session() as other:
        other.execute("LOCK TABLE leads IN ACCESS EXCLUSIVE MODE")
        with pytest.raises(OperationalError) as caught:
            refresh_statistics(triggered_by="test")

    assert isinstance(caught.value.__cause__, errors.QueryCanceled)
    assert not RefreshRun.objects.exists()
    assert refresh_statistics(triggered_by="test").refreshed


def test_the_limit_ends_with_the_refresh() -> None:
    def limit() -> str:
        with connection.cursor() as cursor:
            cursor.execute("SHOW statement_timeout")
            value: str = cursor.fetchone()[0]
        return value

    before = limit()
    refresh_statistics(triggered_by="test")

    assert limit() == before
    assert PartnerPerformanceStats.objects.count() == 0
