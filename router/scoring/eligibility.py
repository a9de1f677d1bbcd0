"""Hard filters that exclude partners from a lead, with the reasons."""

import numpy as np

from router.scoring.arrays import BoolArray, CodeArray
from router.scoring.facts import LeadFacts
from router.scoring.parts import is_outside
from router.scoring.policy import RoutePolicy
from router.scoring.pool import CandidatePool
from router.scoring.territories import Demand

EXCLUSION_CODES = (
    "inactive",
    "at_capacity",
    "industry_mismatch",
    "outside_region",
    "already_tried",
    "invalid_profile",
    "invalid_lead",
    "unreadable",
)
"""Reasons why a partner is excluded, in display order; a partner can have several.

The last three are nobody's choice. The database refuses to change a row that violates a rule of its table that is newer
than the row. `invalid_profile`: the partner's own row; `invalid_lead`: the lead cannot go to anybody. `unreadable`: the
partner's row holds values that no rule excludes, and that cannot be computed with.
"""


def exclusions(
    *, lead: LeadFacts, demand: Demand, kinds: CodeArray, pool: CandidatePool, policy: RoutePolicy
) -> BoolArray:
    """Return which codes exclude which partner: (8, n), rows in the order of `EXCLUSION_CODES`.

    `demand` is that of the lead, `kinds` (n,) its `region_kinds`. Source: docs/scoring.md, "Eligibility".
    """
    matrix = np.zeros((len(EXCLUSION_CODES), pool.size), dtype=np.bool_)
    matrix[0] = ~pool.is_active
    matrix[1] = pool.at_capacity
    matrix[2] = ~pool.territories.takes_industry(demand.industry)
    if policy.require_regional_match:
        matrix[3] = is_outside(kinds)
    matrix[4, pool.territories.indices_of(lead.tried_partner_ids)] = True
    matrix[5] = ~pool.is_valid
    matrix[6] = not lead.is_movable
    matrix[7] = ~pool.is_readable
    return matrix


def exclusion_counts(matrix: BoolArray) -> dict[str, int]:
    """Return the number of partners that each code applies to, in code order, codes without any left out."""
    return {
        code: int(count) for code, count in zip(EXCLUSION_CODES, np.count_nonzero(matrix, axis=1), strict=True) if count
    }
