"""Page of a lead: its partner, the decisions on it, and all partners' scores for it."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext

from leads.vocabulary import LeadStatus
from router.explanation import ExcludedPartner, LeadExplanation, RankedPartner
from router.staff import words
from router.staff.decision_parts import CandidateRow, DecisionCard, candidate_rows, decision_card, exclusion_counts

MOST_ROWS = 25
"""Rows of the two long tables that are shown before the reader asks for all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ExcludedRow:
    """A partner that cannot get the lead, and all of the reasons."""

    partner_id: str
    name: str
    reasons: list[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class LeadPage:
    """Content of the page, without name, address or telephone number of the person."""

    lead_id: str
    code: str
    status: str
    facts: list[tuple[str, str]]
    created_at: datetime | None
    partner_id: str | None
    partner_name: str
    decision: DecisionCard | None
    earlier: list[DecisionCard]
    policy_version: int
    stats_as_of: datetime | None
    considered_count: int
    candidate_count: int
    ranked: list[CandidateRow]
    excluded_count: int
    exclusions: list[tuple[int, str]]
    excluded: list[ExcludedRow]


def lead_page(explained: LeadExplanation, *, show_all: bool) -> LeadPage:
    """Format the explanation of a lead; the long tables are cut off unless `show_all`."""
    lead, rows = explained.lead, None if show_all else MOST_ROWS
    partners: list[RankedPartner | ExcludedPartner] = [*explained.candidates, *explained.excluded]
    names = {partner.partner_id: partner.company_name or partner.partner_id for partner in partners}
    decisions = [decision_card(decision, names) for decision in explained.decisions]
    facts = (
        (gettext("Industry"), lead.industry),
        (gettext("Province"), lead.province),
        (gettext("Postcode"), lead.postcode),
        (gettext("Breaks the rules"), ", ".join(lead.broken_rules)),
    )
    partner_id = None if lead.partner_id is None else str(lead.partner_id)
    return LeadPage(
        lead_id=str(lead.id),
        code=str(lead.id)[:8],
        status=str(dict(LeadStatus.choices).get(lead.status, lead.status)),
        facts=[(title, value) for title, value in facts if value],
        created_at=lead.created_at,
        partner_id=partner_id,
        partner_name=names.get(partner_id or "", ""),
        decision=decisions[0] if decisions else None,
        earlier=decisions[1:],
        policy_version=explained.policy.version,
        stats_as_of=explained.stats_as_of,
        considered_count=explained.considered_count,
        candidate_count=explained.candidate_count,
        ranked=candidate_rows(explained.candidates[:rows], names),
        excluded_count=len(explained.excluded),
        exclusions=exclusion_counts(explained.exclusions),
        excluded=[
            ExcludedRow(
                partner_id=partner.partner_id,
                name=names[partner.partner_id],
                reasons=[words.exclusion(code) for code in partner.codes],
            )
            for partner in explained.excluded[:rows]
        ],
    )
