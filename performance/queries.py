"""Queries on the statistics, now and on past days. They work during a refresh, and before the first one.

For all partners on a past day, use `metrics_on(day)`; for the last refresh `metrics_now()`, and for all days of one
partner `history_of(partner_id, ...)`.
"""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import connection

from performance.scoring import METRIC_COLUMNS, PartnerMetrics


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PartnersMetrics:
    """Inputs of the score for n partners at one instant, in the order of `partner_ids`."""

    partner_ids: tuple[str, ...]
    metrics: PartnerMetrics


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class MetricsHistory:
    """Inputs of the score for one partner on n days, oldest first; days that were not recorded are absent."""

    days: tuple[date, ...]
    metrics: PartnerMetrics


def stats_as_of() -> datetime | None:
    """Return the instant of the view's rows; None before the first refresh (the view cannot be read then)."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT partner_performance_stats_as_of()")
        row: tuple[datetime | None] = cursor.fetchone()
    return row[0]


def stats_age_seconds(*, now: datetime) -> float | None:
    """Return the age of the view's rows at `now`, in seconds; None before the first refresh."""
    as_of = stats_as_of()
    return None if as_of is None else (now - as_of).total_seconds()


_COLUMNS = ", ".join(f"{column}::float8" for column in METRIC_COLUMNS)
_NOW = f"SELECT partner_id::text, {_COLUMNS} FROM partner_performance_stats"  # noqa: S608  # our own words
_ON_DAY = f"SELECT partner_id::text, {_COLUMNS} FROM partner_performance_days WHERE day = %s"  # noqa: S608  # likewise
_OF_PARTNER = (
    f"SELECT day, {_COLUMNS} FROM partner_performance_days"  # noqa: S608  # likewise
    " WHERE partner_id = %s AND day BETWEEN %s AND %s ORDER BY day"
)


def metrics_now() -> PartnersMetrics:
    """Return all partners at the last refresh, which must exist: see `stats_as_of`."""
    return _partners(_rows(_NOW))


def metrics_on(day: date) -> PartnersMetrics:
    """Return all partners at the end of a day; empty if the day was not recorded."""
    return _partners(_rows(_ON_DAY, day))


def history_of(partner_id: uuid.UUID, *, first: date, last: date) -> MetricsHistory:
    """Return the recorded days of a partner from `first` to `last`, both included."""
    rows = _rows(_OF_PARTNER, partner_id, first, last)
    return MetricsHistory(days=tuple(row[0] for row in rows), metrics=_metrics(rows))


def _rows(statement: str, *parameters: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
    return rows


def _partners(rows: Sequence[tuple[Any, ...]]) -> PartnersMetrics:
    return PartnersMetrics(partner_ids=tuple(row[0] for row in rows), metrics=_metrics(rows))


def _metrics(rows: Sequence[tuple[Any, ...]]) -> PartnerMetrics:
    """Return the columns after the first."""
    columns = list(zip(*rows, strict=True))[1:] if rows else [()] * len(METRIC_COLUMNS)
    return PartnerMetrics.from_columns(dict(zip(METRIC_COLUMNS, columns, strict=True)))
