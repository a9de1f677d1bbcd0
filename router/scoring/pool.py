"""Candidates of an assignment: partners with their declarations and present standing."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Self

import numpy as np

from router.scoring.arrays import BoolArray, FloatArray, IndexArray, IntArray
from router.scoring.territories import PoolError, Territories

# A weighted mean of scores may exceed the scale by a rounding error.
_ROUNDING = 1e-6

_COLUMNS = (
    "is_active",
    "open_leads",
    "max_open_leads",
    "routing_priority",
    "waiting_hours",
    "performance",
    "is_valid",
    "pace_left",
    "is_readable",
)


@dataclass(frozen=True, slots=True, eq=False)
class CandidatePool:
    """n partners as columns of n elements, in the order of `territories.partner_ids`; read-only.

    - `territories`: their declarations (may be shared between pools).
    - `is_active`: whether they take part in the routing.
    - `open_leads`: number of open leads now.
    - `max_open_leads`: cap on it, NaN = no cap.
    - `routing_priority`: as set by staff, any integer.
    - `waiting_hours`: hours since the last assignment, NaN = never had one.
    - `performance`: performance score, 0-100.
    - `is_valid`: whether their rows satisfy the rules of the table.
    - `is_readable`: whether their declarations, and the numbers here, can be computed with.
    - `pace_left`: leads that their pace allows now, NaN = not held to one (see `router.scoring.parts`).

    Build it with `from_columns`.
    """

    territories: Territories
    is_active: BoolArray = field(repr=False)
    open_leads: IntArray = field(repr=False)
    max_open_leads: FloatArray = field(repr=False)
    routing_priority: IntArray = field(repr=False)
    waiting_hours: FloatArray = field(repr=False)
    performance: FloatArray = field(repr=False)
    is_valid: BoolArray = field(repr=False)
    pace_left: FloatArray = field(repr=False)
    is_readable: BoolArray = field(repr=False)

    @classmethod
    def from_columns(
        cls,
        *,
        territories: Territories,
        is_active: Sequence[bool | None] | BoolArray,
        open_leads: Sequence[int] | IntArray,
        max_open_leads: Sequence[int | None] | FloatArray,
        routing_priority: Sequence[int | None] | IntArray,
        waiting_hours: Sequence[float | None] | FloatArray,
        performance: Sequence[float] | FloatArray,
        is_valid: Sequence[bool] | BoolArray | None = None,
        pace_left: Sequence[float | None] | FloatArray | None = None,
    ) -> Self:
        """Build from the changing columns of the partners of `territories`.

        None counts as inactive, no cap, priority 0, never assigned and no pace; without `is_valid` all partners are
        valid, without `pace_left` nobody is held to a pace. The columns are copied. Raises `PoolError` for a column of
        another length, a performance outside 0-100 or an infinite number.
        """
        pool = cls(
            territories=territories,
            is_active=np.array(is_active, dtype=np.bool_),
            open_leads=np.array(open_leads, dtype=np.int64),
            max_open_leads=np.array(max_open_leads, dtype=np.float64),
            routing_priority=np.nan_to_num(np.array(routing_priority, dtype=np.float64)).astype(np.int64),
            waiting_hours=np.array(waiting_hours, dtype=np.float64),
            performance=np.array(performance, dtype=np.float64),
            is_valid=np.array(np.ones(territories.size) if is_valid is None else is_valid, dtype=np.bool_),
            pace_left=np.array(np.full(territories.size, np.nan) if pace_left is None else pace_left, dtype=np.float64),
            is_readable=territories.is_readable.copy(),
        )
        for name in _COLUMNS:
            column = getattr(pool, name)
            if column.shape != (territories.size,):
                raise PoolError(
                    f"{name}: {column.shape} instead of one element for each of {territories.size} partners"
                )
            column.setflags(write=False)
        for name in ("max_open_leads", "waiting_hours", "pace_left"):
            if np.isinf(getattr(pool, name)).any():
                raise PoolError(f"{name}: must be finite or absent")
        if not ((pool.performance >= -_ROUNDING) & (pool.performance <= 100.0 + _ROUNDING)).all():
            raise PoolError("performance: must be from 0 to 100")
        return pool

    @property
    def size(self) -> int:
        """Number of partners, n."""
        return self.territories.size

    @property
    def at_capacity(self) -> BoolArray:
        """For each partner (n,), whether it has as many open leads as its cap allows, or more."""
        # A comparison with NaN is false, which is what "no cap" means here.
        at_capacity: BoolArray = self.open_leads >= self.max_open_leads
        return at_capacity

    def can_take_leads(self, indices: IndexArray) -> BoolArray:
        """Return whether each of some partners is active, valid, readable and below its cap, whatever the lead."""
        has_room = ~(self.open_leads[indices] >= self.max_open_leads[indices])
        can_take_leads: BoolArray = (
            self.is_active[indices] & self.is_valid[indices] & self.is_readable[indices] & has_room
        )
        return can_take_leads
