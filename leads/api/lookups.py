"""Look-up of the object that a URL names."""

from uuid import UUID

from django.utils.translation import gettext as _
from rest_framework.exceptions import NotFound

from core.auth.actors import Actor
from leads.models import Lead
from leads.queries import visible_leads


def no_such_lead() -> NotFound:
    """Return status 404, worded the same for a missing lead and for somebody else's."""
    return NotFound(_("There is no such lead."))


def get_lead(*, lead_id: UUID, actor: Actor) -> Lead:
    """Return the lead, if the actor may see it; raises 404."""
    lead = (
        visible_leads(partner_id=actor.partner_id, intake_client_id=actor.intake_client_id).filter(id=lead_id).first()
    )
    if lead is None:
        raise no_such_lead()
    return lead
