"""The decision for one lead of a batch."""

from dataclasses import dataclass, field
from typing import NamedTuple

from router.scoring.region import REGION_KINDS, REGION_SCORES


class Standing(NamedTuple):
    """One partner's standing at a decision; the scores are 0-100, `bonus` is points.

    `waiting_hours` None = never; `pace_left` None = not held to a pace (see `router.scoring.pace`).
    """

    performance: float
    spare_capacity: float
    waiting: float
    fairness: float
    bonus: float
    open_leads: int
    waiting_hours: float | None
    pace_left: float | None


@dataclass(frozen=True, slots=True)
class Choice:
    """The decision for one lead, with its inputs.

    - `ranked`: indices in the pool of the winner and the runners-up, best first; empty if nobody is eligible.
    - `region_codes`, `total`, `standings`: of these, in the same order: indices in `REGION_KINDS`, points, and the
      standing of each before the lead was assigned to the winner.
    - `eligible`: number of eligible partners; `excluded`: number of partners that each exclusion code applies to, in
      code order, only codes that apply to any.
    """

    lead_id: str
    ranked: tuple[int, ...]
    region_codes: tuple[int, ...]
    total: tuple[float, ...]
    standings: tuple[Standing, ...] = field(repr=False)
    eligible: int
    excluded: dict[str, int]

    @property
    def winner(self) -> int | None:
        """Index of the partner who gets the lead, None if nobody is eligible."""
        return self.ranked[0] if self.ranked else None

    @property
    def region_kind(self) -> tuple[str, ...]:
        """Name of the territory match of each of `ranked`."""
        return tuple(REGION_KINDS[code] for code in self.region_codes)

    @property
    def region(self) -> tuple[float, ...]:
        """Region score, 0-100, of each of `ranked`."""
        return tuple(REGION_SCORES[code] for code in self.region_codes)

    @property
    def performance(self) -> tuple[float, ...]:
        """Performance score, 0-100, of each of `ranked`."""
        return tuple(standing.performance for standing in self.standings)

    @property
    def fairness(self) -> tuple[float, ...]:
        """Fairness score, 0-100, of each of `ranked`."""
        return tuple(standing.fairness for standing in self.standings)

    @property
    def spare_capacity(self) -> tuple[float, ...]:
        """Spare capacity part of the fairness, 0-100, of each of `ranked`."""
        return tuple(standing.spare_capacity for standing in self.standings)

    @property
    def waiting(self) -> tuple[float, ...]:
        """Waiting part of the fairness, 0-100, of each of `ranked`."""
        return tuple(standing.waiting for standing in self.standings)

    @property
    def bonus(self) -> tuple[float, ...]:
        """Bonus points of each of `ranked`."""
        return tuple(standing.bonus for standing in self.standings)

    @property
    def open_leads(self) -> tuple[int, ...]:
        """Number of open leads of each of `ranked` before this decision."""
        return tuple(standing.open_leads for standing in self.standings)

    @property
    def waiting_hours(self) -> tuple[float | None, ...]:
        """Hours since the last assignment of each of `ranked` before this decision, None = never."""
        return tuple(standing.waiting_hours for standing in self.standings)
