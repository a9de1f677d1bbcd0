"""History of one lead with one partner, from the assignment to the decision."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

import numpy as np

from config.demo.archetypes import Archetype
from config.demo.calendar import in_opening_hours
from config.demo.draws import pick_weighted
from config.demo.trades import Trade
from leads.vocabulary import ActivityType, LeadStatus

_FIRST_CONTACT = (ActivityType.PHONE_CALL, ActivityType.EMAIL_SENT, ActivityType.WHATSAPP)
_FIRST_CONTACT_SHARES = (0.72, 0.18, 0.1)
_LATER_CONTACT = (ActivityType.PHONE_CALL, ActivityType.EMAIL_SENT, ActivityType.MEETING, ActivityType.WHATSAPP)
_LATER_CONTACT_SHARES = (0.45, 0.25, 0.2, 0.1)
# A fast partner has a better chance, because it is the first to call.
_QUICK = timedelta(hours=1)
_QUICK_FACTOR = 1.12
_LAPSE_DAYS = 15.0
_COMPLETED_SHARE = 0.05
_CENT = Decimal("0.01")


@dataclass(frozen=True, slots=True, kw_only=True)
class LeadHistory:
    """Events of a lead; None: never. `contacts` are times and types, earliest first.

    `ended_at` is when the lead stops counting towards the cap, and `ending` its status from then on.
    """

    assigned_at: datetime
    accepted_at: datetime | None
    contacts: tuple[tuple[datetime, ActivityType], ...]
    ended_at: datetime
    ending: LeadStatus

    def status_at(self, moment: datetime) -> LeadStatus:
        """Return the lead's status at a time after its assignment."""
        if self.ended_at <= moment:
            return self.ending
        if self.accepted_at is None or self.accepted_at > moment:
            return LeadStatus.NEW
        if not self.contacts or self.contacts[0][0] > moment:
            return LeadStatus.ACCEPTED
        return LeadStatus.IN_PROGRESS


def draw_course(
    *, rng: np.random.Generator, created_at: datetime, archetype: Archetype, trade: Trade, until: datetime
) -> LeadHistory:
    """Draw a lead's history; `until` is the end of the history, and a slump is counted back from there."""
    slumps = created_at > until - timedelta(days=archetype.slump_days)
    patience = archetype.slump_factor if slumps else 1.0
    assigned_at = created_at + timedelta(seconds=float(rng.uniform(1, 20)))

    def later(start: datetime, *, minutes: float, spread: float) -> datetime:
        """Return a time about this many minutes after the start, during the partner's working hours."""
        moment = start + timedelta(minutes=minutes * float(rng.lognormal(0.0, spread)))
        return moment if archetype.evenings else in_opening_hours(moment, rng=rng)

    if rng.random() < archetype.reject:
        rejected_at = later(assigned_at, minutes=1.5 * archetype.contact_minutes, spread=0.8)
        return LeadHistory(
            assigned_at=assigned_at, accepted_at=None, contacts=(), ended_at=rejected_at, ending=LeadStatus.REJECTED
        )
    if rng.random() < archetype.ignore:
        accepted_at = later(assigned_at, minutes=0.4 * archetype.contact_minutes, spread=0.8)
        lapsed_at = later(accepted_at, minutes=_LAPSE_DAYS * 24 * 60, spread=0.25)
        return LeadHistory(
            assigned_at=assigned_at, accepted_at=accepted_at, contacts=(), ended_at=lapsed_at, ending=LeadStatus.LOST
        )
    first_at = later(assigned_at, minutes=archetype.contact_minutes / patience, spread=0.7)
    accepted_at = assigned_at + (first_at - assigned_at) * float(rng.uniform(0.3, 1.0))
    contacts = [(first_at, draw_contact(rng=rng, first=True))]
    for _ in range(int(rng.poisson(archetype.further_attempts))):
        at = later(contacts[-1][0], minutes=1.6 * 24 * 60, spread=0.7)
        contacts.append((at, draw_contact(rng=rng, first=False)))
    quick = first_at - created_at <= _QUICK
    return LeadHistory(
        assigned_at=assigned_at,
        accepted_at=accepted_at,
        contacts=tuple(contacts),
        ended_at=later(contacts[-1][0], minutes=archetype.decide_days * 24 * 60, spread=0.5),
        ending=draw_ending(
            rng=rng, archetype=archetype, trade=trade, factor=patience * (_QUICK_FACTOR if quick else 1)
        ),
    )


def draw_contact(*, rng: np.random.Generator, first: bool) -> ActivityType:
    """Draw the kind of contact."""
    types, shares = (_FIRST_CONTACT, _FIRST_CONTACT_SHARES) if first else (_LATER_CONTACT, _LATER_CONTACT_SHARES)
    return pick_weighted(rng, types, shares)


def draw_ending(*, rng: np.random.Generator, archetype: Archetype, trade: Trade, factor: float) -> LeadStatus:
    """Draw won, lost, or completed without a known result; `factor` scales the probability of a deal."""
    if rng.random() < min(0.95, archetype.win * trade.win_factor * factor):
        return LeadStatus.WON
    return LeadStatus.COMPLETED if rng.random() < _COMPLETED_SHARE else LeadStatus.LOST


def draw_deal_value(*, rng: np.random.Generator, archetype: Archetype, trade: Trade) -> Decimal:
    """Draw the value of a deal, in EUR."""
    value = trade.deal_median * archetype.deal_factor * float(rng.lognormal(0.0, trade.deal_spread))
    return Decimal(value).quantize(_CENT)
