"""The decision for one lead of a batch, and what of it is recorded."""

import math
from dataclasses import dataclass, field
from typing import NamedTuple

from router.scoring.parts import REGION_KINDS, REGION_SCORES
from router.scoring.pool import CandidatePool

ReplayInput = dict[str, str | float | int | None]
"""Inputs of one candidate's scores, fit for JSON, with the keys of `REPLAY_INPUT_FIELDS`."""


class Standing(NamedTuple):
    """One partner's standing at a decision; the scores are 0-100, `bonus` is points.

    `waiting_hours` None = never; `pace_left` None = not held to a pace (see `router.scoring.parts`).
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


def replay_inputs(choice: Choice, pool: CandidatePool) -> list[ReplayInput]:
    """Return what to record of a choice for `replay_route`: one entry for each of `ranked`.

    `pool` is the one that the choice was made from.
    """
    inputs: list[ReplayInput] = []
    for index, kind, standing in zip(choice.ranked, choice.region_kind, choice.standings, strict=True):
        cap = pool.max_open_leads.item(index)
        inputs.append(
            {
                "partner_id": pool.territories.partner_ids[index],
                "region_kind": kind,
                "performance": standing.performance,
                "open_leads": standing.open_leads,
                "max_open_leads": None if math.isnan(cap) else int(cap),
                "waiting_hours": standing.waiting_hours,
                "routing_priority": pool.routing_priority.item(index),
                "pace_left": standing.pace_left,
            }
        )
    return inputs
