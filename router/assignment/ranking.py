"""Ranking of all partners for one lead."""

import math
import uuid
from dataclasses import dataclass
from datetime import datetime

from leads.services.locks import LeadNotFound
from leads.vocabulary import LeadStatus
from router.scoring import Ranking, rank_lead
from router.snapshot import load_snapshot
from router.snapshot.candidates import Candidates
from router.snapshot.routable import RoutableLead, read_leads
from router.snapshot.rules import broken_rules


class PartnerNotFound(LookupError):
    """The partner does not exist."""

    def __init__(self, partner_id: uuid.UUID) -> None:
        super().__init__(f"no such partner: {partner_id}")
        self.partner_id = partner_id


@dataclass(frozen=True, slots=True)
class LeadRanking:
    """A lead and the candidates at one instant, and their ranking.

    `broken_rules`: names of the checks that prevent changes of the lead's row.
    """

    lead: RoutableLead
    candidates: Candidates
    ranking: Ranking
    broken_rules: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RouteScore:
    """A partner's scores for a lead: 0-100 each, `bonus` and `total` in points; `rank` is None if excluded.

    `pace_left`: leads that its pace still allows, None = not held to one (see `router.scoring.parts`).
    """

    eligible: bool
    exclusion_codes: tuple[str, ...]
    region: float
    performance: float
    fairness: float
    bonus: float
    pace_left: float | None
    total: float
    rank: int | None
    candidates: int


def rank_partners(*, lead_id: uuid.UUID, candidates: Candidates) -> LeadRanking:
    """Rank the candidates for a lead as if it were routed now.

    The lead's present partner is included, unless it declined. Raises `LeadNotFound`.
    """
    leads = read_leads([lead_id], lock=False)
    if not leads:
        raise LeadNotFound([lead_id])
    lead = leads[0]
    broken = broken_rules(lead_ids=[lead_id])
    candidates = candidates.without(broken.partners)
    facts = lead.facts(broken=broken, holder_was_tried=lead.status == LeadStatus.REJECTED)
    ranking = rank_lead(facts, candidates.pool, candidates.policy.route)
    return LeadRanking(
        lead=lead, candidates=candidates, ranking=ranking, broken_rules=tuple(broken.leads.get(lead_id, ()))
    )


def score_of(ranked: LeadRanking, partner_id: uuid.UUID) -> RouteScore:
    """Return one partner's part of a ranking. Raises `PartnerNotFound`."""
    index = ranked.candidates.pool.territories.index_of.get(str(partner_id))
    if index is None:
        raise PartnerNotFound(partner_id)
    ranking = ranked.ranking
    pace_left = ranked.candidates.pool.pace_left.item(index)
    return RouteScore(
        eligible=bool(ranking.eligible[index]),
        exclusion_codes=ranking.codes_of(index),
        region=ranking.region.item(index),
        performance=ranking.performance.item(index),
        fairness=ranking.fairness.item(index),
        bonus=ranking.bonus.item(index),
        pace_left=None if math.isnan(pace_left) else pace_left,
        total=ranking.total.item(index),
        rank=ranking.rank_of(index),
        candidates=int(ranking.order.size),
    )


def route_score(*, lead_id: uuid.UUID, partner_id: uuid.UUID, now: datetime) -> RouteScore:
    """Return a partner's scores for a lead now. Raises `LeadNotFound` or `PartnerNotFound`."""
    return score_of(rank_partners(lead_id=lead_id, candidates=load_snapshot().at(now)), partner_id)
