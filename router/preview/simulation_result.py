"""Simulation of past leads under one policy."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from performance.scoring import PerformanceScorer, ScoringSettings
from router.preview.history import LeadThen, PartnersThen, Window
from router.preview.results import Outcome
from router.scoring import CandidatePool, Demand, LeadFacts, RoutePolicy, Territories
from router.scoring.arrays import FloatArray, IntArray
from router.scoring.deal_rate import DealRates
from router.scoring.outcome import gini, mean_over_leads
from router.scoring.simulation import CandidateLists, PastLead, Simulation


@dataclass(frozen=True, slots=True, eq=False)
class SimulationResult:
    """Result of a simulation: (n,) leads per partner, (n,) longest waits in hours, and counts as in `Outcome`.

    `in_demand` (n,): partners whose declarations match one of the leads.
    """

    given: IntArray
    longest_waits: FloatArray
    in_demand: np.ndarray[tuple[int], np.dtype[np.bool_]]
    nobody: int
    cap_hits: int


def past_leads(leads: Iterable[LeadThen], territories: Territories) -> list[PastLead]:
    """Return the leads for the simulation: the demand of each, with indices of these partners."""
    demands: dict[tuple[str | None, ...], Demand] = {}
    past = []
    for lead in leads:
        asked = (lead.industry_id, lead.industry_name, lead.province, lead.postcode)
        demand = demands.get(asked)
        if demand is None:
            industry_id, industry_name, province, postcode = asked
            facts = LeadFacts(
                lead_id=lead.lead_id,
                industry_id=industry_id,
                industry_name=industry_name,
                province=province,
                postcode=postcode,
            )
            demand = demands[asked] = territories.demand_of(facts)
        tried = tuple(territories.indices_of(lead.tried_partner_ids)) if lead.tried_partner_ids else ()
        past.append(PastLead(lead.lead_id, demand, lead.step, lead.frees_at, tried))
    return past


def simulation(
    *,
    partners: PartnersThen,
    window: Window,
    policy: RoutePolicy,
    settings: ScoringSettings,
    lists: CandidateLists,
) -> Simulation:
    """Return a simulation of a policy before the first lead of the window."""
    pool = CandidatePool.from_columns(
        territories=partners.territories,
        is_active=partners.is_active,
        open_leads=partners.open_leads,
        max_open_leads=partners.max_open_leads,
        routing_priority=partners.routing_priority,
        waiting_hours=(window.start.timestamp() - partners.last_assigned_at) / 3600.0,
        performance=PerformanceScorer(settings).score(partners.metrics).total,
        is_valid=partners.is_valid,
    )
    return Simulation(
        pool=pool,
        last_assigned_at=partners.last_assigned_at,
        frees_at=partners.frees_at,
        policy=policy,
        lists=lists,
        start=window.start.timestamp(),
        step_seconds=window.step_seconds,
    )


def result_of(run: Simulation, *, window: Window, lists: CandidateLists) -> SimulationResult:
    """Return the result after the last lead."""
    return SimulationResult(
        given=run.given,
        longest_waits=run.longest_waits(end=window.end.timestamp()),
        in_demand=lists.in_demand.copy(),
        nobody=run.nobody,
        cap_hits=run.cap_hits,
    )


def outcome_of(
    result: SimulationResult, *, partners: PartnersThen, rates: DealRates, performance: FloatArray
) -> Outcome:
    """Summarise a result; `performance` (n,): scores, 0-100, for rating the winners."""
    takes_part = partners.is_active & partners.is_valid & ~(partners.max_open_leads <= 0)
    could_take = takes_part & result.in_demand
    assigned = int(result.given.sum())
    ids = partners.territories.partner_ids
    return Outcome(
        assigned=assigned,
        nobody=result.nobody,
        cap_hits=result.cap_hits,
        gini=gini(result.given[takes_part]),
        longest_wait_hours=float(result.longest_waits[could_take].max(initial=0.0)),
        without_leads=int(np.count_nonzero(result.given[could_take] == 0)),
        mean_performance=mean_over_leads(performance, result.given),
        expected_deal_rate=rates.expected(result.given),
        shares={ids[index]: int(result.given[index]) / assigned for index in np.flatnonzero(result.given).tolist()},
    )
