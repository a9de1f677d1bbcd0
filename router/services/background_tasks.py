"""State of the worker's tasks."""

from dataclasses import dataclass, field
from threading import Lock

from django.db import connection

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
