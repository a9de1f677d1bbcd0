"""State of the worker's tasks."""

from collections.abc import Collection
from dataclasses import dataclass

from django.db import connection


@dataclass(frozen=True, slots=True)
class TaskState:
    """Time since a task last succeeded, the duration of that run, and its number of failures.

    Only scheduled tasks record successes. Without any, `success_seconds` is None, and `seconds_since_success` is the
    time since the last migration of the database, so that a new installation has time to begin.
    """

    seconds_since_success: float
    success_seconds: float | None
    failures: int


_STATES = """
SELECT name,
    extract(epoch FROM clock_timestamp() - coalesce(task.succeeded_at, installed.latest))::float8,
    task.duration_ms / 1000,
    coalesce(task.failures, 0)
FROM unnest(%s::text[]) AS name
LEFT JOIN background_tasks AS task USING (name)
CROSS JOIN (SELECT max(applied) AS latest FROM django_migrations) AS installed
"""


def task_states(names: Collection[str]) -> dict[str, TaskState]:
    """Return the state of each of these tasks, by name."""
    with connection.cursor() as cursor:
        cursor.execute(_STATES, [sorted(names)])
        return {name: TaskState(since, took, failures) for name, since, took, failures in cursor.fetchall()}
