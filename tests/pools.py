"""Partners one by one, as examples of the scoring give them."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from router.scoring import CandidatePool, PoolError, Territories
from router.scoring.facts import Texts
from router.scoring.tiebreak import id_hashes, tie_breaks


@dataclass(frozen=True, slots=True)
class PartnerFacts:
    """A partner as it comes from the database.

    `max_open_leads` None = no cap; `waiting_hours` = hours since the partner's last assignment, None = never had one;
    `is_active` None = inactive; `routing_priority` None = 0; `is_valid`: whether the partner's row satisfies the rules
    of its table, without which the database refuses to count a lead on it. `pace_left`: see `router.scoring.parts`,
    None = not held to a pace.
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


def territories_of(partners: Sequence[PartnerFacts]) -> Territories:
    """Index the declarations of partners."""
    return Territories.from_columns(
        partner_ids=[partner.partner_id for partner in partners],
        regions=[partner.regions for partner in partners],
        lead_locations=[partner.lead_locations for partner in partners],
        lead_industries=[partner.lead_industries for partner in partners],
        primary_branches=[partner.primary_branch for partner in partners],
    )


def pool_of(
    partners: Sequence[PartnerFacts], *, performance: ArrayLike, territories: Territories | None = None
) -> CandidatePool:
    """A pool of partners with their performance scores, in the same order; `territories`, if given, are theirs."""
    if territories is None:
        territories = territories_of(partners)
    elif territories.partner_ids != tuple(partner.partner_id for partner in partners):
        raise PoolError("the territories are those of other partners")
    return CandidatePool.from_columns(
        territories=territories,
        is_active=[partner.is_active for partner in partners],
        open_leads=[partner.open_leads for partner in partners],
        max_open_leads=[partner.max_open_leads for partner in partners],
        routing_priority=[partner.routing_priority for partner in partners],
        waiting_hours=[partner.waiting_hours for partner in partners],
        performance=np.asarray(performance, dtype=np.float64),
        is_valid=[partner.is_valid for partner in partners],
        pace_left=[partner.pace_left for partner in partners],
    )


def tie_break(*, lead_id: str, partner_id: str) -> int:
    """The place of a partner among equals for this lead."""
    return tie_breaks(lead_id=lead_id, partner_hashes=id_hashes([partner_id])).item()
