"""Industries, partners and the logins of partners."""

import uuid
from collections.abc import Callable, Collection
from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.models import CHANGE, LogEntry
from django.db.models import F, Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from core.admin.base import CarefulForm, MarketplaceAdmin
from core.admin.history import HistoryMixin
from leads.admin.tables import PartnerTable
from leads.imports.admin.pages import TransferMixin
from leads.models import Industry, Partner, PartnerUser
from leads.services import partners as partner_service

MOST_REGIONS_SHOWN = 3


@admin.register(Industry)
class IndustryAdmin(MarketplaceAdmin[Industry]):
    """Subjects of leads."""

    list_display = ("name",)
    search_fields = ("name",)


class CapacityFilter(admin.SimpleListFilter):
    """Filter by whether a partner has capacity for another lead."""

    title = _("capacity")
    parameter_name = "capacity"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("room", gettext("Room for leads")), ("full", gettext("At its cap"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Partner]) -> QuerySet[Partner]:
        if self.value() == "full":
            return queryset.filter(open_leads__gte=F("max_open_leads"))
        if self.value() == "room":
            return queryset.filter(Q(max_open_leads__isnull=True) | Q(open_leads__lt=F("max_open_leads")))
        return queryset


_KEPT = (
    *("open_leads", "last_assigned_at", "returned_at", "leads_since_return", "usual_daily_leads"),
    "routing_changed_at",
)


@admin.register(Partner)
class PartnerAdmin(HistoryMixin, TransferMixin, MarketplaceAdmin[Partner]):
    """Companies that buy leads."""

    table = PartnerTable
    history_tables = ("profiles", "partner_users", "partner_channels")
    list_display = ("__str__", "is_active_for_routing", "open_of_cap", "priority", "works_in", "last_assigned_at")
    list_filter = ("is_active_for_routing", CapacityFilter, "ai_risk_level")
    search_fields = ("company_name", "primary_branch")
    search_help_text = _("Company, branch, or the id of a partner")
    actions = ("pause", "resume")
    readonly_fields = ("id", *_KEPT)
    fieldsets = (
        (None, {"fields": ("company_name", "is_active_for_routing", "max_open_leads", "routing_priority")}),
        (_("What the partner takes"), {"fields": ("primary_branch", "lead_industries", "regions", "lead_locations")}),
        (_("AI judgement"), {"fields": ("ai_risk_score", "ai_risk_level", "ai_risk_assessed_at")}),
        (_("Kept by the system"), {"fields": (*_KEPT, "id")}),
    )

    @admin.display(description=_("priority"), ordering="routing_priority")
    def priority(self, partner: Partner) -> int:
        """Return the routing priority; a legacy NULL counts as 0."""
        return partner.routing_priority or 0

    @admin.display(description=_("open leads"), ordering="open_leads")
    def open_of_cap(self, partner: Partner) -> str:
        """Return for example "3 / 20"; without a cap only the number."""
        return f"{partner.open_leads} / {'∞' if partner.max_open_leads is None else partner.max_open_leads}"

    @admin.display(description=_("works in"))
    def works_in(self, partner: Partner) -> str:
        """Return the first regions and postcode areas."""
        # The printable part of nested or null entries, in rows older than the rule.
        places = [str(place) for place in (*(partner.regions or ()), *(partner.lead_locations or ())) if place]
        if not places:
            return gettext("everywhere")
        more = len(places) - MOST_REGIONS_SHOWN
        shown = ", ".join(places[:MOST_REGIONS_SHOWN])
        return gettext("%(places)s and %(count)d more") % {"places": shown, "count": more} if more > 0 else shown

    @admin.action(description=_("Pause: give these partners no leads"), permissions=["change"])
    def pause(self, request: HttpRequest, queryset: QuerySet[Partner]) -> None:
        """Pause the chosen partners."""
        changed = self._switch(request, queryset, switch=partner_service.pause, note="Paused.")
        text = ngettext("%(count)d partner was paused.", "%(count)d partners were paused.", len(changed))
        self.message_user(request, text % {"count": len(changed)}, messages.SUCCESS if changed else messages.INFO)

    @admin.action(description=_("Resume: give these partners leads again"), permissions=["change"])
    def resume(self, request: HttpRequest, queryset: QuerySet[Partner]) -> None:
        """Resume the chosen partners, so that they receive leads again."""
        changed = self._switch(request, queryset, switch=partner_service.resume, note="Resumed.")
        text = ngettext("%(count)d partner takes leads again.", "%(count)d partners take leads again.", len(changed))
        self.message_user(request, text % {"count": len(changed)}, messages.SUCCESS if changed else messages.INFO)

    def _switch(
        self,
        request: HttpRequest,
        queryset: QuerySet[Partner],
        *,
        switch: Callable[..., Collection[uuid.UUID]],
        note: str,
    ) -> Collection[uuid.UUID]:
        """Apply the service to the chosen partners, and record it in the history of those that changed."""
        changed = switch(partner_ids=list(queryset.values_list("id", flat=True)))
        LogEntry.objects.log_actions(
            user_id=_user_id(request),
            queryset=Partner.objects.filter(id__in=changed),
            action_flag=CHANGE,
            change_message=note,
        )
        return changed


def _user_id(request: HttpRequest) -> int:
    """Return the signed-in user's id; the admin admits nobody else."""
    user_id: int = request.user.pk  # type: ignore[assignment]  # None only for an anonymous user
    return user_id


class PartnerUserForm(CarefulForm[PartnerUser]):
    """Form with a translated label for the user, whose model field has none."""

    class Meta:
        labels = {"user": _("User")}


@admin.register(PartnerUser)
class PartnerUserAdmin(MarketplaceAdmin[PartnerUser]):
    """Logins of partners: which user sees the leads of which partner."""

    form = PartnerUserForm
    list_display = ("login", "partner")
    list_select_related = ("user", "partner")
    search_fields = ("user__username", "user__email", "partner__company_name")
    autocomplete_fields = ("user", "partner")
    id_search_fields = ("partner_id",)

    @admin.display(description=_("user"), ordering="user__username")
    def login(self, membership: PartnerUser) -> str:
        """Return the name of the user."""
        return membership.user.get_username()
