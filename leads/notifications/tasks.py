"""Background tasks of the notifications app. Each is idempotent, and the next run makes up for a missed one."""

from datetime import timedelta

import structlog
from celery import shared_task

from leads.notifications.services import delivery, outbox

logger = structlog.get_logger(__name__)

RUN_SECONDS = 45
KEPT = timedelta(days=90)
FORGOTTEN_AT_ONCE = 5_000


@shared_task(name="leads.notifications.tasks.deliver_notifications")
def deliver_notifications() -> None:
    """Send due notifications to partners. Concurrent runs send each notification once."""
    outcomes = delivery.deliver_due(seconds=RUN_SECONDS)
    if outcomes:
        logger.info("notifications_sent", **outcomes)


@shared_task(name="leads.notifications.tasks.forget_notifications")
def forget_notifications() -> None:
    """Delete notifications that were finished long ago."""
    forgotten = FORGOTTEN_AT_ONCE
    while forgotten == FORGOTTEN_AT_ONCE:
        forgotten = outbox.forget_finished(older_than=KEPT, limit=FORGOTTEN_AT_ONCE)
