"""Columns of leads for import and export, and their rules."""

import uuid
from collections.abc import Iterable, Iterator
from typing import cast

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from leads.imports.admin.columns import Column, Rule
from leads.imports.admin.resources import TableResource
from leads.imports.services.cells import Amount, Choice, Email, Id, Ids, Name, Text
from leads.imports.services.files import Table
from leads.imports.services.times import Instant
from leads.intake.services.intake import NewLead, create_leads
from leads.intake.services.normalising import PlaceRefused, place_given
from leads.models import Industry, Lead
from leads.vocabulary import LeadStatus


class LeadTable(TableResource):
    """Leads. A new one is created and routed like any other; an import does not set its later life."""

    model = Lead
    id = Column(kind=Id(), rule=Rule.KEY)
    created_at = Column(kind=Instant(), rule=Rule.NEVER)
    status = Column(kind=Choice(LeadStatus.values), rule=Rule.NEVER)
    industry = Column(kind=Name(), attribute="industry_id")
    province = Column(kind=Text(limit=100, empty=None))
    postcode = Column(kind=Text(limit=12, empty=None), person=True)
    source = Column(kind=Text(limit=100))
    contact_name = Column(kind=Text(limit=200), person=True)
    contact_email = Column(kind=Email(limit=254), person=True)
    contact_phone = Column(kind=Text(limit=40), person=True)
    message = Column(kind=Text(limit=5000), person=True)
    price_at_purchase = Column(kind=Amount(), rule=Rule.LATER)
    deal_value = Column(kind=Amount(), rule=Rule.LATER, about=gettext_lazy("An amount, of a lead that was won."))
    partner = Column(kind=Id(), rule=Rule.NEVER, attribute="partner_id")
    partner_name = Column(kind=Text(limit=200), rule=Rule.NEVER, attribute="partner__company_name")
    assigned_at = Column(kind=Instant(), rule=Rule.NEVER)
    first_contact_at = Column(kind=Instant(), rule=Rule.NEVER)
    accepted_at = Column(kind=Instant(), rule=Rule.NEVER)
    decided_at = Column(kind=Instant(), rule=Rule.NEVER)
    tried_partner_ids = Column(kind=Ids(), rule=Rule.NEVER)

    def learn(self, file: Table | None) -> None:
        names = cast("Name", self.fields["industry"].kind)
        names.learn(dict(Industry.objects.values_list("id", "name")))

    def rules(self, instance: Lead) -> Iterable[tuple[str, str]]:
        before: Lead = self.original
        if instance.deal_value not in (None, before.deal_value) and instance.status != LeadStatus.WON:
            yield "deal_value", _("Only a lead that was won has a deal value.")
        if (instance.postcode, instance.province) != (before.postcode, before.province):
            yield from self._place(instance)

    def also_changed(self, instance: Lead) -> Iterable[str]:
        # Derived from the postcode, if the file has none.
        return ("province",) if instance.province != self.original.province else ()

    def _place(self, instance: Lead) -> Iterator[tuple[str, str]]:
        """Normalise postcode and province as the API does, or yield the problems."""
        is_named = self.fields["province"] in self.written
        try:
            instance.postcode, instance.province = place_given(
                postcode=instance.postcode, province=instance.province if is_named or not instance.postcode else None
            )
        except PlaceRefused as refused:
            # An existing value is left alone, whatever it is.
            if refused.field != "postcode" or instance.postcode != self.original.postcode:
                yield refused.field, str(refused)

    def insert(self, instances: list[Lead]) -> None:
        create_leads(leads={lead.pk: new_lead(lead) for lead in instances}, actor=self.actor, now=timezone.now())


def new_lead(lead: Lead) -> NewLead:
    """Return the values of the row that an intake takes."""
    industry_id: uuid.UUID | None = lead.industry_id
    return NewLead(
        industry_id=industry_id,
        province=lead.province,
        postcode=lead.postcode,
        contact_name=lead.contact_name,
        contact_email=lead.contact_email,
        contact_phone=lead.contact_phone,
        message=lead.message,
        source=lead.source,
    )
