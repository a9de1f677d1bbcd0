"""Repeated requests: retries, known by their idempotency key, and other leads of the same person for the same.

A retry gets the response of the first request, for a day. Other leads are found by e-mail address or phone number.
"""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, LiteralString
from uuid import UUID

from django.conf import settings
from django.db import connection
from django.utils.crypto import salted_hmac

from leads.intake.models import IntakeKey
from leads.services.locks import lock_person

KEPT = timedelta(hours=24)
"""Lifetime of a key; after that it is new again."""

# Longer than the lifetime, so that no key is deleted while a request that still accepts it is reading it.
_FORGOTTEN = KEPT + timedelta(hours=1)

_CLAIM: LiteralString = """
    INSERT INTO intake_keys AS known (client_id, key, request_hash, lead_id, response, created_at)
    VALUES (%(client_id)s, %(key)s, %(request_hash)s, %(lead_id)s, %(response)s, %(now)s)
    ON CONFLICT (client_id, key) DO UPDATE
    SET request_hash = excluded.request_hash, lead_id = excluded.lead_id, response = excluded.response,
        created_at = excluded.created_at
    WHERE known.created_at <= %(expired)s
    RETURNING known.id
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class IdempotencyKey:
    """A client's own name for one request: `client_id` is the user's primary key, `key` the client's value.

    `request_hash` is equal for equal requests (see `hash_of_request`).
    """

    client_id: int
    key: str
    request_hash: str


class IdempotencyKeyReused(Exception):
    """The key was used before, for another request."""


def hash_of_request(body: object) -> str:
    """Return a digest of the JSON, equal for equal input; keyed, because a phone number could be guessed."""
    text = json.dumps(body, sort_keys=True)
    # The first argument is part of what is stored: another one would make every known key look reused.
    return salted_hmac("leads.intake.services.keys", text, algorithm="sha256").hexdigest()


def stored_answer(*, key: IdempotencyKey, now: datetime) -> tuple[UUID, dict[str, Any]] | None:
    """Return the lead and the response stored for this key; None if there are none, or they are too old.

    Raises `IdempotencyKeyReused`.
    """
    stored = IntakeKey.objects.filter(client_id=key.client_id, key=key.key, created_at__gt=now - KEPT).first()
    if stored is None:
        return None
    if stored.request_hash != key.request_hash:
        raise IdempotencyKeyReused(key.key)
    return stored.lead_id, stored.response


def claim_key(*, key: IdempotencyKey, lead_id: UUID, answer: dict[str, Any], now: datetime) -> bool:
    """Claim the key for this request, with its response; return False if another request has it.

    Of concurrent requests one stores the key; the others wait at the unique index for its transaction to end. Call it
    in a READ COMMITTED transaction.
    """
    parameters: dict[str, Any] = {
        "client_id": key.client_id,
        "key": key.key,
        "request_hash": key.request_hash,
        "lead_id": lead_id,
        "response": json.dumps(answer),
        "now": now,
        "expired": now - KEPT,
    }
    with connection.cursor() as cursor:
        cursor.execute(_CLAIM, parameters)
        return cursor.fetchone() is not None


def change_answer(*, key: IdempotencyKey, lead_id: UUID, answer: dict[str, Any]) -> None:
    """Replace the response of a key that this transaction has claimed."""
    IntakeKey.objects.filter(client_id=key.client_id, key=key.key).update(lead_id=lead_id, response=answer)


def forget_old_keys(*, now: datetime) -> int:
    """Delete expired keys and return their number."""
    removed, _ = IntakeKey.objects.filter(created_at__lt=now - _FORGOTTEN).delete()
    return removed


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
