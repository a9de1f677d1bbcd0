"""An invented marketplace for the question who gets how much: partners, leads and absences, all drawn from one seed."""

from dataclasses import dataclass
from uuid import UUID

import numpy as np

from router.scoring import LeadFacts, Territories
from router.scoring.arrays import BoolArray, FloatArray, IntArray
from tests.pools import PartnerFacts, territories_of

PROVINCES = ("Groningen", "Gelderland", "Utrecht", "Noord-Holland", "Zuid-Holland", "Limburg")
PREFIXES_A_PROVINCE = 4
CAPS = (5, 10, 15, 20, 40)
MEAN_DAYS_OPEN = 4.0
LOAD = 0.75
"""Leads that come in, as a share of those that all partners together can work off."""
DECLINED = 0.08
"""Share of the offers that are declined, each after `DECLINE_HOURS`."""
DECLINE_HOURS = 3.0
MOST_OFFERS = 4
DAYS_AWAY = 14
DAYS_BETWEEN_ABSENCES = 90


@dataclass(frozen=True, slots=True)
class Absence:
    """A partner that takes no leads for a while, from `start` to `end` (hours).

    `desk_rests`: whether the leads it has stay open until it is back; else colleagues close them meanwhile.
    """

    partner: int
    start: float
    end: float
    desk_rests: bool


@dataclass(frozen=True, slots=True, eq=False)
class World:
    """n partners, m leads in the order of their arrival.

    - `caps` (n,), `hours_open` (n,): places, and how long a lead takes one on average; `performance` (n,), 0-100.
    - `arrives` (m,): hours after the start; `patience` (m,): how long this lead stays open, 1 = the partner's average.
    - `declined` (m, MOST_OFFERS): whether the lead's first, second ... offer is declined.
    - `takes` (kinds, n): who can take the leads of a kind by territory; `kind` (m,): the kind of each lead.
    """

    territories: Territories
    caps: FloatArray
    hours_open: FloatArray
    performance: FloatArray
    leads: tuple[LeadFacts, ...]
    arrives: FloatArray
    patience: FloatArray
    declined: BoolArray
    takes: BoolArray
    kind: IntArray
    absences: tuple[Absence, ...]

    @property
    def capacity(self) -> FloatArray:
        """Leads that each partner (n,) can work off in an hour."""
        capacity: FloatArray = self.caps / self.hours_open
        return capacity

    @property
    def hours(self) -> float:
        """When the last lead comes in."""
        return float(self.arrives[-1])


def draw_world(*, leads: int, partners: int = 60, seed: int = 3) -> World:
    """Draw a marketplace; the same one for the same numbers."""
    dice = np.random.default_rng(seed)
    facts = [_partner(dice, number) for number in range(partners)]
    territories = territories_of(facts)
    caps = np.array([partner.max_open_leads for partner in facts], dtype=np.float64)
    hours_open = 24 * MEAN_DAYS_OPEN * dice.uniform(0.7, 1.4, partners)
    capacity = caps / hours_open

    kinds = [
        LeadFacts(str(UUID(int=0)), province=province, postcode=f"{_prefix(place, number)}11AB")
        for place, province in enumerate(PROVINCES)
        for number in range(PREFIXES_A_PROVINCE)
    ]
    takes = np.array([_takes(territories, kind) for kind in kinds])
    # Each partner's capacity, spread evenly over the kinds that it takes, makes the demand; give or take a tenth.
    demand = takes @ (capacity / takes.sum(axis=0)) * dice.uniform(0.9, 1.1, len(kinds))
    kind = dice.choice(len(kinds), size=leads, p=demand / demand.sum())
    arrives = np.cumsum(dice.exponential(1 / (LOAD * capacity.sum()), leads))
    return World(
        territories=territories,
        caps=caps,
        hours_open=hours_open,
        performance=np.clip(dice.normal(55, 10, partners), 20, 90),
        leads=tuple(
            LeadFacts(str(UUID(int=2**64 + number)), province=kinds[which].province, postcode=kinds[which].postcode)
            for number, which in enumerate(kind)
        ),
        arrives=arrives,
        # With a sigma of 0.6 the mean is 1 for a mu of -0.18.
        patience=dice.lognormal(-0.18, 0.6, leads),
        declined=dice.random((leads, MOST_OFFERS)) < DECLINED,
        takes=takes,
        kind=kind,
        absences=_absences(partners, hours=float(arrives[-1])),
    )


def _partner(dice: np.random.Generator, number: int) -> PartnerFacts:
    """A partner of one to three provinces; in half of the cases some postcodes of the first one are its favourites."""
    homes = dice.choice(len(PROVINCES), size=dice.integers(1, 4), replace=False)
    favourites = dice.choice(PREFIXES_A_PROVINCE, size=2 * dice.integers(0, 2), replace=False)
    return PartnerFacts(
        partner_id=str(UUID(int=number + 1)),
        max_open_leads=int(dice.choice(CAPS)),
        regions=[PROVINCES[home] for home in homes],
        lead_locations=[_prefix(homes[0], favourite) for favourite in favourites],
    )


def _prefix(province: int, number: int) -> str:
    return str(10 + PREFIXES_A_PROVINCE * province + number)


def _takes(territories: Territories, lead: LeadFacts) -> BoolArray:
    """Who (n,) works where the lead is."""
    demand = territories.demand_of(lead)
    takes = np.zeros(territories.size, dtype=np.bool_)
    if demand.province is not None:
        takes[territories.in_province(demand.province)] = True
    if demand.prefixes:
        takes[territories.near_postcode(demand.prefixes)] = True
    return takes


def _absences(partners: int, *, hours: float) -> tuple[Absence, ...]:
    """Everybody is away for two weeks every quarter, in turn; the desk rests every second time."""
    absences = []
    for partner in range(partners):
        first = 30 + DAYS_BETWEEN_ABSENCES * partner / partners
        days = np.arange(first, hours / 24 - 2 * DAYS_AWAY, DAYS_BETWEEN_ABSENCES)
        for number, day in enumerate(days):
            absences.append(Absence(partner, 24 * day, 24 * (day + DAYS_AWAY), (partner + number) % 2 == 0))
    return tuple(absences)
