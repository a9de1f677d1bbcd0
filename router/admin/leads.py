"""The admin page of leads, complete: with intake and files, assignment, and a link to the explanation.

`leads` does not know the apps above it, so its page is replaced by this one, which extends it.
"""

from collections import Counter
from collections.abc import Sequence

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.safestring import SafeString
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from leads.admin import LeadAdmin
from leads.intake.admin import IntakeMixin
from leads.models import Lead
from leads.privacy.admin import PersonalDataMixin
from leads.services.locks import LeadNotFound
from router.admin.decisions import explanation_link
from router.assignment.service import LeadAssignmentService
from router.decisions.record import NOT_ROUTABLE, REJECTED, Decision
from router.models import LeadAssignmentLog

MOST_LEADS_AT_ONCE = 2_000
"""Maximum leads per click: about as many as fit in one transaction, and in the time of one request."""

admin.site.unregister(Lead)


@admin.register(Lead)
class RoutedLeadAdmin(PersonalDataMixin, IntakeMixin, LeadAdmin):
    """Leads, with the actions of the router."""

    actions = ("assign_now",)
    list_display: tuple[str, ...] = (*LeadAdmin.list_display, "why")

    @admin.display(description=_("why"))
    def why(self, lead: Lead) -> SafeString:
        """Return a link to who would get the lead, or got it, and why."""
        return explanation_link(lead.pk, gettext("Why?"))

    def has_assign_permission(self, request: HttpRequest) -> bool:
        """Return whether the user may have leads assigned: an assignment writes a decision."""
        return request.user.has_perm("router.add_leadassignmentlog")

    @admin.action(description=_("Assign now"), permissions=["assign"])
    def assign_now(self, request: HttpRequest, queryset: QuerySet[Lead]) -> None:
        """Assign the chosen leads to their best partners, and report the outcome."""
        lead_ids = list(queryset.order_by("pk").values_list("pk", flat=True)[: MOST_LEADS_AT_ONCE + 1])
        if len(lead_ids) > MOST_LEADS_AT_ONCE:
            text = gettext("Choose at most %(count)d leads at a time. Nothing was assigned.")
            self.message_user(request, text % {"count": MOST_LEADS_AT_ONCE}, messages.ERROR)
            return
        try:
            decisions = LeadAssignmentService().assign(lead_ids, trigger="admin", actor=f"user:{request.user.pk}")
        except LeadNotFound:
            text = gettext("One of the chosen leads is no longer there. Nothing was assigned.")
            self.message_user(request, text, messages.ERROR)
            return
        for level, text in outcome_messages(decisions):
            self.message_user(request, text, level)


def outcome_messages(decisions: Sequence[Decision]) -> list[tuple[int, str]]:
    """Return one message (level, text) for each kind of outcome among the decisions."""
    assigned = LeadAssignmentLog.Outcome.ASSIGNED
    nobody_found = LeadAssignmentLog.Outcome.NO_CANDIDATE
    counts = Counter((decision.outcome, decision.created) for decision in decisions)
    nobody = counts[nobody_found, True] + counts[nobody_found, False]
    ended = counts[NOT_ROUTABLE, True] + counts[NOT_ROUTABLE, False]
    rejected = counts[REJECTED, False]
    outcomes = (
        (
            messages.SUCCESS,
            counts[assigned, True],
            ngettext("%(count)d lead was assigned.", "%(count)d leads were assigned.", counts[assigned, True]),
        ),
        (
            messages.INFO,
            counts[assigned, False],
            ngettext(
                "%(count)d lead already had a partner and keeps it.",
                "%(count)d leads already had a partner and keep it.",
                counts[assigned, False],
            ),
        ),
        (
            messages.WARNING,
            nobody,
            ngettext(
                "For %(count)d lead no partner is eligible; its explanation says why.",
                "For %(count)d leads no partner is eligible; their explanations say why.",
                nobody,
            ),
        ),
        (
            messages.WARNING,
            ended,
            ngettext(
                "%(count)d lead has no partner but is no longer new, so it is not routed.",
                "%(count)d leads have no partner but are no longer new, so they are not routed.",
                ended,
            ),
        ),
        (
            messages.WARNING,
            rejected,
            ngettext(
                "%(count)d lead was rejected, so it is not routed.",
                "%(count)d leads were rejected, so they are not routed.",
                rejected,
            ),
        ),
    )
    return [(level, text % {"count": count}) for level, count, text in outcomes if count]
