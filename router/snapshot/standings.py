"""Standings of all partners, read once in full and then updated with changes only.

Every change of a partner leaves its id and its transaction in `partner_changes` (a trigger writes it). The rows are
cached with the snapshot in which they were read. The next reading takes the partners whose change that snapshot did not
include, whatever the commit order. So one assignment costs the same with ten partners and with ten thousand.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

import numpy as np
from django.db import connection
from numpy.typing import NDArray

ACTIVE, OPEN, CAP, PRIORITY, LAST_ASSIGNED, CHANGED, VALID, RETURNED, SINCE_RETURN, USUAL, COLUMNS = range(11)
"""Indices of the numbers of a standing and a pace, and their count."""

COMPARED = RETURNED
"""Number of leading columns, the standing alone, that an assignment compares: the winner of a lead changes in both."""

LONGEST_SECONDS = 60
"""Maximum age of a full reading in seconds: the owner of the table can disable triggers."""

_ID_BYTES = 16

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
    `ids`: 16 bytes per partner; `places`: the index of each; `table`: (10, n) numbers, rows as in the database's
    `partner_standing` and `partner_pace`.
    """

    reading: Reading
    read_in_full_at: float
    ids: bytes
    places: Mapping[bytes, int] = field(repr=False)
    table: NDArray[np.float64] = field(repr=False)

    @property
    def changed(self) -> bytes:
        """The time of the last change of each partner, as bytes to compare."""
        changed: bytes = self.table[CHANGED].tobytes()
        return changed


_last: Standings | None = None


def read_standings(*, lock: bool = False) -> Standings:
    """Read all partners' standings with one statement, or two if the cached ones cannot be used.

    With `lock` the partner rows are locked in the order of their ids.
    """
    global _last  # noqa: PLW0603  # one slot, replaced whole: threads see the old or the new one
    last = _last
    standings = None if last is None or lock else _read_changes(last)
    if standings is None:
        standings = _read_all(lock=lock)
    # A transaction also sees its own changes, which it may roll back, and a lock waits for changes outside its
    # snapshot.
    if not standings.reading.has_written and not lock:
        _last = standings
    return standings


def _read_all(*, lock: bool) -> Standings:
    reading, ids, table = _rows(_ALL.format(lock="FOR NO KEY UPDATE" if lock else ""), None)
    return Standings(
        reading=reading,
        read_in_full_at=reading.now,
        ids=ids,
        places={partner_id: index for index, partner_id in enumerate(_split(ids))},
        table=table,
    )


def _read_changes(last: Standings) -> Standings | None:
    """Return the last reading, brought up to date; None if partners were added or removed, or it is too old."""
    reading, ids, changed = _rows(_CHANGED, [last.reading.snapshot])
    if reading.origin != last.reading.origin or not 0 <= reading.now - last.read_in_full_at <= LONGEST_SECONDS:
        return None
    indices = [last.places[partner_id] for partner_id in _split(ids) if partner_id in last.places]
    if len(indices) != reading.count:
        return None
    table = last.table
    if indices:
        table = table.copy()
        table[:, indices] = changed
        table.setflags(write=False)
    return replace(last, reading=reading, table=table)


def _rows(statement: str, parameters: Sequence[str] | None) -> tuple[Reading, bytes, NDArray[np.float64]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        *reading, ids, standings = cursor.fetchone()
    # Eight bytes per number, one partner after the other.
    table = np.frombuffer(standings, dtype=">f8").reshape(-1, COLUMNS).T.astype(np.float64, order="C")
    table.setflags(write=False)
    return Reading(*reading), bytes(ids), table


def _split(ids: bytes) -> list[bytes]:
    return [ids[start : start + _ID_BYTES] for start in range(0, len(ids), _ID_BYTES)]
