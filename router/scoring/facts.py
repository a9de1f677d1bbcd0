"""Input of the scoring: one lead, and the texts of a partner."""

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
