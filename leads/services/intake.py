"""A lead comes in."""

from dataclasses import asdict, dataclass
from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID, uuid4

from django.db import transaction

from leads.models import Lead, LeadActivity, LeadRepeat
from leads.services.actors import Actor
from leads.services.dispatch import request_routing
from leads.services.duplicates import first_lead
from leads.services.intake_keys import IdempotencyKey, change_answer, claim_key, stored_answer
from leads.vocabulary import ActivityType, LeadStatus

DUPLICATE = "duplicate"
"""What a receipt says instead of a status: the lead was there already."""


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """The answer to an intake. It holds no personal data, so that it can be kept for a repeat.

    `id` is this request's own: that of the lead it made, or of the repeat that it is. `lead_id` is the lead, of a
    repeat the first one; `duplicate_of` is that as well, where the actor may know of it.
    """

    id: UUID
    lead_id: UUID
    status: str
    created_at: datetime
    duplicate_of: UUID | None = None
    replayed: bool = False

    def answer(self) -> dict[str, Any]:
        """What is kept for a repeat, as JSON."""
        return {
            "id": str(self.id),
            "status": self.status,
            "created_at": self.created_at.isoformat(),
            "duplicate_of": None if self.duplicate_of is None else str(self.duplicate_of),
        }


def replay(*, key: IdempotencyKey, now: datetime) -> Receipt | None:
    """The receipt of the request that had this key first; None: there was none in the last day.

    Raises `IdempotencyKeyReused`.
    """
    stored = stored_answer(key=key, now=now)
    if stored is None:
        return None
    lead_id, answer = stored
    duplicate_of = answer.get("duplicate_of")
    return Receipt(
        id=UUID(answer.get("id", str(lead_id))),
        lead_id=lead_id,
        status=answer["status"],
        created_at=datetime.fromisoformat(answer["created_at"]),
        duplicate_of=None if duplicate_of is None else UUID(duplicate_of),
        replayed=True,
    )


def create_lead(*, new: NewLead, actor: Actor, now: datetime, key: IdempotencyKey | None = None) -> Receipt:
    """Take in a lead and have it routed after commit.

    With a key, the first request makes the lead, and every repeat gets that request's answer (`replayed`). Where the
    same person asked for the same industry in the last `DUPLICATE_DAYS` days, no lead is made: what was sent is kept as
    a repeat of the first lead, and answered as one, except to a page. Both also hold for many requests at the same
    moment.

    Raises `IdempotencyKeyReused`.
    """
    receipt = Receipt(id=(lead_id := uuid4()), lead_id=lead_id, status=LeadStatus.NEW.value, created_at=now)
    with transaction.atomic():
        # The key's row names the lead before the lead is there: that foreign key is checked at commit.
        # (Between the two statements below a key may go that was there, with its lead; then it is new again.)
        while key is not None and not claim_key(key=key, lead_id=lead_id, answer=receipt.answer(), now=now):
            earlier = replay(key=key, now=now)
            if earlier is not None:
                return earlier
        first = first_lead(
            email=new.contact_email,
            phone=new.contact_phone,
            postcode=new.postcode,
            industry_id=new.industry_id,
            now=now,
        )
        if first is not None:
            receipt = _note_repeat(first=first, new=new, actor=actor, now=now)
            if key is not None:
                change_answer(key=key, lead_id=receipt.lead_id, answer=receipt.answer())
            return receipt
        lead = Lead.objects.create(id=lead_id, created_at=now, intake_client_id=actor.intake_client_id, **asdict(new))
        LeadActivity.objects.create(
            lead=lead, type=ActivityType.CREATED, created_at=now, metadata={"actor": actor.name, "source": new.source}
        )
        transaction.on_commit(partial(request_routing, lead.id))
    return receipt


def _note_repeat(*, first: tuple[UUID, int | None], new: NewLead, actor: Actor, now: datetime) -> Receipt:
    """Keep what was sent with the first lead.

    A client that did not send that one is not told which it is; a page is not even told that there is one, for whoever
    holds its token could ask about anybody.
    """
    lead_id, client_id = first
    values = asdict(new)
    del values["industry_id"]
    repeat = LeadRepeat.objects.create(
        lead_id=lead_id, received_at=now, intake_client_id=actor.intake_client_id, **values
    )
    may_know = not actor.is_page and actor.intake_client_id in (None, client_id)
    return Receipt(
        id=repeat.id,
        lead_id=lead_id,
        status=LeadStatus.NEW.value if actor.is_page else DUPLICATE,
        created_at=now,
        duplicate_of=lead_id if may_know else None,
    )
