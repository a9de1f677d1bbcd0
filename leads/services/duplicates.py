"""The same person asks for the same again: found by e-mail address or phone number, and linked to the first lead."""

from datetime import datetime, timedelta
from typing import Any, LiteralString
from uuid import UUID

from django.conf import settings
from django.db import connection

# One after the other in the order of their numbers, so that two requests never wait for each other. Until the end of
# the transaction, so that it holds behind a pooler, too.
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

# A digest says where to look; that it is the same person, the lead itself has to say.
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


def lock_person(*, email: str, phone: str, postcode: str | None) -> None:
    """Whoever locks the same person waits until this transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute(_LOCK, {"email": email, "phone": phone, "postcode": postcode})


def first_lead(
    *, email: str, phone: str, postcode: str | None, industry_id: UUID | None, now: datetime
) -> tuple[UUID, int | None] | None:
    """The lead of the same person and industry of the last `DUPLICATE_DAYS` days, and the client that sent it.

    Of several it is the oldest; None: there is none. Whoever asks for the same person waits until this transaction
    ends, so what is stored in it is found by the next. To be called in a transaction that is READ COMMITTED.
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
        # A statement of its own: it sees what was committed while the lock was waited for.
        cursor.execute(_FIND, parameters)
        row: tuple[UUID, int | None] | None = cursor.fetchone()
    return row
