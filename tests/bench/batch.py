"""A backlog in one call of `assign`, beside one bare statement that writes the very same rows."""

from collections.abc import Iterator
from functools import partial
from uuid import UUID

from router.assignment import LeadAssignmentService
from router.models import LeadAssignmentLog
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

# As the rows will be stored, so that nothing is compressed anew.
_TABLE = """
CREATE TABLE decision (LIKE lead_assignment_logs INCLUDING COMPRESSION);
ALTER TABLE decision DROP COLUMN id
"""
_READ = f"COPY (SELECT {LOG_COLUMNS} FROM lead_assignment_logs ORDER BY id) TO STDOUT (FORMAT binary)"  # as above
_WRITE = f"COPY decision ({LOG_COLUMNS}) FROM STDIN (FORMAT binary)"  # as above


def measure(databases: Databases, sizes: Sizes) -> Iterator[Figure]:
    """One figure for each backlog; each measurement on a fresh copy of the same database."""
    for partners, leads in sizes.backlogs:
        template = backlog(databases, sizes, partners=partners, leads=leads)
        pairs = alternate(
            partial(_service_seconds, databases, template),
            partial(_bare_seconds, databases, decided(databases, template)),
            pairs=sizes.batch_pairs,
        )
        ours, bare, ratio = medians(pairs)
        yield Figure(
            name=f"batch_{partners}_partners",
            title=f"assign {leads:,} leads in one call, {partners:,} partners",
            unit="s",
            ours=ours,
            bare=bare,
            ratio=ratio,
            goal=GOAL,
            note=f"{leads / ours:,.0f} leads/s; one statement with the same rows: {leads / bare:,.0f}",
        )


def backlog(databases: Databases, sizes: Sizes, *, partners: int, leads: int) -> str:
    """The template with so many partners and waiting leads."""
    seed = partial(fill, partners=partners, window=sizes.window_leads, waiting=leads)
    return databases.template(f"backlog {partners} {leads}", seed)


def waiting_leads(session: Connection) -> list[UUID]:
    """Ids of the leads that wait, in no particular order."""
    return [lead_id for (lead_id,) in session.execute("SELECT id FROM leads WHERE user_id IS NULL ORDER BY id")]


def decided(databases: Databases, template: str) -> str:
    """The template again, with a table of the records that the service writes for its backlog."""

    def seed(session: Connection) -> None:
        session.execute(_TABLE)
        with databases.copy(template) as name, connect(name) as assigned:
            LeadAssignmentService().assign(waiting_leads(assigned))
            with assigned.cursor().copy(_READ.encode()) as read, session.cursor().copy(_WRITE.encode()) as write:
                for data in read:
                    write.write(data)
        session.execute("VACUUM (ANALYZE) decision")

    return databases.template(f"decided {template}", seed, base=template)


def _service_seconds(databases: Databases, template: str) -> float:
    with databases.copy(template) as name:
        with connect(name) as session:
            lead_ids = waiting_leads(session)
        # Connected beforehand, as the other side is.
        LeadAssignmentService().assign([])
        return seconds(lambda: LeadAssignmentService().assign(lead_ids, trigger="sweep"))


def _bare_seconds(databases: Databases, template: str) -> float:
    with databases.copy(template) as name, connect(name) as session:
        return seconds(lambda: session.execute(_BARE.encode()))
