"""Replay of an old decision, from its record alone."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from performance.scoring import PerformanceScore, ScoringSettings, calculate_performance_score, metrics_as_now
from router.models import LeadAssignmentLog
from router.scoring import ReplayedCandidate, RoutePolicy, replay_route
from router.snapshot.candidates import RECORDED_COMPONENT

TOLERANCE = 1e-9
"""Tolerance in points: the logarithm of another processor may round its last bit differently."""

_ROUTE_FIELDS = ("region", "performance", "fairness", "spare_capacity", "waiting", "bonus", "total")


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """A value that differs from the recorded one.

    `name`: the winner, the order, a score of the decision, or a partner's score or component; `part`: which value of
    the component, else "". For the winner and the order, `recorded` and `computed` are ids of partners.
    """

    name: str
    recorded: float | str | None
    computed: float | str | None
    partner_id: str = ""
    part: str = ""

    def __str__(self) -> str:
        what = " ".join(word for word in (self.partner_id, self.name, self.part) if word)
        return f"{what}: recorded {self.recorded}, computed {self.computed}"


@dataclass(frozen=True, slots=True)
class Replay:
    """Result of recomputing a decision from its record.

    `candidates`: the recorded candidates with recomputed scores, best first; `performance`: the breakdown of each
    performance score; `differences`: the values that differ.
    """

    candidates: tuple[ReplayedCandidate, ...]
    performance: tuple[PerformanceScore, ...]
    differences: tuple[Difference, ...]

    @property
    def agrees(self) -> bool:
        """True if every value equals the recorded one."""
        return not self.differences


def replay_log(log: LeadAssignmentLog) -> Replay:
    """Recompute the scores of the recorded candidates from the recorded inputs, and compare.

    A decision without a partner has no candidates, and its record agrees if it names none.
    """
    settings = ScoringSettings.from_dict(log.policy["performance"])
    policy = RoutePolicy.from_dict(log.policy["route"])
    recorded: list[dict[str, Any]] = log.candidates
    performance = tuple(
        calculate_performance_score(metrics_as_now(entry["metrics"], algorithm=log.algorithm), settings)
        for entry in recorded
    )
    # Records from before the pace was introduced have none.
    inputs = [
        {"pace_left": None} | entry | {"performance": score.score}
        for entry, score in zip(recorded, performance, strict=True)
    ]
    replayed = tuple(replay_route(inputs, lead_id=str(log.lead_id), policy=policy))
    differences = [
        *_winner_differences(log, replayed),
        *(found for entry, score in zip(recorded, performance, strict=True) for found in _components(entry, score)),
        *(found for entry, again in zip(recorded, replayed, strict=True) for found in _route(entry, again)),
    ]
    return Replay(candidates=replayed, performance=performance, differences=tuple(differences))


def _winner_differences(log: LeadAssignmentLog, replayed: tuple[ReplayedCandidate, ...]) -> list[Difference]:
    winner = replayed[0] if replayed else None
    recorded_id = None if log.partner_id is None else str(log.partner_id)
    computed_id = None if winner is None else winner.partner_id
    if computed_id != recorded_id:
        return [Difference(name="winner", recorded=recorded_id, computed=computed_id)]
    if winner is None:
        return []
    pairs = (
        ("total_score", log.total_score, winner.total),
        ("region_score", log.region_score, winner.region),
        ("performance_score", log.performance_score, winner.performance),
        ("fairness_score", log.fairness_score, winner.fairness),
        ("bonus", log.bonus, winner.bonus),
    )
    return [Difference(name=name, recorded=then, computed=now) for name, then, now in pairs if _differ(then, now)]


def _components(entry: Mapping[str, Any], score: PerformanceScore) -> list[Difference]:
    return [
        Difference(
            name=component.name,
            part=key,
            recorded=then,
            computed=getattr(component, key),
            partner_id=entry["partner_id"],
        )
        for component in score.components
        for key, then in zip(RECORDED_COMPONENT, entry["components"][component.name], strict=True)
        if _differ(then, getattr(component, key))
    ]


def _route(entry: Mapping[str, Any], again: ReplayedCandidate) -> list[Difference]:
    if entry["partner_id"] != again.partner_id:
        return [Difference(name="order", recorded=entry["partner_id"], computed=again.partner_id)]
    return [
        Difference(name=name, recorded=entry[name], computed=getattr(again, name), partner_id=again.partner_id)
        for name in _ROUTE_FIELDS
        if _differ(entry[name], getattr(again, name))
    ]


def _differ(then: float | None, now: float | None) -> bool:
    if then is None or now is None:
        return then is not now
    return abs(then - now) > TOLERANCE
