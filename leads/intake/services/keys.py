"""Idempotency keys: a retry of a request gets the response of the first, for a day."""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, LiteralString
from uuid import UUID

from django.db import connection
from django.utils.crypto import salted_hmac

from leads.intake.models import IntakeKey

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
