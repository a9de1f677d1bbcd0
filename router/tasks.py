"""Background work of the router. Each task takes ids, can run twice, and is recovered by the sweep if it is lost."""

import logging
import uuid

from celery import shared_task
from django.utils import timezone

from router.models import LeadAssignmentLog
from router.queries.routable import due_lead_ids
from router.services.assignment import LeadAssignmentService, LeadNotFound

logger = logging.getLogger(__name__)

SWEEP_LIMIT = 10_000
"""Leads that one sweep takes on; the next one follows a minute later."""


@shared_task(name="router.tasks.assign_lead")
def assign_lead(lead_id: str) -> None:
    """Route one lead. A lead that is gone by now, or has a partner, is nothing to do."""
    try:
        LeadAssignmentService().assign([uuid.UUID(lead_id)], trigger=LeadAssignmentLog.Trigger.TASK.value)
    except LeadNotFound:
        logger.warning("lead %s is gone: nothing to route", lead_id)


@shared_task(name="router.tasks.sweep_unassigned_leads")
def sweep_unassigned_leads() -> None:
    """Route every lead that waits and is due: its message was lost, or nobody was eligible before.

    Leads that are deleted meanwhile are nothing to do.
    """
    due = due_lead_ids(now=timezone.now(), limit=SWEEP_LIMIT)
    if due:
        LeadAssignmentService().assign(due, trigger=LeadAssignmentLog.Trigger.SWEEP.value, skip_missing=True)
