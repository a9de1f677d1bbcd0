"""Next steps of a partner with a lead, in repeated ticks; a day takes a few minutes."""

import math
from enum import Enum, auto
from uuid import UUID

import numpy as np

from config.demo.archetypes import Archetype
from leads.vocabulary import LeadStatus

# The probability that a partner who calls within `_BRISK_MINUTES` acts in one tick; slower partners have a lower one.
_BRISK_CHANCE = 0.25
_BRISK_MINUTES = 15.0
_SLOWNESS = 0.7
_LATER_CHANCE = 0.005
_LAPSE_CHANCE = 0.001


class Step(Enum):
    """A partner's action on a lead."""

    ACCEPT = auto()
    REJECT = auto()
    CONTACT = auto()
    DECIDE = auto()
    LAPSE = auto()


def is_ignored(*, lead_id: UUID, archetype: Archetype) -> bool:
    """Return whether this partner accepts the lead and then never calls; always the same for a lead."""
    return lead_id.int % 997 < 997 * archetype.ignore


def chance_to_act(*, archetype: Archetype, status: str, ignored: bool) -> float:
    """Return the probability, 0-1, that this partner acts on a lead of this status in one tick."""
    if status == LeadStatus.IN_PROGRESS:
        return _LATER_CHANCE
    if status == LeadStatus.ACCEPTED and ignored:
        return _LAPSE_CHANCE
    return _BRISK_CHANCE * math.pow(min(1.0, _BRISK_MINUTES / archetype.contact_minutes), _SLOWNESS)


def next_step(*, rng: np.random.Generator, archetype: Archetype, status: str, ignored: bool, contacts: int) -> Step:
    """Return the partner's action on a lead after this many contacts."""
    if status == LeadStatus.NEW:
        return Step.REJECT if rng.random() < archetype.reject else Step.ACCEPT
    if contacts == 0:
        return Step.LAPSE if ignored else Step.CONTACT
    # A geometric number of further contacts, with the mean of the archetype.
    further = archetype.further_attempts / (archetype.further_attempts + 1)
    return Step.CONTACT if rng.random() < further else Step.DECIDE
