"""The life of a lead: which status can follow which, and by whose doing.

new --accept--> accepted --start--> in_progress
 |                  |                    |
 |                  +------complete------+--> completed
 |                  |                    |        |
 +--reject--> rejected   (accepted, in_progress, completed) --win--> won
                                                            --lose--> lost
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from types import MappingProxyType
from uuid import UUID

from django.db import transaction

from leads.models import Lead, LeadActivity
from leads.services.actors import Actor
from leads.services.locks import lock_lead
from leads.services.rules import naming_the_rule
from leads.vocabulary import ActivityType, LeadStatus


class LeadAction(StrEnum):
    """What can be done to a lead's status."""

    ACCEPT = "accept"
    REJECT = "reject"
    START = "start"
    COMPLETE = "complete"
    WIN = "win"
    LOSE = "lose"


@dataclass(frozen=True, slots=True, kw_only=True)
class Transition:
    """One row of the state machine; `needs_partner`: only a lead that somebody has can take it."""

    sources: frozenset[str]
    target: LeadStatus
    needs_partner: bool = False


_WORKED_ON = frozenset({LeadStatus.ACCEPTED, LeadStatus.IN_PROGRESS, LeadStatus.COMPLETED})

TRANSITIONS: Mapping[LeadAction, Transition] = MappingProxyType(
    {
        LeadAction.ACCEPT: Transition(
            sources=frozenset({LeadStatus.NEW}), target=LeadStatus.ACCEPTED, needs_partner=True
        ),
        LeadAction.REJECT: Transition(
            sources=frozenset({LeadStatus.NEW}), target=LeadStatus.REJECTED, needs_partner=True
        ),
        LeadAction.START: Transition(sources=frozenset({LeadStatus.ACCEPTED}), target=LeadStatus.IN_PROGRESS),
        LeadAction.COMPLETE: Transition(
            sources=frozenset({LeadStatus.ACCEPTED, LeadStatus.IN_PROGRESS}), target=LeadStatus.COMPLETED
        ),
        LeadAction.WIN: Transition(sources=_WORKED_ON, target=LeadStatus.WON),
        LeadAction.LOSE: Transition(sources=_WORKED_ON, target=LeadStatus.LOST),
    }
)
"""The state machine: action -> from which statuses -> to which."""


class TransitionRefused(Exception):
    """The lead's status does not allow the action."""

    def __init__(self, *, action: LeadAction, status: str, allowed_actions: tuple[LeadAction, ...]) -> None:
        super().__init__(f"A lead that is {status} does not take the action {action}.")
        self.action = action
        self.status = status
        self.allowed_actions = allowed_actions


def allowed_actions(*, status: str, has_partner: bool) -> tuple[LeadAction, ...]:
    """What can be done to a lead now, in the order of `LeadAction`."""
    return tuple(
        action
        for action, transition in TRANSITIONS.items()
        if status in transition.sources and (has_partner or not transition.needs_partner)
    )


def change_status(
    *, lead_id: UUID, action: LeadAction, actor: Actor, now: datetime, deal_value: Decimal | None = None
) -> Lead:
    """Take a lead one step further and log it; returns the lead with the times that the database set.

    `deal_value` (EUR, 0 or more) is what a win was worth; no other action takes one.

    Raises `LeadNotFound`, `TransitionRefused`, `RuleBroken` for a lead that the database refuses to change,
    `ValueError` for a deal value that cannot be.
    """
    if deal_value is not None and (action is not LeadAction.WIN or deal_value < 0):
        raise ValueError(f"{action} does not take a deal value of {deal_value}.")
    transition = TRANSITIONS[action]
    with naming_the_rule(), transaction.atomic():
        lead = lock_lead(lead_id=lead_id, actor=actor)
        allowed = allowed_actions(status=lead.status, has_partner=lead.partner_id is not None)
        if action not in allowed:
            raise TransitionRefused(action=action, status=lead.status, allowed_actions=allowed)
        before = lead.status
        lead.status = transition.target
        changed = ["status"]
        if deal_value is not None:
            lead.deal_value = deal_value
            changed.append("deal_value")
        lead.save(update_fields=changed)
        LeadActivity.objects.create(
            lead=lead,
            type=ActivityType.STATUS_CHANGE,
            created_by_id=actor.partner_id,
            created_at=now,
            metadata={"from": before, "to": lead.status, "actor": actor.name},
        )
        lead.refresh_from_db()
    return lead
