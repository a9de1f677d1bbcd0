"""Explanation of a partner's score, and of all partners' scores for a lead: for the API and the staff pages."""

import math
import uuid
from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet

from leads.models import Partner
from performance.models import PartnerPerformanceStats
from performance.scoring import calculate_performance_score
from router.assignment.ranking import (
    LeadNotFound,
    LeadRanking,
    PartnerNotFound,
    rank_partners,
    score_of,
)
from router.models import LeadAssignmentLog
from router.policies.queries import active_policy_and_stats_instant, route_policy, scoring_settings
from router.scoring import RoutePolicy
from router.snapshot import load_snapshot

__all__ = ["RECENT_DECISIONS", "LeadNotFound", "PartnerNotFound", "performance_debug", "ranking"]

RECENT_DECISIONS = 10
"""Number of decisions shown with a partner or a lead, newest first."""


def performance_debug(*, partner_id: uuid.UUID, lead_id: uuid.UUID | None = None, now: datetime) -> dict[str, Any]:
    """Return the breakdown of a partner's score, in the format of the API's `performance-debug`.

    With `lead_id`, `route` is the partner's score for that lead. Raises `PartnerNotFound` or `LeadNotFound`.
    """
    partner = Partner.objects.filter(pk=partner_id).first()
    if partner is None:
        raise PartnerNotFound(partner_id)
    policy, as_of = active_policy_and_stats_instant()
    row = None if as_of is None else PartnerPerformanceStats.objects.filter(pk=partner_id).values().first()
    stats: dict[str, Any] = dict(row or {})
    return {
        "partner": _partner(partner),
        "stats": {name: _plain(value) for name, value in stats.items()},
        "stats_age_seconds": None if as_of is None else (now - as_of).total_seconds(),
        "performance": calculate_performance_score(stats, scoring_settings(policy)).as_dict(),
        "policy": _policy(policy.version, route_policy(policy)),
        "route": None if lead_id is None else _route(partner, lead_id=lead_id, now=now),
        "recent_decisions": _decisions(LeadAssignmentLog.objects.filter(partner_id=partner_id)),
    }


def ranking(*, lead_id: uuid.UUID, now: datetime) -> dict[str, Any]:
    """Return all candidates of a lead, ranked as if it were routed now, and the excluded with their codes.

    Raises `LeadNotFound`.
    """
    candidates = load_snapshot().at(now)
    ranked = rank_partners(lead_id=lead_id, candidates=candidates)
    names = {str(key): name for key, name in Partner.objects.values_list("id", "company_name")}
    lead, order = ranked.lead, ranked.ranking
    return {
        "lead": {
            "id": str(lead.id),
            "status": lead.status,
            "province": lead.province,
            "postcode": lead.postcode,
            "industry": lead.industry_name,
            "partner_id": None if lead.partner_id is None else str(lead.partner_id),
            "created_at": _plain(lead.created_at),
            "broken_rules": list(ranked.broken_rules),
        },
        "policy": _policy(candidates.policy.version, candidates.policy.route),
        "stats_as_of": _plain(candidates.as_of),
        "considered_count": candidates.pool.size,
        "candidate_count": int(order.order.size),
        "exclusions": order.excluded,
        "candidates": [
            _candidate(ranked, names, index=int(index), rank=rank) for rank, index in enumerate(order.order, start=1)
        ],
        "excluded": [
            {
                "partner_id": candidates.partner_ids[index],
                "company_name": names.get(candidates.partner_ids[index], ""),
                "codes": list(order.codes_of(index)),
            }
            for index in range(candidates.pool.size)
            if not order.eligible[index]
        ],
        "decisions": _decisions(LeadAssignmentLog.objects.filter(lead_id=lead_id)),
    }


def _partner(partner: Partner) -> dict[str, Any]:
    return {
        "id": str(partner.pk),
        "company_name": partner.company_name,
        "is_active_for_routing": bool(partner.is_active_for_routing),
        "routing_priority": partner.routing_priority or 0,
        "max_open_leads": partner.max_open_leads,
        "open_leads": partner.open_leads,
        "regions": partner.regions or [],
        "lead_locations": partner.lead_locations or [],
        "lead_industries": partner.lead_industries or [],
        "primary_branch": partner.primary_branch,
        "ai_risk_level": partner.ai_risk_level,
        "ai_risk_assessed_at": _plain(partner.ai_risk_assessed_at),
    }


def _policy(version: int, policy: RoutePolicy) -> dict[str, Any]:
    return {
        "version": version,
        "region_weight": policy.region_weight,
        "performance_weight": policy.performance_weight,
        "fairness_weight": policy.fairness_weight,
    }


def _route(partner: Partner, *, lead_id: uuid.UUID, now: datetime) -> dict[str, Any]:
    score = score_of(rank_partners(lead_id=lead_id, candidates=load_snapshot().at(now)), partner.pk)
    return {
        "lead_id": str(lead_id),
        "eligible": score.eligible,
        "exclusion_codes": list(score.exclusion_codes),
        "region": score.region,
        "performance": score.performance,
        "fairness": score.fairness,
        "bonus": score.bonus,
        "total": score.total,
        "rank": score.rank,
        "candidates": score.candidates,
        "pace": None
        if score.pace_left is None
        else {
            "left": score.pace_left,
            "returned_at": _plain(partner.returned_at),
            "leads_since_return": partner.leads_since_return,
            "usual_daily_leads": partner.usual_daily_leads,
        },
    }


def _candidate(ranked: LeadRanking, names: Mapping[str, str], *, index: int, rank: int) -> dict[str, Any]:
    order, candidates = ranked.ranking, ranked.candidates
    pool = candidates.pool
    cap = pool.max_open_leads.item(index)
    return {
        "rank": rank,
        "partner_id": candidates.partner_ids[index],
        "company_name": names.get(candidates.partner_ids[index], ""),
        "total": order.total.item(index),
        "region": order.region.item(index),
        "region_kind": order.region_kind_of(index),
        "performance": order.performance.item(index),
        "fairness": order.fairness.item(index),
        "spare_capacity": order.spare_capacity.item(index),
        "waiting": order.waiting.item(index),
        "bonus": order.bonus.item(index),
        "open_leads": pool.open_leads.item(index),
        "max_open_leads": None if math.isnan(cap) else int(cap),
        "waiting_hours": _nan_to_none(pool.waiting_hours.item(index)),
        "pace_left": _nan_to_none(pool.pace_left.item(index)),
    }


def _decisions(logs: QuerySet[LeadAssignmentLog]) -> list[dict[str, Any]]:
    return [
        {
            "id": log.pk,
            "lead_id": str(log.lead_id),
            "partner_id": None if log.partner_id is None else str(log.partner_id),
            "company_name": None if log.partner is None else log.partner.company_name,
            "outcome": log.outcome,
            "decided_at": log.decided_at.isoformat(),
            "trigger": log.trigger,
            "actor": log.actor,
            "policy_version": log.policy_version,
            "route_policy": log.policy.get("route", {}) if isinstance(log.policy, dict) else {},
            "candidate_count": log.candidate_count,
            "exclusions": log.exclusions if isinstance(log.exclusions, dict) else {},
            "total": _finite(log.total_score),
            "region": _finite(log.region_score),
            "performance": _finite(log.performance_score),
            "fairness": _finite(log.fairness_score),
            "bonus": _finite(log.bonus),
            "candidates": log.candidates if isinstance(log.candidates, list) else [],
        }
        for log in logs.select_related("partner").order_by("-id")[:RECENT_DECISIONS]
    ]


def _finite(value: float | None) -> float | None:
    """Return a number that JSON can hold; None for an infinite one, in a record older than the rule against it."""
    return value if value is not None and math.isfinite(value) else None


def _plain(value: Any) -> Any:
    """Convert a database value to JSON: decimals to numbers, times to ISO 8601, ids to text."""
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, uuid.UUID):
        return str(value)
    return value


def _nan_to_none(value: float) -> float | None:
    return None if math.isnan(value) else value
