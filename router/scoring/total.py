"""The route score: the only place where its parts are combined."""

import numpy as np

from router.scoring.arrays import FloatArray, IntArray, Number
from router.scoring.policy import RoutePolicy

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
