"""State of the worker's tasks."""

from collections.abc import Collection
from dataclasses import dataclass, field
from threading import Lock

from django.db import connection


@dataclass(frozen=True, slots=True)
class TaskState:
    """For how long a task has not succeeded, what its last success took, and how often it failed.

    Successes are recorded of the tasks on the schedule alone. Without any, `success_seconds` is None, and
    `seconds_since_success` the time since the last migration of the database: a new installation has time to begin.
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


_SUCCEEDED = """
INSERT INTO background_tasks AS task (name, succeeded_at, duration_ms) VALUES (%s, clock_timestamp(), %s)
ON CONFLICT (name) DO UPDATE SET succeeded_at = EXCLUDED.succeeded_at, duration_ms = EXCLUDED.duration_ms
"""
_FAILED = """
INSERT INTO background_tasks AS task (name, failures, failed_at, error) VALUES (%s, %s, clock_timestamp(), %s)
ON CONFLICT (name) DO UPDATE
SET failures = task.failures + EXCLUDED.failures, failed_at = EXCLUDED.failed_at, error = EXCLUDED.error
"""


def record_success(task: str, *, duration_ms: float) -> None:
    """Record that a run of the task has just succeeded, and its duration."""
    with connection.cursor() as cursor:
        cursor.execute(_SUCCEEDED, [task, duration_ms])


@dataclass(slots=True)
class FailureLog:
    """Counter of failed tasks in the database; failures during an outage are added afterwards.

    What a process could not write is lost when the process ends.
    """

    _unwritten: dict[str, tuple[int, str]] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)

    def add(self, task: str, *, error: str) -> None:
        """Count one more failure; `error` is the type of the exception.

        Raises `DatabaseError`; the failure is then counted with the next one.
        """
        with self._lock:
            count, _ = self._unwritten.get(task, (0, ""))
            self._unwritten[task] = (count + 1, error)
        self.write()

    def write(self) -> None:
        """Write the pending failures. Raises `DatabaseError`."""
        with self._lock:
            for task, (count, error) in list(self._unwritten.items()):
                with connection.cursor() as cursor:
                    cursor.execute(_FAILED, [task, count, error])
                del self._unwritten[task]
