"""What a partner gets of the next hundred leads when it is back from two weeks away."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from router.scoring.arrays import BoolArray
from tests.chaos.fairness.simulation import FairnessRun
from tests.chaos.fairness.world import World

LEADS = 100


@dataclass(frozen=True, slots=True)
class Hundred:
    """The hundred offers after a partner's return on leads of its territory.

    `after`: how many of them it got; `last_resort`: how many of these nobody else could take; `before`: how many it got
    of the last hundred before it left; `usual`: how many of a hundred it gets on average while it is there, the
    hundreds after its returns left aside; `desk_rests`: see `Absence`.
    """

    after: int
    last_resort: int
    before: int
    usual: float
    desk_rests: bool


def comebacks(world: World, run: FairnessRun) -> Iterator[Hundred]:
    """Yield the hundred after each return; returns with fewer leads before or after them are left out."""
    kind = world.kind[run.lead]
    there = _presence(world, run)
    for partner in range(world.territories.size):
        offers = np.flatnonzero(world.takes[kind, partner] & there[:, partner])
        won: BoolArray = run.winner[offers] == partner
        returns = [absence for absence in world.absences if absence.partner == partner]
        # While it was away it had no offers: the first one after the return follows on the last one before.
        firsts = [int(np.searchsorted(run.at[offers], absence.end)) for absence in returns]
        usual = _usual(won, firsts)
        for absence, first in zip(returns, firsts, strict=True):
            if LEADS <= first <= won.size - LEADS:
                yield Hundred(
                    after=int(won[first : first + LEADS].sum()),
                    last_resort=int((won & run.last_resort[offers])[first : first + LEADS].sum()),
                    before=int(won[first - LEADS : first].sum()),
                    usual=LEADS * usual,
                    desk_rests=absence.desk_rests,
                )


def _usual(won: BoolArray, firsts: list[int]) -> float:
    """The share won apart from the hundreds after a return."""
    counts = np.ones(won.size, dtype=np.bool_)
    for first in firsts:
        counts[first : first + LEADS] = False
    return float(won[counts].mean())


def _presence(world: World, run: FairnessRun) -> BoolArray:
    """Whether a partner (n) was there at an offer (d): (d, n)."""
    there = np.ones((run.at.size, world.territories.size), dtype=np.bool_)
    for absence in world.absences:
        start, end = np.searchsorted(run.at, [absence.start, absence.end])
        there[start:end, absence.partner] = False
    return there
