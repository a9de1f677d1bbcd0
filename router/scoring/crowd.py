"""The candidates of leads with the same demand, as places in a table of totals.

The table has a row for each partner and a column for each kind of territory match: what the partner would score for a
lead that it matches that way. What is left of a demand is a list of places in it: who takes the industry, and by which
match. Such lists depend on declarations alone, so they are built once and used by every lead with that demand,
while the table moves with every assignment.

Full postcodes would make as many lists as there are postcodes, all but equal. So a list is kept for each industry and
province (`Crowd`), and what a postcode adds to it, the few partners that declare its prefix, is kept apart
(`Neighbours`).
"""

from dataclasses import dataclass, replace

import numpy as np

from router.scoring.arrays import BoolArray, CodeArray, FloatArray, IndexArray
from router.scoring.region import NONE, POSTCODE, REGION_KINDS, region_kinds
from router.scoring.territories import Demand, Territories

KINDS = len(REGION_KINDS)
"""Columns of the table of totals; the place of a partner's match is `index * KINDS + kind`."""

OUT_OF_REACH = -np.inf
"""Total of a partner who can get no lead any more, whatever the lead."""

# What the object, its key and the headers of its arrays take.
_OVERHEAD_BYTES = 800

_MOST_REMEMBERED = 128
"""Crowds that are kept with the declarations: a single lead needs one of them."""


@dataclass(slots=True, eq=False)
class Crowd:
    """Who can take leads of one industry and province by industry and province alone.

    - `places`: places in the table of totals; those of partners who got out of reach may be missing.
    - `takes_industry` (n,), `kinds` (n,): by declaration, the postcode left aside.
    - `industry_mismatches`, `outsiders`: number of partners that the two codes apply to.
    """

    places: IndexArray
    takes_industry: BoolArray
    kinds: CodeArray
    industry_mismatches: int
    outsiders: int

    @property
    def size_bytes(self) -> int:
        """Memory that it holds."""
        return self.places.nbytes + self.takes_industry.nbytes + self.kinds.nbytes + _OVERHEAD_BYTES

    def drop_out_of_reach(self, totals: FloatArray) -> None:
        """Forget the places of partners who can get no lead any more."""
        self.places = self.places[totals[self.places] > OUT_OF_REACH]


@dataclass(frozen=True, slots=True, eq=False)
class Neighbours:
    """What the prefixes of a postcode add to a crowd.

    - `places`: places, in the column of postcode matches, of those who take the industry.
    - `shadows`: the places that some of them have in the crowd as well and that the better match replaces.
    - `outsiders`: number of partners outside the region, with the prefixes counted as matches.
    """

    places: IndexArray
    shadows: IndexArray
    outsiders: int

    @property
    def size_bytes(self) -> int:
        """Memory that it holds."""
        return self.places.nbytes + self.shadows.nbytes + _OVERHEAD_BYTES


def gather_crowd(territories: Territories, demand: Demand, *, require_regional_match: bool) -> Crowd:
    """The crowd of a demand, to be shortened by whoever gets it; its prefixes are left aside."""
    key = (*demand[:3], require_regional_match)
    crowd: Crowd | None = territories.memo.get(key)
    if crowd is None:
        if len(territories.memo) >= _MOST_REMEMBERED:
            territories.memo.clear()
        crowd = _gather(territories, demand, require_regional_match=require_regional_match)
        territories.memo[key] = crowd
    return replace(crowd)


def _gather(territories: Territories, demand: Demand, *, require_regional_match: bool) -> Crowd:
    takes_industry = territories.takes_industry(demand.industry)
    kinds = region_kinds(territories, Demand(demand.industry, demand.province, demand.is_located, ()))
    candidates = takes_industry & (kinds != NONE) if require_regional_match else takes_industry
    indices = np.flatnonzero(candidates)
    return Crowd(
        places=indices * KINDS + kinds[indices],
        takes_industry=takes_industry,
        kinds=kinds,
        industry_mismatches=territories.size - int(np.count_nonzero(takes_industry)),
        outsiders=int(np.count_nonzero(kinds == NONE)) if require_regional_match else 0,
    )


def gather_neighbours(
    territories: Territories, demand: Demand, crowd: Crowd, *, require_regional_match: bool
) -> Neighbours:
    """Build what the demand's prefixes, at least one, add to its crowd."""
    near = territories.near_postcode(demand.prefixes)
    fitting = near[crowd.takes_industry[near]]
    shadows, gained = fitting, 0
    if require_regional_match:
        shadows = fitting[crowd.kinds[fitting] != NONE]
        gained = int(np.count_nonzero(crowd.kinds[near] == NONE))
    return Neighbours(
        places=fitting * KINDS + POSTCODE,
        shadows=shadows * KINDS + crowd.kinds[shadows],
        outsiders=crowd.outsiders - gained,
    )
