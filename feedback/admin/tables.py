"""Columns of ratings for import and export, and their rules."""

import uuid
from collections.abc import Iterable

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from feedback.models import LeadFeedback
from leads.imports.admin.columns import Column, Rule
from leads.imports.admin.resources import TableResource, ids_in
from leads.imports.services.cells import REFUSED, Id, Integer, Text
from leads.imports.services.files import Table
from leads.imports.services.times import Instant
from leads.models import Lead


class FeedbackTable(TableResource):
    """Ratings. As in the API, a lead has one rating, of its present partner."""

    model = LeadFeedback
    id = Column(kind=Id(), rule=Rule.KEY)
    lead = Column(kind=Id(), rule=Rule.ONCE, attribute="lead_id", about=gettext_lazy("The id of the lead."))
    rating = Column(kind=Integer(least=1, most=5, empty=REFUSED), about=gettext_lazy("1 (bad) to 5 (good)."))
    comment = Column(kind=Text(limit=5000), person=True)
    created_at = Column(
        kind=Instant(empty=REFUSED), rule=Rule.ONCE, about=gettext_lazy("When it was given; empty: now.")
    )
    partner = Column(kind=Id(), rule=Rule.NEVER, attribute="partner_id")
    partner_name = Column(kind=Text(limit=200), rule=Rule.NEVER, attribute="partner__company_name")

    def learn(self, file: Table | None) -> None:
        """Lock the leads, so that they keep their partners, and find those that have a rating."""
        self._leads: dict[uuid.UUID, Lead] = {}
        self._rated: set[uuid.UUID] = set()
        named = set() if file is None else ids_in(file, "lead")
        if named:
            leads = Lead.objects.only("id", "partner_id", "created_at").filter(id__in=named).order_by("id")
            self._leads = {lead.id: lead for lead in leads.select_for_update(no_key=True)}
            self._rated = set(LeadFeedback.objects.filter(lead_id__in=named).values_list("lead_id", flat=True))

    def rules(self, instance: LeadFeedback) -> Iterable[tuple[str, str]]:
        if not instance._state.adding:  # noqa: SLF001  # documented by Django, in spite of its name
            return
        # Fields that the row does not set are still missing here, whatever the types promise.
        rating: int | None = instance.rating
        lead_id: uuid.UUID | None = instance.lead_id
        if rating is None:
            yield "rating", _("It cannot be empty.")
        if lead_id is None:
            yield "lead", _("It cannot be empty.")
            return
        lead = self._leads.get(lead_id)
        if lead is None:
            yield "lead", _("There is no such lead.")
        elif lead.partner_id is None:
            yield "lead", _("Nobody has this lead yet, so there is nobody to rate.")
        elif lead.id in self._rated:
            yield "lead", _("This lead has its rating.")
        else:
            self._rated.add(lead.id)
            instance.partner_id = lead.partner_id
            if instance.created_at < lead.created_at:
                yield "created_at", _("It is earlier than the lead.")
