"""Recorded decisions."""

import contextlib
import uuid
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib.auth import get_user_model
from django.db.models import OuterRef, Subquery

from leads.models import Partner
from router.models import LeadAssignmentLog, RoutingPolicy

_USER = "user:"
"""Prefix of a signed-in user in a decision record."""


class DecisionNotFound(LookupError):
    """The decision does not exist."""

    def __init__(self, decision_id: int) -> None:
        super().__init__(f"no such decision: {decision_id}")
        self.decision_id = decision_id


@dataclass(frozen=True, slots=True)
class RecordedDecision:
    """A decision and the objects that its record refers to.

    `candidates`: the recorded candidates, best first, each with a `partner_id`; `names`: company names by the partner's
    id as text; `policy_id`: the applied version, None if it is unknown; `actor`: the name of the user who asked, else
    the recorded text; `earlier_id`, `later_id`: the neighbours among the decisions on the same lead.
    """

    log: LeadAssignmentLog
    candidates: tuple[Mapping[str, Any], ...]
    names: Mapping[str, str]
    policy_id: int | None
    actor: str
    earlier_id: int | None
    later_id: int | None


def latest_decisions(lead_ids: Collection[uuid.UUID]) -> dict[uuid.UUID, LeadAssignmentLog]:
    """Return the newest decision of each lead that has one."""
    logs = LeadAssignmentLog.objects.filter(lead_id__in=lead_ids).order_by("lead_id", "-id").distinct("lead_id")
    return {log.lead_id: log for log in logs}


def recorded_decision(decision_id: int) -> RecordedDecision:
    """Return a decision with the objects that its page refers to. Raises `DecisionNotFound`."""
    of_lead = LeadAssignmentLog.objects.filter(lead_id=OuterRef("lead_id"))
    log = (
        LeadAssignmentLog.objects.filter(pk=decision_id)
        .annotate(
            policy_pk=Subquery(RoutingPolicy.objects.filter(version=OuterRef("policy_version")).values("pk")),
            earlier_pk=Subquery(of_lead.filter(pk__lt=OuterRef("pk")).order_by("-pk").values("pk")[:1]),
            later_pk=Subquery(of_lead.filter(pk__gt=OuterRef("pk")).order_by("pk").values("pk")[:1]),
        )
        .first()
    )
    if log is None:
        raise DecisionNotFound(decision_id)
    candidates = _candidates(log.candidates)
    return RecordedDecision(
        log=log,
        candidates=candidates,
        names=_names([log.partner_id, *(entry["partner_id"] for entry in candidates)]),
        policy_id=log.policy_pk,
        actor=_actor(log.actor),
        earlier_id=log.earlier_pk,
        later_id=log.later_pk,
    )


def _candidates(recorded: object) -> tuple[Mapping[str, Any], ...]:
    """Return the entries that name a partner; an old record may hold anything."""
    entries = recorded if isinstance(recorded, list) else []
    return tuple(entry for entry in entries if isinstance(entry, dict) and isinstance(entry.get("partner_id"), str))


def _names(partner_ids: Iterable[object]) -> dict[str, str]:
    keys = set()
    for partner_id in partner_ids:
        # A text that is not an id refers to nobody.
        with contextlib.suppress(ValueError):
            keys.add(uuid.UUID(str(partner_id)))
    return {str(key): name for key, name in Partner.objects.filter(pk__in=keys).values_list("pk", "company_name")}


def _actor(recorded: str) -> str:
    key = recorded.removeprefix(_USER)
    if key == recorded or not key.isdecimal():
        return recorded
    user = get_user_model().objects.filter(pk=int(key)).first()
    return recorded if user is None else user.get_username()
