"""Opening a support ticket."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from core.auth.actors import Actor
from leads.services.locks import lock_lead
from support.models import SupportTicket


def open_ticket(
    *,
    lead_id: UUID,
    ticket_type: SupportTicket.Type,
    subject: str,
    body: str,
    actor: Actor,
    now: datetime,
) -> SupportTicket:
    """Open a ticket about a lead, and about the lead's present partner, if any.

    Raises `LeadNotFound`.
    """
    with transaction.atomic():
        lead = lock_lead(lead_id=lead_id, actor=actor)
        return SupportTicket.objects.create(
            lead=lead, partner_id=lead.partner_id, type=ticket_type, subject=subject, body=body, created_at=now
        )
