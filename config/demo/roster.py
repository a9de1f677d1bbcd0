"""Partners of the demo: their rows, declarations and kinds."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID, uuid5

import numpy as np

from config.demo.archetypes import ARCHETYPES, Archetype
from config.demo.draws import pick
from config.demo.places import PROVINCES, Place, draw_area
from config.demo.rows import IndustryRow, PartnerRow
from config.demo.trades import TRADES

SEED = 20250120
NAMESPACE = UUID("6f6a6c6e-5a5c-4f0e-9a4e-0d5f2b7c1a10")
_STREAM = 1

# A company is named after a place, and places combine two parts, so no real company is meant.
_PLACE_BEGINNINGS = (
    *("Merel", "Vossen", "Linde", "Wilgen", "Hazel", "Reiger", "Elzen", "Kraaien", "Dassen", "Egel", "Otter"),
    *("Valken", "Zwaluw", "Berken", "Iepen"),
)
_PLACE_ENDINGS = ("hoek", "wold", "rade", "donk", "zijl", "waard", "veen", "horst", "terp", "schoor")
_PRIORITIES = (0, 0, 0, 0, 0, 1, 2, 3)


@dataclass(frozen=True, slots=True)
class Partner:
    """A partner: its row, its kind, and the indices in `TRADES` of its trades."""

    row: PartnerRow
    archetype: Archetype
    trades: frozenset[int]

    def takes(self, *, trade: int, place: Place) -> bool:
        """Return whether the partner accepts leads of this trade (an index in `TRADES`) and place."""
        return trade in self.trades and self.covers(place)

    def covers(self, place: Place) -> bool:
        """Return whether the place is in its territory; without one, it works everywhere."""
        row = self.row
        if not row.regions and not row.lead_locations:
            return True
        prefixes = tuple(row.lead_locations or ())
        return place.province.name in (*(row.regions or ()), *prefixes) or place.postcode.startswith(prefixes)


def demo_id(*, seed: int, kind: str, name: object) -> UUID:
    """Return the id of a row: the same for the same seed."""
    return uuid5(NAMESPACE, f"{seed}/{kind}/{name}")


def make_industries(*, seed: int) -> tuple[IndustryRow, ...]:
    """Return the industries in the order of `TRADES`."""
    return tuple(IndustryRow(id=demo_id(seed=seed, kind="industry", name=t.name), name=t.name) for t in TRADES)


def make_roster(*, seed: int, until: datetime) -> tuple[Partner, ...]:
    """Return the 60 partners at `until`; all but the time of the AI's assessment depends on the seed alone."""
    rng = np.random.default_rng([seed, _STREAM])
    places = rng.permutation([start + end for start in _PLACE_BEGINNINGS for end in _PLACE_ENDINGS]).tolist()
    kinds = [archetype for archetype in ARCHETYPES for _ in range(archetype.count)]
    return tuple(
        _make_partner(seed=seed, rng=rng, number=number, place=places[number], archetype=archetype, until=until)
        for number, archetype in enumerate(kinds)
    )


def _make_partner(
    *, seed: int, rng: np.random.Generator, number: int, place: str, archetype: Archetype, until: datetime
) -> Partner:
    first = number % len(TRADES)
    low, high = archetype.trades
    others = [trade for trade in rng.permutation(len(TRADES)).tolist() if trade != first]
    # Adjacent partners start with different trades, so that every trade has partners everywhere.
    trades = [first, *others][: int(rng.integers(low, high + 1))]
    names = [TRADES[trade].name for trade in trades]
    # Both columns for a partner's industries are in use.
    branch_only = len(names) == 1 and number % 2 == 0
    regions, locations = _draw_territory(rng=rng, number=number, archetype=archetype)
    word = pick(rng, TRADES[first].company_words) if trades else "Klushuis"
    score, level, assessed_at = _draw_assessment(rng=rng, archetype=archetype, until=until)
    row = PartnerRow(
        id=demo_id(seed=seed, kind="partner", name=number),
        company_name=f"{word} {place}",
        primary_branch=names[0] if names else None,
        regions=regions,
        lead_industries=None if branch_only or not names else names,
        lead_locations=locations,
        max_open_leads=None if archetype.cap is None else int(rng.integers(archetype.cap[0], archetype.cap[1] + 1)),
        is_active_for_routing=archetype.left_days_ago is None,
        routing_priority=pick(rng, _PRIORITIES),
        ai_risk_score=score,
        ai_risk_level=level,
        ai_risk_assessed_at=assessed_at,
    )
    return Partner(row=row, archetype=archetype, trades=frozenset(trades or range(len(TRADES))))


def _draw_territory(
    *, rng: np.random.Generator, number: int, archetype: Archetype
) -> tuple[list[str] | None, list[str] | None]:
    """Draw regions and locations: consecutive provinces in the list, postcodes around one town, or nothing."""
    if archetype.territory == "everywhere":
        return None, None
    home = (number * 5) % len(PROVINCES)
    if archetype.territory == "postcodes":
        # The populous west, or there would be too few leads for a specialist.
        densest = sorted(PROVINCES, key=lambda province: -province.weight)[number % 3]
        prefix = draw_area(rng, densest) // 100
        return None, sorted({str(area) for area in range(prefix - 2, prefix + 3) if densest.holds(area * 100 + 50)})
    size = int(rng.integers(3, 6))
    provinces = [PROVINCES[(home + step) % len(PROVINCES)].name for step in range(size)]
    # Both columns can hold provinces.
    return (None, provinces) if number % 4 == 3 else (provinces, None)


def _draw_assessment(
    *, rng: np.random.Generator, archetype: Archetype, until: datetime
) -> tuple[int | None, str | None, datetime | None]:
    """Draw the AI's score, the corresponding level, and its time."""
    age = timedelta(hours=int(rng.integers(24, 24 * 30)))
    low, high = archetype.ai_score or (0, 0)
    score = int(rng.integers(low, high + 1))
    if archetype.ai_score is None:
        return None, None, None
    level = "low" if score >= 70 else "medium" if score >= 40 else "high"
    return score, level, until - age
