"""Explanation of why one recorded candidate ranked above another, in points of the total.

It reads records as they were written, including those of earlier versions: if parts are missing, the larger part that
contains them is used, and if that is missing too, nothing is explained.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from router.scoring.pace import is_ahead, pace_deduction

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


def explain_gap(first: Mapping[str, Any], second: Mapping[str, Any], *, route: Mapping[str, Any]) -> Gap | None:
    """Compare two recorded candidates under the recorded route policy; return None if one has no total."""
    totals = number_in(first, "total"), number_in(second, "total")
    if totals[0] is None or totals[1] is None:
        return None
    mine, theirs = points_by_part(first, route=route), points_by_part(second, route=route)
    if (mine.keys() ^ theirs.keys()) - {PACE}:
        # One of them has finer parts than the other: use the coarse ones for both.
        mine, theirs = _coarse_points(first, route=route), _coarse_points(second, route=route)
    gains = [Gain(part, mine[part] - theirs[part]) for part in mine if part in theirs]
    if mine and theirs and (PACE in mine) != (PACE in theirs):
        gains.append(Gain(PACE, mine.get(PACE, 0.0) - theirs.get(PACE, 0.0)))
    return Gap(difference=totals[0] - totals[1], gains=tuple(sorted(gains, key=lambda gain: gain.points, reverse=True)))


def points_by_part(candidate: Mapping[str, Any], *, route: Mapping[str, Any]) -> dict[str, float]:
    """Return a candidate's points from each part of the total, in as much detail as the record has.

    The points add up to the total. Empty if the record lacks the weights or a score.
    """
    coarse = _coarse_points(candidate, route=route)
    if not coarse:
        return {}
    shares = route_shares(route)
    points = {"region": coarse["region"]}
    components = _contributions(candidate)
    if components:
        points |= {name: shares["performance"] * contribution for name, contribution in components.items()}
    else:
        points["performance"] = coarse["performance"]
    halves = {name: number_in(candidate, name) for name in FAIRNESS_PARTS}
    fair = {name: shares["fairness"] * value / len(halves) for name, value in halves.items() if value is not None}
    if len(fair) == len(halves) and math.isclose(sum(fair.values()), coarse["fairness"], abs_tol=_ROUNDING):
        points |= fair
    else:
        points["fairness"] = coarse["fairness"]
    return points | {name: coarse[name] for name in ("bonus", PACE) if name in coarse}


def is_ahead_of_pace(candidate: Mapping[str, Any]) -> bool:
    """Return whether a recorded candidate was ahead of its pace after a break, and ranked after the others."""
    pace_left = number_in(candidate, "pace_left")
    return pace_left is not None and is_ahead(pace_left)


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


def _coarse_points(candidate: Mapping[str, Any], *, route: Mapping[str, Any]) -> dict[str, float]:
    """Return points by region, performance, fairness, bonus and pace; empty if a weight or a score is missing."""
    shares = route_shares(route)
    points = {}
    for name, share in shares.items():
        score = number_in(candidate, name)
        if score is None:
            return {}
        points[name] = share * score
    if not points:
        return {}
    bonus = number_in(candidate, "bonus") or 0.0
    if not is_ahead_of_pace(candidate):
        return points | {"bonus": bonus}
    deduction = pace_deduction(number_in(route, "priority_points") or 0.0)
    return points | {"bonus": bonus + deduction, PACE: -deduction}


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
