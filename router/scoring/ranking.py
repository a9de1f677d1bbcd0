"""Complete ranking of all partners for one lead, for the record, the debug view and the API."""

from dataclasses import dataclass, field

import numpy as np

from router.scoring.arrays import BoolArray, CodeArray, FloatArray, IndexArray
from router.scoring.eligibility import EXCLUSION_CODES, exclusion_counts, exclusions
from router.scoring.facts import LeadFacts
from router.scoring.parts import REGION_KINDS, bonus_points, fairness_scores, region_kinds, region_scores, route_total
from router.scoring.policy import RoutePolicy
from router.scoring.pool import CandidatePool
from router.scoring.tiebreak import tie_breaks


@dataclass(frozen=True, slots=True, eq=False)
class Ranking:
    """The partners of a pool as candidates for one lead; every column has n elements in the order of the pool.

    - `region`, `performance`, `fairness`, `spare_capacity`, `waiting`: scores, 0-100.
    - `region_kind`: kind of territory match, places in `REGION_KINDS`.
    - `bonus`: points; `total`: points, computed for excluded partners as well.
    - `codes`: (8, n), which of `EXCLUSION_CODES` apply; `eligible`: none applies.
    - `order`: indices of the eligible partners, best first.
    - `excluded`: number of partners that each code applies to; only codes that apply to any.
    """

    lead_id: str
    partner_ids: tuple[str, ...] = field(repr=False)
    region: FloatArray = field(repr=False)
    region_kind: CodeArray = field(repr=False)
    performance: FloatArray = field(repr=False)
    fairness: FloatArray = field(repr=False)
    spare_capacity: FloatArray = field(repr=False)
    waiting: FloatArray = field(repr=False)
    bonus: FloatArray = field(repr=False)
    total: FloatArray = field(repr=False)
    codes: BoolArray = field(repr=False)
    eligible: BoolArray = field(repr=False)
    order: IndexArray
    excluded: dict[str, int]

    @property
    def winner(self) -> int | None:
        """Index of the best eligible partner, None if nobody is eligible."""
        return int(self.order[0]) if self.order.size else None

    def rank_of(self, index: int) -> int | None:
        """Return the rank of a partner, 1 = best, or None if it is excluded."""
        places = np.flatnonzero(self.order == index)
        return int(places[0]) + 1 if places.size else None

    def codes_of(self, index: int) -> tuple[str, ...]:
        """Return the codes that exclude a partner, in code order."""
        return tuple(code for code, row in zip(EXCLUSION_CODES, self.codes, strict=True) if row[index])

    def region_kind_of(self, index: int) -> str:
        """Return the name of the partner's territory match."""
        return REGION_KINDS[self.region_kind[index]]


def rank_lead(lead: LeadFacts, pool: CandidatePool, policy: RoutePolicy) -> Ranking:
    """Rank all partners of a pool for one lead.

    Eligible partners are ordered by total, highest first, and equal totals by `tie_breaks`. The order of the partners
    in the pool has no influence.
    """
    demand = pool.territories.demand_of(lead)
    kinds = region_kinds(pool.territories, demand)
    codes = exclusions(lead=lead, demand=demand, kinds=kinds, pool=pool, policy=policy)
    eligible: BoolArray = ~np.any(codes, axis=0)
    region = region_scores(kinds)
    parts = fairness_scores(
        policy,
        open_leads=pool.open_leads.astype(np.float64),
        max_open_leads=pool.max_open_leads,
        waiting_hours=pool.waiting_hours,
    )
    bonus = bonus_points(policy, routing_priority=pool.routing_priority, pace_left=pool.pace_left)
    total = route_total(policy, region=region, performance=pool.performance, fairness=parts.fairness, bonus=bonus)
    candidates = np.flatnonzero(eligible)
    hashes = tie_breaks(lead_id=lead.lead_id, partner_hashes=pool.territories.partner_hashes[candidates])
    return Ranking(
        lead_id=lead.lead_id,
        partner_ids=pool.territories.partner_ids,
        region=region,
        region_kind=kinds,
        performance=pool.performance,
        fairness=parts.fairness,
        spare_capacity=parts.spare_capacity,
        waiting=parts.waiting,
        bonus=bonus,
        total=total,
        codes=codes,
        eligible=eligible,
        order=candidates[np.lexsort((hashes, -total[candidates]))],
        excluded=exclusion_counts(codes),
    )
