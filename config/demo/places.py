"""The twelve Dutch provinces with real postcodes.

The ranges are four-digit areas of the Dutch postcode system (PostNL) that lie wholly inside one province; areas that a
provincial border runs through are left out. The weights are inhabitants in thousands, rounded (Statistics Netherlands).
"""

from dataclasses import dataclass

import numpy as np

from config.demo.draws import pick, pick_weighted

# The letter pairs SA, SD and SS do not exist; F, I, O, Q, U and Y are rare.
_LETTERS = "ABCDEGHJKLMNPRSTVWXZ"
_UNUSED_PAIRS = frozenset({"SA", "SD", "SS"})
LETTER_PAIRS = tuple(a + b for a in _LETTERS for b in _LETTERS if a + b not in _UNUSED_PAIRS)


@dataclass(frozen=True, slots=True)
class Province:
    """A province, its population (thousands), and its inclusive ranges of four digits."""

    name: str
    weight: int
    ranges: tuple[tuple[int, int], ...]

    def holds(self, area: int) -> bool:
        """Return whether the four digits are in this province."""
        return any(low <= area <= high for low, high in self.ranges)


PROVINCES = (
    Province("Groningen", 600, ((9610, 9649), (9670, 9747), (9900, 9999))),
    Province("Friesland", 660, ((8400, 9299),)),
    Province("Drenthe", 500, ((7800, 7949), (9300, 9349), (9400, 9478))),
    Province("Overijssel", 1180, ((7400, 7438), (7440, 7739), (8000, 8049), (8100, 8159), (8260, 8299))),
    Province("Flevoland", 440, ((1300, 1379), (3890, 3899), (8200, 8259), (8300, 8322))),
    Province("Gelderland", 2130, ((6500, 6549), (6600, 6999), (7000, 7399))),
    Province("Utrecht", 1390, ((3430, 3464), (3500, 3769), (3800, 3836), (3900, 3924))),
    Province("Noord-Holland", 2950, ((1000, 1299), (1400, 1425), (1430, 2158))),
    Province("Zuid-Holland", 3800, ((2200, 2999), (3000, 3381))),
    Province("Zeeland", 390, ((4300, 4599),)),
    Province("Noord-Brabant", 2630, ((4700, 5299), (5340, 5765))),
    Province("Limburg", 1130, ((5900, 6019), (6040, 6499))),
)
_WEIGHTS = tuple(province.weight for province in PROVINCES)


@dataclass(frozen=True, slots=True)
class Place:
    """Place of a lead: a province and a full postcode, such as 3511 AB."""

    province: Province
    postcode: str


def draw_place(rng: np.random.Generator) -> Place:
    """Draw a postcode, provinces by their population."""
    province = pick_weighted(rng, PROVINCES, _WEIGHTS)
    return Place(province=province, postcode=f"{draw_area(rng, province)} {pick(rng, LETTER_PAIRS)}")


def draw_area(rng: np.random.Generator, province: Province) -> int:
    """Draw four digits in the province, with equal probability."""
    sizes = [high - low + 1 for low, high in province.ranges]
    low, high = pick_weighted(rng, province.ranges, sizes)
    return int(rng.integers(low, high + 1))
