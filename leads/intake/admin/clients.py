"""Intake clients, their idempotency keys, and their tokens: made and revoked on the client's page, and shown once."""

import re
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.cache import add_never_cache_headers
from django.utils.decorators import method_decorator
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_POST

from core.admin.base import CarefulForm, MarketplaceAdmin, ReadOnlyAdmin, short_code
from core.admin.history import HistoryMixin
from leads.intake.models import IntakeKey
from leads.intake.services.clients import (
    MOST_TOKEN_DAYS,
    NoSuchToken,
    create_client,
    make_token,
    revoke_token,
    tokens_of,
)
from leads.models import IntakeClient

_ORIGIN = re.compile(r"https?://[a-z0-9-]+(\.[a-z0-9-]+)*(:[0-9]{1,5})?")


class TokenForm(forms.Form):
    """Form for the lifetime of a new token."""

    days = forms.IntegerField(
        label=_("Days until it expires"), min_value=1, max_value=MOST_TOKEN_DAYS, initial=365, localize=False
    )


class IntakeClientForm(CarefulForm[IntakeClient]):
    """Form that takes origins as browsers write them."""

    def clean_allowed_origins(self) -> list[str]:
        """Return each origin in lower case and without a trailing slash."""
        origins = [origin.strip().lower().rstrip("/") for origin in self.cleaned_data["allowed_origins"]]
        for origin in origins:
            if not _ORIGIN.fullmatch(origin):
                raise forms.ValidationError(
                    gettext("%(origin)s is no origin: write it as https://www.example.com, without a path.")
                    % {"origin": origin}
                )
        return list(dict.fromkeys(origins))


@admin.register(IntakeClient)
class IntakeClientAdmin(HistoryMixin, MarketplaceAdmin[IntakeClient]):
    """Senders of leads. A client is never deleted, because its leads refer to it; it is deactivated."""

    form = IntakeClientForm
    history_tables = ("intake_clients",)
    change_form_template = "intake/admin/client.html"
    list_display = ("name", "source", "leads_per_minute", "is_active")
    list_filter = ("is_active",)
    search_fields = ("name", "source")
    id_search_fields = ()
    readonly_fields = ("user_name", "created_at")
    fields = (
        "name",
        "source",
        "allowed_origins",
        "leads_per_minute",
        "requires_contact",
        "requires_place",
        "requires_industry",
        "may_send_feedback",
        "may_open_tickets",
        "is_active",
        "user_name",
        "created_at",
    )

    @admin.display(description=_("user"))
    def user_name(self, client: IntakeClient) -> str:
        """Return the name of the user that owns its tokens."""
        return client.user.get_username()

    def get_fields(self, request: HttpRequest, obj: IntakeClient | None = None) -> Any:
        return self.fields if obj else self.fields[:-2]

    def has_delete_permission(self, request: HttpRequest, obj: IntakeClient | None = None) -> bool:
        return False

    def get_urls(self) -> list[Any]:
        wrap = self.admin_site.admin_view
        return [
            path("<int:client_id>/make-token/", wrap(self.make_token_view), name="leads_intakeclient_make_token"),
            path("<int:client_id>/revoke-token/", wrap(self.revoke_token_view), name="leads_intakeclient_revoke_token"),
            *super().get_urls(),
        ]

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        client: IntakeClient | None = self.get_object(request, object_id)
        tokens = [] if client is None else list(tokens_of(client))
        context = {"tokens": tokens, "token_form": TokenForm(), **(extra_context or {})}
        return super().change_view(request, object_id, form_url, context)

    def save_model(self, request: HttpRequest, obj: IntakeClient, form: Any, change: Any) -> None:
        """Save the client; a new one gets a user of its own."""
        if change:
            super().save_model(request, obj, form, change)
            return
        create_client(obj)

    @method_decorator(require_POST)
    @method_decorator(sensitive_variables("token"))
    def make_token_view(self, request: HttpRequest, client_id: int) -> HttpResponse:
        """Create a token and show it; the response is not cached."""
        client = self._changeable(request, client_id)
        form = TokenForm(request.POST)
        if not form.is_valid():
            self.message_user(request, " ".join(map(str, form.errors["days"])), messages.ERROR)
            return self._back(client_id)
        token = make_token(client=client, days=form.cleaned_data["days"])
        self.log_change(request, client, gettext("Made the token %(start)s.") % {"start": token.start})
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": gettext("New token of %(client)s") % {"client": client},
            "client": client,
            "token": token,
        }
        response = TemplateResponse(request, "intake/admin/client_token.html", context)
        add_never_cache_headers(response)
        return response

    @method_decorator(require_POST)
    def revoke_token_view(self, request: HttpRequest, client_id: int) -> HttpResponse:
        """Revoke a token."""
        client = self._changeable(request, client_id)
        start = request.POST.get("start", "")
        try:
            revoke_token(client=client, start=start)
        except NoSuchToken:
            self.message_user(request, gettext("There is no such token any more."), messages.WARNING)
        else:
            self.log_change(request, client, gettext("Revoked the token %(start)s.") % {"start": start})
            self.message_user(request, gettext("The token was revoked."), messages.SUCCESS)
        return self._back(client_id)

    def _changeable(self, request: HttpRequest, client_id: int) -> IntakeClient:
        """Return the client, if the user may change it."""
        client: IntakeClient | None = self.get_object(request, str(client_id))
        if client is None:
            raise Http404
        if not self.has_change_permission(request, client):
            raise PermissionDenied
        return client

    def _back(self, client_id: int) -> HttpResponseRedirect:
        return HttpResponseRedirect(reverse("admin:leads_intakeclient_change", args=[client_id]))


@admin.register(IntakeKey)
class IntakeKeyAdmin(ReadOnlyAdmin[IntakeKey]):
    """Idempotency keys that clients sent, and the stored responses."""

    list_display = ("created_at", "client_name", "key", "lead_code")
    list_filter = ("created_at",)
    list_select_related = ("client",)
    search_fields = ("=key", "client__username")
    id_search_fields = ("lead_id",)
    fields = ("client_name", "key", "request_hash", "lead", "response", "created_at")

    @admin.display(description=_("client"), ordering="client__username")
    def client_name(self, key: IntakeKey) -> str:
        """Return the name of the user that sent it."""
        return key.client.get_username()

    @admin.display(description=_("lead"))
    def lead_code(self, key: IntakeKey) -> str:
        """Return the short code of the lead."""
        return short_code(key.lead_id)
