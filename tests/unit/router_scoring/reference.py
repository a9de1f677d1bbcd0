"""The rules of docs/scoring.md once more, partner by partner, to hold the columns against."""

from router.scoring import LeadFacts, RoutePolicy, fold, fold_postcode
from tests.pools import PartnerFacts


def texts(values: object) -> list[str]:
    if values is None:
        return []
    assert isinstance(values, list | str)
    entries = [values] if isinstance(values, str) else values
    return [entry for entry in entries if entry and entry.strip()]


def industry_fits(lead: LeadFacts, partner: PartnerFacts) -> bool:
    asked = {fold(text) for text in (lead.industry_name, lead.industry_id) if text}
    taken = {fold(text) for text in texts(partner.lead_industries) + texts(partner.primary_branch)}
    return not asked or not taken or bool(asked & taken)


def region_kind(lead: LeadFacts, partner: PartnerFacts) -> str:
    locations = texts(partner.lead_locations)
    prefixes = [fold_postcode(text) for text in locations if text[0].isdigit()]
    provinces = [text for text in locations if not text[0].isdigit()]
    provinces += [name for text in texts(partner.regions) for name in text.split(",")]
    if not prefixes and not provinces:
        return "anywhere"
    if lead.postcode and any(fold_postcode(lead.postcode).startswith(prefix) for prefix in prefixes):
        return "postcode"
    if lead.province and fold(lead.province) in [fold(name) for name in provinces]:
        return "province"
    return "none" if lead.province or lead.postcode else "unknown"


def codes(lead: LeadFacts, partner: PartnerFacts, policy: RoutePolicy) -> tuple[str, ...]:
    cap = partner.max_open_leads
    applies = {
        "inactive": not partner.is_active,
        "at_capacity": cap is not None and partner.open_leads >= cap,
        "industry_mismatch": not industry_fits(lead, partner),
        "outside_region": policy.require_regional_match and region_kind(lead, partner) == "none",
        "already_tried": partner.partner_id in lead.tried_partner_ids,
        "invalid_profile": not partner.is_valid,
        "invalid_lead": not lead.is_movable,
    }
    return tuple(code for code, does_apply in applies.items() if does_apply)


def fairness(partner: PartnerFacts, policy: RoutePolicy) -> float:
    cap = policy.uncapped_capacity if partner.max_open_leads is None else partner.max_open_leads
    spare = max(0.0, 100 * (1 - partner.open_leads / cap)) if cap else 0.0
    hours = partner.waiting_hours
    waiting = 100.0 if hours is None else 100 * max(0.0, min(1, hours / policy.waiting_full_hours))
    return (spare + waiting) / 2


def total(lead: LeadFacts, partner: PartnerFacts, performance: float, policy: RoutePolicy) -> float:
    region = {"postcode": 100, "province": 80, "anywhere": 50, "unknown": 50, "none": 0}[region_kind(lead, partner)]
    weights = policy.region_weight + policy.performance_weight + policy.fairness_weight
    points = policy.priority_points * min(10, max(0, partner.routing_priority or 0))
    if partner.pace_left is not None and partner.pace_left < 1:
        points -= 101 + 10 * policy.priority_points
    return (
        policy.region_weight * region
        + policy.performance_weight * performance
        + policy.fairness_weight * fairness(partner, policy)
    ) / weights + points
