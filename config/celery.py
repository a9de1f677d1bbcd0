"""The Celery application: `celery -A config worker` and `celery -A config beat`."""

import logging
import os
from logging.config import dictConfig
from typing import TYPE_CHECKING, Any

import pghistory
from celery import Celery, Task
from celery.signals import beat_init, celeryd_init, setup_logging, task_postrun, task_prerun
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import close_old_connections
from django_structlog.celery.steps import DjangoStructLogInitStep

from config import broker
from config.safety import refuse_unsafe_settings

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")


if TYPE_CHECKING:
    _Task = Task[Any, Any]
else:
    _Task = Task


class NamedTask(_Task):
    """A task whose row changes are recorded under its name."""

    abstract = True

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Run the task."""
        with pghistory.context(task=self.name):
            return super().__call__(*args, **kwargs)


broker.install()
app = Celery("config", task_cls=NamedTask)
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
# Binds the ids that came with a message (request, lead) to the log lines of its task.
app.steps["worker"].add(DjangoStructLogInitStep)


@setup_logging.connect
def keep_logging(**_signal: Any) -> None:
    """Make Celery log like everything else; otherwise it replaces the loggers."""
    dictConfig(settings.LOGGING)
    logging.captureWarnings(capture=True)


@celeryd_init.connect
@beat_init.connect
def refuse_to_start(**_signal: Any) -> None:
    """Stop the worker and beat from starting with unsafe settings; Celery carries on after any other exception."""
    try:
        refuse_unsafe_settings()
    except ImproperlyConfigured as error:
        raise SystemExit(str(error)) from None


@task_prerun.connect
@task_postrun.connect
def look_after_connections(task: _Task, **_signal: Any) -> None:
    """Keep a database connection between tasks, as the web does between requests.

    A connection that is old or has failed is closed; one that is kept is checked before its next use. A task called
    like a function is part of its caller's work, and so is the connection.
    """
    if not task.request.is_eager:
        close_old_connections()
