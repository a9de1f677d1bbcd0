"""Match of a partner's declared territory with a lead."""

import numpy as np

from router.scoring.arrays import BoolArray, CodeArray, FloatArray
from router.scoring.territories import Demand, Territories

POSTCODE, PROVINCE, ANYWHERE, UNKNOWN, NONE = range(5)
"""Codes of the kinds of match; indices in `REGION_KINDS` and `REGION_SCORES`."""

REGION_KINDS = ("postcode", "province", "anywhere", "unknown", "none")
"""`postcode`: the lead's postcode starts with a declared prefix. `province`: the lead's province is declared.
`anywhere`: the partner declares no region at all. `unknown`: the lead has neither province nor postcode. `none`: no
match."""

REGION_SCORES = (100.0, 80.0, 50.0, 50.0, 0.0)
"""The score of each kind. Source: docs/scoring.md, "Region"."""

_SCORES = np.array(REGION_SCORES)


def region_kinds(territories: Territories, demand: Demand) -> CodeArray:
    """Return the code of the best match (n,) of each partner with the lead's demand.

    A partner that declares no region is `ANYWHERE`, also for a lead without province and postcode.
    """
    kinds: CodeArray = np.full(territories.size, NONE if demand.is_located else UNKNOWN, dtype=np.int8)
    kinds[territories.declares_no_region] = ANYWHERE
    if demand.province is not None:
        kinds[territories.in_province(demand.province)] = PROVINCE
    if demand.prefixes:
        kinds[territories.near_postcode(demand.prefixes)] = POSTCODE
    return kinds


def region_scores(kinds: CodeArray) -> FloatArray:
    """Return the region score (n,), 0-100, of each kind of match (n,)."""
    return _SCORES[kinds]


def is_outside(kinds: CodeArray) -> BoolArray:
    """Return for each kind of match (n,) whether it is no match."""
    outside: BoolArray = kinds == NONE
    return outside
