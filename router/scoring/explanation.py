"""Explanation of why one candidate ranked above another, in points of the total: the one source of reasons.

Candidates come from a ranking or from a record. Records are read as they were written, including those of earlier
versions: if parts are missing, the larger part that contains them is used, and if that is missing too, nothing is
explained.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Self

from router.scoring.parts import is_ahead, pace_deduction

ROUTE_PARTS = ("region", "performance", "fairness")
"""The weighted parts of a total, in reading order; the bonus is added to them."""

PACE = "pace"
"""Deduction from the bonus of a partner ahead of its pace; a part only if it is not 0."""

FAIRNESS_PARTS = ("spare_capacity", "waiting")
"""Parts whose mean is the fairness."""

_CONTRIBUTION = 3
"""Index of the contribution among the recorded numbers of a component."""

_ROUNDING = 1e-6
"""Points by which the sum of the parts may differ from the whole."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """An eligible partner and its scores, 0-100; `bonus` and `total` in points. None: not recorded.

    `max_open_leads` is also None without a cap, `waiting_hours` for a partner that never had a lead, and `pace_left`
    for one that is not held to a pace. `contributions`: component -> its share of the performance score, empty unless
    they add up to it.
    """

    partner_id: str
    total: float | None
    region: float | None
    region_kind: str
    performance: float | None
    fairness: float | None
    spare_capacity: float | None
    waiting: float | None
    bonus: float | None
    open_leads: float | None
    max_open_leads: float | None
    waiting_hours: float | None
    pace_left: float | None
    contributions: Mapping[str, float] = field(default_factory=dict)

    @classmethod
    def from_record(cls, entry: Mapping[str, Any]) -> Self:
        """Read an entry of a decision record, which may be of any version."""
        numbers = {name: number_in(entry, name) for name in _NUMBERS}
        return cls(
            partner_id=str(entry.get("partner_id", "")),
            region_kind=str(entry.get("region_kind", "")),
            contributions=_contributions(entry),
            **numbers,
        )

    @property
    def is_ahead_of_pace(self) -> bool:
        """Whether the partner is ahead of its pace after a break, and so ranked after the others."""
        return self.pace_left is not None and is_ahead(self.pace_left)


_NUMBERS = (
    *("total", "region", "performance", "fairness", "spare_capacity", "waiting", "bonus"),
    *("open_leads", "max_open_leads", "waiting_hours", "pace_left"),
)


@dataclass(frozen=True, slots=True)
class Gain:
    """Points of the total by which one part puts the first ahead of the second; below 0: behind.

    `part` is "region", a component of the performance, "spare_capacity", "waiting", "bonus" or "pace"; "performance" or
    "fairness" if a record lacks the parts of these.
    """

    part: str
    points: float


@dataclass(frozen=True, slots=True)
class Gap:
    """Points by which the first was ahead, and the parts that add up to them, the largest first.

    `gains` is empty if the record does not say enough.
    """

    difference: float
    gains: tuple[Gain, ...]

    @property
    def ahead(self) -> tuple[Gain, ...]:
        """The parts in favour of the first, the strongest first."""
        return tuple(gain for gain in self.gains if gain.points > 0)

    @property
    def behind(self) -> tuple[Gain, ...]:
        """The parts in favour of the second, the strongest first."""
        return tuple(gain for gain in reversed(self.gains) if gain.points < 0)


def explain_gap(first: Candidate, second: Candidate, *, route: Mapping[str, Any]) -> Gap | None:
    """Compare two candidates under the recorded route policy; return None if one has no total."""
    if first.total is None or second.total is None:
        return None
    mine, theirs = points_by_part(first, route=route), points_by_part(second, route=route)
    if (mine.keys() ^ theirs.keys()) - {PACE}:
        # One of them has finer parts than the other: use the coarse ones for both.
        mine, theirs = coarse_points(first, route=route), coarse_points(second, route=route)
    gains = [Gain(part, mine[part] - theirs[part]) for part in mine if part in theirs]
    if mine and theirs and (PACE in mine) != (PACE in theirs):
        gains.append(Gain(PACE, mine.get(PACE, 0.0) - theirs.get(PACE, 0.0)))
    gains.sort(key=lambda gain: gain.points, reverse=True)
    return Gap(difference=first.total - second.total, gains=tuple(gains))


def points_by_part(candidate: Candidate, *, route: Mapping[str, Any]) -> dict[str, float]:
    """Return a candidate's points from each part of the total, in as much detail as there is.

    The points add up to the total. Empty if the weights or a score are missing.
    """
    coarse, shares = coarse_points(candidate, route=route), route_shares(route)
    if not coarse:
        return {}
    points = {"region": coarse["region"]}
    if candidate.contributions:
        points |= {name: shares["performance"] * value for name, value in candidate.contributions.items()}
    else:
        points["performance"] = coarse["performance"]
    halves = (candidate.spare_capacity, candidate.waiting)
    fair = {
        name: shares["fairness"] * value / len(halves)
        for name, value in zip(FAIRNESS_PARTS, halves, strict=True)
        if value is not None
    }
    if len(fair) == len(halves) and math.isclose(sum(fair.values()), coarse["fairness"], abs_tol=_ROUNDING):
        points |= fair
    else:
        points["fairness"] = coarse["fairness"]
    return points | {name: coarse[name] for name in ("bonus", PACE) if name in coarse}


def coarse_points(candidate: Candidate, *, route: Mapping[str, Any]) -> dict[str, float]:
    """Return points by region, performance, fairness, bonus and pace; empty if a weight or a score is missing."""
    scores = {"region": candidate.region, "performance": candidate.performance, "fairness": candidate.fairness}
    points = {name: share * score for name, share in route_shares(route).items() if (score := scores[name]) is not None}
    if len(points) < len(ROUTE_PARTS):
        return {}
    bonus = candidate.bonus or 0.0
    if not candidate.is_ahead_of_pace:
        return points | {"bonus": bonus}
    deduction = pace_deduction(number_in(route, "priority_points") or 0.0)
    return points | {"bonus": bonus + deduction, PACE: -deduction}


def route_shares(route: Mapping[str, Any]) -> dict[str, float]:
    """Return the maximum share of each weighted part, as fractions that add up to 1; empty without any weight."""
    weights = {name: number_in(route, f"{name}_weight") or 0.0 for name in ROUTE_PARTS}
    whole = sum(weights.values())
    return {name: weight / whole for name, weight in weights.items()} if whole > 0 else {}


def number_in(record: Mapping[str, Any], name: str) -> float | None:
    """Return a number of a record, None if it is absent or not a number."""
    value = record.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        return None
    return float(value)


def _contributions(candidate: Mapping[str, Any]) -> dict[str, float]:
    """Return each component's share of the performance score; empty if they do not add up to it."""
    recorded, contributions = candidate.get("components"), {}
    for name, numbers in recorded.items() if isinstance(recorded, Mapping) else ():
        if not isinstance(numbers, list | tuple) or len(numbers) <= _CONTRIBUTION:
            return {}
        contribution = number_in({name: numbers[_CONTRIBUTION]}, name)
        if contribution is None:
            return {}
        contributions[name] = contribution
    performance = number_in(candidate, "performance")
    if performance is None or not math.isclose(sum(contributions.values()), performance, abs_tol=_ROUNDING):
        return {}
    return contributions
