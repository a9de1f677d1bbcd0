"""The candidates of leads with the same demand, as places in a table of totals.

The table has a row for each partner and a column for each kind of territory match: what the partner would score for a
lead that it matches that way. What is left of a demand is a list of places in it: who takes the industry, and by which
match. Such lists depend on declarations alone, so they are built once and used by every lead with that demand,
while the table moves with every assignment.

Full postcodes would make as many lists as there are postcodes, all but equal. So a list is kept for each industry and
province (`CandidateSet`), and what a postcode adds to it, the few partners that declare its prefix, is kept apart
(`PostcodeMatches`).
"""

from dataclasses import dataclass, replace

import numpy as np

from router.scoring.arrays import BoolArray, CodeArray, FloatArray, IndexArray
from router.scoring.region import NONE, POSTCODE, REGION_KINDS, region_kinds
from router.scoring.territories import Demand, Territories

KINDS = len(REGION_KINDS)
"""Columns of the table of totals; the place of a partner's match is `index * KINDS + kind`."""

INELIGIBLE = -np.inf
"""Total of a partner who can get no lead any more, whatever the lead."""

# What the object, its key and the headers of its arrays take.
_OVERHEAD_BYTES = 800

_MOST_REMEMBERED = 128
"""Candidate sets that are kept with the declarations: a single lead needs one of them."""


@dataclass(slots=True, eq=False)
class CandidateSet:
    """Who can take leads of one industry and province by industry and province alone.

    - `places`: places in the table of totals; those of partners who got out of reach may be missing.
    - `takes_industry` (n,), `kinds` (n,): by declaration, the postcode left aside.
    - `industry_mismatches`, `outside_region`: number of partners that the two codes apply to.
    """

    places: IndexArray
    takes_industry: BoolArray
    kinds: CodeArray
    industry_mismatches: int
    outside_region: int

    @property
    def size_bytes(self) -> int:
        """Memory that it holds."""
        return self.places.nbytes + self.takes_industry.nbytes + self.kinds.nbytes + _OVERHEAD_BYTES

    def drop_ineligible(self, totals: FloatArray) -> None:
        """Forget the places of partners who can get no lead any more."""
        self.places = self.places[totals[self.places] > INELIGIBLE]


@dataclass(frozen=True, slots=True, eq=False)
class PostcodeMatches:
    """What the prefixes of a postcode add to a candidate_set.

    - `places`: places, in the column of postcode matches, of those who take the industry.
    - `replaced`: the places that some of them have in the candidate_set as well and that the better match replaces.
    - `outside_region`: number of partners outside the region, with the prefixes counted as matches.
    """

    places: IndexArray
    replaced: IndexArray
    outside_region: int

    @property
    def size_bytes(self) -> int:
        """Memory that it holds."""
        return self.places.nbytes + self.replaced.nbytes + _OVERHEAD_BYTES


def candidate_set_of(territories: Territories, demand: Demand, *, require_regional_match: bool) -> CandidateSet:
    """The candidate_set of a demand, to be shortened by whoever gets it; its prefixes are left aside."""
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
    """Build what the demand's prefixes, at least one, add to its candidate_set."""
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
