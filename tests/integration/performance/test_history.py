"""What the score is made from, kept day by day."""

import logging
import uuid
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from celery import current_app
from celery.schedules import crontab
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from feedback.models import LeadFeedback
from leads.models import Lead, LeadActivity, Partner
from performance.models import PartnerPerformanceDay
from performance.queries import history_of, metrics_now, metrics_on
from performance.scoring import METRIC_COLUMNS, PerformanceScorer, ScoringSettings, calculate_performance_score
from performance.services.history import HISTORY_DAYS, record_day, record_missing_days
from performance.services.refresh import refresh_statistics
from performance.tasks import record_performance_history
from tests.factories.marketplace import make_lead, make_partner
from tests.factories.raw import execute

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 3, 31, 10, 0, tzinfo=UTC)
"""Two days after the clocks went forward in Amsterdam."""

TODAY = date(2026, 3, 31)
SATURDAY = date(2026, 3, 28)


def on(day: date, hour: int = 12) -> datetime:
    """An hour of a day on the clock of the settings."""
    return datetime(day.year, day.month, day.day, hour, tzinfo=timezone.get_default_timezone())


def busy_partner(*, since: date) -> Partner:
    """A partner with a won lead, answered after 45 minutes and rated, and a lost one, both of this day."""
    partner = make_partner(ai_risk_score=70)
    won = make_lead(partner=partner, status="won", created_at=on(since), decided_at=on(since, 15), deal_value=8000)
    make_lead(partner=partner, status="lost", created_at=on(since), decided_at=on(since, 16))
    LeadActivity.objects.create(lead=won, type="phone_call", created_at=on(since) + timedelta(minutes=45))
    LeadFeedback.objects.create(lead=won, partner=partner, rating=5, created_at=on(since, 18))
    return partner


def stats_at(moment: datetime) -> dict[uuid.UUID, dict[str, Any]]:
    """What the score reads, by partner, straight from the definition of the metrics."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT partner_id, {', '.join(METRIC_COLUMNS)} FROM partner_performance_stats_at(%s)",
            [moment],
        )
        return {row[0]: dict(zip(METRIC_COLUMNS, row[1:], strict=True)) for row in cursor.fetchall()}


def recorded(day: date) -> dict[uuid.UUID, dict[str, Any]]:
    """The same of a recorded day."""
    rows = PartnerPerformanceDay.objects.filter(day=day).values("partner_id", *METRIC_COLUMNS)
    return {row.pop("partner_id"): row for row in rows}


def as_numbers(rows: dict[uuid.UUID, dict[str, Any]]) -> dict[uuid.UUID, list[float | None]]:
    """With decimals as the floats that the score makes of them."""
    return {
        key: [None if row[column] is None else float(row[column]) for column in METRIC_COLUMNS]
        for key, row in rows.items()
    }


def days_on_record() -> Sequence[date]:
    """The recorded days, oldest first."""
    return list(PartnerPerformanceDay.objects.order_by("day").values_list("day", flat=True).distinct())


@pytest.mark.parametrize("day", [date(2026, 3, 20), date(2026, 3, 27), SATURDAY, date(2026, 3, 29), TODAY])
def test_a_recorded_day_has_the_metrics_of_its_end(day: date) -> None:
    busy_partner(since=date(2026, 3, 27))
    make_partner()

    assert record_day(day=day, now=NOW) == 2

    end = NOW if day == TODAY else on(day + timedelta(days=1), 0) - timedelta(microseconds=1)
    assert as_numbers(recorded(day)) == as_numbers(stats_at(end))
    assert set(PartnerPerformanceDay.objects.values_list("as_of", flat=True)) == {end}


def test_a_lead_of_midnight_belongs_to_the_day_that_begins() -> None:
    partner = make_partner()
    make_lead(partner=partner, created_at=on(SATURDAY, 0))

    record_day(day=SATURDAY - timedelta(days=1), now=NOW)
    record_day(day=SATURDAY, now=NOW)

    assert list(PartnerPerformanceDay.objects.order_by("day").values_list("leads_assigned_30d", flat=True)) == [0, 1]


@pytest.mark.parametrize(
    ("day", "hours", "end"),
    [
        (date(2026, 3, 29), 23, datetime(2026, 3, 29, 22, tzinfo=UTC)),
        (date(2026, 10, 25), 25, datetime(2026, 10, 25, 23, tzinfo=UTC)),
    ],
)
def test_a_day_on_which_the_clocks_change_is_recorded_whole_and_once(day: date, hours: int, end: datetime) -> None:
    partner = make_partner()
    start = on(day, 0)
    for moment in (start, end - timedelta(microseconds=1), end):
        make_lead(partner=partner, created_at=moment)
    make_lead(partner=partner, created_at=start - timedelta(microseconds=1))
    now = end + timedelta(days=1)

    days = record_missing_days(now=now).days

    assert end - start.astimezone(UTC) == timedelta(hours=hours)
    assert days == tuple(day + timedelta(days=offset) for offset in (1, 0, -1))
    rows = PartnerPerformanceDay.objects.filter(partner=partner).order_by("day")
    assert [(row.day, row.leads_assigned_7d) for row in rows] == [
        (day - timedelta(days=1), 1),
        (day, 3),
        (day + timedelta(days=1), 4),
    ]
    assert rows[1].as_of == end - timedelta(microseconds=1)


def test_what_is_recorded_stays_and_only_missing_partners_are_added() -> None:
    partner = busy_partner(since=SATURDAY)
    record_day(day=SATURDAY, now=NOW)
    before = recorded(SATURDAY)
    make_lead(partner=partner, created_at=on(SATURDAY, 13))
    newcomer = make_partner()

    assert record_day(day=SATURDAY, now=NOW) == 1
    assert record_day(day=SATURDAY, now=NOW) == 0

    after = recorded(SATURDAY)
    assert after.pop(newcomer.pk)["leads_assigned_30d"] == 0
    assert after == before


def test_a_day_takes_one_statement_for_any_number_of_partners() -> None:
    Partner.objects.bulk_create(Partner(company_name=f"Partner {number}") for number in range(200))

    with CaptureQueriesContext(connection) as queries:
        assert record_day(day=SATURDAY, now=NOW) == 200

    writing = [query["sql"] for query in queries if "partner_performance" in query["sql"]]
    assert len(writing) == 1
    assert "INSERT INTO partner_performance_days" in writing[0]


def test_a_day_that_has_not_begun_is_refused() -> None:
    with pytest.raises(ValueError, match="2026-04-01 has not begun"):
        record_day(day=TODAY + timedelta(days=1), now=NOW)


def test_the_days_are_those_of_the_settings_zone_and_not_of_utc() -> None:
    late = datetime(2026, 3, 30, 22, 30, tzinfo=UTC)

    record_day(day=TODAY, now=late)  # half past midnight in Amsterdam
    make_lead(created_at=datetime(2026, 3, 27, 23, 30, tzinfo=UTC))  # likewise, on the 28th

    assert record_missing_days(now=late).days == (date(2026, 3, 30), date(2026, 3, 29), date(2026, 3, 28))


def test_missing_days_are_filled_from_the_newest_back_to_the_first_lead_a_few_a_run() -> None:
    busy_partner(since=date(2026, 3, 24))
    record_day(day=date(2026, 3, 28), now=NOW)

    first = record_missing_days(now=NOW, limit=3)
    second = record_missing_days(now=NOW, limit=3)
    third = record_missing_days(now=NOW, limit=3)

    assert first.days == (date(2026, 3, 30), date(2026, 3, 29), date(2026, 3, 27))
    assert second.days == (date(2026, 3, 26), date(2026, 3, 25), date(2026, 3, 24))
    assert (first.row_count, second.row_count) == (3, 3)
    assert third.days == ()
    assert days_on_record() == [date(2026, 3, day) for day in range(24, 31)]


def test_no_day_is_begun_when_half_of_the_tasks_time_is_over(settings: Any) -> None:
    busy_partner(since=date(2026, 3, 24))
    settings.CELERY_TASK_SOFT_TIME_LIMIT = 0

    assert record_missing_days(now=NOW, limit=3).days == ()


def test_no_more_than_the_last_90_days_are_filled() -> None:
    busy_partner(since=date(2020, 1, 1))

    record_missing_days(now=NOW, limit=1000)

    days = days_on_record()
    assert len(days) == HISTORY_DAYS == 90
    assert (days[0], days[-1]) == (TODAY - timedelta(days=90), TODAY - timedelta(days=1))


def test_without_any_lead_there_is_nothing_to_record() -> None:
    make_partner()

    assert record_missing_days(now=NOW).days == ()


def test_the_days_of_a_partner_go_with_it_whoever_deletes_it() -> None:
    kept, gone = make_partner(), make_partner()
    record_day(day=SATURDAY, now=NOW)

    execute("DELETE FROM profiles WHERE id = %s", [gone.pk])

    assert list(PartnerPerformanceDay.objects.values_list("partner_id", flat=True)) == [kept.pk]


def test_the_table_refuses_a_second_row_a_negative_count_and_an_unknown_partner() -> None:
    partner = make_partner()
    row = {"day": SATURDAY, "as_of": NOW}
    PartnerPerformanceDay.objects.create(partner=partner, **row)

    for wrong, name in (
        ({"partner": partner}, "partner_performance_days_once"),
        ({"partner": make_partner(), "num_ratings_30d": -1}, "partner_performance_days_counts"),
        ({"partner_id": uuid.uuid4()}, "partner_performance_days_partner"),
    ):
        with pytest.raises(IntegrityError, match=name), transaction.atomic():
            PartnerPerformanceDay.objects.create(**row | wrong)


def test_a_past_day_can_be_scored_under_any_policy() -> None:
    partner, newcomer = busy_partner(since=SATURDAY), make_partner()
    record_day(day=SATURDAY, now=NOW)
    lenient, strict = ScoringSettings(prior_strength=0, prior=50), ScoringSettings(prior_strength=50, prior=10)

    stats = stats_at(on(SATURDAY + timedelta(days=1), 0))[partner.pk]
    for settings in (lenient, strict):
        then = metrics_on(SATURDAY)
        scores = dict(zip(then.partner_ids, PerformanceScorer(settings).score(then.metrics).total, strict=True))
        assert scores[str(partner.pk)] == calculate_performance_score(stats, settings).score
        assert scores[str(newcomer.pk)] == pytest.approx(settings.prior)
    assert metrics_on(SATURDAY - timedelta(days=1)).partner_ids == ()


def test_the_history_of_a_partner_has_its_days_in_order_and_no_others() -> None:
    partner = busy_partner(since=SATURDAY)
    make_partner()
    for day in (30, 27, 28, 20):
        record_day(day=date(2026, 3, day), now=NOW)

    history = history_of(partner.pk, first=date(2026, 3, 27), last=date(2026, 3, 30))

    assert history.days == (date(2026, 3, 27), date(2026, 3, 28), date(2026, 3, 30))
    assert history.metrics.leads_assigned_30d.tolist() == [0, 2, 2]
    nothing = history_of(uuid.uuid4(), first=SATURDAY, last=TODAY)
    assert nothing.days == ()
    assert len(nothing.metrics) == 0


def test_the_metrics_of_now_are_those_of_the_last_refresh() -> None:
    day = timezone.localdate() - timedelta(days=1)
    partner = busy_partner(since=day)
    refresh_statistics(triggered_by="test")
    record_day(day=timezone.localdate(), now=timezone.now())

    now, then = metrics_now(), metrics_on(timezone.localdate())

    assert now.partner_ids == then.partner_ids == (str(partner.pk),)
    for column in METRIC_COLUMNS:
        assert getattr(now.metrics, column).tolist() == getattr(then.metrics, column).tolist()


def test_the_task_records_what_is_missing_and_says_so_once(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, logger="performance.tasks")
    today = timezone.localdate()
    make_lead(partner=make_partner(), created_at=on(today - timedelta(days=2)))

    record_performance_history()
    record_performance_history()

    days = [today - timedelta(days=2), today - timedelta(days=1)]
    assert days_on_record() == days
    assert caplog.messages == [f"History of the statistics: 2 rows for 2 days, {days[0]} to {days[1]}"]


def test_beat_calls_the_task_every_hour() -> None:
    entry = current_app.conf.beat_schedule["record-performance-history"]

    assert entry["task"] == record_performance_history.name
    assert entry["schedule"] == crontab(minute=10)


def test_leads_are_left_alone() -> None:
    busy_partner(since=SATURDAY)
    before = list(Lead.objects.order_by("pk").values())

    record_missing_days(now=NOW)

    assert list(Lead.objects.order_by("pk").values()) == before
