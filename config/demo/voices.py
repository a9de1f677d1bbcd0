"""Customers' reactions: ratings and tickets."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np

from config.demo.archetypes import Archetype
from config.demo.draws import pick
from leads.vocabulary import LeadStatus

COMMENTS = {
    1: ("Nooit meer iets van gehoord.", "Afspraak drie keer verzet, toen niets meer."),
    2: ("Pas na lang aandringen een offerte.", "Onvriendelijk aan de telefoon."),
    3: ("Prima, maar het duurde lang.", "Offerte was duidelijk, prijs aan de hoge kant."),
    4: ("Goed geholpen.", "Netjes gewerkt en op tijd."),
    5: ("Binnen een uur gebeld, top!", "Heel tevreden, een aanrader."),
}
COMPLAINTS = ("Niemand belt terug", "Te opdringerig", "Offerte klopt niet", "Afspraak niet nagekomen")
QUESTIONS = ("Wanneer word ik gebeld?", "Kan ik mijn aanvraag wijzigen?", "Hoe lang is de offerte geldig?")

_RATED = {LeadStatus.WON: 0.5, LeadStatus.LOST: 0.16}
_COMMENTED_SHARE = 0.5
_QUESTION_SHARE = 0.02
_RESOLVED_SHARE = 0.75


@dataclass(frozen=True, slots=True)
class Rating:
    """A rating, 1-5, and its comment."""

    rating: int
    comment: str


@dataclass(frozen=True, slots=True)
class Ticket:
    """A ticket, and when it is resolved, if ever."""

    type: str
    subject: str
    created_at: datetime
    resolved_at: datetime | None


def draw_rating(*, rng: np.random.Generator, archetype: Archetype, ending: LeadStatus) -> Rating | None:
    """Draw the customer's rating, if any. Buyers rate higher."""
    if rng.random() >= _RATED.get(ending, 0.0):
        return None
    mean = archetype.rating + (0.2 if ending is LeadStatus.WON else -0.4)
    rating = int(np.clip(round(float(rng.normal(mean, 0.7))), 1, 5))
    comment = pick(rng, COMMENTS[rating]) if rng.random() < _COMMENTED_SHARE else ""
    return Rating(rating, comment)


def draw_ticket(*, rng: np.random.Generator, archetype: Archetype, since: datetime) -> Ticket | None:
    """Draw a complaint or a question, some days after the assignment."""
    chance = float(rng.random())
    if chance < archetype.complaint:
        kind, subject = "complaint", pick(rng, COMPLAINTS)
    elif chance > 1 - _QUESTION_SHARE:
        kind, subject = "question", pick(rng, QUESTIONS)
    else:
        return None
    created_at = since + timedelta(days=4.0 * float(rng.lognormal(0.0, 0.5)))
    resolved_at = created_at + timedelta(days=2.0 * float(rng.lognormal(0.0, 0.7)))
    return Ticket(kind, subject, created_at, resolved_at if rng.random() < _RESOLVED_SHARE else None)
