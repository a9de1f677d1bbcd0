"""Life of a lead: its status changes, who may make them, and the correction of a mistaken one.

The allowed transitions are in `leads.vocabulary.STEPS`; `docs/lifecycle.md` draws them.
"""

from datetime import datetime
from decimal import Decimal
from uuid import UUID

from django.db import connection, transaction

from core.auth.actors import Actor
from core.violations import ConstraintViolated, translate_check_violations
from leads.models import Lead, LeadActivity
from leads.services.locks import lock_lead
from leads.vocabulary import STEPS, TRANSITION_RULE, ActivityType, LeadAction, LeadStatus

__all__ = [
    "CorrectionRefused",
    "LeadAction",
    "TransitionRefused",
    "allowed_actions",
    "allowed_corrections",
    "change_status",
    "correct_status",
]

TARGETS = {step.action: step.target for step in STEPS if step.action is not None}
"""Resulting status of each action."""

_NEEDS_NO_PARTNER = frozenset({LeadStatus.NEW, LeadStatus.REJECTED, LeadStatus.LOST})


class TransitionRefused(Exception):
    """The lead's status does not allow the action."""

    def __init__(self, *, action: LeadAction, status: str, allowed_actions: tuple[LeadAction, ...]) -> None:
        super().__init__(f"A lead that is {status} does not take the action {action}.")
        self.action = action
        self.status = status
        self.allowed_actions = allowed_actions


class CorrectionRefused(Exception):
    """The lead's status cannot be corrected as requested; `status` is the current one."""

    def __init__(self, *, status: str) -> None:
        super().__init__(f"The status of a lead that is {status} cannot be corrected so.")
        self.status = status


def allowed_actions(*, status: str, has_partner: bool) -> tuple[LeadAction, ...]:
    """Return the actions that a lead allows now, in the order of `LeadAction`."""
    found = {step.action for step in STEPS if step.source == status and (has_partner or not step.needs_partner)}
    return tuple(action for action in LeadAction if action in found)


def allowed_corrections(*, status: str, has_partner: bool) -> tuple[LeadStatus, ...]:
    """Return the statuses to which a lead can be corrected: any other one that fits its having a partner or none."""
    return tuple(target for target in LeadStatus if target != status and (has_partner or target in _NEEDS_NO_PARTNER))


def change_status(
    *, lead_id: UUID, action: LeadAction, actor: Actor, now: datetime, deal_value: Decimal | None = None
) -> Lead:
    """Change a lead's status and log it; return the lead with the times that the database set.

    `deal_value` (EUR, 0 or more) is the value of a win; no other action takes one.

    Raises `LeadNotFound`, `TransitionRefused` (also if only the database refuses the step), `ConstraintViolated` for
    a lead that the database refuses to change for another reason, `ValueError` for an impossible deal value.
    """
    if deal_value is not None and (action is not LeadAction.WIN or deal_value < 0):
        raise ValueError(f"{action} does not take a deal value of {deal_value}.")
    try:
        with translate_check_violations(), transaction.atomic():
            return _take(lead_id=lead_id, action=action, actor=actor, now=now, deal_value=deal_value)
    except ConstraintViolated as broken:
        if broken.rule != TRANSITION_RULE:
            raise
    with transaction.atomic():
        lead = lock_lead(lead_id=lead_id, actor=actor)
    allowed = allowed_actions(status=lead.status, has_partner=lead.partner_id is not None)
    raise TransitionRefused(
        action=action, status=lead.status, allowed_actions=tuple(each for each in allowed if each is not action)
    )


def correct_status(
    *, lead_id: UUID, expected: str, status: LeadStatus, reason: str, actor: Actor, now: datetime
) -> Lead:
    """Correct a mistaken status, whatever the transition, and log it with the reason; return the lead.

    `expected` is the status that the actor saw. Times that do not fit the right status are cleared: that of the
    decision unless the lead is won or lost, that of the acceptance if it is new.

    Raises `LeadNotFound`, `CorrectionRefused` if the lead has another status by now or cannot have the new one,
    `ConstraintViolated`, `ValueError` without a reason.
    """
    if not reason.strip():
        raise ValueError("A correction has a reason.")
    with translate_check_violations(), transaction.atomic():
        lead = lock_lead(lead_id=lead_id, actor=actor)
        allowed = allowed_corrections(status=lead.status, has_partner=lead.partner_id is not None)
        if lead.status != expected or status not in allowed:
            raise CorrectionRefused(status=lead.status)
        metadata = {"from": lead.status, "to": status, "actor": actor.name, "correction": True}
        with connection.cursor() as cursor:
            # In parentheses: pghistory does not send its context along with a statement that begins with SELECT.
            cursor.execute("(SELECT correct_lead_status(%s, %s))", [lead_id, status])
        LeadActivity.objects.create(
            lead=lead,
            type=ActivityType.STATUS_CHANGE,
            created_by_id=actor.partner_id,
            created_at=now,
            description=reason.strip(),
            metadata=metadata,
        )
        lead.refresh_from_db()
    return lead


def _take(*, lead_id: UUID, action: LeadAction, actor: Actor, now: datetime, deal_value: Decimal | None) -> Lead:
    """Take the step in the caller's transaction."""
    lead = lock_lead(lead_id=lead_id, actor=actor)
    allowed = allowed_actions(status=lead.status, has_partner=lead.partner_id is not None)
    if action not in allowed:
        raise TransitionRefused(action=action, status=lead.status, allowed_actions=allowed)
    before = lead.status
    lead.status = TARGETS[action]
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
