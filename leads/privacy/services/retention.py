"""Retention: leads that were closed long ago are anonymised in batches."""

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Self
from uuid import UUID

from django.db import connection, transaction

from leads.privacy.personal_data import PERSONAL_TABLES, TICKETS
from leads.triggers.sql import lead_is_valid

MOST_AT_ONCE = 500
"""Leads in one transaction, which holds locks on them: a fraction of a second."""

MOST_IN_A_RUN = 50_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Deadlines:
    """Times before which a decided lead, or one without activity, is due for anonymisation; None: never."""

    decided: datetime | None
    undecided: datetime | None

    @classmethod
    def after(cls, *, decided_days: int, undecided_days: int, now: datetime) -> Self:
        """Return the deadlines for this many days; 0 means never."""
        times = (now - timedelta(days=days) if days > 0 else None for days in (decided_days, undecided_days))
        decided, undecided = times
        return cls(decided=decided, undecided=undecided)


@dataclass(frozen=True, slots=True, kw_only=True)
class Anonymised:
    """Result of a run: leads, and tickets without a lead. `is_done`: nothing was left for another run."""

    leads: int
    tickets: int
    is_done: bool


def _untouched_since(deadline: str) -> str:
    """Return an SQL condition: nothing was written on or about a lead since, apart from its creation."""
    others = " ".join(
        f"AND NOT EXISTS (SELECT FROM {table.name} AS told"  # our own names
        f" WHERE told.{table.lead} = lead.id AND told.{time} >= {deadline})"
        for table in PERSONAL_TABLES
        for time in table.times
    )
    return f"""(
        greatest(
            lead.created_at, lead.assigned_at, lead.first_contact_at, lead.accepted_at, lead.decided_at
        ) < {deadline} {others}
        AND NOT EXISTS (
            SELECT FROM audit_events AS event
            WHERE event.row_id = lead.id::text AND event.table_name = 'leads' AND event.operation = 'update'
                AND event.at >= {deadline}
        )
    )"""


# A row that violates a newer rule cannot be changed before it is corrected.
_IS_DUE = f"""
    lead.anonymised_at IS NULL AND {lead_is_valid("lead")} AND CASE
        WHEN lead.status IN ('won', 'lost') AND lead.decided_at IS NOT NULL
            THEN lead.decided_at < %(decided)s::timestamptz
        WHEN lead.status IN ('won', 'lost', 'rejected') THEN {_untouched_since("%(decided)s::timestamptz")}
        ELSE {_untouched_since("%(undecided)s::timestamptz")}
    END
"""

_FIND = f"SELECT lead.id FROM leads AS lead WHERE {_IS_DUE} LIMIT %(limit)s"  # noqa: S608  # our own text

_COUNT = f"SELECT count(*) FROM leads AS lead WHERE {_IS_DUE}"  # noqa: S608  # our own text

# FOR UPDATE also conflicts with a transaction that is writing about the lead, which is then left for another run.
_ANONYMISE = f"""
    WITH due AS MATERIALIZED (
        SELECT lead.id FROM leads AS lead WHERE lead.id = ANY(%(ids)s) AND {_IS_DUE}
        ORDER BY lead.id
        FOR UPDATE SKIP LOCKED
    )
    UPDATE leads AS lead SET anonymised_at = %(now)s FROM due WHERE lead.id = due.id
"""  # noqa: S608  # our own text

_IS_DUE_TICKET = f"""
    ticket.lead_id IS NULL AND {TICKETS.tells_something("ticket")}
    AND (ticket.resolved_at < %(decided)s::timestamptz OR ticket.created_at < %(undecided)s::timestamptz)
"""

_COUNT_TICKETS = f"SELECT count(*) FROM {TICKETS.name} AS ticket WHERE {_IS_DUE_TICKET}"  # noqa: S608  # our own text

_BLANK_TICKETS = f"""
    UPDATE {TICKETS.name} AS ticket SET {TICKETS.changes("ticket")} WHERE {_IS_DUE_TICKET}
"""  # noqa: S608  # our own text


def count_due(deadlines: Deadlines) -> tuple[int, int]:
    """Return how many leads, and tickets without a lead, would be anonymised."""
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, _parameters(deadlines))
        (leads,) = cursor.fetchone()
        cursor.execute(_COUNT_TICKETS, _parameters(deadlines))
        (tickets,) = cursor.fetchone()
    return leads, tickets


def anonymise_due(*, deadlines: Deadlines, now: datetime, seconds: float) -> Anonymised:
    """Anonymise what is due: for about `seconds`, at most `MOST_IN_A_RUN` leads.

    Each batch is a transaction of its own, so an interrupted run leaves no lead half anonymised. A lead that is locked
    at this moment is left for another run.
    """
    until = time.monotonic() + seconds
    parameters = _parameters(deadlines)
    with connection.cursor() as cursor:
        cursor.execute(_FIND, {**parameters, "limit": MOST_IN_A_RUN})
        found = [lead_id for (lead_id,) in cursor.fetchall()]
        count = 0
        for batch in _batches(found):
            if time.monotonic() > until:
                return Anonymised(leads=count, tickets=0, is_done=False)
            with transaction.atomic():
                cursor.execute(_ANONYMISE, {**parameters, "ids": batch, "now": now})
                count += cursor.rowcount
        with transaction.atomic():
            cursor.execute(_BLANK_TICKETS, parameters)
            tickets = cursor.rowcount
    return Anonymised(leads=count, tickets=tickets, is_done=len(found) < MOST_IN_A_RUN and count == len(found))


def _parameters(deadlines: Deadlines) -> dict[str, datetime | None]:
    return {"decided": deadlines.decided, "undecided": deadlines.undecided}


def _batches(lead_ids: Sequence[UUID]) -> Iterator[list[UUID]]:
    for start in range(0, len(lead_ids), MOST_AT_ONCE):
        yield list(lead_ids[start : start + MOST_AT_ONCE])
