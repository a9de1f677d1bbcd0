"""Temporary lockout after failed logins: by name and address, and by address alone.

django-axes records each failure and asks here whether it was one too many.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import structlog
from axes.handlers.database import AxesDatabaseHandler
from axes.helpers import get_client_username
from axes.models import AccessAttempt
from django.conf import settings
from django.db.models import Max, Q, QuerySet, Sum
from django.http import HttpRequest
from django.utils import timezone

logger = structlog.get_logger(__name__)

_LONGEST_NAME = AccessAttempt._meta.get_field("username").max_length

Credentials = dict[str, Any] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Failures:
    """Failures that still count, for a name with an address and for the address; and the newest of each."""

    own: int
    own_newest: datetime | None
    of_address: int
    newest: datetime | None

    def locked_since(self) -> datetime | None:
        """Return the time of the failure that started the lockout; None if not locked."""
        if self.own >= settings.AXES_FAILURE_LIMIT:
            return self.own_newest
        return self.newest if self.of_address >= settings.LOGIN_FAILURES_ADDRESS else None


class LockoutHandler(AxesDatabaseHandler):  # type: ignore[misc]  # axes has no types
    """The limits of this product. Attempts during a lockout are not recorded, so the lock ends on time."""

    def get_failures(self, request: HttpRequest, credentials: Credentials = None) -> int:
        """Return the number of failures; at least the limit once either limit is reached."""
        failures, limit = _failures(request, credentials), int(settings.AXES_FAILURE_LIMIT)
        return min(failures.own, limit - 1) if failures.locked_since() is None else limit

    def user_login_failed(
        self, sender: Any, credentials: dict[str, Any], request: HttpRequest | None = None, **kwargs: Any
    ) -> None:
        """Record the failure, and log a lockout."""
        super().user_login_failed(sender, credentials, request, **kwargs)
        if getattr(request, "axes_locked_out", False):
            logger.warning("login_locked_out")

    def reset_user_attempts(self, request: HttpRequest, credentials: Credentials = None) -> int:
        """Delete a name's failures from this address after its login; those of other names still count."""
        username = get_client_username(request, credentials)
        address = request.axes_ip_address  # type: ignore[attr-defined]  # axes sets it
        return int(AccessAttempt.objects.filter(username=username, ip_address=address).delete()[0])


def name_tried(request: HttpRequest, credentials: Credentials = None) -> str | None:
    """Return the name of a login attempt, if it can be stored: no user has a longer one."""
    name = (credentials or request.POST).get("username")
    return None if name is None else str(name)[:_LONGEST_NAME]


def seconds_locked(request: HttpRequest, *, username: str | None) -> int:
    """Return the maximum seconds until another attempt of this name from the request's address is checked."""
    since = _failures(request, {"username": username}).locked_since()
    if since is None:
        return 0
    return max(1, round((since + settings.AXES_COOLOFF_TIME - timezone.now()).total_seconds()))


def unlock(attempts: "QuerySet[Any]") -> int:
    """Delete these failures, so that they lock nobody out; return the number of names and addresses."""
    return attempts.delete()[0]


def forget_old_failures(*, now: datetime) -> int:
    """Delete failures that no longer count and return the number of rows."""
    past: timedelta = settings.AXES_COOLOFF_TIME
    return int(AccessAttempt.objects.filter(attempt_time__lt=now - past).delete()[0])


def _failures(request: HttpRequest, credentials: Credentials) -> _Failures:
    now = request.axes_attempt_time  # type: ignore[attr-defined]  # axes sets it, and the address
    own = Q(username=get_client_username(request, credentials))
    found = AccessAttempt.objects.filter(
        ip_address=request.axes_ip_address,  # type: ignore[attr-defined]  # likewise
        attempt_time__gte=now - settings.AXES_COOLOFF_TIME,
    ).aggregate(
        own=Sum("failures_since_start", filter=own, default=0),
        own_newest=Max("attempt_time", filter=own),
        of_address=Sum("failures_since_start", default=0),
        newest=Max("attempt_time"),
    )
    return _Failures(**found)
