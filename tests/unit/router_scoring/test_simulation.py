"""Past leads handed out once more: the same winners as batches that start anew at each step."""

from collections import defaultdict
from dataclasses import dataclass, replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from router.scoring import BatchRouter, CandidatePool, LeadFacts, RoutePolicy
from router.scoring.simulation import NOBODY, CandidateLists, PastLead, Simulation
from tests.pools import PartnerFacts, pool_of
from tests.unit.router_scoring.builders import a_lead, a_partner, a_pool, leads, numbered, policies, pools

HOUR = 3600.0
STEP = 4 * HOUR
START = 1_760_000_000.0

Drawn = tuple[list[PartnerFacts], list[float]]


@dataclass(frozen=True)
class Arrival:
    facts: LeadFacts
    step: int
    frees_at: int | None


def simulate(
    pool: CandidatePool,
    arrivals: list[Arrival],
    policy: RoutePolicy,
    *,
    portions: int = 1,
    frees_at: dict[int, list[int]] | None = None,
) -> tuple[list[int], Simulation]:
    """Winners of the arrivals; they are given in so many portions."""
    run = Simulation(
        pool=pool,
        last_assigned_at=START - pool.waiting_hours * HOUR,
        frees_at={step: np.array(places) for step, places in (frees_at or {}).items()},
        policy=policy,
        lists=CandidateLists(pool.territories, require_regional_match=policy.require_regional_match),
        start=START,
        step_seconds=STEP,
    )
    past = [
        PastLead(
            arrival.facts.lead_id,
            pool.territories.demand_of(arrival.facts),
            arrival.step,
            arrival.frees_at,
            tuple(pool.territories.indices_of(arrival.facts.tried_partner_ids)),
        )
        for arrival in arrivals
    ]
    size = -(-len(past) // portions) or 1
    winners = [run.run(past[first : first + size]).tolist() for first in range(0, len(past), size)]
    return [winner for portion in winners for winner in portion], run


def batch_by_batch(
    partners: list[PartnerFacts],
    performance: list[float],
    arrivals: list[Arrival],
    policy: RoutePolicy,
    frees_at: dict[int, list[int]],
) -> list[int]:
    """The same, with a new `BatchRouter` for each step, over partners that are described anew."""
    waiting = [partner.waiting_hours for partner in partners]
    last = [None if hours is None else START - hours * HOUR for hours in waiting]
    open_leads = [partner.open_leads for partner in partners]
    freed = defaultdict(lambda: [0] * len(partners)) | {step: list(places) for step, places in frees_at.items()}
    winners: list[int] = []
    for step in sorted({arrival.step for arrival in arrivals}):
        for free in [earlier for earlier in freed if earlier <= step]:
            open_leads = [count - gone for count, gone in zip(open_leads, freed.pop(free), strict=True)]
        now = START + step * STEP
        standing = [
            replace(
                partner,
                open_leads=open_leads[index],
                waiting_hours=None if (at := last[index]) is None else (now - at) / HOUR,
            )
            for index, partner in enumerate(partners)
        ]
        router = BatchRouter(pool_of(standing, performance=performance), policy, 0)
        for arrival in arrivals:
            if arrival.step != step:
                continue
            winner = router.route(arrival.facts).winner
            winners.append(NOBODY if winner is None else winner)
            if winner is None:
                continue
            open_leads[winner] += 1
            last[winner] = max(now, last[winner] or now)
            if arrival.frees_at is not None:
                freed.setdefault(arrival.frees_at, [0] * len(partners))[winner] += 1
    return winners


@given(pools(min_size=1, max_size=10), policies, st.integers(1, 3), st.data())
def test_each_step_is_a_batch_over_the_partners_as_they_stand(
    drawn: Drawn, policy: RoutePolicy, portions: int, data: st.DataObject
) -> None:
    partners, performance = drawn
    # The rounded way of telling a time by hours waited is one and the same on both sides, and nobody is held to a pace.
    partners = [
        replace(p, waiting_hours=None if p.waiting_hours is None else round(p.waiting_hours * 4) / 4, pace_left=None)
        for p in partners
    ]
    arrivals, step = [], 0
    for number in range(data.draw(st.integers(1, 14))):
        step += data.draw(st.sampled_from([0, 0, 1, 2, 9]))
        facts = replace(data.draw(leads(number=number, partner_count=len(partners))), is_movable=True)
        after = data.draw(st.none() | st.integers(1, 4))
        arrivals.append(Arrival(facts, step, None if after is None else step + after))
    taken = [index for index, partner in enumerate(partners) if partner.open_leads]
    gone = data.draw(st.dictionaries(st.integers(0, 6), st.sampled_from(taken), max_size=1)) if taken else {}
    frees_at = {at: [int(index == who) for index in range(len(partners))] for at, who in gone.items()}
    pool = pool_of(partners, performance=performance)

    winners, run = simulate(pool, arrivals, policy, portions=portions, frees_at=frees_at)

    assert winners == batch_by_batch(partners, performance, arrivals, policy, frees_at)
    assert run.nobody == winners.count(NOBODY)
    assert run.given.tolist() == [winners.count(index) for index in range(len(partners))]


def test_a_place_is_free_again_at_the_step_it_is_said_to_be() -> None:
    pool = a_pool(a_partner(max_open_leads=1))
    arrivals = [Arrival(a_lead(1), 0, 2), Arrival(a_lead(2), 1, None), Arrival(a_lead(3), 2, None)]

    winners, run = simulate(pool, arrivals, RoutePolicy())

    assert winners == [0, NOBODY, 0]
    assert run.cap_hits == 2


def test_places_taken_before_the_window_are_freed_too() -> None:
    pool = a_pool(a_partner(open_leads=1, max_open_leads=1))
    arrivals = [Arrival(a_lead(1), 0, None), Arrival(a_lead(2), 1, None)]

    winners, _ = simulate(pool, arrivals, RoutePolicy(), frees_at={1: [1]})

    assert winners == [NOBODY, 0]


def test_who_waited_longest_gets_the_next_step() -> None:
    pool = a_pool(a_partner(waiting_hours=10), a_partner(waiting_hours=20))
    arrivals = [Arrival(a_lead(number), number, number + 1) for number in range(4)]

    winners, run = simulate(pool, arrivals, RoutePolicy(region_weight=0, performance_weight=0, fairness_weight=1))

    assert winners == [1, 0, 1, 0]
    # Until the end: the second had its last lead at hour 8; the first at hour 12, after 8 without one.
    assert run.longest_waits(end=START + 16 * HOUR).tolist() == [8.0, 8.0]


def test_who_gets_nothing_waits_from_the_start_to_the_end() -> None:
    pool = a_pool(a_partner(regions=["Utrecht"]), a_partner(regions=["Limburg"]))
    arrivals = [Arrival(a_lead(1, province="Utrecht"), 0, None)]

    _, run = simulate(pool, arrivals, RoutePolicy())

    assert run.longest_waits(end=START + 24 * HOUR).tolist() == [24.0, 24.0]


def test_candidates_are_known_by_the_demands_that_came() -> None:
    pool = a_pool(a_partner(regions=["Utrecht"]), a_partner(regions=["Limburg"]), a_partner(lead_locations=["35"]))
    lists = CandidateLists(pool.territories, require_regional_match=True)

    lists.places_for(pool.territories.demand_of(a_lead(1, province="Utrecht", postcode="3511 AB")))

    assert lists.in_demand.tolist() == [True, False, True]


def test_an_earlier_step_after_a_later_one_is_refused() -> None:
    pool = a_pool(a_partner())

    with pytest.raises(ValueError, match="a lead of step 1 after one of step 2"):
        simulate(pool, [Arrival(a_lead(1), 2, None), Arrival(a_lead(2), 1, None)], RoutePolicy())


def test_without_partners_nobody_gets_a_lead() -> None:
    pool = pool_of(numbered([]), performance=[])

    winners, run = simulate(pool, [Arrival(a_lead(1), 0, None)], RoutePolicy())

    assert winners == [NOBODY]
    assert run.longest_waits(end=START).tolist() == []
