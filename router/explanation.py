"""Explanation of a partner's score, and of all partners' scores for a lead: for the API and the staff pages."""

import math
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from leads.models import Partner
from performance.models import PartnerPerformanceStats
from performance.scoring import PerformanceScore, calculate_performance_score
from router.assignment.ranking import LeadRanking, PartnerNotFound, RouteScore, rank_partners, score_of
from router.decisions.queries import RecordedDecision, recent_decisions
from router.models import LeadAssignmentLog
from router.policies.queries import active_policy_and_stats_instant, route_policy, scoring_settings
from router.scoring import RoutePolicy
from router.scoring.explanation import Candidate
from router.snapshot import load_snapshot


@dataclass(frozen=True, slots=True, kw_only=True)
class PartnerFacts:
    """A partner as the routing sees it; the fields are those of its row, without NULL where there is a default."""

    id: uuid.UUID
    company_name: str
    is_active_for_routing: bool
    routing_priority: int
    max_open_leads: int | None
    open_leads: int
    regions: Sequence[str]
    lead_locations: Sequence[str]
    lead_industries: Sequence[str]
    primary_branch: str | None
    ai_risk_level: str | None
    ai_risk_assessed_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """The usual pace that a partner is held to after a break: `left` leads are still allowed by now."""

    left: float
    returned_at: datetime | None
    leads_since_return: int
    usual_daily_leads: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PartnerRoute(RouteScore):
    """A partner's scores for a lead; `pace` is None for a partner that is not held to one."""

    lead_id: uuid.UUID
    pace: Pace | None


@dataclass(frozen=True, slots=True, kw_only=True)
class AppliedPolicy:
    """The version that scored, and its weights."""

    version: int
    route: RoutePolicy


@dataclass(frozen=True, slots=True, kw_only=True)
class PartnerExplanation:
    """The breakdown of a partner's score.

    `stats`: column -> value of its row of statistics, empty without one; `route`: None unless a lead was named.
    """

    partner: PartnerFacts
    stats: Mapping[str, Any]
    stats_age_seconds: float | None
    performance: PerformanceScore
    policy: AppliedPolicy
    route: PartnerRoute | None
    recent_decisions: Sequence[RecordedDecision]


@dataclass(frozen=True, slots=True, kw_only=True)
class RankedPartner(Candidate):
    """An eligible partner and its place among them; scores 0-100, `bonus` and `total` in points."""

    rank: int
    company_name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ExcludedPartner:
    """A partner that cannot get the lead, and its exclusion codes."""

    partner_id: str
    company_name: str
    codes: Sequence[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class ExplainedLead:
    """The lead, without the person; `broken_rules`: constraints of the database that keep it from being changed."""

    id: uuid.UUID
    status: str
    province: str | None
    postcode: str | None
    industry: str | None
    partner_id: uuid.UUID | None
    created_at: datetime | None
    broken_rules: Sequence[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class LeadExplanation:
    """All partners for a lead as if it were routed now, and the latest decisions on it, newest first.

    `exclusions`: number of partners by code.
    """

    lead: ExplainedLead
    policy: AppliedPolicy
    stats_as_of: datetime | None
    considered_count: int
    exclusions: Mapping[str, int]
    candidates: Sequence[RankedPartner]
    excluded: Sequence[ExcludedPartner]
    decisions: Sequence[RecordedDecision]

    @property
    def candidate_count(self) -> int:
        """Number of eligible partners."""
        return len(self.candidates)


def explain_partner(*, partner_id: uuid.UUID, lead_id: uuid.UUID | None = None, now: datetime) -> PartnerExplanation:
    """Break down a partner's score; with `lead_id` also its scores for that lead.

    Raises `PartnerNotFound` or `LeadNotFound`.
    """
    partner = Partner.objects.filter(pk=partner_id).first()
    if partner is None:
        raise PartnerNotFound(partner_id)
    policy, as_of = active_policy_and_stats_instant()
    row = None if as_of is None else PartnerPerformanceStats.objects.filter(pk=partner_id).values().first()
    stats: dict[str, Any] = dict(row or {})
    return PartnerExplanation(
        partner=_facts(partner),
        stats={name: float(value) if isinstance(value, Decimal) else value for name, value in stats.items()},
        stats_age_seconds=None if as_of is None else (now - as_of).total_seconds(),
        performance=calculate_performance_score(stats, scoring_settings(policy)),
        policy=AppliedPolicy(version=policy.version, route=route_policy(policy)),
        route=None if lead_id is None else _route(partner, lead_id=lead_id, now=now),
        recent_decisions=recent_decisions(LeadAssignmentLog.objects.filter(partner_id=partner_id)),
    )


def explain_lead(*, lead_id: uuid.UUID, now: datetime) -> LeadExplanation:
    """Rank all partners for a lead as if it were routed now, the excluded with their codes. Raises `LeadNotFound`."""
    candidates = load_snapshot().at(now)
    ranked = rank_partners(lead_id=lead_id, candidates=candidates)
    names = {str(key): name for key, name in Partner.objects.values_list("id", "company_name")}
    lead, ranking = ranked.lead, ranked.ranking
    return LeadExplanation(
        lead=ExplainedLead(
            id=lead.id,
            status=lead.status,
            province=lead.province,
            postcode=lead.postcode,
            industry=lead.industry_name,
            partner_id=lead.partner_id,
            created_at=lead.created_at,
            broken_rules=ranked.broken_rules,
        ),
        policy=AppliedPolicy(version=candidates.policy.version, route=candidates.policy.route),
        stats_as_of=candidates.as_of,
        considered_count=candidates.pool.size,
        exclusions=ranking.excluded,
        candidates=[
            _ranked(ranked, names, index=int(index), rank=rank) for rank, index in enumerate(ranking.order, start=1)
        ],
        excluded=[
            ExcludedPartner(
                partner_id=candidates.partner_ids[index],
                company_name=names.get(candidates.partner_ids[index], ""),
                codes=ranking.codes_of(index),
            )
            for index in range(candidates.pool.size)
            if not ranking.eligible[index]
        ],
        decisions=recent_decisions(LeadAssignmentLog.objects.filter(lead_id=lead_id)),
    )


def _facts(partner: Partner) -> PartnerFacts:
    return PartnerFacts(
        id=partner.pk,
        company_name=partner.company_name,
        is_active_for_routing=bool(partner.is_active_for_routing),
        routing_priority=partner.routing_priority or 0,
        max_open_leads=partner.max_open_leads,
        open_leads=partner.open_leads,
        regions=partner.regions or [],
        lead_locations=partner.lead_locations or [],
        lead_industries=partner.lead_industries or [],
        primary_branch=partner.primary_branch,
        ai_risk_level=partner.ai_risk_level,
        ai_risk_assessed_at=partner.ai_risk_assessed_at,
    )


def _route(partner: Partner, *, lead_id: uuid.UUID, now: datetime) -> PartnerRoute:
    score = score_of(rank_partners(lead_id=lead_id, candidates=load_snapshot().at(now)), partner.pk)
    pace = score.pace_left
    return PartnerRoute(
        **asdict(score),
        lead_id=lead_id,
        pace=None
        if pace is None
        else Pace(
            left=pace,
            returned_at=partner.returned_at,
            leads_since_return=partner.leads_since_return,
            usual_daily_leads=partner.usual_daily_leads,
        ),
    )


def _ranked(ranked: LeadRanking, names: Mapping[str, str], *, index: int, rank: int) -> RankedPartner:
    ranking, pool, partner_id = ranked.ranking, ranked.candidates.pool, ranked.candidates.partner_ids[index]
    return RankedPartner(
        rank=rank,
        partner_id=partner_id,
        company_name=names.get(partner_id, ""),
        total=ranking.total.item(index),
        region=ranking.region.item(index),
        region_kind=ranking.region_kind_of(index),
        performance=ranking.performance.item(index),
        fairness=ranking.fairness.item(index),
        spare_capacity=ranking.spare_capacity.item(index),
        waiting=ranking.waiting.item(index),
        bonus=ranking.bonus.item(index),
        open_leads=pool.open_leads.item(index),
        max_open_leads=_or_none(pool.max_open_leads.item(index)),
        waiting_hours=_or_none(pool.waiting_hours.item(index)),
        pace_left=_or_none(pool.pace_left.item(index)),
    )


def _or_none(value: float) -> float | None:
    return None if math.isnan(value) else value
