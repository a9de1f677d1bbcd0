"""Notification channels of partners, and the state of each notification."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from core.admin.base import CarefulForm, MarketplaceAdmin, ReadOnlyAdmin, short_code
from core.admin.inlines import ReadOnlyInline
from leads.notifications.models import Notification, NotificationAttempt, PartnerChannel
from leads.notifications.services import outbox, secrets
from leads.notifications.services.webhooks import target_of


class ChannelForm(CarefulForm[PartnerChannel]):
    """Form that checks the address by the kind of channel."""

    def clean(self) -> dict[str, Any] | None:
        """Refuse an invalid webhook URL or e-mail address."""
        cleaned = super().clean()
        kind = self.instance.kind or self.cleaned_data.get("kind")
        address = self.cleaned_data.get("address")
        if kind and address:
            try:
                _check_address(kind, address)
            except ValidationError as error:
                self.add_error("address", error)
        return cleaned


def _check_address(kind: str, address: str) -> None:
    if kind == PartnerChannel.Kind.WEBHOOK:
        target_of(address)
    else:
        validate_email(address)


@admin.register(PartnerChannel)
class PartnerChannelAdmin(MarketplaceAdmin[PartnerChannel]):
    """Webhooks and e-mail addresses. A webhook's secret is generated here, and shown once."""

    form = ChannelForm
    list_display = ("partner", "kind", "address", "is_active", "failures", "paused_until")
    list_display_links = ("partner", "kind")
    list_filter = ("kind", "is_active")
    list_select_related = ("partner",)
    search_fields = ("partner__company_name", "address")
    search_help_text = _("Name or id of a partner, or part of an address")
    id_search_fields = ("partner_id",)
    autocomplete_fields = ("partner",)
    actions = ("new_secret", "end_previous_secret")
    readonly_fields = ("failures", "paused_until", "previous_secret_until", "created_at")
    fieldsets = (
        (None, {"fields": ("partner", "kind", "address", "language", "is_active")}),
        (_("Kept by the system"), {"fields": readonly_fields}),
    )
    add_fieldsets = fieldsets[:1]

    def get_fieldsets(self, request: HttpRequest, obj: PartnerChannel | None = None) -> Any:
        """Hide the fields that the system maintains on a new channel."""
        return super().get_fieldsets(request, obj) if obj else self.add_fieldsets

    def get_readonly_fields(self, request: HttpRequest, obj: PartnerChannel | None = None) -> Any:
        """Make the partner read-only: pending notifications are about that partner's leads."""
        return (*self.readonly_fields, "partner", "kind") if obj else self.readonly_fields

    def response_add(self, request: HttpRequest, obj: PartnerChannel, post_url_continue: str | None = None) -> Any:
        """Show the secret of a new webhook, this once."""
        if obj.kind == PartnerChannel.Kind.WEBHOOK:
            return self._show_secret(request, obj, secrets.secret_text(obj.secret_id))
        return super().response_add(request, obj, post_url_continue)

    @admin.action(description=_("Make a new secret, beside the one until now"), permissions=["change"])
    def new_secret(self, request: HttpRequest, queryset: QuerySet[PartnerChannel]) -> HttpResponse | None:
        """Rotate the secret of the chosen webhook, and show the new one."""
        chosen = list(queryset[:2])
        if len(chosen) != 1 or chosen[0].kind != PartnerChannel.Kind.WEBHOOK:
            self.message_user(request, gettext("Choose one webhook."), messages.ERROR)
            return None
        channel = chosen[0]
        secret = secrets.rotate_secret(channel_id=channel.pk, now=timezone.now())
        self.log_change(request, channel, "New secret.")
        channel.refresh_from_db()
        return self._show_secret(request, channel, secret)

    @admin.action(description=_("End the secret before the newest one now"), permissions=["change"])
    def end_previous_secret(self, request: HttpRequest, queryset: QuerySet[PartnerChannel]) -> None:
        """Make only the newest secrets valid."""
        for channel in queryset.filter(previous_secret_id__isnull=False):
            self.log_change(request, channel, "Previous secret ended.")
        count = secrets.end_previous_secrets(channel_ids=list(queryset.values_list("pk", flat=True)))
        text = ngettext("%(count)d secret was ended.", "%(count)d secrets were ended.", count)
        self.message_user(request, text % {"count": count}, messages.SUCCESS if count else messages.INFO)

    def _show_secret(self, request: HttpRequest, channel: PartnerChannel, secret: str) -> HttpResponse:
        context = {
            **self.admin_site.each_context(request),
            "title": gettext("Secret of the webhook"),
            "opts": self.opts,
            "channel": channel,
            "secret": secret,
        }
        return TemplateResponse(request, "notifications/admin/webhook_secret.html", context)


class AttemptInline(ReadOnlyInline[NotificationAttempt, Notification]):
    """Delivery attempts, newest first."""

    model = NotificationAttempt
    # Few columns: none has a control that the keyboard can reach, so the table must not need scrolling on a phone.
    fields = ("started_at", "result", "duration_ms")
    readonly_fields = fields
    ordering = ("-number",)

    @admin.display(description=_("result"))
    def result(self, attempt: NotificationAttempt) -> str:
        """Return the outcome, with the status of the response if there was one."""
        if attempt.finished_at is None:
            return gettext("under way, or interrupted")
        words = attempt.get_error_display() if attempt.error else gettext("delivered")
        return words if attempt.status_code is None else f"{attempt.status_code}, {words}"


@admin.register(Notification)
class NotificationAdmin(ReadOnlyAdmin[Notification]):
    """Notifications of partners. Users with the change permission can have them sent again."""

    list_display = ("created_at", "state", "partner", "kind", "lead_code", "attempts", "due_at", "finished_at")
    list_filter = ("state", "channel__kind", "created_at")
    list_select_related = ("channel__partner",)
    sortable_by = ("created_at",)
    search_fields = ("id",)
    search_help_text = _("Id of a notification or a lead (or its first 8 digits)")
    id_search_fields = ("id", "lead_id")
    searches_ids_only = True
    actions = ("redeliver",)
    inlines = (AttemptInline,)
    fields = (
        "id",
        "event",
        "lead_code",
        "partner",
        "kind",
        "state",
        "attempts",
        "created_at",
        "started_at",
        "due_at",
        "finished_at",
    )

    def has_redeliver_permission(self, request: HttpRequest) -> bool:
        """Return whether the action is available."""
        return request.user.has_perm("notifications.change_notification")

    @admin.display(description=_("partner"))
    def partner(self, notification: Notification) -> str:
        """Return the recipient."""
        return str(notification.channel.partner)

    @admin.display(description=_("kind"))
    def kind(self, notification: Notification) -> str:
        """Return the kind of channel."""
        return str(notification.channel.get_kind_display())

    @admin.display(description=_("lead"))
    def lead_code(self, notification: Notification) -> str:
        """Return the short code of the lead."""
        return short_code(notification.lead_id)

    @admin.action(description=_("Send again now, under the same id"), permissions=["redeliver"])
    def redeliver(self, request: HttpRequest, queryset: QuerySet[Notification]) -> None:
        """Send the chosen notifications again."""
        count = outbox.redeliver(notification_ids=list(queryset.values_list("pk", flat=True)))
        text = ngettext("%(count)d notification is sent again.", "%(count)d notifications are sent again.", count)
        self.message_user(request, text % {"count": count}, messages.SUCCESS if count else messages.INFO)
