"""Background work that belongs to no app."""

from celery import shared_task
from django.utils import timezone

from leads.services.lockout import forget_old_failures


@shared_task(name="config.tasks.forget_login_failures")
def forget_login_failures() -> None:
    """Delete failed logins that no longer count, with the names and addresses in them."""
    forget_old_failures(now=timezone.now())
