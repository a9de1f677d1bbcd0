"""Reads of the statistics. Every one of them works while a refresh runs."""

import uuid
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import connection

from performance.models import PartnerPerformanceStats
from performance.scoring import METRIC_COLUMNS

STATS_COLUMNS = tuple(field.attname for field in PartnerPerformanceStats._meta.concrete_fields)
"""Every column of the view, `partner_id` first."""


def stats_as_of() -> datetime | None:
    """The instant of the rows that the view now holds; None while it was never refreshed (it then cannot be read)."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT public.partner_performance_stats_as_of()")
        row: tuple[datetime | None] = cursor.fetchone()
    return row[0]


def stats_age_seconds(*, now: datetime) -> float | None:
    """How old the rows of the view are at `now`, in seconds; None while it was never refreshed."""
    as_of = stats_as_of()
    return None if as_of is None else (now - as_of).total_seconds()


def stats_of_partner(partner_id: uuid.UUID) -> dict[str, Any] | None:
    """The partner's row of the view, by column name.

    None for a partner that came after the last refresh, and for everybody before the first.
    """
    if stats_as_of() is None:
        return None
    return PartnerPerformanceStats.objects.filter(pk=partner_id).values(*STATS_COLUMNS).first()


def stats_at(*, at: datetime) -> list[dict[str, Any]]:
    """The rows as they were at an earlier instant, one a partner, ordered by its id.

    What has no time of its own is taken as it is today: `ai_trust_score`, a rejection, a status between new and
    decided, a present partner who took the lead over from another one.
    """
    columns = ", ".join(STATS_COLUMNS)
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {columns} FROM public.partner_performance_stats_at(%s) ORDER BY partner_id",  # noqa: S608  # our own column names
            [at],
        )
        return [dict(zip(STATS_COLUMNS, row, strict=True)) for row in cursor.fetchall()]


def metric_columns() -> tuple[tuple[uuid.UUID, ...], dict[str, Sequence[float | None]]]:
    """What the performance score reads, of all partners of the view, ordered by id.

    Returns the n partner ids, and per name of `METRIC_COLUMNS` the n values (None where the view has NULL), as
    `PartnerMetrics.from_columns` takes them. Without a refresh so far: n = 0.
    """
    if stats_as_of() is None:
        return (), dict.fromkeys(METRIC_COLUMNS, ())
    metrics = ", ".join(f"{name}::float8" for name in METRIC_COLUMNS)
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT partner_id, {metrics} FROM public.partner_performance_stats ORDER BY partner_id"  # noqa: S608  # our own column names
        )
        rows = cursor.fetchall()
    columns: list[Sequence[Any]] = list(zip(*rows, strict=True)) or [()] * (1 + len(METRIC_COLUMNS))
    return tuple(columns[0]), dict(zip(METRIC_COLUMNS, columns[1:], strict=True))
