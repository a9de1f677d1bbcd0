"""Questions and complaints."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from leads.admin.base import MarketplaceAdmin, short_code
from leads.admin.transfer.pages import TransferMixin
from support.admin.tables import TicketTable
from support.models import SupportTicket


@admin.register(SupportTicket)
class SupportTicketAdmin(TransferMixin, MarketplaceAdmin[SupportTicket]):
    """Tickets; a complaint counts against the partner."""

    table = TicketTable
    list_display = ("subject_or_type", "type", "status", "partner", "lead_code", "created_at", "resolved_at")
    list_filter = ("type", "status", "created_at")
    list_select_related = ("partner",)
    date_hierarchy = "created_at"
    search_fields = ("subject", "partner__company_name")
    search_help_text = _("Subject, company, or the id of a lead or partner")
    id_search_fields = ("lead_id", "partner_id")
    autocomplete_fields = ("lead", "partner")
    fields = ("type", "status", "subject", "body", "partner", "lead", "created_at", "resolved_at")

    @admin.display(description=_("subject"), ordering="subject")
    def subject_or_type(self, ticket: SupportTicket) -> str:
        """The subject, or the type where there is none."""
        return str(ticket)

    @admin.display(description=_("lead"))
    def lead_code(self, ticket: SupportTicket) -> str | None:
        """The short code of the lead."""
        return None if ticket.lead_id is None else short_code(ticket.lead_id)
