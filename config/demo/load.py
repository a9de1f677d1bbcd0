"""Loading of the demo marketplace into an empty database."""

from collections.abc import Sequence
from dataclasses import fields
from datetime import date
from operator import attrgetter

from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper
from django.utils import timezone
from psycopg import sql

from config.demo.generate import generate
from config.demo.rows import (
    ActivityRow,
    FeedbackRow,
    IndustryRow,
    LeadRow,
    Marketplace,
    PartnerRow,
    TicketRow,
)
from leads.models import Lead, Partner
from performance.services.history import record_missing_days
from performance.services.refresh import refresh_statistics

ACTOR = "load_demo"
HISTORY_DAYS = 30
"""Number of past days whose scores the charts show at once; the schedule adds the others."""

_Rows = Sequence[IndustryRow | PartnerRow | LeadRow | ActivityRow | FeedbackRow | TicketRow]


class MarketplaceNotEmpty(Exception):
    """Partners or leads exist already; the demo is not mixed with them."""


def load_demo(*, seed: int, day: date) -> dict[str, int]:
    """Generate the marketplace of this seed as of the beginning of the day, load it, and refresh the statistics.

    Returns the number of rows by table name. All or nothing; a second call at the same time waits, and then finds the
    marketplace. Raises `MarketplaceNotEmpty`.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('router.load_demo'))")
        if Partner.objects.exists() or Lead.objects.exists():
            raise MarketplaceNotEmpty
        tables = _tables(generate(seed=seed, day=day))
        for table, rows in tables.items():
            _copy(cursor=cursor, table=table, rows=rows)
            # At once, because the triggers on the next table are planned with these statistics.
            cursor.execute(sql.SQL("ANALYZE {}").format(sql.Identifier(table)))
    refresh_statistics(triggered_by=ACTOR)
    record_missing_days(now=timezone.now(), limit=HISTORY_DAYS)
    return {table: len(rows) for table, rows in tables.items()}


def _tables(marketplace: Marketplace) -> dict[str, _Rows]:
    """Return the rows by table name, referenced tables first."""
    return {
        "industries": marketplace.industries,
        "profiles": marketplace.partners,
        "leads": marketplace.leads,
        "lead_activities": marketplace.activities,
        "lead_feedback": marketplace.feedback,
        "support_tickets": marketplace.tickets,
    }


def _copy(*, cursor: CursorWrapper, table: str, rows: _Rows) -> None:
    """Copy the rows (at least one) into their table."""
    columns = [field.name for field in fields(rows[0])]
    values = attrgetter(*columns)
    statement = sql.SQL("COPY {} ({}) FROM STDIN").format(
        sql.Identifier(table), sql.SQL(", ").join(map(sql.Identifier, columns))
    )
    with cursor.copy(statement) as copy:
        for row in rows:
            copy.write_row(values(row))
