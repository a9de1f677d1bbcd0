"""The parts of the route score (match of the territory, fairness, bonus with the pace), and their total.

The pace is that of a partner that is back after a break: its usual number of leads, if others can take the rest.
Without it, a partner without open leads would get several times its usual rate, whatever the weights, because all
others are nearly full. So for the minimum length of a break, a partner that is back may get as many leads as it used to
get in that time. `pace_left` is the remaining number, NaN for a partner that is not held to a pace. A partner ahead of
its pace ranks after all others, by a deduction from its bonus; it still gets a lead that nobody else can take.
"""

from typing import NamedTuple

import numpy as np

from router.scoring.arrays import BoolArray, CodeArray, FloatArray, IntArray, Number
from router.scoring.policy import RoutePolicy
from router.scoring.territories import Demand, Territories

POSTCODE, PROVINCE, ANYWHERE, UNKNOWN, NONE = range(5)
"""Codes of the kinds of match; indices in `REGION_KINDS` and `REGION_SCORES`."""

REGION_KINDS = ("postcode", "province", "anywhere", "unknown", "none")
"""`postcode`: the lead's postcode starts with a declared prefix. `province`: the lead's province is declared.
`anywhere`: the partner declares no region at all. `unknown`: the lead has neither province nor postcode. `none`: no
match."""

REGION_SCORES = (100.0, 80.0, 50.0, 50.0, 0.0)
"""The score of each kind. Source: docs/scoring.md, "Region"."""

_SCORES = np.array(REGION_SCORES)


def region_kinds(territories: Territories, demand: Demand) -> CodeArray:
    """Return the code of the best match (n,) of each partner with the lead's demand.

    A partner that declares no region is `ANYWHERE`, also for a lead without province and postcode.
    """
    kinds: CodeArray = np.full(territories.size, NONE if demand.is_located else UNKNOWN, dtype=np.int8)
    kinds[territories.declares_no_region] = ANYWHERE
    if demand.province is not None:
        kinds[territories.in_province(demand.province)] = PROVINCE
    if demand.prefixes:
        kinds[territories.near_postcode(demand.prefixes)] = POSTCODE
    return kinds


def region_scores(kinds: CodeArray) -> FloatArray:
    """Return the region score (n,), 0-100, of each kind of match (n,)."""
    return _SCORES[kinds]


def is_outside(kinds: CodeArray) -> BoolArray:
    """Return for each kind of match (n,) whether it is no match."""
    outside: BoolArray = kinds == NONE
    return outside


class Fairness(NamedTuple):
    """The fairness of n partners and its two parts, each (n,) and 0-100."""

    spare_capacity: FloatArray
    waiting: FloatArray
    fairness: FloatArray


def fairness_scores(
    policy: RoutePolicy,
    *,
    open_leads: FloatArray,
    max_open_leads: FloatArray,
    waiting_hours: FloatArray,
) -> Fairness:
    """Return spare capacity, waiting and their mean, each (n,), clipped to 0-100.

    `open_leads` (n,) counts, `max_open_leads` (n,) counts with NaN = no cap, `waiting_hours` (n,) hours since the last
    assignment with NaN = never. A cap of 0 leaves no spare capacity. Source: docs/scoring.md, "Fairness".
    """
    capacity = fairness_capacity(policy, max_open_leads)
    has_room = capacity > 0
    spare = np.clip(_free_percent(open_leads, np.where(has_room, capacity, 1.0)), 0.0, 100.0)
    spare[~has_room] = 0.0
    waited = np.where(np.isnan(waiting_hours), policy.waiting_full_hours, waiting_hours)
    waiting = np.clip(100.0 * np.minimum(1.0, waited / policy.waiting_full_hours), 0.0, 100.0)
    return Fairness(spare_capacity=spare, waiting=waiting, fairness=mean_fairness(spare, waiting))


def fairness_capacity(policy: RoutePolicy, max_open_leads: FloatArray) -> FloatArray:
    """Return the caps (n,) with the policy's `uncapped_capacity` in the place of NaN (no cap)."""
    return np.where(np.isnan(max_open_leads), float(policy.uncapped_capacity), max_open_leads)


def spare_capacity_of(*, open_leads: float, capacity: float) -> float:
    """Return the spare capacity, 0-100, of one partner whose capacity is above 0; as in `fairness_scores`."""
    return min(100.0, max(0.0, _free_percent(open_leads, capacity)))


def mean_fairness(spare_capacity: Number, waiting: Number) -> Number:
    """Return the mean of the two parts."""
    return (spare_capacity + waiting) / 2.0


def _free_percent(open_leads: Number, capacity: Number) -> Number:
    return 100.0 * (1.0 - open_leads / capacity)


HIGHEST_PRIORITY = 10
"""Maximum effective routing priority; a higher one counts as this, one below 0 as 0."""


def route_total(
    policy: RoutePolicy,
    *,
    region: Number,
    performance: Number,
    fairness: Number,
    bonus: Number,
) -> Number:
    """Return the weighted mean of region, performance and fairness (0-100 each), plus the bonus (points).

    Source: docs/scoring.md, "Route score". Every path (one lead, a batch, a replay) calls this function, so that
    equal inputs give totals that are equal to the last bit; ties rest on that.
    """
    weighted = policy.region_weight * region
    weighted = weighted + policy.performance_weight * performance
    weighted = weighted + policy.fairness_weight * fairness
    return weighted / policy.weight_sum + bonus


def priority_bonus(policy: RoutePolicy, routing_priority: IntArray) -> FloatArray:
    """Return the bonus points (n,) for each routing priority (n,)."""
    return policy.priority_points * np.clip(routing_priority, 0, HIGHEST_PRIORITY).astype(np.float64)


def pace_left_of(
    *,
    waiting_hours: FloatArray,
    hours_since_return: FloatArray,
    leads_since_return: FloatArray,
    usual_daily_leads: FloatArray,
    break_hours: float,
    least_leads: int,
) -> FloatArray:
    """Return how many leads the pace of each partner (n,) still allows, NaN = not held to one.

    `waiting_hours` (n,): since its last lead, NaN = never had one; `break_hours` or more are a break, which ends with
    the next lead. `hours_since_return` (n,): since the first lead after its last break, or the first of all;
    `leads_since_return` (n,): including that one; `usual_daily_leads` (n,): leads per day before that break, NaN =
    there was no break, or fewer leads before it than the `least_leads` that define a pace.
    """
    left = np.full(waiting_hours.size, np.nan)
    # A comparison with NaN is false. Few partners are held to a pace, so the rest is computed for them only.
    is_away = waiting_hours >= break_hours
    few = np.flatnonzero(is_away | (usual_daily_leads > 0.0))
    is_away, waited, since = is_away[few], waiting_hours[few], hours_since_return[few]
    got, hourly = leads_since_return[few], usual_daily_leads[few] / 24.0
    allowed = hourly * since - got
    # A partner that has waited as long as usual is due, even if it got more before because nobody else could take it.
    paced = np.where(since < break_hours, np.maximum(allowed, np.minimum(1.0, hourly * waited)), np.nan)
    left[few] = np.where(is_away, np.where(got >= least_leads, 1.0, np.nan), paced)
    return left


def pace_deduction(priority_points: float) -> float:
    """Return the points that rank a partner after all others: one more than the maximum of a total."""
    return 101.0 + HIGHEST_PRIORITY * priority_points


def is_ahead(pace_left: float) -> bool:
    """Return whether the pace allows a partner no further lead now."""
    return pace_left < 1.0


def bonus_points(policy: RoutePolicy, *, routing_priority: IntArray, pace_left: FloatArray) -> FloatArray:
    """Return the bonus (n,), in points: for the routing priority (n,), minus the deduction for being ahead of the pace.

    `pace_left` (n,): leads that the pace still allows, NaN = not held to one.
    """
    bonus = priority_bonus(policy, routing_priority)
    ahead = pace_left < 1.0
    if ahead.any():
        bonus[ahead] -= pace_deduction(policy.priority_points)
    return bonus
