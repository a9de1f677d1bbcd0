"""Failed logins that still count, and the end of a lockout; for superusers."""

from typing import Any

from axes.models import AccessAttempt
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop, ngettext

from core.admin.base import ReadOnlyAdmin
from core.auth.lockout import unlock

NAMED_BY_AXES = (gettext_noop("access attempt"), gettext_noop("access attempts"))
"""Names in the table of django-axes, which has no Dutch translation."""


@admin.register(AccessAttempt)
class LoginFailureAdmin(ReadOnlyAdmin[Any]):
    """Names that were tried at the login, with the address; deleted when they no longer count."""

    list_display = ("tried_at", "tried_name", "address", "failures")
    ordering = ("-attempt_time", "pk")
    search_fields = ("username", "ip_address")
    search_help_text = _("Name of a user, or an address")
    id_search_fields = ()
    fields = (*list_display, "browser", "path")
    readonly_fields = fields
    actions = ("unlock",)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(request.user.is_active and getattr(request.user, "is_superuser", False))

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    @admin.action(description=_("Let them sign in again: forget these failures"), permissions=["view"])
    def unlock(self, request: HttpRequest, queryset: "QuerySet[Any]") -> None:
        """Delete the failures, so that they lock nobody out."""
        count = unlock(queryset)
        self.message_user(request, ngettext("%d row was forgotten.", "%d rows were forgotten.", count) % count)

    @admin.display(description=_("last tried at"), ordering="attempt_time")
    def tried_at(self, attempt: Any) -> str:
        """Return the time of the newest failure."""
        return date_format(timezone.localtime(attempt.attempt_time), "DATETIME_FORMAT")

    @admin.display(description=_("name"), ordering="username")
    def tried_name(self, attempt: Any) -> str | None:
        """Return the name that was entered."""
        return str(attempt.username) if attempt.username else None

    @admin.display(description=_("address"), ordering="ip_address")
    def address(self, attempt: Any) -> str | None:
        """Return the address that it came from."""
        return str(attempt.ip_address) if attempt.ip_address else None

    @admin.display(description=_("wrong passwords"), ordering="failures_since_start")
    def failures(self, attempt: Any) -> int:
        """Return the number of failures for this name, address and browser."""
        return int(attempt.failures_since_start)

    @admin.display(description=_("browser"))
    def browser(self, attempt: Any) -> str:
        """Return the user agent."""
        return str(attempt.user_agent)

    @admin.display(description=_("page"))
    def path(self, attempt: Any) -> str:
        """Return where it was tried: the login of the admin or of the API."""
        return str(attempt.path_info)
