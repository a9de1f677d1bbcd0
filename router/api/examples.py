"""Examples of requests and responses of the routing API, for the schema."""

from typing import Any

from drf_spectacular.utils import OpenApiExample

_LEAD_ID, _PARTNER_ID = "2579a18e-cc83-473d-8784-5e6e5470d337", "174eec1d-ad60-4d36-ba7c-d0ffe1bb1976"
_COMPANY = "Dakwerken De Vries"
_DECIDED_AT = "2026-11-23T08:30:13.102211+00:00"
_SCORES = {"total": 72.67, "region": 100.0, "performance": 55.67, "fairness": 64.17, "bonus": 2.0}
_POLICY = {"version": 1, "region_weight": 30.0, "performance_weight": 50.0, "fairness_weight": 20.0}


def _answer(summary: str, value: dict[str, Any]) -> OpenApiExample:
    return OpenApiExample(summary, value=value, response_only=True)


_CANDIDATE = {
    "partner_id": _PARTNER_ID,
    "region_kind": "postcode",
    "open_leads": 1,
    "max_open_leads": 20,
    "waiting_hours": 24.0,
    "routing_priority": 2,
    "pace_left": None,
    **_SCORES,
    "spare_capacity": 95.0,
    "waiting": 33.33,
    "metrics": {"deal_rate_with_undecided_30d": 0.67, "won_leads_30d": 2.0, "lost_leads_30d": 1.0},
    "components": {"deal_rate": [66.67, 3, 56.25, 14.06]},
}
_RECORD = {
    "id": 1,
    "lead_id": _LEAD_ID,
    "partner_id": _PARTNER_ID,
    "company_name": _COMPANY,
    "outcome": "assigned",
    "decided_at": _DECIDED_AT,
    "trigger": "api",
    "actor": "user:1",
    "policy_version": 1,
    "route_policy": {
        "region_weight": 30.0,
        "performance_weight": 50.0,
        "fairness_weight": 20.0,
        "priority_points": 1.0,
        "require_regional_match": True,
        "uncapped_capacity": 20,
        "waiting_full_hours": 72.0,
    },
    "candidate_count": 1,
    "exclusions": {"outside_region": 1},
    **_SCORES,
    "candidates": [_CANDIDATE],
}

DECISION = _answer(
    "Assigned",
    {
        "lead_id": _LEAD_ID,
        "outcome": "assigned",
        "partner_id": _PARTNER_ID,
        "created": True,
        "decision_id": 1,
        "decided_at": _DECIDED_AT,
        "candidate_count": 1,
        "exclusions": {"outside_region": 1},
        **_SCORES,
    },
)

_COMPONENTS = [
    dict(
        zip(
            ("name", "metric", "value", "raw_score", "sample_size", "score", "weight", "contribution"), row, strict=True
        )
    )
    for row in (
        ("response_speed", "response_points_30d", None, None, 0, 50.0, 25.0, 12.5),
        ("ai_trust", "ai_trust_score", 80.0, 80.0, 1, 80.0, 10.0, 8.0),
        ("deal_rate", "deal_rate_with_undecided_30d", 0.67, 66.67, 3, 56.25, 25.0, 14.06),
        ("follow_up", "pct_leads_followed_up_30d", 0.0, 0.0, 4, 27.78, 10.0, 2.78),
        ("customer_feedback", "avg_customer_rating_30d", None, None, 0, 50.0, 10.0, 5.0),
        ("complaints", "complained_lead_rate_30d", 0.0, 100.0, 4, 72.22, 10.0, 7.22),
        ("deal_value", "avg_deal_value_30d", None, None, 0, 50.0, 5.0, 2.5),
        ("consistency", "consistency_score", 100.0, 100.0, 4, 72.22, 5.0, 3.61),
    )
]
DEBUG = _answer(
    "With a lead",
    {
        "partner": {
            "id": _PARTNER_ID,
            "company_name": "Dakwerken De Vries",
            "is_active_for_routing": True,
            "routing_priority": 2,
            "max_open_leads": 20,
            "open_leads": 2,
            "regions": ["Utrecht"],
            "lead_locations": ["35"],
            "lead_industries": ["Roofs"],
            "primary_branch": "Roofs",
            "ai_risk_level": "low",
            "ai_risk_assessed_at": "2026-11-23T19:10:26.251519+00:00",
        },
        "stats": {
            "partner_id": _PARTNER_ID,
            "leads_assigned_30d": 4,
            "leads_accepted_30d": 3,
            "leads_rejected_30d": 0,
            "conversion_rate_30d": 0.75,
            "avg_response_time_minutes": None,
            "open_leads_count": 1,
            "last_lead_assigned_at": "2026-11-22T19:10:26.261896+00:00",
            "avg_first_response_time_minutes_7d": None,
            "avg_first_response_time_minutes_30d": None,
            "pct_contacted_within_1h_30d": 0.0,
            "pct_contacted_within_24h_30d": 0.0,
            "ai_trust_score": 80,
            "won_leads_30d": 2,
            "lost_leads_30d": 1,
            "won_leads_7d": 2,
            "lost_leads_7d": 1,
            "deal_rate_30d": 0.67,
            "deal_rate_7d": 0.67,
            "avg_contact_attempts_per_lead_30d": 0.0,
            "pct_leads_min_2_attempts_30d": 0.0,
            "avg_customer_rating_30d": None,
            "num_ratings_30d": 0,
            "complaints_30d": 0,
            "complaint_rate_30d": 0.0,
            "avg_deal_value_30d": None,
            "median_deal_value_30d": None,
            "consistency_score": 100.0,
            "leads_assigned_7d": 4,
            "contacted_leads_30d": 0,
            "contacted_leads_7d": 0,
            "silent_leads_30d": 0,
            "valued_deals_30d": 0,
            "response_points_30d": None,
            "pct_leads_followed_up_30d": 0.0,
            "complained_leads_30d": 0,
            "complained_lead_rate_30d": 0.0,
            "undecided_leads_30d": 0,
            "rejected_late_leads_30d": 0,
            "deal_rate_with_undecided_30d": 0.67,
        },
        "stats_age_seconds": 41.2,
        "performance": {"score": 55.67, "components": _COMPONENTS},
        "policy": _POLICY,
        "route": {
            "lead_id": _LEAD_ID,
            "eligible": True,
            "exclusion_codes": [],
            "rank": 1,
            "candidates": 1,
            "pace": {
                "left": 2.4,
                "returned_at": "2026-11-21T08:12:40.120031+00:00",
                "leads_since_return": 4,
                "usual_daily_leads": 3.2,
            },
            **_SCORES,
        },
        "recent_decisions": [_RECORD],
    },
)

RANKING = _answer(
    "One who could, one who could not",
    {
        "lead": {
            "id": _LEAD_ID,
            "status": "new",
            "province": "Utrecht",
            "postcode": "3511 AB",
            "industry": "Roofs",
            "partner_id": _PARTNER_ID,
            "created_at": "2026-11-23T19:10:26.263494+00:00",
            "broken_rules": [],
        },
        "policy": _POLICY,
        "stats_as_of": "2026-11-23T08:29:32.006315+00:00",
        "considered_count": 2,
        "candidate_count": 1,
        "exclusions": {"outside_region": 1},
        "candidates": [
            {
                "rank": 1,
                "partner_id": _PARTNER_ID,
                "company_name": "Dakwerken De Vries",
                "total": 68.84,
                "region": 100.0,
                "region_kind": "postcode",
                "performance": 55.67,
                "fairness": 45.0,
                "spare_capacity": 90.0,
                "waiting": 0.0,
                "bonus": 2.0,
                "open_leads": 2,
                "max_open_leads": 20,
                "waiting_hours": 0.0,
                "pace_left": None,
            }
        ],
        "excluded": [
            {
                "partner_id": "998eaddf-4beb-4efd-8466-846327512973",
                "company_name": "Bakker Daken",
                "codes": ["outside_region"],
            }
        ],
        "decisions": [_RECORD],
    },
)

POLICY = _answer(
    "The first version",
    {
        "version": 1,
        "is_active": True,
        "reason": "defaults",
        "created_at": "2026-11-23T20:10:25.803248+01:00",
        "based_on": None,
        "activated_at": "2026-11-23T20:10:25.803046+01:00",
        "region_weight": 30.0,
        "performance_weight": 50.0,
        "fairness_weight": 20.0,
        "priority_points": 1.0,
        "require_regional_match": True,
        "response_speed_weight": 25.0,
        "ai_trust_weight": 10.0,
        "deal_rate_weight": 25.0,
        "follow_up_weight": 10.0,
        "customer_feedback_weight": 10.0,
        "complaints_weight": 10.0,
        "deal_value_weight": 5.0,
        "consistency_weight": 5.0,
        "prior_strength": 5.0,
        "prior": 50.0,
        "deal_rate_cap": 85.0,
        "deal_rate_full": 1.0,
        "complaint_rate_zero": 0.2,
        "deal_value_full": 25000.0,
        "ai_high_score_is_risk": False,
        "created_by": None,
        "activated_by": None,
    },
)

DRAFT = OpenApiExample(
    "More weight for performance", value={"values": {"performance_weight": 60}, "days": 30}, request_only=True
)

_RATE = {"value": 0.63, "low": 0.23, "high": 1.0, "lack": "few_decided", "decided": 3, "enough": False}
_OUTCOME = {
    "assigned": 4,
    "nobody": 0,
    "cap_hits": 0,
    "gini": 0.5,
    "longest_wait_hours": 696.0,
    "without_leads": 0,
    "mean_performance": 55.67,
    "expected_deal_rate": _RATE,
}
PREVIEW = _answer(
    "Too little to go by",
    {
        "days": 30,
        "since": "2026-10-24T08:30:00+00:00",
        "leads_in_window": 4,
        "leads": 4,
        "is_sample": False,
        "policy_version": 1,
        "changed": 1,
        "active": _OUTCOME,
        "draft": _OUTCOME,
        "difference": {**_RATE, "value": 0.0, "low": 0.0, "high": 0.0},
        "partners": [{"id": _PARTNER_ID, "name": _COMPANY, "leads_active": 4, "leads_draft": 3}],
        "changes": [
            {
                "lead_id": _LEAD_ID,
                "active_id": _PARTNER_ID,
                "active_name": _COMPANY,
                "draft_id": None,
                "draft_name": None,
            }
        ],
        "verdict": "Not enough evidence: fewer than 30 leads were won or lost in the last 30 days.",
    },
)
