"""Batch routing: each lead goes to the best partner, given the leads that the batch has assigned before."""

import math
from contextlib import suppress
from operator import attrgetter
from typing import TypeVar

import numpy as np
from cachetools import LRUCache

from router.scoring.arrays import FloatArray, IndexArray
from router.scoring.candidate_sets import (
    INELIGIBLE,
    KINDS,
    CandidateSet,
    PostcodeMatches,
    TotalsTable,
    candidate_set_of,
    postcode_matches_of,
)
from router.scoring.choice import Choice, Standing
from router.scoring.facts import LeadFacts
from router.scoring.parts import (
    Fairness,
    bonus_points,
    fairness_scores,
    is_ahead,
    pace_deduction,
)
from router.scoring.policy import RoutePolicy
from router.scoring.pool import CandidatePool
from router.scoring.territories import Demand
from router.scoring.tiebreak import tie_breaks

_SET_CACHE_BYTES = 48_000_000
_MATCH_CACHE_BYTES = 24_000_000

Value = TypeVar("Value")


class BatchRouter:
    """Router for one lead after the other, over a pool that is updated with each assignment.

    After a win the partner has one more open lead, 0 hours since its last assignment, and one lead less that its pace
    allows. Each `Choice` equals the result of `rank_lead` for the updated pool: same order, same scores to the last
    bit, same counts.

    A table holds the partner's score for each kind of territory match: its row is filled when the partner first is a
    candidate, and changed when it wins. A lead then costs one look-up of its candidate set, one gather and one partial
    sort, however many leads came before; partners that reach their cap are removed from the sets for good. The memory
    for candidate sets is bounded.

    Not thread-safe.
    """

    def __init__(
        self, pool: CandidatePool, policy: RoutePolicy, runners_up: int = 5, *, score_all: bool = False
    ) -> None:
        """Start from the pool's state; `runners_up` is the number of candidates to report besides the winner.

        `score_all`: fill the table of totals at once, which is faster if most partners will be candidates.
        """
        if runners_up < 0:
            raise ValueError("runners_up must not be negative")
        self._pool = pool
        self._territories = pool.territories
        self._policy = policy
        self._wanted = runners_up + 1
        self._standings: dict[int, Standing] = {}
        self._inactive = pool.size - int(np.count_nonzero(pool.is_active))
        self._full = int(np.count_nonzero(pool.at_capacity))
        self._invalid = pool.size - int(np.count_nonzero(pool.is_valid))
        self._unreadable = pool.size - int(np.count_nonzero(pool.is_readable))
        self._is_scored = np.zeros(pool.size, dtype=np.bool_)
        self._table = TotalsTable(pool, policy)
        self._totals = self._table.totals
        # For partners that have been scored: their fairness at the start, and their bonus.
        self._fairness = Fairness(np.empty(pool.size), np.empty(pool.size), np.empty(pool.size))
        self._bonus = np.empty(pool.size)
        self._sets: LRUCache[object, CandidateSet] = LRUCache(_SET_CACHE_BYTES, getsizeof=attrgetter("size_bytes"))
        self._matches: LRUCache[object, PostcodeMatches] = LRUCache(
            _MATCH_CACHE_BYTES, getsizeof=attrgetter("size_bytes")
        )
        self._all_scored = False
        if score_all:
            self._score(np.arange(pool.size))
            self._all_scored = True

    def route(self, lead: LeadFacts) -> Choice:
        """Choose the partner for a lead, and count the lead as theirs from now on."""
        demand = self._territories.demand_of(lead)
        candidate_set = self._candidate_set(demand)
        places, outside_region = candidate_set.places, candidate_set.outside_region
        if demand.prefixes:
            postcode_matches = self._postcode_matches_of(demand, candidate_set)
            outside_region = postcode_matches.outside_region
            places = np.concatenate((places, postcode_matches.places))
            values = self._values_without(places, postcode_matches.replaced)
        else:
            values = self._totals[places]
        tried = self._territories.indices_of(lead.tried_partner_ids) if lead.tried_partner_ids else []
        if tried:
            values[np.isin(places // KINDS, tried)] = INELIGIBLE
        if not lead.is_movable:
            values[:] = INELIGIBLE
        eligible = int(np.count_nonzero(values > INELIGIBLE))
        best = self._best(lead.lead_id, places, values, min(self._wanted, eligible))
        ranked = tuple([place // KINDS for place in best])
        choice = Choice(
            lead.lead_id,
            ranked,
            tuple([place % KINDS for place in best]),
            tuple([self._totals.item(place) for place in best]),
            tuple([self._standings.get(index) or self._standing(index) for index in ranked]),
            eligible,
            self._excluded(candidate_set.industry_mismatches, outside_region, len(tried), is_movable=lead.is_movable),
        )
        if 2 * eligible < places.size:
            candidate_set.drop_ineligible(self._totals)
        if ranked:
            self._give(ranked[0], choice.standings[0])
        return choice

    def _candidate_set(self, demand: Demand) -> CandidateSet:
        key = demand[:3]
        candidate_set = self._sets.get(key)
        if candidate_set is None:
            candidate_set = candidate_set_of(
                self._territories, demand, require_regional_match=self._policy.require_regional_match
            )
            self._score(candidate_set.places // KINDS)
            candidate_set.drop_ineligible(self._totals)
            _keep(self._sets, key, candidate_set)
        return candidate_set

    def _score(self, indices: IndexArray) -> None:
        """Fill the rows of the table of totals for partners that were not candidates before."""
        if self._all_scored:
            return
        new = indices[~self._is_scored[indices]]
        if not new.size:
            return
        self._is_scored[new] = True
        pool = self._pool
        able = new[pool.can_take_leads(new)]
        parts = fairness_scores(
            self._policy,
            open_leads=pool.open_leads[able].astype(np.float64),
            max_open_leads=pool.max_open_leads[able],
            waiting_hours=pool.waiting_hours[able],
        )
        for column, part in zip(self._fairness, parts, strict=True):
            column[able] = part
        self._bonus[able] = bonus_points(
            self._policy, routing_priority=pool.routing_priority[able], pace_left=pool.pace_left[able]
        )
        self._table.fill(able, fairness=parts.fairness, bonus=self._bonus[able])

    def _postcode_matches_of(self, demand: Demand, candidate_set: CandidateSet) -> PostcodeMatches:
        postcode_matches = self._matches.get(demand)
        if postcode_matches is None:
            postcode_matches = postcode_matches_of(
                self._territories, demand, candidate_set, require_regional_match=self._policy.require_regional_match
            )
            self._score(postcode_matches.places // KINDS)
            _keep(self._matches, demand, postcode_matches)
        return postcode_matches

    def _values_without(self, places: IndexArray, replaced: IndexArray) -> FloatArray:
        """Return the totals at the places, with `INELIGIBLE` for those that a postcode match replaces."""
        hidden = self._totals[replaced]
        self._totals[replaced] = INELIGIBLE
        values = self._totals[places]
        self._totals[replaced] = hidden
        return values

    def _best(self, lead_id: str, places: IndexArray, values: FloatArray, wanted: int) -> list[int]:
        """Return the places with the `wanted` highest values, best first; at least that many must be eligible."""
        if not wanted:
            return []
        # One more than wanted, to detect a tie at the boundary.
        border = max(0, values.size - wanted - 1)
        top = values.argpartition(border)[border:]
        top_values = values[top].tolist()
        in_order = sorted(zip(top_values, places[top].tolist(), strict=True), reverse=True)
        if len(set(top_values)) == len(top_values):
            return [place for _, place in in_order[:wanted]]
        return self._best_among_equals(lead_id, in_order[:wanted], places[values == in_order[wanted - 1][0]])

    def _best_among_equals(self, lead_id: str, in_order: list[tuple[float, int]], level: IndexArray) -> list[int]:
        """Order equal values and their places by the tie-break; `level`: all places with the lowest value."""
        lowest = in_order[-1][0]
        above = [(value, place) for value, place in in_order if value > lowest]
        contenders = np.concatenate((np.array([place for _, place in above], dtype=np.intp), level))
        hashes = tie_breaks(lead_id=lead_id, partner_hashes=self._territories.partner_hashes[contenders // KINDS])
        # Of many equal values at the boundary, only the first few by tie-break need sorting.
        missing = len(in_order) - len(above)
        first = hashes[len(above) :].argpartition(missing - 1)[:missing] + len(above)
        chosen = [*range(len(above)), *first.tolist()]
        losses = [-value for value, _ in in_order]
        return [
            place
            for *_, place in sorted(zip(losses, hashes[chosen].tolist(), contenders[chosen].tolist(), strict=True))
        ]

    def _excluded(
        self, industry_mismatches: int, outside_region: int, tried: int, *, is_movable: bool
    ) -> dict[str, int]:
        excluded = {}
        if self._inactive:
            excluded["inactive"] = self._inactive
        if self._full:
            excluded["at_capacity"] = self._full
        if industry_mismatches:
            excluded["industry_mismatch"] = industry_mismatches
        if outside_region:
            excluded["outside_region"] = outside_region
        if tried:
            excluded["already_tried"] = tried
        if self._invalid:
            excluded["invalid_profile"] = self._invalid
        if not is_movable and self._territories.size:
            excluded["invalid_lead"] = self._territories.size
        if self._unreadable:
            excluded["unreadable"] = self._unreadable
        return excluded

    def _standing(self, index: int) -> Standing:
        """Return a partner's standing at the start; a partner that has won a lead since has one already."""
        standing = Standing(
            performance=self._pool.performance.item(index),
            spare_capacity=self._fairness.spare_capacity.item(index),
            waiting=self._fairness.waiting.item(index),
            fairness=self._fairness.fairness.item(index),
            bonus=self._bonus.item(index),
            open_leads=self._pool.open_leads.item(index),
            waiting_hours=_known(self._pool.waiting_hours.item(index)),
            pace_left=_known(self._pool.pace_left.item(index)),
        )
        self._standings[index] = standing
        return standing

    def _give(self, winner: int, before: Standing) -> None:
        """Update the winner's standing and totals with one more lead."""
        open_leads = before.open_leads + 1
        bonus, pace_left = before.bonus, before.pace_left
        if pace_left is not None:
            if is_ahead(pace_left - 1.0) and not is_ahead(pace_left):
                bonus -= pace_deduction(self._policy.priority_points)
            pace_left -= 1.0
        award = self._table.award(winner, open_leads=open_leads, bonus=bonus)
        self._standings[winner] = Standing(
            before.performance, award.spare_capacity, 0.0, award.fairness, bonus, open_leads, 0.0, pace_left
        )
        self._full += award.is_full


def _known(value: float) -> float | None:
    """Return a number of a column, None for NaN."""
    return None if math.isnan(value) else value


def _keep(cache: LRUCache[object, Value], key: object, value: Value) -> None:
    """Cache a value, unless it is larger than the whole cache.

    By hand, because cachetools' decorator for methods takes longer than a hit, at each call.
    """
    with suppress(ValueError):
        cache[key] = value
