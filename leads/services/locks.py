"""Locking of a lead before a change."""

from uuid import UUID

from core.auth.actors import Actor
from leads.models import Lead


class LeadNotFound(LookupError):
    """The lead does not exist, or is outside the actor's scope."""


def lock_lead(*, lead_id: UUID, actor: Actor) -> Lead:
    """Lock one lead until the end of the transaction, and return its current state.

    The partner is checked under the lock and not before, so that a lead that was just re-routed is refused. The lock
    allows the foreign keys of rows that are inserted meanwhile.

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
