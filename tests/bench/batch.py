"""A backlog in one call of `assign`, beside one bare statement that writes the very same rows."""

from collections.abc import Iterator
from functools import partial
from uuid import UUID

from router.models import LeadAssignmentLog
from router.services.assignment import LeadAssignmentService
from tests.bench.databases import Connection, Databases, connect
from tests.bench.sizes import Sizes
from tests.bench.timing import Figure, alternate, medians, seconds
from tests.bench.world import fill

GOAL = "3"

LOG_COLUMNS = ", ".join(str(field.column) for field in LeadAssignmentLog._meta.concrete_fields if not field.primary_key)

_BARE = f"""
WITH handed_over AS (
    UPDATE leads AS lead
    SET user_id = coalesce(decision.partner_id, lead.user_id),
        assigned_at = CASE WHEN decision.partner_id IS NULL THEN lead.assigned_at ELSE decision.decided_at END,
        status = CASE WHEN decision.partner_id IS NULL THEN lead.status ELSE 'new' END,
        routing_attempts = lead.routing_attempts + (decision.partner_id IS NULL)::integer,
        routing_attempted_at = decision.decided_at
    FROM decision
    WHERE lead.id = decision.lead_id
)
INSERT INTO lead_assignment_logs ({LOG_COLUMNS})
SELECT {LOG_COLUMNS} FROM decision
"""  # column names of our own model

_TABLE = f"CREATE TEMPORARY TABLE decision AS SELECT {LOG_COLUMNS} FROM lead_assignment_logs"  # as above

_RECORDS = f"COPY (SELECT {LOG_COLUMNS} FROM lead_assignment_logs ORDER BY id) TO STDOUT (FORMAT binary)"  # as above


def measure(databases: Databases, sizes: Sizes) -> Iterator[Figure]:
    """One figure for each number of partners; each measurement on a fresh copy of the same database."""
    for partners in sizes.partners:
        template = backlog(databases, sizes, partners=partners)
        rows = decisions(databases, template)
        pairs = alternate(
            partial(_service_seconds, databases, template),
            partial(_bare_seconds, databases, template, rows),
            pairs=sizes.pairs,
        )
        ours, bare, ratio = medians(pairs)
        yield Figure(
            name=f"batch_{partners}_partners",
            title=f"assign {sizes.leads:,} leads in one call, {partners:,} partners",
            unit="s",
            ours=ours,
            bare=bare,
            ratio=ratio,
            goal=GOAL,
            note=f"{sizes.leads / ours:,.0f} leads/s; one statement with the same rows: {sizes.leads / bare:,.0f}",
        )


def backlog(databases: Databases, sizes: Sizes, *, partners: int) -> str:
    """The template with the waiting leads and so many partners."""
    seed = partial(fill, partners=partners, window=sizes.window_leads, waiting=sizes.leads)
    return databases.template(f"backlog {partners}", seed)


def waiting_leads(session: Connection) -> list[UUID]:
    """Ids of the leads that wait, in no particular order."""
    return [lead_id for (lead_id,) in session.execute("SELECT id FROM leads WHERE user_id IS NULL ORDER BY id")]


def decisions(databases: Databases, template: str) -> bytes:
    """The records that the service writes for the template's backlog, as COPY gives them; also warms the service up."""
    with databases.copy(template) as name, connect(name) as session:
        LeadAssignmentService().assign(waiting_leads(session))
        with session.cursor().copy(_RECORDS.encode()) as copy:
            return b"".join(copy)


def _service_seconds(databases: Databases, template: str) -> float:
    with databases.copy(template) as name:
        with connect(name) as session:
            lead_ids = waiting_leads(session)
        # Connected beforehand, as the other side is.
        LeadAssignmentService().assign([])
        return seconds(lambda: LeadAssignmentService().assign(lead_ids, trigger="sweep"))


def _bare_seconds(databases: Databases, template: str, rows: bytes) -> float:
    with databases.copy(template) as name, connect(name) as session:
        session.execute("SET temp_buffers = '256MB'")
        session.execute(_TABLE.encode())
        with session.cursor().copy("COPY decision FROM STDIN (FORMAT binary)") as copy:
            copy.write(rows)
        session.execute("ANALYZE decision")
        return seconds(lambda: session.execute(_BARE.encode()))
