"""Reads about the statistics. They work while a refresh runs, and before the first one."""

from datetime import datetime

from django.db import connection


def stats_as_of() -> datetime | None:
    """The instant of the rows that the view now holds; None while it was never refreshed (it then cannot be read)."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT partner_performance_stats_as_of()")
        row: tuple[datetime | None] = cursor.fetchone()
    return row[0]


def stats_age_seconds(*, now: datetime) -> float | None:
    """How old the rows of the view are at `now`, in seconds; None while it was never refreshed."""
    as_of = stats_as_of()
    return None if as_of is None else (now - as_of).total_seconds()
