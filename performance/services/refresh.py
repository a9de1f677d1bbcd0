"""Refresh of the statistics."""

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db import OperationalError
from psycopg import errors

from performance.services.session import session_settings

_SHARE_OF_LIMIT = 0.95
"""Share of the task's time limit: the server gives up before the worker does."""


class RefreshTookTooLong(Exception):
    """The database cancelled a refresh at the time limit; the statistics are those of the previous one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RefreshResult:
    """Result of a refresh. `refreshed` is False, and the rest None, if another refresh was running.

    `as_of` is the instant of the new rows, `mode` is `concurrent` (beside readers), `plain` (the first time) or
    `skipped`, and `run_id` names the `RefreshRun`.
    """

    refreshed: bool
    as_of: datetime | None
    mode: str
    row_count: int | None
    duration_ms: float | None
    run_id: int | None


def refresh_statistics(*, triggered_by: str) -> RefreshResult:
    """Refresh the view and record the run; do nothing if another session is refreshing it.

    `triggered_by` is stored with the run: `beat`, a user's name, a command. Runs in its own transaction. Readers of the
    view never wait, apart from the very first time. The server cancels a refresh that hangs before the worker's time
    limit would: a killed worker's statement would run on, and keep the lock. Raises RefreshTookTooLong then.
    """
    limit_seconds = settings.CELERY_TASK_SOFT_TIME_LIMIT * _SHARE_OF_LIMIT
    try:
        with session_settings({"statement_timeout": f"{limit_seconds * 1000:.0f}"}) as cursor:
            cursor.execute(
                "SELECT refreshed, as_of, mode, row_count, duration_ms, run_id"
                " FROM refresh_partner_performance_stats(%s)",
                [triggered_by],
            )
            refreshed, as_of, mode, row_count, duration_ms, run_id = cursor.fetchone()
    except OperationalError as error:
        if isinstance(error.__cause__, errors.QueryCanceled):
            raise RefreshTookTooLong(
                f"The database ended the refresh of the statistics (limit: {limit_seconds:g} s)"
            ) from error
        raise
    return RefreshResult(
        refreshed=refreshed, as_of=as_of, mode=mode, row_count=row_count, duration_ms=duration_ms, run_id=run_id
    )
