"""The four files of an import and their columns."""

from dataclasses import dataclass

from leads.imports.services.history.fields import Column, Parser, amount, boolean, label, one_of, text, uuid
from leads.vocabulary import ActivityType, LeadStatus


@dataclass(frozen=True, slots=True)
class FileShape:
    """One file, `<name>.csv` or `<name>.csv.gz`, and its required columns, in any order."""

    name: str
    columns: tuple[Column, ...]


def file_shapes(*, time: Parser) -> tuple[FileShape, ...]:
    """Return the four files in the order in which they are loaded; `time` parses their times."""
    status = one_of(LeadStatus.values)
    return (
        FileShape(
            "profiles",
            (
                Column("id", uuid, required=True),
                Column("name", label),
                Column("is_active_for_routing", boolean, required=True),
            ),
        ),
        FileShape(
            "leads",
            (
                Column("id", uuid, required=True),
                Column("user_id", uuid),
                Column("status", status, required=True),
                Column("industry", label),
                Column("province", label),
                Column("postcode", label),
                Column("created_at", time, required=True),
                Column("accepted_at", time),
                Column("first_contact_at", time),
                Column("deal_value", amount),
            ),
        ),
        FileShape(
            "lead_activities",
            (
                Column("id", uuid, required=True),
                Column("lead_id", uuid, required=True),
                Column("type", one_of(ActivityType.values), required=True),
                Column("description", text),
                Column("created_by", uuid),
                Column("created_at", time, required=True),
            ),
        ),
        FileShape(
            "outcomes",
            (
                Column("lead_id", uuid, required=True),
                Column("outcome", status, required=True),
                Column("decided_at", time),
                Column("lost_reason", text),
                Column("amount_requested", amount),
            ),
        ),
    )
