"""Locking of a lead before a change, and of a person before their leads are looked for."""

from collections.abc import Sequence
from typing import LiteralString
from uuid import UUID

from django.db import connection

from core.auth.actors import Actor
from leads.models import Lead

# Locked one by one in ascending order, so that two requests cannot deadlock. Transaction-level locks, so that they also
# work behind a pooler.
_LOCK: LiteralString = """
    SELECT pg_advisory_xact_lock(digest)
    FROM (
        SELECT DISTINCT digest
        FROM unnest(ARRAY[
            hashtextextended(lead_email(%(email)s), 0), hashtextextended(lead_phone(%(phone)s, %(postcode)s), 0)
        ]) AS digest
        WHERE digest IS NOT NULL
        ORDER BY digest
    ) AS digests
"""


class LeadNotFound(LookupError):
    """A lead does not exist, or is outside the actor's scope; `lead_ids` are the missing ones. Nothing was changed."""

    def __init__(self, lead_ids: Sequence[UUID]) -> None:
        super().__init__(f"no such lead: {', '.join(str(lead_id) for lead_id in lead_ids)}")
        self.lead_ids = tuple(lead_ids)


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
        raise LeadNotFound([lead_id])
    return lead


def lock_person(*, email: str, phone: str, postcode: str | None) -> None:
    """Lock the person until the end of the transaction."""
    with connection.cursor() as cursor:
        cursor.execute(_LOCK, {"email": email, "phone": phone, "postcode": postcode})
