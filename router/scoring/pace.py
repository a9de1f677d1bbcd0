"""The pace of a partner that is back after a break: its usual number of leads, if others can take the rest.

Without it, a partner without open leads would get several times its usual rate, whatever the weights, because all
others are nearly full. So for the minimum length of a break, a partner that is back may get as many leads as it used to
get in that time. `pace_left` is the remaining number, NaN for a partner that is not held to a pace. A partner ahead of
its pace ranks after all others, by a deduction from its bonus; it still gets a lead that nobody else can take.
"""

import numpy as np

from router.scoring.arrays import FloatArray, IntArray
from router.scoring.policy import RoutePolicy
from router.scoring.total import HIGHEST_PRIORITY, priority_bonus


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
