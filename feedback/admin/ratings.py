"""Admin of customers' ratings."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from core.admin.base import MarketplaceAdmin, short_code
from feedback.admin.tables import FeedbackTable
from feedback.models import LeadFeedback
from leads.imports.admin.pages import TransferMixin


@admin.register(LeadFeedback)
class LeadFeedbackAdmin(TransferMixin, MarketplaceAdmin[LeadFeedback]):
    """Customers' ratings of the partner that got their lead."""

    table = FeedbackTable
    list_display = ("created_at", "rating", "partner", "lead_code", "comment")
    list_filter = ("rating", "created_at")
    list_select_related = ("partner",)
    search_fields = ("partner__company_name", "comment")
    search_help_text = _("Company, words of the comment, or the id of a lead or partner")
    id_search_fields = ("lead_id", "partner_id")
    autocomplete_fields = ("lead", "partner")
    fields = ("lead", "partner", "rating", "comment", "created_at")

    @admin.display(description=_("lead"))
    def lead_code(self, feedback: LeadFeedback) -> str:
        """Return the short code of the lead."""
        return short_code(feedback.lead_id)
