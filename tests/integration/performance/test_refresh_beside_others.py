"""Refreshing the statistics while other sessions read, or refresh them too."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import OperationalError, connection, transaction
from django.db.backends.utils import CursorWrapper
from django.utils import timezone

from performance.models import RefreshRun
from performance.queries import stats_as_of
from performance.services.history import record_day
from performance.services.refresh import RefreshResult, RefreshTookTooLong, refresh_statistics
from tests.factories.marketplace import make_partner
from tests.factories.raw import execute
from tests.integration.performance.sessions import another_session, hanging_refresh, waiting_at_most

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


def statement_timeout() -> str:
    """What holds in the test's own session now."""
    with connection.cursor() as cursor:
        cursor.execute("SHOW statement_timeout")
        value: str = cursor.fetchone()[0]
    return value


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


def test_a_long_reader_does_not_hold_up_a_refresh_and_keeps_what_it_saw() -> None:
    make_partner()
    refresh_statistics(triggered_by="test")

    with another_session() as reader:
        reader.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        before = count_rows(reader)
        make_partner()
        with waiting_at_most("2s"):
            results = [refresh_statistics(triggered_by="test") for _ in range(2)]
        during = count_rows(reader)

    assert [result.mode for result in results] == ["concurrent", "concurrent"]
    assert (before, during, results[0].row_count) == (1, 1, 2)


def test_a_refresh_that_hangs_is_ended_by_the_server_and_says_so(settings: Any) -> None:
    settings.CELERY_TASK_SOFT_TIME_LIMIT = 0.2

    with another_session() as other:
        other.execute("LOCK TABLE leads IN ACCESS EXCLUSIVE MODE")
        with pytest.raises(RefreshTookTooLong, match=r"limit: 0\.19 s"):
            refresh_statistics(triggered_by="test")

    assert not RefreshRun.objects.exists()
    assert refresh_statistics(triggered_by="test").refreshed


def test_beside_one_that_hangs_the_next_ones_return_at_once() -> None:
    refresh_statistics(triggered_by="test")

    with hanging_refresh() as hanging, waiting_at_most("2s"):
        beside = [refresh_statistics(triggered_by="test") for _ in range(3)]

    assert beside == [_NOTHING_DONE] * 3
    assert hanging.result().mode == "concurrent"
    assert RefreshRun.objects.count() == 2


def test_another_trouble_is_not_taken_for_a_limit() -> None:
    refresh_statistics(triggered_by="test")

    with another_session() as other:
        other.execute("LOCK TABLE leads IN ACCESS EXCLUSIVE MODE")
        with waiting_at_most("10ms"), pytest.raises(OperationalError, match="lock timeout"):
            refresh_statistics(triggered_by="test")


def test_the_limit_ends_with_the_refresh() -> None:
    before = statement_timeout()

    refresh_statistics(triggered_by="test")

    assert statement_timeout() == before


def test_the_limit_ends_with_the_refresh_within_an_outer_transaction() -> None:
    make_partner()

    with transaction.atomic():
        execute("SET LOCAL statement_timeout = '123s'")
        refresh_statistics(triggered_by="test")
        after_refresh = statement_timeout()
        record_day(day=timezone.localdate(), now=timezone.now())
        after_record = statement_timeout()

    assert (after_refresh, after_record) == ("123s", "123s")


def test_the_limit_ends_with_a_refresh_that_is_ended_within_an_outer_transaction(settings: Any) -> None:
    settings.CELERY_TASK_SOFT_TIME_LIMIT = 0.2

    with another_session() as other, transaction.atomic():
        other.execute("LOCK TABLE leads IN ACCESS EXCLUSIVE MODE")
        execute("SET LOCAL statement_timeout = '123s'")
        with pytest.raises(RefreshTookTooLong):
            refresh_statistics(triggered_by="test")
        after = statement_timeout()

    assert after == "123s"
