"""Replay of an old decision, from its record alone."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from router.scoring.arrays import FloatArray
from router.scoring.parts import REGION_KINDS, REGION_SCORES, bonus_points, fairness_scores, route_total
from router.scoring.policy import RoutePolicy
from router.scoring.tiebreak import id_hashes, tie_breaks

REPLAY_INPUT_FIELDS = (
    "partner_id",
    "region_kind",
    "performance",
    "open_leads",
    "max_open_leads",
    "waiting_hours",
    "routing_priority",
    "pace_left",
)


class ReplayError(ValueError):
    """Recorded inputs that cannot be scored; `position` and `field` locate the error."""

    def __init__(self, *, position: int, field: str, message: str) -> None:
        super().__init__(f"candidate {position}, {field}: {message}")
        self.position = position
        self.field = field


@dataclass(frozen=True, slots=True)
class ReplayedCandidate:
    """A recorded candidate with its recomputed scores (0-100, bonus and total in points)."""

    partner_id: str
    region: float
    performance: float
    fairness: float
    spare_capacity: float
    waiting: float
    bonus: float
    total: float


def replay_route(
    inputs: Sequence[Mapping[str, object]], *, lead_id: str, policy: RoutePolicy
) -> list[ReplayedCandidate]:
    """Recompute the scores of recorded candidates and return them best first.

    `inputs` are as `replay_inputs` wrote them, in any order, also after a round trip through JSON; the scores equal the
    recorded ones to the last bit. Raises `ReplayError` for a missing field or a value of the wrong type.
    """
    if not inputs:
        return []
    for position, candidate in enumerate(inputs):
        _check(position, candidate)
    partner_ids = [str(candidate["partner_id"]) for candidate in inputs]
    performance = _column(inputs, "performance")
    region = np.array([REGION_SCORES[REGION_KINDS.index(str(candidate["region_kind"]))] for candidate in inputs])
    parts = fairness_scores(
        policy,
        open_leads=_column(inputs, "open_leads"),
        max_open_leads=_column(inputs, "max_open_leads"),
        waiting_hours=_column(inputs, "waiting_hours"),
    )
    bonus = bonus_points(
        policy,
        routing_priority=np.array([candidate["routing_priority"] for candidate in inputs], dtype=np.int64),
        pace_left=_column(inputs, "pace_left"),
    )
    total = route_total(policy, region=region, performance=performance, fairness=parts.fairness, bonus=bonus)
    hashes = tie_breaks(lead_id=lead_id, partner_hashes=id_hashes(partner_ids))
    return [
        ReplayedCandidate(
            partner_id=partner_ids[index],
            region=region.item(index),
            performance=performance.item(index),
            fairness=parts.fairness.item(index),
            spare_capacity=parts.spare_capacity.item(index),
            waiting=parts.waiting.item(index),
            bonus=bonus.item(index),
            total=total.item(index),
        )
        for index in np.lexsort((hashes, -total)).tolist()
    ]


def _check(position: int, candidate: Mapping[str, object]) -> None:
    for field in REPLAY_INPUT_FIELDS:
        if field not in candidate:
            raise ReplayError(position=position, field=field, message="is missing")
        value = candidate[field]
        if field == "partner_id":
            valid = isinstance(value, str)
        elif field == "region_kind":
            valid = value in REGION_KINDS
        elif value is None:
            valid = field in ("max_open_leads", "waiting_hours", "pace_left")
        else:
            valid = isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
        if not valid:
            raise ReplayError(position=position, field=field, message=f"cannot be {value!r}")


def _column(inputs: Sequence[Mapping[str, object]], field: str) -> FloatArray:
    return np.array([candidate[field] for candidate in inputs], dtype=np.float64)
