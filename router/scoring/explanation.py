"""What made one candidate of a recorded decision come before another, in points of the total.

It reads records as they were written, also those of earlier versions: where parts are missing, the larger part that
they belong to stands for them, and where that is missing too, nothing is explained.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from router.scoring.pace import is_ahead, pace_deduction

ROUTE_PARTS = ("region", "performance", "fairness")
"""The weighted parts of a total, in the order in which people read them; the bonus is added to them."""

PACE = "pace"
"""What is taken off the bonus of a partner that is ahead of its pace; a part only where there is something."""

FAIRNESS_PARTS = ("spare_capacity", "waiting")
"""The fairness is the mean of these."""

_CONTRIBUTION = 3
"""Place of the contribution among the numbers that a record keeps of a component."""

_ROUNDING = 1e-6
"""Points by which parts may miss their whole, and still count as its parts."""


@dataclass(frozen=True, slots=True)
class Gain:
    """How many points of the total the first is ahead of the second by one part; below 0: behind.

    `part` is "region", a component of the performance, "spare_capacity", "waiting", "bonus" or "pace"; "performance" or
    "fairness" where a record does not have the parts of these.
    """

    part: str
    points: float


@dataclass(frozen=True, slots=True)
class Gap:
    """By how many points the first was ahead, and the parts that this adds up from, the largest first.

    `gains` is empty where the record does not say enough.
    """

    difference: float
    gains: tuple[Gain, ...]

    @property
    def ahead(self) -> tuple[Gain, ...]:
        """The parts that spoke for the first, the strongest first."""
        return tuple(gain for gain in self.gains if gain.points > 0)

    @property
    def behind(self) -> tuple[Gain, ...]:
        """The parts that spoke for the second, the strongest first."""
        return tuple(gain for gain in reversed(self.gains) if gain.points < 0)


def explain_gap(first: Mapping[str, Any], second: Mapping[str, Any], *, route: Mapping[str, Any]) -> Gap | None:
    """Compare two recorded candidates under the recorded route policy; None where one has no total."""
    totals = number_in(first, "total"), number_in(second, "total")
    if totals[0] is None or totals[1] is None:
        return None
    mine, theirs = points_by_part(first, route=route), points_by_part(second, route=route)
    if (mine.keys() ^ theirs.keys()) - {PACE}:
        # One of them has finer parts than the other: both in the coarse ones.
        mine, theirs = _coarse_points(first, route=route), _coarse_points(second, route=route)
    gains = [Gain(part, mine[part] - theirs[part]) for part in mine if part in theirs]
    if mine and theirs and (PACE in mine) != (PACE in theirs):
        gains.append(Gain(PACE, mine.get(PACE, 0.0) - theirs.get(PACE, 0.0)))
    return Gap(difference=totals[0] - totals[1], gains=tuple(sorted(gains, key=lambda gain: gain.points, reverse=True)))


def points_by_part(candidate: Mapping[str, Any], *, route: Mapping[str, Any]) -> dict[str, float]:
    """How many points of a candidate's total come from each part, as finely as the record has it.

    The points add up to the total. Empty where the record lacks the weights or a score.
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
    """Whether a recorded candidate was back after a break, and came after the others."""
    pace_left = number_in(candidate, "pace_left")
    return pace_left is not None and is_ahead(pace_left)


def route_shares(route: Mapping[str, Any]) -> dict[str, float]:
    """What part of a total each weighted part can be, as fractions that add up to 1; empty without any weight."""
    weights = {name: number_in(route, f"{name}_weight") or 0.0 for name in ROUTE_PARTS}
    whole = sum(weights.values())
    return {name: weight / whole for name, weight in weights.items()} if whole > 0 else {}


def number_in(record: Mapping[str, Any], name: str) -> float | None:
    """A number of a record, None where it is absent or no number."""
    value = record.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        return None
    return float(value)


def _coarse_points(candidate: Mapping[str, Any], *, route: Mapping[str, Any]) -> dict[str, float]:
    """Points by region, performance, fairness, bonus and pace; empty where a weight or a score is missing."""
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
    """What each component gave to the performance score; empty where these do not add up to it."""
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
