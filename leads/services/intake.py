"""A lead comes in."""

import json
from dataclasses import asdict, dataclass
from datetime import datetime
from functools import partial
from uuid import UUID, uuid4

from django.db import transaction
from django.utils.crypto import salted_hmac

from leads.models import IntakeKey, Lead, LeadActivity
from leads.services.actors import Actor
from leads.services.dispatch import request_routing
from leads.vocabulary import ActivityType, LeadStatus


@dataclass(frozen=True, slots=True, kw_only=True)
class NewLead:
    """What is known of somebody who wants an offer."""

    industry_id: UUID | None = None
    province: str | None = None
    postcode: str | None = None
    contact_name: str = ""
    contact_email: str = ""
    contact_phone: str = ""
    message: str = ""
    source: str = ""

    def fingerprint(self) -> str:
        """Equal for equal leads, and tells nothing of the person: keyed, for a phone number alone could be guessed."""
        text = json.dumps(asdict(self), sort_keys=True, default=str)
        return salted_hmac("leads.services.intake", text, algorithm="sha256").hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class IdempotencyKey:
    """A client's own name for one request: `client_id` is the user's primary key, `key` the client's word."""

    client_id: int
    key: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """The answer to an intake. It holds no personal data, so that it can be kept for a repeat."""

    lead_id: UUID
    status: str
    created_at: datetime
    replayed: bool = False


class IdempotencyKeyReused(Exception):
    """The key was used before, for another lead."""


def create_lead(*, new: NewLead, actor: Actor, now: datetime, key: IdempotencyKey | None = None) -> Receipt:
    """Take in a lead and have it routed after commit.

    With a key, the first request makes the lead, and every repeat gets that request's answer (`replayed`). Of
    many at the same moment one inserts the key; the others wait for its transaction at the unique index.

    Raises `IdempotencyKeyReused`.
    """
    receipt = Receipt(lead_id=uuid4(), status=LeadStatus.NEW, created_at=now)
    with transaction.atomic():
        if key is not None:
            earlier = _claim(key=key, new=new, receipt=receipt)
            if earlier is not None:
                return earlier
        # The key's row names the lead before the lead is there: that foreign key is checked at commit.
        lead = Lead.objects.create(id=receipt.lead_id, created_at=now, **asdict(new))
        LeadActivity.objects.create(
            lead=lead, type=ActivityType.CREATED, created_at=now, metadata={"actor": actor.name, "source": new.source}
        )
        transaction.on_commit(partial(request_routing, lead.id))
    return receipt


def _claim(*, key: IdempotencyKey, new: NewLead, receipt: Receipt) -> Receipt | None:
    """Make the key this request's own (None), or return the answer of the request that has it."""
    fingerprint = new.fingerprint()
    row = IntakeKey(
        client_id=key.client_id,
        key=key.key,
        request_hash=fingerprint,
        lead_id=receipt.lead_id,
        response={"status": receipt.status, "created_at": receipt.created_at.isoformat()},
        created_at=receipt.created_at,
    )
    IntakeKey.objects.bulk_create([row], ignore_conflicts=True)
    stored = IntakeKey.objects.get(client_id=key.client_id, key=key.key)
    if stored.lead_id == receipt.lead_id:
        return None
    if stored.request_hash != fingerprint:
        raise IdempotencyKeyReused(key.key)
    return Receipt(
        lead_id=stored.lead_id,
        status=stored.response["status"],
        created_at=datetime.fromisoformat(stored.response["created_at"]),
        replayed=True,
    )
