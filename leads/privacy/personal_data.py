"""Columns that may identify the person behind a lead, and what remains of them after anonymisation.

One declaration for the triggers that enforce it (`leads.privacy.triggers`), for the export, and for the test that
finds a column that nobody has classified. `docs/privacy.md` is the same for people.

Tables of apps above this one are named here and not imported.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

AREA = "substring({row}.postcode FROM '[1-9][0-9]{{3}}')"
"""SQL: the area of a postcode, its four digits; NULL if it is not a postcode."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonalTable:
    """A table that may hold data about the person behind a lead; `lead` is the column that refers to the lead.

    - `becomes`: each such column, and the SQL of its value after anonymisation; `{row}` stands for the row.
    - `texts`: the columns that people or other systems fill.
    - `is_deleted`: an anonymised lead has no row at all.
    - `times`: columns that say when the row was written, as a sign of activity on the lead.
    """

    name: str
    lead: str = "lead_id"
    becomes: Mapping[str, str] = field(default_factory=dict)
    is_deleted: bool = False
    times: tuple[str, ...] = ()

    def changes(self, row: str) -> str:
        """Return SQL for SET: the columns with their anonymised values."""
        return ", ".join(f"{column} = {value.format(row=row)}" for column, value in self.becomes.items())

    def tells_something(self, row: str) -> str:
        """Return an SQL condition: whether a row, by its alias, holds more than after anonymisation."""
        now = ", ".join(f"{row}.{column}" for column in self.becomes)
        then = ", ".join(value.format(row=row) for value in self.becomes.values())
        return f"(({now}) IS DISTINCT FROM ({then}))"


_CONTACT = {
    "contact_name": "''",
    "contact_email": "''",
    "contact_phone": "''",
    "message": "''",
    "postcode": AREA,
}

LEADS = PersonalTable(name="leads", lead="id", becomes=_CONTACT)
REPEATS = PersonalTable(name="lead_repeats", becomes=_CONTACT, times=("received_at",))
ACTIVITIES = PersonalTable(
    name="lead_activities",
    # Writers of activities can put anything into `metadata`; the audit also has the author of each step.
    becomes={"description": "NULL", "metadata": "'{{}}'::jsonb"},
    times=("created_at",),
)
FEEDBACK = PersonalTable(name="lead_feedback", becomes={"comment": "''"}, times=("created_at",))
TICKETS = PersonalTable(
    name="support_tickets", becomes={"subject": "''", "body": "''"}, times=("created_at", "resolved_at")
)
INTAKE_KEYS = PersonalTable(name="intake_keys", is_deleted=True)
DIGESTS = PersonalTable(name="lead_contact_digests", is_deleted=True)

PERSONAL_TABLES = (LEADS, REPEATS, ACTIVITIES, FEEDBACK, TICKETS, INTAKE_KEYS, DIGESTS)
"""All tables with personal data."""

TEXT_TABLES = (REPEATS, ACTIVITIES, FEEDBACK, TICKETS)
"""Tables with text about a lead, which any writer may add even after its anonymisation."""
