"""Read-only admin of decision records."""

import json
import uuid

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core.admin.base import ReadOnlyAdmin, short_code
from router.models import LeadAssignmentLog


def explanation_link(lead_id: uuid.UUID, text: str) -> SafeString:
    """Return a link to the page that explains who got the lead, and why."""
    return format_html('<a href="{}">{}</a>', reverse("staff:lead", args=[lead_id]), text)


def decision_link(decision_id: int, text: str) -> SafeString:
    """Return a link to the page that explains one decision."""
    return format_html('<a href="{}">{}</a>', reverse("staff:decision", args=[decision_id]), text)


def _as_text(value: object) -> SafeString:
    return format_html('<pre class="record">{}</pre>', json.dumps(value, indent=2, ensure_ascii=False))


@admin.register(LeadAssignmentLog)
class LeadAssignmentLogAdmin(ReadOnlyAdmin[LeadAssignmentLog]):
    """Decision records: who got which lead. The page of a decision explains it; this is the record itself."""

    change_form_template = "router/admin/decision_record.html"

    list_display = (
        "decided_at",
        "lead_link",
        "outcome",
        "partner",
        "points",
        "candidates_of_all",
        "trigger",
        "why",
    )
    list_display_links = ("decided_at",)
    list_filter = ("outcome", "trigger", "decided_at")
    list_select_related = ("partner",)
    sortable_by = ("decided_at",)
    search_fields = ("lead__id",)
    search_help_text = _("Id of a lead or partner (or its first 8 digits)")
    id_search_fields = ("lead_id", "partner_id")
    searches_ids_only = True

    fieldsets = (
        (
            None,
            {
                "fields": (
                    "lead",
                    "partner",
                    "outcome",
                    "decided_at",
                    "trigger",
                    "actor",
                    "policy_version",
                    "stats_refreshed_at",
                )
            },
        ),
        (
            _("Scores of the winner"),
            {"fields": ("total_score", "region_score", "performance_score", "fairness_score", "bonus")},
        ),
        (_("Competition"), {"fields": ("considered_count", "candidate_count", "exclusions")}),
        (
            _("Data for the replay"),
            {"classes": ("collapse",), "fields": ("algorithm", "duration_ms", "policy_text", "candidates_text")},
        ),
    )
    readonly_fields = ("policy_text", "candidates_text")

    def get_queryset(self, request: HttpRequest) -> QuerySet[LeadAssignmentLog]:
        # The record carries the inputs of all ranked candidates; a list of 50 does not need them.
        rows = super().get_queryset(request)
        match = request.resolver_match
        in_list = match is not None and match.url_name == "router_leadassignmentlog_changelist"
        return rows.defer("candidates", "policy", "exclusions") if in_list else rows

    @admin.display(description=_("lead"))
    def lead_link(self, log: LeadAssignmentLog) -> SafeString:
        """Return the short code of the lead, with a link to its explanation."""
        return explanation_link(log.lead_id, short_code(log.lead_id))

    @admin.display(description=_("why"))
    def why(self, log: LeadAssignmentLog) -> SafeString:
        """Return a link to the page that explains the decision."""
        return decision_link(log.pk, gettext("Why?"))

    @admin.display(description=_("route score"))
    def points(self, log: LeadAssignmentLog) -> str | None:
        """Return the winner's total, in points."""
        return None if log.total_score is None else f"{log.total_score:.1f}"

    @admin.display(description=_("policy"))
    def policy_text(self, log: LeadAssignmentLog) -> SafeString:
        """Return the applied values."""
        return _as_text(log.policy)

    @admin.display(description=_("ranked candidates"))
    def candidates_text(self, log: LeadAssignmentLog) -> SafeString:
        """Return the winner and the runners-up, with all inputs of the computation."""
        return _as_text(log.candidates)

    @admin.display(description=_("candidates"))
    def candidates_of_all(self, log: LeadAssignmentLog) -> str:
        """Return the number of eligible partners and of all partners."""
        return f"{log.candidate_count} / {log.considered_count}"
