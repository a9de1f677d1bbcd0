"""Rating of a lead's partner."""

from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from psycopg.errors import UniqueViolation

from core.auth.actors import Actor
from feedback.models import LeadFeedback
from leads.services.locks import lock_lead


class AlreadyRated(Exception):
    """The lead already has a rating."""


class LeadWithoutPartner(Exception):
    """The lead has no partner to rate."""


def rate_lead(*, lead_id: UUID, rating: int, comment: str, actor: Actor, now: datetime) -> LeadFeedback:
    """Rate the partner of a lead, 1 (bad) to 5 (good); once per lead.

    Raises `LeadNotFound`, `LeadWithoutPartner`, `AlreadyRated`, `ValueError` for another rating.
    """
    if not 1 <= rating <= 5:
        raise ValueError(f"{rating} is not a rating from 1 to 5.")
    try:
        with transaction.atomic():
            lead = lock_lead(lead_id=lead_id, actor=actor)
            if lead.partner_id is None:
                raise LeadWithoutPartner(lead_id)
            return LeadFeedback.objects.create(
                lead=lead, partner_id=lead.partner_id, rating=rating, comment=comment, created_at=now
            )
    except IntegrityError as error:
        if isinstance(error.__cause__, UniqueViolation):
            raise AlreadyRated(lead_id) from None
        raise
