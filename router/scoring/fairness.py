"""Fairness, from spare capacity and waiting time."""

from typing import NamedTuple

import numpy as np

from router.scoring.arrays import FloatArray, Number
from router.scoring.policy import RoutePolicy


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
