"""Background tasks of the router. Each takes ids, can run twice, and is recovered by the sweep if it is lost."""

import uuid
from collections.abc import Iterable

import structlog
from celery import Task, shared_task
from celery.exceptions import MaxRetriesExceededError, SoftTimeLimitExceeded
from django.utils import timezone
from django.utils.translation import gettext as _
from structlog.contextvars import bind_contextvars

from leads.services.locks import LeadNotFound
from leads.services.partner_changes import forget_old_changes
from router import preview
from router.assignment.service import LeadAssignmentService
from router.decisions.record import Decision
from router.models import LeadAssignmentLog
from router.snapshot.routable import due_lead_ids

logger = structlog.get_logger(__name__)

SWEEP_LIMIT = 10_000
"""Number of leads in one sweep; the next one follows a minute later."""


@shared_task(name="router.tasks.assign_lead")
def assign_lead(lead_id: str) -> None:
    """Route one lead; do nothing if it is gone by now, or has a partner."""
    bind_contextvars(lead_id=lead_id)
    try:
        decisions = LeadAssignmentService().assign([uuid.UUID(lead_id)], trigger=LeadAssignmentLog.Trigger.TASK.value)
    except LeadNotFound:
        logger.warning("lead_is_gone")
    else:
        _log(decisions)


@shared_task(name="router.tasks.sweep_unassigned_leads")
def sweep_unassigned_leads() -> None:
    """Route every waiting lead that is due: its message was lost, or nobody was eligible before.

    Leads that are deleted meanwhile are skipped.
    """
    forget_old_changes()
    due = due_lead_ids(now=timezone.now(), limit=SWEEP_LIMIT)
    if due:
        service = LeadAssignmentService()
        _log(service.assign(due, trigger=LeadAssignmentLog.Trigger.SWEEP.value, skip_missing=True))


@shared_task(
    name="router.tasks.compute_preview",
    bind=True,
    # A million leads take longer than a sweep; still shorter than the visibility timeout.
    soft_time_limit=600,
    time_limit=660,
    max_retries=300,
    default_retry_delay=5,
)
def compute_preview(self: Task[[str], None], preview_id: str) -> None:
    """Compute a preview of a draft on all leads of some days; wait while another one is computed."""
    number = uuid.UUID(preview_id)
    try:
        preview.compute(number)
    except preview.PreviewBusy:
        try:
            raise self.retry()
        except MaxRetriesExceededError:
            preview.fail(number, _("Too many previews were asked for at once. Ask again later."))
    except SoftTimeLimitExceeded:
        preview.fail(number, _("This took too long. Choose fewer days."))


def _log(decisions: Iterable[Decision]) -> None:
    """Log each new decision, one line per decision."""
    for decision in decisions:
        if decision.created:
            logger.info(
                "lead_decided",
                lead_id=str(decision.lead_id),
                outcome=decision.outcome,
                partner_id=None if decision.partner_id is None else str(decision.partner_id),
                decision_id=decision.log_id,
            )
