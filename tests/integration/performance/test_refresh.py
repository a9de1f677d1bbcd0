"""Refreshing the statistics within one transaction, and what is kept of it."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from performance.models import PartnerPerformanceStats, RefreshRun
from performance.queries import stats_age_seconds, stats_as_of
from performance.services.refresh import refresh_statistics
from tests.factories.marketplace import make_lead, make_partner

pytestmark = pytest.mark.django_db

LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)


def database_now() -> datetime:
    """The instant of this transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT now()")
        now: datetime = cursor.fetchone()[0]
    return now


def test_the_view_cannot_be_read_before_the_first_refresh_and_says_so() -> None:
    make_partner()

    assert stats_as_of() is None
    assert stats_age_seconds(now=timezone.now()) is None
    with pytest.raises(DatabaseError, match="has not been populated"), transaction.atomic():
        PartnerPerformanceStats.objects.first()


def test_it_is_plain_the_first_time_and_concurrent_from_then_on() -> None:
    make_partner()

    modes = [refresh_statistics(triggered_by="test").mode for _ in range(3)]

    assert modes == ["plain", "concurrent", "concurrent"]


def test_it_says_what_it_did_and_keeps_a_record_of_it() -> None:
    partners = [make_partner() for _ in range(3)]
    before = timezone.now()

    result = refresh_statistics(triggered_by="Anna")

    run = RefreshRun.objects.get()
    assert result.refreshed
    assert (run.pk, run.as_of, run.mode, run.row_count, run.duration_ms) == (
        *(result.run_id, result.as_of, result.mode),
        *(result.row_count, result.duration_ms),
    )
    assert (run.mode, run.row_count, run.triggered_by) == ("plain", len(partners), "Anna")
    assert run.as_of == database_now()
    assert before <= run.started_at <= run.finished_at <= timezone.now()
    taken_ms = (run.finished_at - run.started_at) / timedelta(milliseconds=1)
    assert run.duration_ms == pytest.approx(taken_ms)


def test_without_a_name_the_run_is_the_database_users() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT refresh_partner_performance_stats()")
        cursor.execute("SELECT current_user")
        user = cursor.fetchone()[0]

    assert RefreshRun.objects.get().triggered_by == user


def test_without_partners_there_are_no_rows_but_there_is_an_instant() -> None:
    assert refresh_statistics(triggered_by="test").row_count == 0
    assert stats_as_of() == database_now()


def test_the_age_counts_from_the_instant_of_the_rows() -> None:
    refresh_statistics(triggered_by="test")

    assert stats_age_seconds(now=database_now() + timedelta(minutes=2)) == 120


def test_the_instant_is_that_of_the_last_run_not_of_the_latest_clock() -> None:
    refresh_statistics(triggered_by="test")
    last = RefreshRun.objects.get()

    # A clock that was set back.
    last.pk = None
    last.as_of = LONG_AGO
    last.save()

    assert stats_as_of() == LONG_AGO


def test_a_record_alone_is_no_refresh() -> None:
    now = timezone.now()
    RefreshRun.objects.create(
        as_of=now, started_at=now, finished_at=now, duration_ms=1.0, row_count=1, mode="plain", triggered_by="test"
    )

    assert stats_as_of() is None


def test_the_rows_follow_the_marketplace_at_the_next_refresh() -> None:
    partner = make_partner()
    refresh_statistics(triggered_by="test")
    make_lead(partner=partner, created_at=database_now() - timedelta(hours=1))
    newcomer = make_partner()
    before = dict(PartnerPerformanceStats.objects.values_list("partner_id", "open_leads_count"))

    refresh_statistics(triggered_by="test")

    assert before == {partner.pk: 0}
    after = dict(PartnerPerformanceStats.objects.values_list("partner_id", "open_leads_count"))
    assert after == {partner.pk: 1, newcomer.pk: 0}


def test_a_row_that_stays_the_same_is_not_rewritten() -> None:
    for _ in range(3):
        make_partner()
    refresh_statistics(triggered_by="test")

    def places() -> list[tuple[str, str]]:
        with connection.cursor() as cursor:
            cursor.execute("SELECT ctid::text, xmin::text FROM partner_performance_stats ORDER BY partner_id")
            found: list[tuple[str, str]] = cursor.fetchall()
        return found

    before = places()
    refresh_statistics(triggered_by="test")

    assert len(before) == 3
    assert places() == before


@pytest.mark.parametrize("mode", ["plain", "concurrent"])
def test_rows_and_record_are_rolled_back_together(mode: str) -> None:
    make_partner()
    if mode == "concurrent":
        refresh_statistics(triggered_by="test")
    before = stats_as_of(), RefreshRun.objects.count()

    with transaction.atomic():
        make_partner()
        assert refresh_statistics(triggered_by="test").mode == mode
        assert PartnerPerformanceStats.objects.count() == RefreshRun.objects.latest("id").row_count
        transaction.set_rollback(True)

    assert (stats_as_of(), RefreshRun.objects.count()) == before
    if mode == "concurrent":
        assert PartnerPerformanceStats.objects.count() == 1


def test_a_bare_refresh_computes_the_rows_of_the_last_run_again() -> None:
    """As restoring a dump does."""
    partner = make_partner()
    refresh_statistics(triggered_by="test")
    run = RefreshRun.objects.get()
    run.as_of = database_now() - timedelta(hours=1)
    run.save()
    make_lead(partner=partner, created_at=run.as_of - timedelta(hours=1))
    make_lead(partner=partner, created_at=run.as_of + timedelta(minutes=1))

    with connection.cursor() as cursor:
        cursor.execute("REFRESH MATERIALIZED VIEW partner_performance_stats")
        cursor.execute("SELECT leads_assigned_30d FROM partner_performance_stats_live")
        assert cursor.fetchall() == [(2,)]

    assert stats_as_of() == run.as_of
    assert PartnerPerformanceStats.objects.get().leads_assigned_30d == 1


def test_a_bare_refresh_before_the_first_run_has_no_instant() -> None:
    make_partner()

    with connection.cursor() as cursor:
        cursor.execute("REFRESH MATERIALIZED VIEW partner_performance_stats")

    assert PartnerPerformanceStats.objects.count() == 1
    assert stats_as_of() is None


def test_everything_works_with_an_empty_search_path() -> None:
    partner = make_partner()
    lead = make_lead(partner=partner, created_at=database_now() - timedelta(days=2))

    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL search_path = ''")
        modes = []
        for _ in range(2):
            cursor.execute("SELECT mode FROM public.refresh_partner_performance_stats()")
            modes.append(cursor.fetchone()[0])
        cursor.execute("SELECT partner_id, leads_assigned_30d FROM public.partner_performance_stats_at(now())")
        rows = cursor.fetchall()
        cursor.execute("SELECT public.partner_performance_stats_as_of() = now()")
        is_as_of_now = cursor.fetchone()[0]
        cursor.execute("SET LOCAL search_path TO DEFAULT")

    assert lead.partner_id == partner.pk
    assert modes == ["plain", "concurrent"]
    assert rows == [(partner.pk, 1)]
    assert is_as_of_now


def test_a_schema_of_somebody_else_is_not_looked_into() -> None:
    make_partner()

    with connection.cursor() as cursor:
        cursor.execute("CREATE SCHEMA other")
        cursor.execute("CREATE TABLE other.profiles AS SELECT * FROM public.profiles WITH NO DATA")
        cursor.execute("CREATE TABLE other.partner_performance_stats (partner_id uuid)")
        cursor.execute("SET LOCAL search_path = other, public")
        result = refresh_statistics(triggered_by="test")
        cursor.execute("SET LOCAL search_path TO DEFAULT")

    assert result.row_count == 1
