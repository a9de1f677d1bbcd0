"""Messages that ask the worker to route a lead.

A message is only a hint: the database says which leads wait, and the sweep checks it every minute. So an unavailable
broker is logged and otherwise ignored, and callers do not wait for it.
"""

import logging
from collections.abc import Collection, Mapping
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
    try:
        with (
            bound_contextvars(lead_id=str(lead_id)),
            # Cached for the next lead: connecting takes longer than sending.
            producers[impatient_connection()].acquire(block=True, timeout=_PRODUCER_SECONDS) as producer,
        ):
            current_app.send_task(
                settings.ROUTE_LEAD_TASK, args=[str(lead_id)], producer=producer, ignore_result=True, retry=False
            )
    except BROKER_ERRORS as error:
        logger.warning("Lead %s waits for the sweep: the broker is away (%s).", lead_id, type(error).__name__)
        return False
    return True


def request_routing_of_many(lead_ids: Collection[UUID]) -> int:
    """Send the messages that route these leads, over one connection; call it after commit.

    Returns how many were sent. The first failure ends it: the sweep finds the rest.
    """
    sent = 0
    try:
        with impatient_connection() as connection, current_app.amqp.Producer(connection) as producer:
            for lead_id in lead_ids:
                current_app.send_task(
                    settings.ROUTE_LEAD_TASK, args=[str(lead_id)], producer=producer, ignore_result=True, retry=False
                )
                sent += 1
    except BROKER_ERRORS as error:
        logger.warning(
            "%d leads wait for the sweep: the broker is away (%s).", len(lead_ids) - sent, type(error).__name__
        )
    return sent
