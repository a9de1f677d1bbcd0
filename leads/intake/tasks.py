"""Background task of the intake."""

from celery import shared_task
from django.utils import timezone

from leads.intake.services.repeats import forget_old_keys


@shared_task(name="leads.intake.tasks.forget_intake_keys")
def forget_intake_keys() -> None:
    """Delete expired idempotency keys."""
    forget_old_keys(now=timezone.now())
