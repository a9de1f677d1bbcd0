"""Background tasks of the core app: clean-up of what signing in leaves behind."""

from celery import shared_task
from django.contrib.sessions.backends.db import SessionStore
from django.utils import timezone

from core.auth.lockout import forget_old_failures


@shared_task(name="core.tasks.forget_login_failures")
def forget_login_failures() -> None:
    """Delete failed logins that no longer count, with the names and addresses in them."""
    forget_old_failures(now=timezone.now())


@shared_task(name="core.tasks.forget_sessions")
def forget_sessions() -> None:
    """Delete expired sessions, including files that were uploaded for an import."""
    SessionStore.clear_expired()
