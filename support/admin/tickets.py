"""Admin of questions and complaints."""

from typing import Any

from django.contrib import admin
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.admin.base import CarefulForm, MarketplaceAdmin, short_code
from leads.imports.admin.pages import TransferMixin
from support.admin.tables import TicketTable
from support.models import SupportTicket


class TicketForm(CarefulForm[SupportTicket]):
    """Form in which a resolved ticket has a time of resolution and an open one has none, as in an import."""

    def clean(self) -> dict[str, Any] | None:
        """Set or clear the time when the status changes, unless the user did."""
        cleaned = super().clean() or {}
        resolved_at = cleaned.get("resolved_at")
        if "resolved_at" in self.errors or "status" not in cleaned:
            return cleaned
        if cleaned["status"] != SupportTicket.Status.RESOLVED:
            if resolved_at is not None and "resolved_at" in self.changed_data:
                self.add_error("resolved_at", _("Only a resolved ticket has it."))
            elif resolved_at is not None:
                self._set_resolved_at(None)
        elif resolved_at is None and "status" in self.changed_data:
            self._set_resolved_at(timezone.now())
        elif resolved_at is not None and (created_at := cleaned.get("created_at")) and resolved_at < created_at:
            self.add_error("resolved_at", _("It is earlier than the ticket."))
        return cleaned

    def _set_resolved_at(self, value: Any) -> None:
        self.cleaned_data["resolved_at"] = value
        if "resolved_at" not in self.changed_data:
            self.changed_data.append("resolved_at")


@admin.register(SupportTicket)
class SupportTicketAdmin(TransferMixin, MarketplaceAdmin[SupportTicket]):
    """Tickets; a complaint counts against the partner."""

    table = TicketTable
    form = TicketForm
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
        """Return the subject, or the type if there is none."""
        return ticket.subject or str(ticket.get_type_display())

    @admin.display(description=_("lead"))
    def lead_code(self, ticket: SupportTicket) -> str | None:
        """Return the short code of the lead."""
        return None if ticket.lead_id is None else short_code(ticket.lead_id)
