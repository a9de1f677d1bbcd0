"""Asking the worker to route a lead.

A message is a hint and no more: the database says which leads wait, and the sweep looks there every minute. So a broker
that is away is logged and otherwise ignored; whoever brought the lead does not wait for it.
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

# The worker may wait for its broker; a request may not. Without `max_retries`, kombu tries for ever.
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
"""How long to wait where all producers of the process are taken, as they are when the broker hangs."""

BROKER_ERRORS = (OperationalError, ChannelError, LimitExceeded, OSError)
"""What a broker that is away raises: over Redis kombu's own errors, over the file system also the system's."""


def impatient_connection() -> Connection:
    """A connection to the broker, not opened yet, that gives up within a second."""
    connection: Connection = current_app.connection_for_write()
    connection.transport_options = {**(connection.transport_options or {}), **_IMPATIENT}
    return connection


def request_routing(lead_id: UUID) -> bool:
    """Send the message that routes this lead; to be called after commit. False: the sweep has to find the lead.

    The message carries what is bound to log lines here (the ids of the request and of the lead) to those of the worker.
    """
    try:
        with (
            bound_contextvars(lead_id=str(lead_id)),
            # Kept for the next lead: to connect takes longer than to send.
            producers[impatient_connection()].acquire(block=True, timeout=_PRODUCER_SECONDS) as producer,
        ):
            current_app.send_task(
                settings.ROUTE_LEAD_TASK, args=[str(lead_id)], producer=producer, ignore_result=True, retry=False
            )
    except BROKER_ERRORS as error:
        logger.warning("Lead %s waits for the sweep: the broker is away (%s).", lead_id, type(error).__name__)
        return False
    return True
