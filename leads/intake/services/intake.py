"""Intake of a lead."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID, uuid4

from django.db import transaction

from core.auth.actors import Actor
from leads.intake.services.repeats import IdempotencyKey, change_answer, claim_key, first_lead, stored_answer
from leads.models import Lead, LeadActivity, LeadRepeat
from leads.services.dispatch import request_routing, request_sweep
from leads.vocabulary import ActivityType, LeadStatus

ROWS_PER_STATEMENT = 1000

DUPLICATE = "duplicate"
"""Value of a receipt instead of a status: the lead existed already."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewLead:
    """Data of a person who wants an offer."""

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
    """The response to an intake. It holds no personal data, so that it can be stored for a retry.

    `id` is that of the lead that this request created, or of its repeat. `lead_id` is the lead, for a repeat the first
    one; `duplicate_of` is the same, if the actor may know of it.
    """

    id: UUID
    lead_id: UUID
    status: str
    created_at: datetime
    duplicate_of: UUID | None = None
    replayed: bool = False

    def answer(self) -> dict[str, Any]:
        """Return the stored response, as JSON."""
        return {
            "id": str(self.id),
            "status": self.status,
            "created_at": self.created_at.isoformat(),
            "duplicate_of": None if self.duplicate_of is None else str(self.duplicate_of),
        }


def replay(*, key: IdempotencyKey, now: datetime) -> Receipt | None:
    """Return the receipt stored for this key; None if there was none in the last day.

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
    """Create a lead and have it routed after commit.

    With a key, the first request creates the lead, and every retry gets that request's response (`replayed`). If the
    same person asked for the same industry in the last `DUPLICATE_DAYS` days, no lead is created: the request is stored
    as a repeat of the first lead, and answered as one, except to a page. Both also hold for concurrent requests.

    Raises `IdempotencyKeyReused`.
    """
    receipt = Receipt(id=(lead_id := uuid4()), lead_id=lead_id, status=LeadStatus.NEW.value, created_at=now)
    with transaction.atomic():
        # The key's row refers to the lead before it exists: that foreign key is checked at commit. (Between the two
        # statements below an existing key may be deleted with its lead; then it is new again.)
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


def create_leads(*, leads: Mapping[UUID, NewLead], actor: Actor, now: datetime) -> None:
    """Create leads under given ids, as `create_lead` does, and have them routed after commit.

    All or nothing, with two statements for each thousand. Raises `IntegrityError` for an id that already exists.
    """
    with transaction.atomic():
        Lead.objects.bulk_create(
            [Lead(id=key, created_at=now, **asdict(new)) for key, new in leads.items()], batch_size=ROWS_PER_STATEMENT
        )
        LeadActivity.objects.bulk_create(
            [
                LeadActivity(
                    lead_id=key,
                    type=ActivityType.CREATED,
                    created_at=now,
                    metadata={"actor": actor.name, "source": new.source},
                )
                for key, new in leads.items()
            ],
            batch_size=ROWS_PER_STATEMENT,
        )
        transaction.on_commit(partial(request_sweep, leads=len(leads)))


def _note_repeat(*, first: tuple[UUID, int | None], new: NewLead, actor: Actor, now: datetime) -> Receipt:
    """Store the request as a repeat of the first lead.

    A client that did not send the first lead is not told its id; a page is not even told that there is one, because
    anyone with its token could ask about anybody.
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
