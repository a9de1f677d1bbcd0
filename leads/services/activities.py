"""The contact log of a lead."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from core.auth.actors import Actor
from core.violations import translate_check_violations
from leads.models import LeadActivity
from leads.services.locks import lock_lead
from leads.vocabulary import CONTACT_TYPES, ActivityType

LOGGABLE_TYPES = (*CONTACT_TYPES, ActivityType.NOTE)
"""Types that people log. The others are written by the services that do the work they record."""


def log_activity(
    *,
    lead_id: UUID,
    activity_type: ActivityType,
    description: str,
    actor: Actor,
    now: datetime,
) -> LeadActivity:
    """Record an activity for a lead. The database derives the first contact from it.

    The time is the current one and not the caller's choice, because it determines the response speed.

    Raises `LeadNotFound`, `ConstraintViolated` for a lead that the database refuses to change, `ValueError` for a
    type that people cannot log.
    """
    if activity_type not in LOGGABLE_TYPES:
        raise ValueError(f"An activity of type {activity_type} is not logged by hand.")
    with translate_check_violations(), transaction.atomic():
        lead = lock_lead(lead_id=lead_id, actor=actor)
        return LeadActivity.objects.create(
            lead=lead,
            type=activity_type,
            description=description,
            created_by_id=actor.partner_id,
            created_at=now,
            metadata={"actor": actor.name},
        )
