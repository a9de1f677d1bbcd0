"""Messages that ask the worker to route a lead.

A message is only a hint: the database says which leads wait, and the sweep checks it every minute. So an unavailable
broker is logged and otherwise ignored, and callers do not wait for it.
"""

import logging
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any
from uuid import UUID

from celery import current_app
from django.conf import settings
from kombu import Connection
from kombu.exceptions import ChannelError, LimitExceeded, OperationalError
from kombu.pools import producers
from structlog.contextvars import bound_contextvars

logger = logging.getLogger(__name__)

# The worker may wait for its broker; a request may not. Without `max_retries`, kombu retries for ever.
_IMPATIENT: Mapping[str, Any] = MappingProxyType(
    {
        "max_retries": 0,
        "interval_start": 0,
        "interval_step": 0,
        "interval_max": 0,
        "socket_connect_timeout": 0.5,
        "socket_timeout": 0.5,
    }
)

_PRODUCER_SECONDS = 0.5
"""Time to wait if all producers of the process are busy, as they are when the broker hangs."""

BROKER_ERRORS = (OperationalError, ChannelError, LimitExceeded, OSError)
"""Errors of an unavailable broker: kombu's own over Redis, the system's over the file system."""


def impatient_connection() -> Connection:
    """Return a lazy connection to the broker that gives up within a second."""
    connection: Connection = current_app.connection_for_write()
    connection.transport_options = {**(connection.transport_options or {}), **_IMPATIENT}
    return connection


def request_routing(lead_id: UUID) -> bool:
    """Send the message that routes this lead; call it after commit. False means that the sweep has to find the lead.

    The message carries the ids of the request and the lead, for the worker's log lines.
    """
    with bound_contextvars(lead_id=str(lead_id)):
        return _is_sent(settings.ROUTE_LEAD_TASK, [str(lead_id)], waiting=f"Lead {lead_id} waits")


def request_sweep(*, leads: int) -> bool:
    """Send the one message that routes this number of new leads, by a sweep before its time; call it after commit."""
    return _is_sent(settings.SWEEP_TASK, [], waiting=f"{leads} leads wait")


def _is_sent(task: str, args: list[str], *, waiting: str) -> bool:
    """Send a message; if the broker is unavailable, log what is `waiting` and return False."""
    try:
        # Cached for the next lead: connecting takes longer than sending.
        with producers[impatient_connection()].acquire(block=True, timeout=_PRODUCER_SECONDS) as producer:
            current_app.send_task(task, args=args, producer=producer, ignore_result=True, retry=False)
    except BROKER_ERRORS as error:
        logger.warning("%s for the sweep: the broker is away (%s).", waiting, type(error).__name__)
        return False
    return True
