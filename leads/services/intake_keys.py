"""Idempotency keys: a repeat of a request gets the answer of the first, for a day."""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, LiteralString
from uuid import UUID

from django.db import connection
from django.utils.crypto import salted_hmac

from leads.models import IntakeKey

KEPT = timedelta(hours=24)
"""A key that is older than this is new again."""

# Beyond that, so that no key goes while a request that still counts it as known is reading it.
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
    """A client's own name for one request: `client_id` is the user's primary key, `key` the client's word.

    `request_hash` is equal for equal requests (see `hash_of_request`).
    """

    client_id: int
    key: str
    request_hash: str


class IdempotencyKeyReused(Exception):
    """The key was used before, for another request."""


def hash_of_request(body: object) -> str:
    """Equal for equal JSON, and tells nothing of the person: keyed, for a phone number alone could be guessed."""
    text = json.dumps(body, sort_keys=True)
    return salted_hmac("leads.services.intake_keys", text, algorithm="sha256").hexdigest()


def stored_answer(*, key: IdempotencyKey, now: datetime) -> tuple[UUID, dict[str, Any]] | None:
    """The lead and the answer that are kept for this key; None: there are none, or they are too old.

    Raises `IdempotencyKeyReused`.
    """
    stored = IntakeKey.objects.filter(client_id=key.client_id, key=key.key, created_at__gt=now - KEPT).first()
    if stored is None:
        return None
    if stored.request_hash != key.request_hash:
        raise IdempotencyKeyReused(key.key)
    return stored.lead_id, stored.response


def claim_key(*, key: IdempotencyKey, lead_id: UUID, answer: dict[str, Any], now: datetime) -> bool:
    """Make the key this request's own, with its answer; False: another request has it.

    Of many at the same moment one stores the key; the others wait at the unique index for its transaction to end. To be
    called in a transaction that is READ COMMITTED.
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
    """Keep another answer for a key that is this transaction's own."""
    IntakeKey.objects.filter(client_id=key.client_id, key=key.key).update(lead_id=lead_id, response=answer)


def forget_old_keys(*, now: datetime) -> int:
    """Remove the keys that nobody asks for any more; how many."""
    removed, _ = IntakeKey.objects.filter(created_at__lt=now - _FORGOTTEN).delete()
    return removed
