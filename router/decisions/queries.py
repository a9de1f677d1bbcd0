"""Recorded decisions."""

import contextlib
import math
import uuid
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self

from django.contrib.auth import get_user_model
from django.db.models import OuterRef, QuerySet, Subquery

from leads.models import Partner
from router.models import LeadAssignmentLog, RoutingPolicy
from router.scoring.explanation import Candidate

RECENT_DECISIONS = 10
"""Number of decisions shown with a partner or a lead, newest first."""

_USER = "user:"
"""Prefix of a signed-in user in a decision record."""


class DecisionNotFound(LookupError):
    """The decision does not exist."""

    def __init__(self, decision_id: int) -> None:
        super().__init__(f"no such decision: {decision_id}")
        self.decision_id = decision_id


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordedDecision:
    """A decision as it was recorded. An old record may hold anything: what cannot be read is left out, or None.

    `route_policy`: the applied settings of the choice between partners; `exclusions`: number of partners by code;
    `recorded_candidates`: the winner and the runners-up, as the record has them; scores 0-100, `bonus` and `total` in
    points.
    """

    id: int
    lead_id: uuid.UUID
    partner_id: uuid.UUID | None
    company_name: str | None
    outcome: str
    decided_at: datetime
    trigger: str
    actor: str
    policy_version: int
    route_policy: Mapping[str, Any]
    considered_count: int
    candidate_count: int
    exclusions: Mapping[str, int]
    total: float | None
    region: float | None
    performance: float | None
    fairness: float | None
    bonus: float | None
    recorded_candidates: Sequence[Mapping[str, Any]]

    @classmethod
    def from_log(cls, log: LeadAssignmentLog) -> Self:
        """Read a record; `log.partner` should be loaded."""
        recorded = log.candidates if isinstance(log.candidates, list) else []
        return cls(
            id=log.pk,
            lead_id=log.lead_id,
            partner_id=log.partner_id,
            company_name=None if log.partner is None else log.partner.company_name,
            outcome=log.outcome,
            decided_at=log.decided_at,
            trigger=log.trigger,
            actor=log.actor,
            policy_version=log.policy_version,
            route_policy=mapping_in(log.policy, "route"),
            considered_count=log.considered_count,
            candidate_count=log.candidate_count,
            exclusions=_counts(log.exclusions),
            total=_finite(log.total_score),
            region=_finite(log.region_score),
            performance=_finite(log.performance_score),
            fairness=_finite(log.fairness_score),
            bonus=_finite(log.bonus),
            recorded_candidates=tuple(entry for entry in recorded if isinstance(entry, dict)),
        )

    @property
    def candidates(self) -> tuple[Candidate, ...]:
        """The recorded candidates that name a partner, best first."""
        return tuple(
            Candidate.from_record(entry)
            for entry in self.recorded_candidates
            if isinstance(entry.get("partner_id"), str)
        )

    @property
    def is_assigned(self) -> bool:
        """Whether a partner got the lead."""
        return self.outcome == LeadAssignmentLog.Outcome.ASSIGNED


@dataclass(frozen=True, slots=True)
class DecisionDetails:
    """A decision and the objects that its record refers to.

    `candidates`: the recorded candidates, best first; `names`: company names by the partner's id as text; `policy_id`:
    the applied version, None if it is unknown; `actor`: the name of the user who asked, else the recorded text;
    `earlier_id`, `later_id`: the neighbours among the decisions on the same lead.
    """

    log: LeadAssignmentLog
    decision: RecordedDecision
    candidates: tuple[Candidate, ...]
    names: Mapping[str, str]
    policy_id: int | None
    actor: str
    earlier_id: int | None
    later_id: int | None


def recent_decisions(logs: QuerySet[LeadAssignmentLog]) -> list[RecordedDecision]:
    """Return the newest of these decisions, newest first."""
    newest = logs.select_related("partner").order_by("-id")[:RECENT_DECISIONS]
    return [RecordedDecision.from_log(log) for log in newest]


def latest_decisions(lead_ids: Collection[uuid.UUID]) -> dict[uuid.UUID, LeadAssignmentLog]:
    """Return the newest decision of each lead that has one."""
    logs = LeadAssignmentLog.objects.filter(lead_id__in=lead_ids).order_by("lead_id", "-id").distinct("lead_id")
    return {log.lead_id: log for log in logs}


def recorded_decision(decision_id: int) -> DecisionDetails:
    """Return a decision with the objects that its page refers to. Raises `DecisionNotFound`."""
    of_lead = LeadAssignmentLog.objects.filter(lead_id=OuterRef("lead_id"))
    log = (
        LeadAssignmentLog.objects.filter(pk=decision_id)
        .select_related("partner")
        .annotate(
            policy_pk=Subquery(RoutingPolicy.objects.filter(version=OuterRef("policy_version")).values("pk")),
            earlier_pk=Subquery(of_lead.filter(pk__lt=OuterRef("pk")).order_by("-pk").values("pk")[:1]),
            later_pk=Subquery(of_lead.filter(pk__gt=OuterRef("pk")).order_by("pk").values("pk")[:1]),
        )
        .first()
    )
    if log is None:
        raise DecisionNotFound(decision_id)
    decision = RecordedDecision.from_log(log)
    candidates = decision.candidates
    return DecisionDetails(
        log=log,
        decision=decision,
        candidates=candidates,
        names=_names([log.partner_id, *(candidate.partner_id for candidate in candidates)]),
        policy_id=log.policy_pk,
        actor=_actor(log.actor),
        earlier_id=log.earlier_pk,
        later_id=log.later_pk,
    )


def mapping_in(record: object, name: str) -> Mapping[str, Any]:
    """Return a part of a record; empty if there is none."""
    part = record.get(name) if isinstance(record, Mapping) else None
    return part if isinstance(part, Mapping) else {}


def _counts(recorded: object) -> dict[str, int]:
    counts = recorded.items() if isinstance(recorded, Mapping) else ()
    return {code: count for code, count in counts if isinstance(count, int)}


def _finite(value: float | None) -> float | None:
    """Return a number that JSON can hold; None for an infinite one, in a record older than the rule against it."""
    return value if value is not None and math.isfinite(value) else None


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
