"""How evenly a policy hands leads out, what that costs, and what it does for those who come back."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from router.scoring import RoutePolicy
from router.scoring.outcome import gini, mean_over_leads
from tests.chaos.fairness.comebacks import Hundred, comebacks
from tests.chaos.fairness.simulation import play
from tests.chaos.fairness.world import World

LIMIT = 1.25
"""What a partner may get of the leads after its return, as a multiple of what it usually gets."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Comeback:
    """The hundreds of one kind of return; the ratios are to what the same partners usually get.

    `ratio_chosen`: as `ratio_after`, without the leads that nobody else could take.

    `above_limit_before`, `above_limit_after`: hundreds with more than `LIMIT` times the usual and at least a whole lead
    more than that; in those after a return, leads that nobody else could take are left aside. What is above it before
    an absence is chance.
    """

    returns: int
    ratio_before: float
    ratio_after: float
    ratio_chosen: float
    above_limit_before: int
    above_limit_after: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """What came of one weight.

    - `offers`, `unoffered`: leads handed out, declined ones once more; leads that nobody ever got.
    - `share_lowest`, `share_median`, `share_highest`: a partner's share of the leads over its share of the capacity.
    - `gini`: of the leads for each place; 0 = the same for everybody.
    - `longest_wait_median`, `longest_wait`: hours that a partner was there and had room, and got no lead: of the one in
      the middle, and of the one worst off.
    - `performance`: mean score of those who got the leads.
    - `desk_rests`, `desk_empty`: see `Absence`.
    """

    fairness_weight: float
    offers: int
    unoffered: int
    caps_exceeded: int
    share_lowest: float
    share_median: float
    share_highest: float
    gini: float
    longest_wait_median: float
    longest_wait: float
    performance: float
    desk_rests: Comeback
    desk_empty: Comeback


def measure(world: World, fairness_weight: float) -> Figures:
    """Play the world under the default policy with this fairness weight."""
    run = play(world, RoutePolicy(fairness_weight=fairness_weight))
    given = np.bincount(run.winner, minlength=world.territories.size)
    share = given / given.sum() / (world.capacity / world.capacity.sum())
    hundreds = list(comebacks(world, run))
    return Figures(
        fairness_weight=fairness_weight,
        offers=int(given.sum()),
        unoffered=int(np.isnan(run.wait).sum()),
        caps_exceeded=run.cap_exceeded,
        share_lowest=float(share.min()),
        share_median=float(np.median(share)),
        share_highest=float(share.max()),
        gini=gini(np.rint(1000 * share).astype(np.int64)),
        longest_wait_median=float(np.median(run.longest_wait)),
        longest_wait=float(run.longest_wait.max()),
        performance=mean_over_leads(world.performance, given) or 0.0,
        desk_rests=_comeback([hundred for hundred in hundreds if hundred.desk_rests]),
        desk_empty=_comeback([hundred for hundred in hundreds if not hundred.desk_rests]),
    )


def _comeback(hundreds: Sequence[Hundred]) -> Comeback:
    usual = sum(hundred.usual for hundred in hundreds) or math.nan
    return Comeback(
        returns=len(hundreds),
        ratio_before=sum(hundred.before for hundred in hundreds) / usual,
        ratio_after=sum(hundred.after for hundred in hundreds) / usual,
        ratio_chosen=sum(hundred.after - hundred.last_resort for hundred in hundreds) / usual,
        above_limit_before=sum(hundred.before >= LIMIT * hundred.usual + 1 for hundred in hundreds),
        above_limit_after=sum(hundred.after - hundred.last_resort >= LIMIT * hundred.usual + 1 for hundred in hundreds),
    )
