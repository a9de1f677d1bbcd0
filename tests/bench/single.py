"""One lead at a time: the service in one process, beside the same transaction by bare psycopg."""

from collections.abc import Iterator, Sequence
from functools import partial
from typing import Any
from uuid import UUID

from router.assignment import LeadAssignmentService
from tests.bench.batch import LOG_COLUMNS, backlog, waiting_leads
from tests.bench.databases import Connection, Databases, connect
from tests.bench.sizes import Sizes
from tests.bench.timing import Figure, medians, seconds

GOAL = "2.5"
"""Times the bare transaction: 40 % of its speed."""

_WARM_UP = 3

_COLUMNS = LOG_COLUMNS.split(", ")
_LEAD_ID, _PARTNER_ID, _DECIDED_AT = (_COLUMNS.index(name) for name in ("lead_id", "partner_id", "decided_at"))

_SELECT = """
SELECT id, user_id, status, industry_id, province, postcode, created_at, tried_partner_ids, routing_attempts
FROM leads WHERE id = %s FOR NO KEY UPDATE
"""
_UPDATE = """
UPDATE leads SET user_id = %s, assigned_at = %s, status = 'new', routing_attempts = routing_attempts + %s,
    routing_attempted_at = %s
WHERE id = %s
"""
_INSERT = f"INSERT INTO lead_assignment_logs ({LOG_COLUMNS}) VALUES ({', '.join(['%s'] * len(_COLUMNS))})"  # our own

Record = Sequence[Any]


def measure(databases: Databases, sizes: Sizes) -> Iterator[Figure]:
    """One figure for each number of partners.

    Two copies of the same database: in turns, the service assigns some leads in one, and psycopg writes what the
    service decided in the other.
    """
    for partners, leads in sizes.backlogs:
        template = backlog(databases, sizes, partners=partners, leads=leads)
        # The outer copy is for psycopg, the inner one for Django.
        with (
            databases.copy(template) as theirs,
            databases.copy(template) as ours,
            connect(theirs) as bare,
            connect(ours) as reader,
        ):
            pairs = _pairs(reader, bare, sizes)
        ours_ms, bare_ms, ratio = medians(pairs)
        yield Figure(
            name=f"single_{partners}_partners",
            title=f"assign one lead, {partners:,} partners",
            unit="ms",
            ours=ours_ms,
            bare=bare_ms,
            ratio=ratio,
            goal=GOAL,
            note=f"{1000 / ours_ms:,.0f} leads/s in one process; the bare transaction: {1000 / bare_ms:,.0f}",
        )


def _pairs(reader: Connection, bare: Connection, sizes: Sizes) -> list[tuple[float, float]]:
    lead_ids = waiting_leads(reader)
    first, rest = lead_ids[:_WARM_UP], lead_ids[_WARM_UP:]
    _one_by_one(first)
    _write(bare, _records(reader, first))
    pairs = []
    for start in range(0, sizes.single_pairs * sizes.single_leads, sizes.single_leads):
        some = rest[start : start + sizes.single_leads]
        ours = seconds(partial(_one_by_one, some))
        records = _records(reader, some)
        theirs = seconds(partial(_write, bare, records))
        pairs.append((1000 * ours / len(some), 1000 * theirs / len(some)))
    return pairs


def _one_by_one(lead_ids: Sequence[UUID]) -> None:
    service = LeadAssignmentService()
    for lead_id in lead_ids:
        service.assign([lead_id], trigger="task")


def _records(reader: Connection, lead_ids: Sequence[UUID]) -> list[Record]:
    """What the service wrote, in the order of the ids; JSON as text, as it was sent."""
    columns = ", ".join(
        f"{name}::text" if name in {"exclusions", "candidates", "policy"} else name for name in _COLUMNS
    )
    statement = f"SELECT {columns} FROM lead_assignment_logs WHERE lead_id = ANY(%s)"  # as above
    by_lead = {row[_LEAD_ID]: row for row in reader.execute(statement.encode(), [list(lead_ids)])}
    return [by_lead[lead_id] for lead_id in lead_ids]


def _write(session: Connection, records: Sequence[Record]) -> None:
    for record in records:
        partner_id, decided_at = record[_PARTNER_ID], record[_DECIDED_AT]
        with session.transaction():
            session.execute(_SELECT, [record[_LEAD_ID]]).fetchone()
            session.execute(_UPDATE, [partner_id, decided_at, int(partner_id is None), decided_at, record[_LEAD_ID]])
            session.execute(_INSERT.encode(), record)
