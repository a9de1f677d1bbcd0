"""Locking a lead before it is changed."""

from uuid import UUID

from leads.models import Lead
from leads.services.actors import Actor


class LeadNotFound(LookupError):
    """There is no such lead, or the actor may not know of it."""


def lock_lead(*, lead_id: UUID, actor: Actor) -> Lead:
    """Lock one lead until the end of the transaction, and return it as it is then.

    The partner is asked for here and not before, so that a lead which was just handed to somebody else is refused.
    The lock leaves room for the foreign keys of rows that are inserted meanwhile.

    Raises `LeadNotFound`.
    """
    leads = Lead.objects.select_for_update(no_key=True)
    if actor.partner_id is not None:
        leads = leads.of_partner(actor.partner_id)
    if actor.intake_client_id is not None:
        leads = leads.of_intake_client(actor.intake_client_id)
    lead = leads.filter(id=lead_id).first()
    if lead is None:
        raise LeadNotFound(lead_id)
    return lead
