"""Files for `import_history`, made up: a small consistent set, and a random one of any size."""

import csv
import gzip
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from io import StringIO
from pathlib import Path
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from django.db import connection

from leads.imports.services.history.files import UTF_8
from leads.imports.services.history.load import import_history
from leads.imports.services.history.results import HistoryRefusedError, Problem
from leads.vocabulary import CONTACT_TYPES

COLUMNS: Mapping[str, Sequence[str]] = {
    "profiles": ("id", "name", "is_active_for_routing"),
    "leads": (
        *("id", "user_id", "status", "industry", "province", "postcode"),
        *("created_at", "accepted_at", "first_contact_at", "deal_value"),
    ),
    "lead_activities": ("id", "lead_id", "type", "description", "created_by", "created_at"),
    "outcomes": ("lead_id", "outcome", "decided_at", "lost_reason", "amount_requested"),
}
Record = dict[str, str]


def key(kind: int, number: int) -> str:
    """An identifier that tells what it is."""
    return str(UUID(int=(kind << 64) + number))


def partner_id(number: int) -> str:
    return key(1, number)


def lead_id(number: int) -> str:
    return key(2, number)


def activity_id(number: int) -> str:
    return key(3, number)


@dataclass
class HistoryFiles:
    """The records of the four files; tests change them and write them."""

    profiles: list[Record] = field(default_factory=list)
    leads: list[Record] = field(default_factory=list)
    lead_activities: list[Record] = field(default_factory=list)
    outcomes: list[Record] = field(default_factory=list)

    def records(self, name: str) -> list[Record]:
        records: list[Record] = getattr(self, name)
        return records

    def text(self, name: str, *, quoted: bool = False) -> str:
        """The content of one file."""
        out = StringIO()
        writer = csv.DictWriter(
            out, COLUMNS[name], restval="", lineterminator="\n", quoting=csv.QUOTE_ALL if quoted else csv.QUOTE_MINIMAL
        )
        writer.writeheader()
        writer.writerows(self.records(name))
        return out.getvalue()

    def write(self, folder: Path, *, packed: bool = False, quoted: bool = False) -> Path:
        for name in COLUMNS:
            content = self.text(name, quoted=quoted).encode()
            if packed:
                (folder / f"{name}.csv.gz").write_bytes(gzip.compress(content))
            else:
                (folder / f"{name}.csv").write_bytes(content)
        return folder


def small_history() -> HistoryFiles:
    """Two partners, a lead of each outcome, and a lead that nobody has."""
    return HistoryFiles(
        profiles=[
            {"id": partner_id(1), "name": "Dakwerk Één", "is_active_for_routing": "True"},
            {"id": partner_id(2), "name": "Warmte, Twee", "is_active_for_routing": "false"},
        ],
        leads=[
            {
                "id": lead_id(1),
                "user_id": partner_id(1),
                "status": "won",
                "industry": "Zonnepanelen",
                "province": "Utrecht",
                "postcode": "3511 AB",
                "created_at": "2026-03-28T09:00:00+01:00",
                "accepted_at": "2026-03-28T09:20:00+01:00",
                "deal_value": "20000.0",
            },
            {
                "id": lead_id(2),
                "user_id": partner_id(2),
                "status": "lost",
                "industry": "zonnepanelen",
                "created_at": "2026-03-28T10:00:00+01:00",
            },
            {
                "id": lead_id(3),
                "user_id": partner_id(1),
                "status": "in_progress",
                "industry": "Dakisolatie",
                "created_at": "2026-03-30T09:00:00+02:00",
                "first_contact_at": "2026-03-30T11:00:00+02:00",
            },
            {"id": lead_id(4), "status": "rejected", "created_at": "2026-03-30T09:30:00+02:00"},
        ],
        lead_activities=[
            activity(1, lead=1, type="created", at="2026-03-28T09:00:00+01:00"),
            activity(2, lead=1, type="email_sent", at="2026-03-28T12:00:00+01:00"),
            activity(3, lead=1, type="phone_call", at="2026-03-28T11:00:00+01:00", by=1),
            activity(4, lead=3, type="phone_call", at="2026-03-30T10:00:00+02:00", by=1),
            activity(5, lead=2, type="note", at="2026-03-28T10:30:00+01:00", by=2),
        ],
        outcomes=[
            {
                "lead_id": lead_id(1),
                "outcome": "won",
                "decided_at": "2026-04-02T09:00:00+02:00",
                "amount_requested": "20000.0",
            },
            {
                "lead_id": lead_id(2),
                "outcome": "lost",
                "decided_at": "2026-04-03T09:00:00+02:00",
                "lost_reason": "A_CANCELLED",
                "amount_requested": "500",
            },
            {"lead_id": lead_id(3), "outcome": "in_progress", "amount_requested": "700"},
            {
                "lead_id": lead_id(4),
                "outcome": "rejected",
                "decided_at": "2026-03-30T09:31:00+02:00",
                "lost_reason": "A_DECLINED",
            },
        ],
    )


def activity(number: int, *, lead: int, type: str, at: str, by: int | None = None) -> Record:  # noqa: A002  # its column
    return {
        "id": activity_id(number),
        "lead_id": lead_id(lead),
        "type": type,
        "description": 'met "aanhaling", komma\nen regel' if type == "note" else "",
        "created_by": "" if by is None else partner_id(by),
        "created_at": at,
    }


def random_history(*, leads: int, seed: int) -> HistoryFiles:
    """A set of the shape of a real log: some leads without partner, some without contact, some contacted too early."""
    rng = random.Random(seed)
    start = datetime(2026, 1, 1, tzinfo=UTC)
    types = [*CONTACT_TYPES, "note", "created"]
    files = HistoryFiles(
        profiles=[
            {"id": partner_id(number), "name": f"Partner {number}", "is_active_for_routing": str(number % 3 != 0)}
            for number in range(20)
        ]
    )
    for number in range(leads):
        status = rng.choice(["won", "lost", "rejected", "in_progress", "accepted", "new"])
        created = start + timedelta(minutes=rng.randrange(150_000))
        files.leads.append(
            {
                "id": lead_id(number),
                "user_id": "" if status == "rejected" else partner_id(rng.randrange(20)),
                "status": status,
                "industry": rng.choice(["Zonnepanelen", "Warmtepomp", ""]),
                "created_at": created.isoformat(),
                "accepted_at": "" if status == "rejected" else (created + timedelta(minutes=30)).isoformat(),
                "deal_value": f"{rng.uniform(0, 30_000):.2f}" if status == "won" else "",
            }
        )
        files.lead_activities.extend(
            {
                "id": activity_id(number * 20 + place),
                "lead_id": lead_id(number),
                "type": rng.choice(types),
                "created_at": (created + timedelta(minutes=rng.randrange(-5, 10_000))).isoformat(),
            }
            for place in range(rng.randrange(12))
        )
        decided = (created + timedelta(days=9)).isoformat() if status in ("won", "lost") else ""
        files.outcomes.append({"lead_id": lead_id(number), "outcome": status, "decided_at": decided})
    return files


def problems_of(
    folder: Path, *, shift_to_now: bool = False, zone: ZoneInfo | None = None, encoding: str = UTF_8
) -> tuple[Problem, ...]:
    """What an import of the folder, which has to be refused, says."""
    with pytest.raises(HistoryRefusedError) as refused:
        import_history(folder=folder, shift_to_now=shift_to_now, zone=zone, encoding=encoding)
    return refused.value.problems


def first_contacts_that_differ() -> int:
    """Leads whose first contact is not what their activities say."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT count(*) FROM leads AS lead JOIN (
                SELECT lead_id, min(created_at) AS contact_at FROM lead_activities
                WHERE type = ANY(%s) GROUP BY lead_id
            ) AS contact ON contact.lead_id = lead.id
            WHERE lead.first_contact_at IS DISTINCT FROM greatest(contact.contact_at, lead.created_at)
            """,
            [[str(value) for value in CONTACT_TYPES]],
        )
        (count,) = cursor.fetchone()
    return int(count)
