"""Activities by COPY, with the triggers and without."""

from collections.abc import Iterator
from functools import partial

from tests.bench.databases import Connection, Databases, connect
from tests.bench.sizes import Sizes
from tests.bench.timing import Figure, alternate, medians, seconds
from tests.bench.world import fill

GOAL = "2"

# Of leads that nobody has contacted yet, so that the trigger has to set their first contact.
_ROWS = """
COPY (
    SELECT
        bench_id('new activity', lead.number * 100 + place), lead.id,
        (ARRAY['phone_call', 'email_sent', 'note', 'status_change'])[1 + place % 4], 'What was said',
        lead.created_at + place * interval '1 hour'
    FROM (
        SELECT id, created_at, row_number() OVER (ORDER BY created_at, id) AS number
        FROM leads WHERE first_contact_at IS NULL
    ) AS lead
    CROSS JOIN generate_series(1, {per_lead}) AS place
    ORDER BY lead.number, place
    LIMIT {activities}
) TO STDOUT
"""


def measure(databases: Databases, sizes: Sizes) -> Iterator[Figure]:
    """One figure; each measurement on a fresh copy of the same database."""
    leads = -(-sizes.activities // sizes.activities_per_lead)
    template = databases.template("activities", partial(fill, partners=1_000, window=sizes.window_leads, waiting=leads))
    statement = _ROWS.format(per_lead=sizes.activities_per_lead, activities=sizes.activities)
    with connect(template) as session, session.cursor().copy(statement.encode()) as copy:
        rows = b"".join(copy)
    pairs = alternate(
        partial(_copy_seconds, databases, template, rows, triggers=True),
        partial(_copy_seconds, databases, template, rows, triggers=False),
        pairs=sizes.pairs,
    )
    ours, bare, ratio = medians(pairs)
    yield Figure(
        name="copy_activities",
        title=f"{sizes.activities:,} activities by COPY, {sizes.activities_per_lead} a lead",
        unit="s",
        ours=ours,
        bare=bare,
        ratio=ratio,
        goal=GOAL,
        note=f"{sizes.activities / ours:,.0f} rows/s; without the triggers: {sizes.activities / bare:,.0f}",
    )


def _copy_seconds(databases: Databases, template: str, rows: bytes, *, triggers: bool) -> float:
    with databases.copy(template) as name, connect(name) as session:
        if not triggers:
            session.execute("ALTER TABLE lead_activities DISABLE TRIGGER USER")
        return seconds(lambda: _copy(session, rows))


def _copy(session: Connection, rows: bytes) -> None:
    statement = "COPY lead_activities (id, lead_id, type, description, created_at) FROM STDIN"
    with session.cursor().copy(statement) as copy:
        copy.write(rows)
