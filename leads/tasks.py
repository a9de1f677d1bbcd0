"""Background tasks of the leads app: notifications and clean-up.

Each task is idempotent, and the next run makes up for a missed one.
"""

from datetime import timedelta

import structlog
from celery import shared_task
from django.conf import settings
from django.utils import timezone

from leads.services.notifications import delivery, outbox
from leads.services.personal_data.retention import Deadlines, anonymise_due

logger = structlog.get_logger(__name__)

RUN_SECONDS = 45
KEPT = timedelta(days=90)
FORGOTTEN_AT_ONCE = 5_000
ANONYMISE_SECONDS = 180


@shared_task(name="leads.tasks.deliver_notifications")
def deliver_notifications() -> None:
    """Send due notifications to partners. Concurrent runs send each notification once."""
    outcomes = delivery.deliver_due(seconds=RUN_SECONDS)
    if outcomes:
        logger.info("notifications_sent", **outcomes)


@shared_task(name="leads.tasks.forget_notifications")
def forget_notifications() -> None:
    """Delete notifications that were finished long ago."""
    forgotten = FORGOTTEN_AT_ONCE
    while forgotten == FORGOTTEN_AT_ONCE:
        forgotten = outbox.forget_finished(older_than=KEPT, limit=FORGOTTEN_AT_ONCE)


@shared_task(name="leads.tasks.anonymise_leads")
def anonymise_leads() -> None:
    """Anonymise leads that were closed long ago."""
    now = timezone.now()
    deadlines = Deadlines.after(
        decided_days=settings.RETENTION_DAYS, undecided_days=settings.RETENTION_UNDECIDED_DAYS, now=now
    )
    done = anonymise_due(deadlines=deadlines, now=now, seconds=ANONYMISE_SECONDS)
    if done.leads or done.tickets:
        logger.info("leads_anonymised", leads=done.leads, tickets=done.tickets, is_done=done.is_done)
