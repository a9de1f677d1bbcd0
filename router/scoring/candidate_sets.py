"""Candidate sets of leads with the same demand, as places in a table of totals.

The table has a row for each partner and a column for each kind of territory match: the partner's score for a lead with
that match. A demand is reduced to a list of places in it: the partners that accept the industry, and the match of each.
Such lists depend on declarations only, so they are built once and used by every lead with that demand, while the table
changes with every assignment.

Lists by full postcode would be almost identical. So there is a list for each industry and province (`CandidateSet`),
and a separate one for the few partners that declare a prefix of the postcode (`PostcodeMatches`).
"""

from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np

from router.scoring.arrays import BoolArray, CodeArray, FloatArray, IndexArray
from router.scoring.parts import (
    NONE,
    POSTCODE,
    REGION_KINDS,
    REGION_SCORES,
    fairness_capacity,
    mean_fairness,
    region_kinds,
    route_total,
    spare_capacity_of,
)
from router.scoring.policy import RoutePolicy
from router.scoring.pool import CandidatePool
from router.scoring.territories import Demand, Territories

KINDS = len(REGION_KINDS)
"""Columns of the table of totals; the place of a partner's match is `index * KINDS + kind`."""

INELIGIBLE = -np.inf
"""Total of a partner that can get no lead any more, whatever the lead."""

# Size of the object, its key and the headers of its arrays.
_OVERHEAD_BYTES = 800

_MOST_REMEMBERED = 128
"""Maximum number of sets cached with the declarations: a single lead needs one of them."""


class Award(NamedTuple):
    """A partner's fairness after one more lead, 0-100, and whether it is at its cap."""

    spare_capacity: float
    fairness: float
    is_full: bool


class TotalsTable:
    """Totals of the partners of a pool for each kind of territory match, at their places; `INELIGIBLE` until filled."""

    def __init__(self, pool: CandidatePool, policy: RoutePolicy) -> None:
        self._pool = pool
        self._policy = policy
        self._capacity = fairness_capacity(policy, pool.max_open_leads)
        self.totals: FloatArray = np.full(pool.size * KINDS, INELIGIBLE)

    def fill(self, indices: IndexArray | slice, *, fairness: FloatArray, bonus: FloatArray) -> None:
        """Fill the rows of partners, given the fairness and the bonus of each."""
        self.totals.reshape(-1, KINDS)[indices] = route_total(
            self._policy,
            region=np.array([REGION_SCORES]),
            performance=self._pool.performance[indices][:, np.newaxis],
            fairness=fairness[:, np.newaxis],
            bonus=bonus[:, np.newaxis],
        )

    def award(self, winner: int, *, open_leads: int, bonus: float) -> Award:
        """Update a partner's row with one more lead; `open_leads`: with this one, `bonus`: for the next one."""
        row = winner * KINDS
        spare_capacity = spare_capacity_of(open_leads=open_leads, capacity=self._capacity.item(winner))
        # The winner waits from now on.
        fairness = mean_fairness(spare_capacity, 0.0)
        is_full = open_leads >= self._pool.max_open_leads.item(winner)
        if is_full:
            self.totals[row : row + KINDS] = INELIGIBLE
        else:
            performance = self._pool.performance.item(winner)
            self.totals[row : row + KINDS] = [
                route_total(self._policy, region=region, performance=performance, fairness=fairness, bonus=bonus)
                for region in REGION_SCORES
            ]
        return Award(spare_capacity, fairness, is_full)


@dataclass(slots=True, eq=False)
class CandidateSet:
    """Partners that can get leads of one industry and province, without regard to the postcode.

    - `places`: places in the table of totals; those of partners that can get no lead any more may be missing.
    - `takes_industry` (n,), `kinds` (n,): by declaration, without the postcode.
    - `industry_mismatches`, `outside_region`: number of partners that the two codes apply to.
    """

    places: IndexArray
    takes_industry: BoolArray
    kinds: CodeArray
    industry_mismatches: int
    outside_region: int

    @property
    def size_bytes(self) -> int:
        """Memory used, in bytes."""
        return self.places.nbytes + self.takes_industry.nbytes + self.kinds.nbytes + _OVERHEAD_BYTES

    def drop_ineligible(self, totals: FloatArray) -> None:
        """Remove the places of partners that can get no lead any more."""
        self.places = self.places[totals[self.places] > INELIGIBLE]


@dataclass(frozen=True, slots=True, eq=False)
class PostcodeMatches:
    """Partners that a postcode's prefixes add to a candidate set.

    - `places`: places, in the column of postcode matches, of those that accept the industry.
    - `replaced`: places of the same partners in the candidate set, which the better match replaces.
    - `outside_region`: number of partners outside the region, with the prefixes counted as matches.
    """

    places: IndexArray
    replaced: IndexArray
    outside_region: int

    @property
    def size_bytes(self) -> int:
        """Memory used, in bytes."""
        return self.places.nbytes + self.replaced.nbytes + _OVERHEAD_BYTES


def candidate_set_of(territories: Territories, demand: Demand, *, require_regional_match: bool) -> CandidateSet:
    """Return the candidate set of a demand without its prefixes, as a copy that the caller may shorten."""
    key = (*demand[:3], require_regional_match)
    candidate_set: CandidateSet | None = territories.memo.get(key)
    if candidate_set is None:
        if len(territories.memo) >= _MOST_REMEMBERED:
            territories.memo.clear()
        candidate_set = _gather(territories, demand, require_regional_match=require_regional_match)
        territories.memo[key] = candidate_set
    return replace(candidate_set)


def _gather(territories: Territories, demand: Demand, *, require_regional_match: bool) -> CandidateSet:
    takes_industry = territories.takes_industry(demand.industry)
    kinds = region_kinds(territories, Demand(demand.industry, demand.province, demand.is_located, ()))
    candidates = takes_industry & (kinds != NONE) if require_regional_match else takes_industry
    indices = np.flatnonzero(candidates)
    return CandidateSet(
        places=indices * KINDS + kinds[indices],
        takes_industry=takes_industry,
        kinds=kinds,
        industry_mismatches=territories.size - int(np.count_nonzero(takes_industry)),
        outside_region=int(np.count_nonzero(kinds == NONE)) if require_regional_match else 0,
    )


def postcode_matches_of(
    territories: Territories, demand: Demand, candidate_set: CandidateSet, *, require_regional_match: bool
) -> PostcodeMatches:
    """Build the postcode matches of a demand with at least one prefix, for its candidate set."""
    near = territories.near_postcode(demand.prefixes)
    fitting = near[candidate_set.takes_industry[near]]
    replaced, gained = fitting, 0
    if require_regional_match:
        replaced = fitting[candidate_set.kinds[fitting] != NONE]
        gained = int(np.count_nonzero(candidate_set.kinds[near] == NONE))
    return PostcodeMatches(
        places=fitting * KINDS + POSTCODE,
        replaced=replaced * KINDS + candidate_set.kinds[replaced],
        outside_region=candidate_set.outside_region - gained,
    )
