"""Records of finished tasks: a success on the schedule, or a failure. Connected in every process."""

import time
from collections import deque
from typing import Any

import structlog
from celery import Task
from celery.exceptions import TimeLimitExceeded
from celery.signals import task_failure, task_postrun, task_prerun, task_success
from django.conf import settings
from django.db import DatabaseError, connection
from django_structlog.celery.signals import bind_extra_task_metadata
from structlog.contextvars import bind_contextvars

from config.observability.background_tasks import FailureLog, record_success

logger = structlog.get_logger(__name__)

_began: dict[str, float] = {}
_failures = FailureLog()
_killed: deque[str] = deque(maxlen=1000)


def connect() -> None:
    """Record the tasks of this process and of those that it starts."""
    task_prerun.connect(_note_start)
    task_success.connect(_note_success)
    task_failure.connect(_note_failure)
    task_postrun.connect(_forget_start)
    bind_extra_task_metadata.connect(_bind_name)


def scheduled_tasks() -> frozenset[str]:
    """Return the names of the tasks that beat sends."""
    return frozenset(entry["task"] for entry in settings.CELERY_BEAT_SCHEDULE.values())


def _bind_name(*, task: Task[Any, Any], **_signal: Any) -> None:
    bind_contextvars(task=task.name)


def _note_start(*, task_id: str, **_signal: Any) -> None:
    _began[task_id] = time.perf_counter()


def _forget_start(*, task_id: str, **_signal: Any) -> None:
    _began.pop(task_id, None)


def _note_success(*, sender: Task[Any, Any], **_signal: Any) -> None:
    """Record that a scheduled task has succeeded; other tasks would queue for its row."""
    if sender.name not in scheduled_tasks():
        return
    duration_ms = (time.perf_counter() - _began[str(sender.request.id)]) * 1000
    try:
        record_success(sender.name, duration_ms=duration_ms)
        _failures.write()
    except DatabaseError as error:
        logger.warning("task_success_not_recorded", error=type(error).__name__)


def _note_failure(*, sender: Task[Any, Any], task_id: str, exception: BaseException, **_signal: Any) -> None:
    # Celery reports twice that it has killed a task: at the limit, and when the process is gone.
    if isinstance(exception, TimeLimitExceeded):
        if task_id in _killed:
            return
        _killed.append(task_id)
    try:
        _failures.add(sender.name, error=type(exception).__name__)
    except DatabaseError as error:
        logger.warning("task_failure_not_recorded", error=type(error).__name__)
    # The worker's main process reports what a killed child cannot; the next child must not inherit its connection.
    if not connection.in_atomic_block:
        connection.close()
