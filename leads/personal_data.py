"""Where the database keeps what tells who asked, and what is left of it once a lead is anonymised.

One declaration for the triggers that do it (`leads.triggers.personal_data`), for the export, and for the test that
finds a column of which nobody has said whether it holds such data. `docs/privacy.md` is the same for people.

Tables of apps that stand above this one are named here and not imported.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

AREA = "substring({row}.postcode FROM '[1-9][0-9]{{3}}')"
"""SQL: the area of a postcode, its four digits; of what is no postcode, nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonalTable:
    """A table that may tell something about the person behind a lead; `lead` is the column that says which lead.

    `becomes`: each such column, and the SQL of what it is once the lead is anonymised; `{row}` stands for the row.
    `texts`: those that people or other systems fill. `is_deleted`: of an anonymised lead there is no row at all.
    `times`: columns that say when the row was written, so that there was something to do for the lead.
    """

    name: str
    lead: str = "lead_id"
    becomes: Mapping[str, str] = field(default_factory=dict)
    is_deleted: bool = False
    times: tuple[str, ...] = ()

    def changes(self, row: str) -> str:
        """SQL: the columns with what they become, for SET."""
        return ", ".join(f"{column} = {value.format(row=row)}" for column, value in self.becomes.items())

    def tells_something(self, row: str) -> str:
        """SQL: whether a row, by its name in the statement, holds more than it would once the lead is anonymised."""
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
    # Whoever writes activities puts into `metadata` what it likes; who did which step is in the audit, too.
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
"""All of them."""

TEXT_TABLES = (REPEATS, ACTIVITIES, FEEDBACK, TICKETS)
"""What is written about a lead, by whatever writer, also when it is anonymised already."""
