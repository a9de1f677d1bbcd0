"""The four files of an import and their columns."""

from collections.abc import Mapping
from dataclasses import dataclass

from leads.imports.services.cells import REFUSED, Amount, Boolean, Choice, Id, Kind, Label, Text
from leads.imports.services.times import Instant, TimeReader
from leads.vocabulary import ActivityType, LeadStatus
from migrations_sql.checks import LINE, PROSE


@dataclass(frozen=True, slots=True)
class FileShape:
    """One file, `<name>.csv` or `<name>.csv.gz`, and its required columns, in any order."""

    name: str
    columns: Mapping[str, Kind]


def file_shapes(times: TimeReader) -> tuple[FileShape, ...]:
    """Return the four files in the order in which they are loaded; `times` parses their times."""
    id_, reference = Id(), Id(empty=None)
    status = Choice(LeadStatus.values)
    time, optional_time = Instant(empty=REFUSED, reader=times), Instant(reader=times)
    label, text = Label(limit=LINE), Text(limit=PROSE, empty=None)
    amount = Amount(typed=False)
    profiles: dict[str, Kind] = {"id": id_, "name": label, "is_active_for_routing": Boolean()}
    leads: dict[str, Kind] = {
        "id": id_,
        "user_id": reference,
        "status": status,
        "industry": label,
        "province": label,
        "postcode": label,
        "created_at": time,
        "accepted_at": optional_time,
        "first_contact_at": optional_time,
        "deal_value": amount,
    }
    activities: dict[str, Kind] = {
        "id": id_,
        "lead_id": id_,
        "type": Choice(ActivityType.values),
        "description": text,
        "created_by": reference,
        "created_at": time,
    }
    outcomes: dict[str, Kind] = {
        "lead_id": id_,
        "outcome": status,
        "decided_at": optional_time,
        "lost_reason": text,
        "amount_requested": amount,
    }
    return (
        FileShape("profiles", profiles),
        FileShape("leads", leads),
        FileShape("lead_activities", activities),
        FileShape("outcomes", outcomes),
    )
