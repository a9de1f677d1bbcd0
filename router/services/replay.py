"""An old decision computed again, from its record alone."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from performance.scoring import PerformanceScore, ScoringSettings, calculate_performance_score
from router.models import LeadAssignmentLog
from router.queries.candidates import RECORDED_COMPONENT
from router.scoring import ReplayedCandidate, RoutePolicy, replay_route

TOLERANCE = 1e-9
"""Points by which a score may differ: the logarithm of another processor may round its last bit the other way."""

_ROUTE_FIELDS = ("region", "performance", "fairness", "spare_capacity", "waiting", "bonus", "total")


@dataclass(frozen=True, slots=True)
class Replay:
    """What a decision's record gives when it is computed again.

    `candidates`: the recorded candidates with their scores computed again, best first; `performance`: the performance
    score of each, taken apart; `differences`: a sentence for each number that came out otherwise.
    """

    candidates: tuple[ReplayedCandidate, ...]
    performance: tuple[PerformanceScore, ...]
    differences: tuple[str, ...]

    @property
    def agrees(self) -> bool:
        """Whether everything came out as it was recorded."""
        return not self.differences


def replay_log(log: LeadAssignmentLog) -> Replay:
    """Compute the scores of the recorded candidates from the recorded inputs, and compare.

    A decision for nobody has no candidates, and its record agrees when it names none.
    """
    settings = ScoringSettings.from_dict(log.policy["performance"])
    policy = RoutePolicy.from_dict(log.policy["route"])
    recorded: list[dict[str, Any]] = log.candidates
    performance = tuple(calculate_performance_score(entry["metrics"], settings) for entry in recorded)
    inputs = [entry | {"performance": score.score} for entry, score in zip(recorded, performance, strict=True)]
    replayed = tuple(replay_route(inputs, lead_id=str(log.lead_id), policy=policy))
    differences = [
        *_winner_differences(log, replayed),
        *(text for entry, score in zip(recorded, performance, strict=True) for text in _components(entry, score)),
        *(text for entry, again in zip(recorded, replayed, strict=True) for text in _route(entry, again)),
    ]
    return Replay(candidates=replayed, performance=performance, differences=tuple(differences))


def _winner_differences(log: LeadAssignmentLog, replayed: tuple[ReplayedCandidate, ...]) -> list[str]:
    winner = replayed[0] if replayed else None
    recorded_id = None if log.partner_id is None else str(log.partner_id)
    if (winner and winner.partner_id) != recorded_id:
        return [f"winner: recorded {recorded_id}, computed {winner and winner.partner_id}"]
    if winner is None:
        return []
    pairs = (
        ("total_score", log.total_score, winner.total),
        ("region_score", log.region_score, winner.region),
        ("performance_score", log.performance_score, winner.performance),
        ("fairness_score", log.fairness_score, winner.fairness),
        ("bonus", log.bonus, winner.bonus),
    )
    return [_sentence(name, then, now) for name, then, now in pairs if _differ(then, now)]


def _components(entry: Mapping[str, Any], score: PerformanceScore) -> list[str]:
    return [
        _sentence(f"{entry['partner_id']} {component.name} {key}", then, getattr(component, key))
        for component in score.components
        for key, then in zip(RECORDED_COMPONENT, entry["components"][component.name], strict=True)
        if _differ(then, getattr(component, key))
    ]


def _route(entry: Mapping[str, Any], again: ReplayedCandidate) -> list[str]:
    if entry["partner_id"] != again.partner_id:
        return [f"order: recorded {entry['partner_id']}, computed {again.partner_id}"]
    return [
        _sentence(f"{again.partner_id} {name}", entry[name], getattr(again, name))
        for name in _ROUTE_FIELDS
        if _differ(entry[name], getattr(again, name))
    ]


def _differ(then: float | None, now: float | None) -> bool:
    if then is None or now is None:
        return then is not now
    return abs(then - now) > TOLERANCE


def _sentence(what: str, then: object, now: object) -> str:
    return f"{what}: recorded {then}, computed {now}"
