"""Daily record of the score's inputs."""

import time
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from datetime import time as time_of_day

from django.conf import settings
from django.db import connection
from django.utils import timezone

from performance.scoring import METRIC_COLUMNS
from performance.services.session import session_settings

HISTORY_DAYS = 90
"""Days before today that are filled in if they are missing."""

DAYS_A_RUN = 10
"""Maximum number of missing days that one run records."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordedDays:
    """Result of a run: the recorded days, newest first, and their total number of rows."""

    days: tuple[date, ...]
    row_count: int


# One statement per day, whatever the number of partners. Existing rows are not changed. Sorted, so that two processes
# that record the same day cannot deadlock.
_RECORD = f"""
INSERT INTO partner_performance_days (partner_id, day, as_of, {", ".join(METRIC_COLUMNS)})
SELECT stats.partner_id, %(day)s, %(as_of)s, {", ".join(f"stats.{column}" for column in METRIC_COLUMNS)}
FROM partner_performance_stats_at(%(as_of)s) AS stats
ORDER BY stats.partner_id
ON CONFLICT (partner_id, day) DO NOTHING
"""  # noqa: S608  # only our own words are put in

# Before the first lead there is nothing to record. Each day costs one index look-up.
_MISSING = """
SELECT missing.day
FROM (SELECT %(today)s::date - ago AS day FROM generate_series(1, %(days)s) AS ago) AS missing
WHERE missing.day >= (SELECT (min(created_at) AT TIME ZONE %(zone)s)::date FROM leads)
    AND NOT EXISTS (SELECT FROM partner_performance_days AS known WHERE known.day = missing.day)
ORDER BY missing.day DESC
LIMIT %(limit)s
"""


def record_day(*, day: date, now: datetime) -> int:
    """Record the inputs of every partner's score at the end of a day; return the number of new rows.

    Days are those of the time zone in the settings. Today is recorded as of `now`, and not again when it is over.
    Partners that have the day already keep it: calling twice changes nothing. Raises ValueError for a day that has not
    begun.
    """
    today = _local_day(now)
    if day > today:
        raise ValueError(f"{day} has not begun")
    as_of = now if day == today else _end_of(day)
    with session_settings(_session()) as cursor:
        cursor.execute(_RECORD, {"day": day, "as_of": as_of})
        return int(cursor.rowcount)


def record_missing_days(*, now: datetime, limit: int = DAYS_A_RUN) -> RecordedDays:
    """Record yesterday and other missing days of the last `HISTORY_DAYS`: the newest `limit` of them.

    A day is missing if no partner has it. Each is a separate transaction, so recorded days persist, and no further day
    is begun after half of the task's time.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            _MISSING,
            {
                "today": _local_day(now),
                "days": HISTORY_DAYS,
                "zone": settings.TIME_ZONE,
                "limit": limit,
            },
        )
        missing = [day for (day,) in cursor.fetchall()]
    started, done, row_count = time.monotonic(), [], 0
    for day in missing:
        if time.monotonic() - started > settings.CELERY_TASK_SOFT_TIME_LIMIT / 2:
            break
        row_count += record_day(day=day, now=now)
        done.append(day)
    return RecordedDays(days=tuple(done), row_count=row_count)


def _session() -> dict[str, str]:
    """Return memory and a time limit, as for a refresh; half of the task's time, since another day may run before."""
    return {"statement_timeout": f"{settings.CELERY_TASK_SOFT_TIME_LIMIT * 500:.0f}", "work_mem": "32MB", "jit": "off"}


def _local_day(now: datetime) -> date:
    """Return the day in the time zone of the settings, whatever zone is active for the reader of a page."""
    return timezone.localdate(now, timezone.get_default_timezone())


def _end_of(day: date) -> datetime:
    """Return the last microsecond of a day; midnight, where coarse imports put all their leads, is the next day's."""
    midnight = datetime.combine(day + timedelta(days=1), time_of_day.min, tzinfo=timezone.get_default_timezone())
    return midnight - timedelta(microseconds=1)
