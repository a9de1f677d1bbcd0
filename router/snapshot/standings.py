"""Standings of all partners, read once in full and then updated with changes only.

Every change of a partner leaves its id and its transaction in `partner_changes` (a trigger writes it). The rows are
cached with the snapshot in which they were read. The next reading takes the partners whose change that snapshot did not
include, whatever the commit order. So one assignment costs the same with ten partners and with ten thousand.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import IntEnum
from typing import Self

import numpy as np
from django.db import connection
from numpy.typing import NDArray

from leads.vocabulary import BREAK_DAYS, LEAST_LEADS_FOR_A_PACE
from router.scoring import CandidatePool, Territories
from router.scoring.parts import pace_left_of


class Column(IntEnum):
    """The numbers of a partner, in the order of the database's `partner_standing`, and then of its `partner_pace`.

    Times are seconds of the epoch. NaN stands for NULL.
    """

    IS_ACTIVE = 0
    OPEN_LEADS = 1
    MAX_OPEN_LEADS = 2
    ROUTING_PRIORITY = 3
    LAST_ASSIGNED_AT = 4
    CHANGED_AT = 5
    IS_VALID = 6
    RETURNED_AT = 7
    LEADS_SINCE_RETURN = 8
    USUAL_DAILY_LEADS = 9


_SETTINGS = [Column.IS_ACTIVE, Column.MAX_OPEN_LEADS, Column.ROUTING_PRIORITY, Column.IS_VALID]
_PACE = Column.RETURNED_AT
"""Start of the pace. An assignment compares what is before it: the winner of a lead changes in both."""

LONGEST_SECONDS = 60
"""Maximum age of a full reading in seconds: the owner of the table can disable triggers."""

_ID_BYTES = 16
_BIG_ENDIAN = ">f8"

# If transaction numbers or the change notes start again, the cached standings are invalid.
_ORIGIN = (
    "concat_ws(' ', pg_postmaster_start_time(), (SELECT oid FROM pg_database WHERE datname = current_database()),"
    " pg_relation_filenode('profiles'), pg_relation_filenode('partner_changes'))"
)

_HEAD = f"""
SELECT
    (SELECT id FROM routing_policies WHERE is_active),
    (SELECT created_at FROM routing_policies WHERE is_active),
    (SELECT partner_performance_stats_as_of()),
    {_ORIGIN},
    pg_current_snapshot()::text,
    pg_current_xact_id_if_assigned() IS NOT NULL,
    extract(epoch FROM statement_timestamp())::float8,
"""  # noqa: S608  # our own words

_ALL = f"""
{_HEAD}
    count(*),
    coalesce(string_agg(uuid_send(partner.id), ''::bytea), ''),
    coalesce(string_agg(partner.standing, ''::bytea), '')
FROM (SELECT id, partner_standing(profiles) || partner_pace(profiles) AS standing
    FROM profiles ORDER BY id {{lock}}) AS partner
"""  # noqa: S608  # only our own column names are put in

# The same query for changed partners, as a database function, which is planned once per session.
_CHANGED = """
SELECT policy_id, policy_created_at, as_of, origin, snapshot, has_written, clock, number, ids, standings
FROM partner_paces_since(%s)
"""


@dataclass(frozen=True, slots=True)
class Reading:
    """Values of a statement other than the standings.

    - `policy_id`, `policy_created_at`: the active policy; `as_of`: instant of the statistics, None: never computed.
    - `origin`: identifies the database and its counting of transactions; `snapshot`: the transactions that it saw.
    - `has_written`: whether its own transaction had changed anything before.
    - `now`: the server's clock, seconds; `count`: number of partners covered.
    """

    policy_id: int
    policy_created_at: datetime
    as_of: datetime | None
    origin: str
    snapshot: str
    has_written: bool
    now: float
    count: int


@dataclass(frozen=True, slots=True, eq=False)
class Standings:
    """Standings of n partners, in the order of their ids.

    `reading`: the statement that brought them up to date; `read_in_full_at`: when all were read, by the server's clock.
    `ids`: 16 bytes per partner; `places`: the index of each; `table`: (10, n) numbers, rows as in `Column`;
    `is_infinite` (n,): whether a number is, so that the partner cannot be computed with.
    """

    reading: Reading
    read_in_full_at: float
    ids: bytes
    places: Mapping[bytes, int] = field(repr=False)
    table: NDArray[np.float64] = field(repr=False)
    is_infinite: NDArray[np.bool_] = field(repr=False)

    @classmethod
    def read(cls, *, lock: bool) -> Self:
        """Read all partners; with `lock` their rows are locked in the order of their ids."""
        reading, ids, table = _rows(_ALL.format(lock="FOR NO KEY UPDATE" if lock else ""), None)
        return cls(
            reading=reading,
            read_in_full_at=reading.now,
            ids=ids,
            places={partner_id: index for index, partner_id in enumerate(_split(ids))},
            table=table,
            is_infinite=_is_infinite(table),
        )

    def updated(self) -> Self | None:
        """Return them with what changed since; None if partners were added or removed, or these are too old."""
        reading, ids, changed = _rows(_CHANGED, [self.reading.snapshot])
        if reading.origin != self.reading.origin or not 0 <= reading.now - self.read_in_full_at <= LONGEST_SECONDS:
            return None
        indices = [self.places[partner_id] for partner_id in _split(ids) if partner_id in self.places]
        if len(indices) != reading.count:
            return None
        if not indices:
            return replace(self, reading=reading)
        table, is_infinite = self.table.copy(), self.is_infinite.copy()
        table[:, indices] = changed
        is_infinite[indices] = _is_infinite(changed)
        table.setflags(write=False)
        return replace(self, reading=reading, table=table, is_infinite=is_infinite)

    @property
    def changed(self) -> bytes:
        """The time of the last change of each partner, as bytes to compare."""
        changed: bytes = self.table[Column.CHANGED_AT].tobytes()
        return changed

    @property
    def settings(self) -> bytes:
        """Settings of each partner by staff, other than its declarations, as bytes to compare."""
        settings: bytes = self.table[_SETTINGS, :].tobytes()
        return settings

    def standing_of(self, index: int) -> bytes:
        """Return a partner's standing in the format of the database's `partner_standing`."""
        return self.table[:_PACE, index].astype(_BIG_ENDIAN).tobytes()

    def pool(self, territories: Territories, *, performance: NDArray[np.float64], now: datetime) -> CandidatePool:
        """Return the partners as candidates at an instant; `performance` (n,): their scores.

        The checks of `CandidatePool.from_columns` are left out: the columns come from the database.
        """
        is_readable = territories.is_readable & np.isfinite(performance) & ~self.is_infinite
        table = self.table if is_readable.all() else np.where(is_readable, self.table, 0.0)
        waiting_hours: NDArray[np.float64] = (now.timestamp() - table[Column.LAST_ASSIGNED_AT]) / 3600.0
        columns = {
            "is_active": table[Column.IS_ACTIVE] != 0.0,
            "open_leads": table[Column.OPEN_LEADS].astype(np.int64),
            "max_open_leads": table[Column.MAX_OPEN_LEADS],
            "routing_priority": table[Column.ROUTING_PRIORITY].astype(np.int64),
            "is_valid": table[Column.IS_VALID] != 0.0,
            "is_readable": is_readable,
            "waiting_hours": waiting_hours,
            "pace_left": pace_left_of(
                waiting_hours=waiting_hours,
                hours_since_return=(now.timestamp() - table[Column.RETURNED_AT]) / 3600.0,
                leads_since_return=table[Column.LEADS_SINCE_RETURN],
                usual_daily_leads=table[Column.USUAL_DAILY_LEADS],
                break_hours=24.0 * BREAK_DAYS,
                least_leads=LEAST_LEADS_FOR_A_PACE,
            ),
        }
        for column in columns.values():
            column.setflags(write=False)
        return CandidatePool(territories=territories, performance=performance, **columns)


def _rows(statement: str, parameters: Sequence[str] | None) -> tuple[Reading, bytes, NDArray[np.float64]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        *reading, ids, standings = cursor.fetchone()
    # Eight bytes per number, one partner after the other.
    table = np.frombuffer(standings, dtype=_BIG_ENDIAN).reshape(-1, len(Column)).T.astype(np.float64, order="C")
    table.setflags(write=False)
    return Reading(*reading), bytes(ids), table


def _is_infinite(table: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Return (n,): whether a number that is computed with is infinite. NaN stands for a missing value."""
    infinite: NDArray[np.bool_] = np.isinf(table[Column.LAST_ASSIGNED_AT]) | np.isinf(table[_PACE:]).any(axis=0)
    return infinite


def _split(ids: bytes) -> list[bytes]:
    return [ids[start : start + _ID_BYTES] for start in range(0, len(ids), _ID_BYTES)]
