"""Background task of the privacy app. It is idempotent, and the next run makes up for a missed one."""

import structlog
from celery import shared_task
from django.conf import settings
from django.utils import timezone

from leads.privacy.services.retention import Deadlines, anonymise_due

logger = structlog.get_logger(__name__)

ANONYMISE_SECONDS = 180


@shared_task(name="leads.privacy.tasks.anonymise_leads")
def anonymise_leads() -> None:
    """Anonymise leads that were closed long ago."""
    now = timezone.now()
    deadlines = Deadlines.after(
        decided_days=settings.RETENTION_DAYS, undecided_days=settings.RETENTION_UNDECIDED_DAYS, now=now
    )
    done = anonymise_due(deadlines=deadlines, now=now, seconds=ANONYMISE_SECONDS)
    if done.leads or done.tickets:
        logger.info("leads_anonymised", leads=done.leads, tickets=done.tickets, is_done=done.is_done)
