"""API tokens: who has one, and revoking it. They are created by signing in to the API, not here."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from knox.admin import AuthTokenAdmin as KnoxAdmin
from knox.models import AuthToken

from core.admin.base import MarketplaceAdmin
from core.admin.history import HistoryMixin

# Knox registers a form that would allow entering a hash.
if isinstance(admin.site.get_model_admin(AuthToken), KnoxAdmin):
    admin.site.unregister(AuthToken)


@admin.register(AuthToken)
class ApiTokenAdmin(HistoryMixin, MarketplaceAdmin[Any]):
    """Tokens, stored as their first characters and a hash."""

    history_tables = ("knox_authtoken",)
    list_display = ("start", "owner", "created_on", "expires_on")
    list_select_related = ("user",)
    search_fields = ("token_key__istartswith", "user__username")
    search_help_text = _("First characters of a token, or the name of a user")
    id_search_fields = ()
    ordering = ("-created", "pk")
    fields = ("start", "owner", "created_on", "expires_on")
    readonly_fields = fields

    def history_key(self, row: Any) -> str:
        """Return the characters stored in plain text; the table's primary key is a hash."""
        return str(row.token_key)

    def history_name(self, row: Any) -> str:
        """Return the characters stored in plain text."""
        return str(row.token_key)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        return super().changelist_view(request, {"title": gettext("Tokens of the API"), **(extra_context or {})})

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """Return the token's page without its name, which is an unreadable hash."""
        context = {"title": gettext("Token of the API"), "subtitle": "", **(extra_context or {})}
        return super().change_view(request, object_id, form_url, context)

    @admin.display(description=_("token starts with"), ordering="token_key")
    def start(self, token: Any) -> str:
        """Return the characters stored in plain text."""
        return str(token.token_key)

    @admin.display(description=_("user"), ordering="user__username")
    def owner(self, token: Any) -> str:
        """Return the name of the user that signs in with it."""
        return str(token.user.get_username())

    @admin.display(description=_("created at"), ordering="created")
    def created_on(self, token: Any) -> str:
        """Return the date of its creation."""
        return date_format(timezone.localtime(token.created), "DATETIME_FORMAT")

    @admin.display(description=_("expires at"), ordering="expiry")
    def expires_on(self, token: Any) -> str | None:
        """Return the date of its expiry; None if it never expires."""
        return date_format(timezone.localtime(token.expiry), "DATETIME_FORMAT") if token.expiry else None
