"""Repeats: requests of the same person for the same, found by e-mail address or phone number."""

from datetime import datetime, timedelta
from typing import Any, LiteralString
from uuid import UUID

from django.conf import settings
from django.db import connection

from leads.services.locks import lock_person

# A digest only finds candidates; the lead itself has to show that it is the same person.
_FIND: LiteralString = """
    SELECT lead.id, lead.intake_client_id
    FROM lead_contact_digests AS digest
    JOIN leads AS lead ON lead.id = digest.lead_id
    WHERE (
            digest.email_digest = hashtextextended(lead_email(%(email)s), 0)
            OR digest.phone_digest = hashtextextended(lead_phone(%(phone)s, %(postcode)s), 0)
        )
        AND digest.created_at > %(since)s
        AND lead.industry_id IS NOT DISTINCT FROM %(industry_id)s::uuid
        AND (
            lead_email(lead.contact_email) = lead_email(%(email)s)
            OR lead_phone(lead.contact_phone, lead.postcode) = lead_phone(%(phone)s, %(postcode)s)
        )
    ORDER BY digest.created_at, lead.id
    LIMIT 1
"""


def first_lead(
    *, email: str, phone: str, postcode: str | None, industry_id: UUID | None, now: datetime
) -> tuple[UUID, int | None] | None:
    """Return the person's first lead in this industry within `DUPLICATE_DAYS` days, and the client that sent it.

    Returns None if there is none. Other requests of the same person wait until this transaction ends, so they find what
    it stores. Call it in a READ COMMITTED transaction.
    """
    if settings.DUPLICATE_DAYS <= 0 or not (email or phone):
        return None
    parameters: dict[str, Any] = {
        "email": email,
        "phone": phone,
        "postcode": postcode,
        "industry_id": industry_id,
        "since": now - timedelta(days=settings.DUPLICATE_DAYS),
    }
    lock_person(email=email, phone=phone, postcode=postcode)
    with connection.cursor() as cursor:
        # A separate statement, which sees what was committed while it waited for the lock.
        cursor.execute(_FIND, parameters)
        row: tuple[UUID, int | None] | None = cursor.fetchone()
    return row
