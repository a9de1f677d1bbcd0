"""Pure core of the routing, which ranks partners for a lead; without Django, clock, settings and randomness.

It works on columns of partners, one element per partner. `rank_lead` explains one lead over all partners, `BatchRouter`
routes many, `replay_route` recomputes an old decision; the three give scores that are equal to the last bit.
"""

from router.scoring.batch import BatchRouter
from router.scoring.choice import Choice, Standing, replay_inputs
from router.scoring.eligibility import EXCLUSION_CODES
from router.scoring.facts import LeadFacts
from router.scoring.parts import REGION_KINDS, REGION_SCORES
from router.scoring.policy import RoutePolicy, RoutePolicyError
from router.scoring.pool import CandidatePool
from router.scoring.ranking import Ranking, rank_lead
from router.scoring.replay import (
    REPLAY_INPUT_FIELDS,
    ReplayedCandidate,
    ReplayError,
    replay_route,
)
from router.scoring.territories import Demand, PoolError, Territories, fold, fold_postcode

__all__ = [
    "EXCLUSION_CODES",
    "REGION_KINDS",
    "REGION_SCORES",
    "REPLAY_INPUT_FIELDS",
    "BatchRouter",
    "CandidatePool",
    "Choice",
    "Demand",
    "LeadFacts",
    "PoolError",
    "Ranking",
    "ReplayError",
    "ReplayedCandidate",
    "RoutePolicy",
    "RoutePolicyError",
    "Standing",
    "Territories",
    "fold",
    "fold_postcode",
    "rank_lead",
    "replay_inputs",
    "replay_route",
]
