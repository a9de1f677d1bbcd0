"""Leads and their activities."""

from datetime import datetime
from typing import Any

from django.contrib import admin
from django.contrib.admin.options import IncorrectLookupParameters
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core.admin.base import MarketplaceAdmin, short_code
from core.admin.history import HistoryMixin
from core.admin.inlines import ReadOnlyInline, shortened
from leads.admin.correction import CorrectionMixin
from leads.models import Lead, LeadActivity, LeadRepeat


class AssignmentFilter(admin.SimpleListFilter):
    """Filter by whether a lead has a partner."""

    title = _("partner")
    parameter_name = "assigned"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("waiting", gettext("Waits for a partner")), ("assigned", gettext("Has a partner"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Lead]) -> QuerySet[Lead]:
        if self.value() == "waiting":
            return queryset.filter(partner__isnull=True, status=Lead.Status.NEW)
        if self.value() == "assigned":
            return queryset.filter(partner__isnull=False)
        return queryset


class CountedFilter(admin.SimpleListFilter):
    """Filter for leads that the statistics count from a given time: by their creation, or their re-routing.

    It is shown if a link has set it.
    """

    title = _("counted since")
    parameter_name = "counted_since"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        since = self._since()
        return [] if since is None else [(str(self.value()), date_format(timezone.localtime(since), "DATETIME_FORMAT"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Lead]) -> QuerySet[Lead]:
        since = self._since()
        if since is None:
            return queryset
        came_in, came_to_partner = Q(created_at__gte=since), Q(assigned_at__gte=since)
        is_first = Q(tried_partner_ids__isnull=True)
        return queryset.filter((is_first & came_in) | (~is_first & (came_to_partner | Q(assigned_at=None) & came_in)))

    def _since(self) -> datetime | None:
        """Return the time in the URL; None without one."""
        text = self.value()
        if text is None:
            return None
        try:
            since = datetime.fromisoformat(text)
        except ValueError as error:
            raise IncorrectLookupParameters from error
        return timezone.make_aware(since) if timezone.is_naive(since) else since


class ActivityInline(ReadOnlyInline[LeadActivity, Lead]):
    """Activities of a lead, newest first."""

    model = LeadActivity
    fields = ("created_at", "type", "text", "created_by")
    readonly_fields = fields
    ordering = ("-created_at", "id")

    def get_queryset(self, request: HttpRequest) -> QuerySet[LeadActivity]:
        return super().get_queryset(request).select_related("created_by")

    @admin.display(description=_("description"))
    def text(self, activity: LeadActivity) -> str | None:
        """Return the description, shortened."""
        return shortened(activity.description)


class RepeatInline(ReadOnlyInline[LeadRepeat, Lead]):
    """Repeats of a lead by the same person, newest first."""

    model = LeadRepeat
    fields = ("received_at", "source", "contact_name", "contact_email", "contact_phone", "text")
    readonly_fields = fields
    ordering = ("-received_at", "id")

    @admin.display(description=_("message"))
    def text(self, repeat: LeadRepeat) -> str | None:
        """Return the message, shortened."""
        return shortened(repeat.message)


@admin.register(Lead)
class LeadAdmin(HistoryMixin, CorrectionMixin, MarketplaceAdmin[Lead]):
    """Admin of leads.

    Services and triggers write status, partner and times, so they are read-only here. Only indexed columns can be
    sorted by: sorting a million rows for one page would be too slow.
    """

    history_tables = ("leads",)
    list_display: tuple[str, ...] = ("code", "created_at", "status", "industry", "place", "partner")
    list_display_links = ("code", "created_at")
    list_filter = (CountedFilter, "status", AssignmentFilter, "industry", "created_at")
    list_select_related = ("industry", "partner")
    sortable_by = ("created_at",)
    search_fields = ("postcode__istartswith", "contact_email__iexact", "contact_phone__iexact")
    search_help_text = _("Id of a lead (or its first 8 digits), start of a postcode, e-mail address or phone number")
    autocomplete_fields = ("industry",)
    inlines = (RepeatInline, ActivityInline)
    readonly_fields = (
        "intake_client",
        "status",
        "partner",
        "created_at",
        "assigned_at",
        "first_contact_at",
        "accepted_at",
        "decided_at",
        "routing_attempts",
        "routing_attempted_at",
        "anonymised_at",
        "id",
    )
    person_fields = ("contact_name", "contact_email", "contact_phone", "message")
    fieldsets = (
        (_("Request"), {"fields": ("industry", "province", "postcode", "source")}),
        (_("Person"), {"fields": person_fields}),
        (_("Money"), {"fields": ("price_at_purchase", "deal_value")}),
        (_("Kept by the system"), {"fields": readonly_fields}),
    )
    add_fieldsets = fieldsets[:2]

    @admin.display(description=_("lead"))
    def code(self, lead: Lead) -> str:
        """Return the short code of the lead."""
        return short_code(lead.pk)

    @admin.display(description=_("place"))
    def place(self, lead: Lead) -> str | None:
        """Return postcode and province, as far as they are known."""
        return " ".join(part for part in (lead.postcode, lead.province) if part) or None

    def get_queryset(self, request: HttpRequest) -> QuerySet[Lead]:
        # Prose is shown on the lead's own page; a list of 50 does not need it.
        rows = super().get_queryset(request)
        match = request.resolver_match
        return rows.defer("message") if match is not None and match.url_name == "leads_lead_changelist" else rows

    def get_fieldsets(self, request: HttpRequest, obj: Lead | None = None) -> Any:
        """Return the fields: a new lead has those of an intake, and none yet that the system maintains."""
        return super().get_fieldsets(request, obj) if obj else self.add_fieldsets

    def get_readonly_fields(self, request: HttpRequest, obj: Lead | None = None) -> Any:
        """Make the personal data of an anonymised lead read-only: the database would blank it."""
        fields = super().get_readonly_fields(request, obj)
        return fields if obj is None or obj.anonymised_at is None else (*fields, "postcode", *self.person_fields)

    def get_inlines(self, request: HttpRequest, obj: Lead | None) -> Any:
        return self.inlines if obj else ()


@admin.register(LeadActivity)
class LeadActivityAdmin(MarketplaceAdmin[LeadActivity]):
    """Activities for leads. Type, time and author are facts: only the text can be corrected."""

    list_display = ("created_at", "type", "lead_code", "created_by", "text")
    list_filter = ("type", "created_at")
    list_select_related = ("created_by",)
    sortable_by = ()
    search_fields = ("lead__id",)
    search_help_text = _("Id of a lead (or its first 8 digits)")
    id_search_fields = ("lead_id",)
    searches_ids_only = True
    autocomplete_fields = ("lead", "created_by")
    fields = ("lead", "type", "created_at", "created_by", "description", "metadata")

    @admin.display(description=_("description"))
    def text(self, activity: LeadActivity) -> str | None:
        """Return the description, shortened."""
        return shortened(activity.description)

    @admin.display(description=_("lead"))
    def lead_code(self, activity: LeadActivity) -> str:
        """Return the short code of the lead."""
        return short_code(activity.lead_id)

    def get_readonly_fields(self, request: HttpRequest, obj: LeadActivity | None = None) -> Any:
        return ("lead", "type", "created_at", "created_by") if obj else ()
