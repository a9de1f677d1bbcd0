"""The product's own Celery application, with steps at which its workers can be killed: `celery -A tests.chaos.faulty`.

Nothing of it is in the product. Messages of a worker that is gone can come again within seconds instead of a quarter of
an hour, and a child that is gone is noticed within half a second instead of five.
"""

import os
from functools import wraps
from typing import Any

from celery.concurrency.asynpool import AsynPool
from celery.signals import task_postrun, task_prerun, task_received
from kombu.message import Message
from kombu.transport.redis import QoS

from config.celery import app
from tests.chaos import steps

__all__ = ["app"]

app.conf.broker_transport_options = {
    **app.conf.broker_transport_options,
    "visibility_timeout": float(os.environ.get(steps.VISIBILITY_SECONDS, "900")),
    "unacked_restore_interval": 1,
    "unacked_restore_throttle": 1,
}

AsynPool.timers = property(lambda pool: {pool.maintain_pool: 0.5})  # type: ignore[method-assign, assignment]  # see above

steps.install()


@task_received.connect(weak=False)
def note_receipt(request: Any, **_: Any) -> None:
    """The main process has the message."""
    steps.aside(request.name, "receipt", "after")


@task_prerun.connect(weak=False)
def note_begin(task: Any, **_: Any) -> None:
    """The child begins."""
    steps.begin(task.name)


@task_postrun.connect(weak=False)
def note_end(**_: Any) -> None:
    """The child is done; the message is not acknowledged yet."""
    steps.end()


_acknowledge = Message.ack


@wraps(_acknowledge)
def _noted(self: Any, *args: Any, **options: Any) -> Any:
    name = self.headers.get("task", "")
    steps.aside(name, "acknowledgement", "before")
    result = _acknowledge(self, *args, **options)
    steps.aside(name, "acknowledgement", "after")
    return result


Message.ack = _noted  # type: ignore[method-assign]  # that is the point

_note_as_taken = QoS.append


@wraps(_note_as_taken)
def _taken(self: Any, message: Any, delivery_tag: str) -> None:
    # Redis has handed the message out, and does not know yet that somebody works on it: who is killed here takes the
    # message along for good.
    steps.aside(message.headers.get("task", ""), "taking", "before")
    _note_as_taken(self, message, delivery_tag)


QoS.append = _taken  # type: ignore[method-assign]  # the worker is to die before the original is called
