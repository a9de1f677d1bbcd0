"""Simulation of past leads: the same arithmetic as `BatchRouter`, over many steps in time.

At the start of a step the places of leads that were closed by then become free, and waiting times are updated. Then the
step's leads are routed one after the other. Every winner is that of a `BatchRouter` that starts from the partners'
standings at that step. Only the winner is computed, and the candidate sets are reused across steps and policies, which
makes it several times as fast.
"""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

import numpy as np

from router.scoring.arrays import BoolArray, FloatArray, IndexArray, IntArray
from router.scoring.cache import BoundedCache
from router.scoring.candidate_sets import (
    INELIGIBLE,
    KINDS,
    CandidateSet,
    TotalsTable,
    candidate_set_of,
    postcode_matches_of,
)
from router.scoring.parts import (
    fairness_scores,
    priority_bonus,
)
from router.scoring.policy import RoutePolicy
from router.scoring.pool import CandidatePool
from router.scoring.territories import Demand, Territories
from router.scoring.tiebreak import tie_breaks

_LIST_CACHE_BYTES = 24_000_000
_SET_CACHE_BYTES = 12_000_000
_OVERHEAD_BYTES = 400
_SECONDS_PER_HOUR = 3600.0

NOBODY = -1
"""The winner of a lead for which nobody is eligible."""


class PastLead(NamedTuple):
    """A lead to simulate.

    `step`: the one in which it came in; `frees_at`: the step at whose start its place becomes free, later than `step`,
    None while it was never closed; `tried`: indices of the partners that had it before, which are excluded.
    """

    lead_id: str
    demand: Demand
    step: int
    frees_at: int | None = None
    tried: tuple[int, ...] = ()


class CandidateLists:
    """Candidates of each demand, as places in the table of totals; reusable by several simulations in turn.

    They depend on declarations only. The memory is bounded. Not thread-safe.
    """

    def __init__(self, territories: Territories, *, require_regional_match: bool) -> None:
        self._territories = territories
        self._require_regional_match = require_regional_match
        self._lists: BoundedCache[Demand, IndexArray] = BoundedCache(limit_bytes=_LIST_CACHE_BYTES)
        self._sets: BoundedCache[tuple[object, ...], CandidateSet] = BoundedCache(limit_bytes=_SET_CACHE_BYTES)
        self._is_visible = np.ones(territories.size * KINDS, dtype=np.bool_)
        self.in_demand = np.zeros(territories.size, dtype=np.bool_)
        """For each partner (n,), whether it was a candidate in any demand so far, by declaration."""

    def places_for(self, demand: Demand) -> IndexArray:
        """Return the places of the demand's candidates, each partner once."""
        places = self._lists.get(demand)
        if places is None:
            places = self._gather(demand)
            self.in_demand[places // KINDS] = True
            self._lists.put(demand, places, size_bytes=places.nbytes + _OVERHEAD_BYTES)
        return places

    def _gather(self, demand: Demand) -> IndexArray:
        candidate_set = self._sets.get(demand[:3])
        if candidate_set is None:
            candidate_set = candidate_set_of(
                self._territories, demand, require_regional_match=self._require_regional_match
            )
            self._sets.put(demand[:3], candidate_set, size_bytes=candidate_set.size_bytes)
        if not demand.prefixes:
            return candidate_set.places
        near = postcode_matches_of(
            self._territories, demand, candidate_set, require_regional_match=self._require_regional_match
        )
        self._is_visible[near.replaced] = False
        others = candidate_set.places[self._is_visible[candidate_set.places]]
        self._is_visible[near.replaced] = True
        return np.concatenate((others, near.places))


class Simulation:
    """Simulation of one policy over past leads, step by step; leads may come in portions, oldest first.

    - `given` (n,): leads that each partner got; `nobody`: leads that nobody could get.
    - `cap_hits`: how often a lead took the last place of its partner.
    """

    def __init__(
        self,
        *,
        pool: CandidatePool,
        last_assigned_at: FloatArray,
        frees_at: Mapping[int, IntArray],
        policy: RoutePolicy,
        lists: CandidateLists,
        start: float,
        step_seconds: float,
    ) -> None:
        """Start from the pool as it stood at `start` (seconds of the epoch); its waiting times are ignored.

        `last_assigned_at` (n,): seconds of the epoch, NaN = never. `frees_at`: step -> number of places (n,) that
        become free at its start, for the leads that were open at `start`. `lists`: for the pool's territories, and for
        the policy's `require_regional_match`.
        """
        self._pool = pool
        self._policy = policy
        self._lists = lists
        self._start = start
        self._step_seconds = step_seconds
        self._step = -1
        self._instant = start
        self._open_leads = pool.open_leads.copy()
        self._last_assigned_at = last_assigned_at.copy()
        self._frees_at = {step: places.copy() for step, places in frees_at.items()}
        self._table = TotalsTable(pool, policy)
        self._totals = self._table.totals
        self._bonus = priority_bonus(policy, pool.routing_priority)
        self._can_never = ~pool.is_active | ~pool.is_valid
        self._got_in_step = np.zeros(pool.size, dtype=np.bool_)
        self._last_given_at = np.full(pool.size, start)
        self._longest_wait = np.zeros(pool.size)
        self.given: IntArray = np.zeros(pool.size, dtype=np.int64)
        self.nobody = 0
        self.cap_hits = 0

    def run(self, leads: Iterable[PastLead]) -> IndexArray:
        """Route the leads, which must be in the order of their steps; return the winners, `NOBODY` for none.

        Raises `ValueError` for a lead of an earlier step than one before it.
        """
        winners = []
        for lead in leads:
            if lead.step != self._step:
                self._begin(lead.step)
            winner = self._route(lead)
            winners.append(winner)
            if winner == NOBODY:
                self.nobody += 1
            elif lead.frees_at is not None:
                places = self._frees_at.get(lead.frees_at)
                if places is None:
                    places = self._frees_at[lead.frees_at] = np.zeros(self._pool.size, dtype=np.int64)
                places[winner] += 1
        return np.array(winners, dtype=np.intp)

    def longest_waits(self, *, end: float) -> FloatArray:
        """Return the longest time (n,), in hours, that each partner went without a new lead until `end`.

        Counted from the start, as if every partner had received a lead then.
        """
        self._finish_step()
        return np.maximum(self._longest_wait, end - self._last_given_at) / _SECONDS_PER_HOUR

    def _begin(self, step: int) -> None:
        if step < self._step:
            raise ValueError(f"a lead of step {step} after one of step {self._step}")
        self._finish_step()
        for free in sorted(earlier for earlier in self._frees_at if earlier <= step):
            self._open_leads -= self._frees_at.pop(free)
        self._step = step
        self._instant = self._start + step * self._step_seconds
        pool = self._pool
        fairness = fairness_scores(
            self._policy,
            open_leads=self._open_leads.astype(np.float64),
            max_open_leads=pool.max_open_leads,
            waiting_hours=(self._instant - self._last_assigned_at) / _SECONDS_PER_HOUR,
        ).fairness
        self._table.fill(slice(None), fairness=fairness, bonus=self._bonus)
        # A comparison with NaN is false, which is what "no cap" means here.
        is_out = self._can_never | (self._open_leads >= pool.max_open_leads)
        self._totals.reshape(-1, KINDS)[is_out] = INELIGIBLE

    def _finish_step(self) -> None:
        got: BoolArray = self._got_in_step
        if got.any():
            waited = self._instant - self._last_given_at[got]
            self._longest_wait[got] = np.maximum(self._longest_wait[got], waited)
            self._last_given_at[got] = self._instant
            self._last_assigned_at[got] = np.fmax(self._last_assigned_at[got], self._instant)
            got[:] = False

    def _route(self, lead: PastLead) -> int:
        places = self._lists.places_for(lead.demand)
        if not places.size:
            return NOBODY
        values = self._totals[places]
        if lead.tried:
            values[np.isin(places // KINDS, lead.tried)] = INELIGIBLE
        best = values.argmax()
        value = values[best]
        if value == INELIGIBLE:
            return NOBODY
        level = values == value
        if np.count_nonzero(level) > 1:
            winner = self._first_of_equals(lead.lead_id, places[level] // KINDS)
        else:
            winner = places.item(best) // KINDS
        self._give(winner)
        return winner

    def _first_of_equals(self, lead_id: str, contenders: IndexArray) -> int:
        hashes = tie_breaks(lead_id=lead_id, partner_hashes=self._pool.territories.partner_hashes[contenders])
        # Equal hashes, however unlikely, are ordered by index in the pool.
        return int(contenders[np.lexsort((contenders, hashes))[0]])

    def _give(self, winner: int) -> None:
        """Update the winner's count and totals with one more lead, and reset its waiting time."""
        open_leads = self._open_leads.item(winner) + 1
        self._open_leads[winner] = open_leads
        self.given[winner] += 1
        self._got_in_step[winner] = True
        award = self._table.award(winner, open_leads=open_leads, bonus=self._bonus.item(winner))
        self.cap_hits += award.is_full
