"""Input of the scoring: one lead and one partner."""

from collections.abc import Sequence
from dataclasses import dataclass

Texts = Sequence[str | None] | str | None
"""A text[] column of the database: entries may be null or blank; a legacy column may be one plain text."""


@dataclass(frozen=True, slots=True)
class LeadFacts:
    """A lead to be routed.

    `lead_id` and `tried_partner_ids` (partners who had this lead before) are UUIDs in canonical form: lower case, with
    hyphens. Industry, province and postcode are as people wrote them; blank counts as absent. `is_movable`: whether the
    database allows a change of the lead's partner; false while its row, or that of the partner who would lose it,
    violates a rule.
    """

    lead_id: str
    industry_id: str | None = None
    industry_name: str | None = None
    province: str | None = None
    postcode: str | None = None
    tried_partner_ids: frozenset[str] = frozenset()
    is_movable: bool = True


@dataclass(frozen=True, slots=True)
class PartnerFacts:
    """A partner as it comes from the database.

    `max_open_leads` None = no cap; `waiting_hours` = hours since the partner's last assignment, None = never had one;
    `is_active` None = inactive; `routing_priority` None = 0; `is_valid`: whether the partner's row satisfies the rules
    of its table, without which the database refuses to count a lead on it. `pace_left`: see `router.scoring.pace`, None
    = not held to a pace.
    """

    partner_id: str
    is_active: bool | None = True
    open_leads: int = 0
    max_open_leads: int | None = None
    routing_priority: int | None = 0
    waiting_hours: float | None = None
    pace_left: float | None = None
    regions: Texts = None
    lead_locations: Texts = None
    lead_industries: Texts = None
    primary_branch: str | None = None
    is_valid: bool = True
