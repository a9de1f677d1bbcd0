"""Columns of tickets for import and export, and their rules."""

import uuid
from collections.abc import Iterable

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from leads.imports.admin.columns import Column, Rule
from leads.imports.admin.resources import TableResource, ids_in
from leads.imports.services.cells import REFUSED, Choice, Id, Text
from leads.imports.services.files import Table
from leads.imports.services.times import Instant
from leads.models import Lead, Partner
from support.models import SupportTicket


class TicketTable(TableResource):
    """Tickets. As in the API, one about a lead is also about the partner that has the lead."""

    model = SupportTicket
    id = Column(kind=Id(), rule=Rule.KEY)
    type = Column(kind=Choice(SupportTicket.Type.values))
    status = Column(kind=Choice(SupportTicket.Status.values))
    subject = Column(kind=Text(limit=200), person=True)
    body = Column(kind=Text(limit=10_000), person=True)
    lead = Column(kind=Id(), rule=Rule.ONCE, attribute="lead_id", about=gettext_lazy("The id of the lead, if any."))
    partner = Column(
        kind=Id(),
        rule=Rule.ONCE,
        attribute="partner_id",
        about=gettext_lazy("The id of the partner; empty with a lead: the partner who has it."),
    )
    partner_name = Column(kind=Text(limit=200), rule=Rule.NEVER, attribute="partner__company_name")
    created_at = Column(
        kind=Instant(empty=REFUSED), rule=Rule.ONCE, about=gettext_lazy("When it was opened; empty: now.")
    )
    resolved_at = Column(kind=Instant(), about=gettext_lazy("Of a resolved ticket; empty: now."))

    def learn(self, file: Table | None) -> None:
        """Lock the leads, so that they keep their partners, and load the existing partners."""
        self._leads: dict[uuid.UUID, Lead] = {}
        self._partners: set[uuid.UUID] = set()
        if file is None:
            return
        leads = Lead.objects.only("id", "partner_id").filter(id__in=ids_in(file, "lead")).order_by("id")
        self._leads = {lead.id: lead for lead in leads.select_for_update(no_key=True)}
        partners = Partner.objects.filter(id__in=ids_in(file, "partner"))
        self._partners = set(partners.values_list("id", flat=True))

    def rules(self, instance: SupportTicket) -> Iterable[tuple[str, str]]:
        if instance._state.adding:  # noqa: SLF001  # documented by Django, in spite of its name
            yield from self._of_new(instance)
        resolved = instance.status == SupportTicket.Status.RESOLVED
        if not resolved and instance.resolved_at is not None:
            yield "resolved_at", _("Only a resolved ticket has it.")
        elif resolved and instance.resolved_at is None and self.original.status != SupportTicket.Status.RESOLVED:
            instance.resolved_at = timezone.now()
        if instance.resolved_at is not None and instance.resolved_at < instance.created_at:
            yield "resolved_at", _("It is earlier than the ticket.")

    def also_changed(self, instance: SupportTicket) -> Iterable[str]:
        return () if instance.resolved_at == self.original.resolved_at else ("resolved_at",)

    def _of_new(self, ticket: SupportTicket) -> Iterable[tuple[str, str]]:
        """Return the problems with what a new ticket is about."""
        if ticket.lead_id is None:
            if ticket.partner_id is not None and ticket.partner_id not in self._partners:
                yield "partner", _("There is no such partner.")
            return
        lead = self._leads.get(ticket.lead_id)
        if lead is None:
            yield "lead", _("There is no such lead.")
        elif ticket.partner_id not in (None, lead.partner_id):
            yield "partner", _("Another partner has this lead: leave it empty.")
        else:
            ticket.partner_id = lead.partner_id
