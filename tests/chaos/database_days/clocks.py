"""Looks at everything that depends on the clock, around a change of it: `python -m ...database_days.clocks DAY`.

The clock is handed in; the database is on the zone that changes. Prints a JSON object with what was wrong.
"""

import json
import os
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

import django
import psycopg
from celery.schedules import crontab
from django.apps import apps
from django.conf import settings
from django.db import connection

CHANGES = {
    "2026-03-29": datetime(2026, 3, 29, 1, 0, tzinfo=UTC),
    "2026-10-25": datetime(2026, 10, 25, 1, 0, tzinfo=UTC),
}
PAUSES = (1, 2, 4, 8, 16, 32, 60, 60)
"""Minutes until the next try, by the number of tries."""
LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)
HOUR, MINUTE, SECOND = timedelta(hours=1), timedelta(minutes=1), timedelta(seconds=1)


class Clocks:
    """One change of the clock, and what was seen around it."""

    def __init__(self, change: datetime, session: "psycopg.Connection[tuple[Any, ...]]") -> None:
        self.change = change
        self.problems: list[str] = []
        self.looked_at = 0
        self.cron_gap_hours = 0.0
        self._session = session
        # What is written here is what the world was like before; the triggers would stamp it with today.
        session.execute("SET session_replication_role = replica")
        session.execute("UPDATE routing_policies SET activated_at = %s", [LONG_AGO])

    def expect(self, holds: bool, otherwise: str) -> None:  # noqa: FBT001  # reads like an assertion
        """Count, and remember what was wrong."""
        self.looked_at += 1
        if not holds:
            self.problems.append(otherwise)

    def pauses(self) -> None:
        """A lead that nobody can take is due after its pause, to the second, on either side of the change."""
        from router.snapshot.routable import due_lead_ids  # noqa: PLC0415  # Django has to be set up first

        tries: dict[Any, tuple[datetime, int]] = {}
        for attempts, pause in enumerate(PAUSES, start=1):
            for tried_at in (self.change - pause * MINUTE / 2, self.change - HOUR, self.change, self.change + HOUR):
                row = self._session.execute(
                    "INSERT INTO leads (province, created_at, routing_attempts, routing_attempted_at)"
                    " VALUES ('Nowhere', %s, %s, %s) RETURNING id",
                    [tried_at - HOUR, attempts, tried_at],
                ).fetchone()
                if row is not None:
                    tries[row[0]] = (tried_at, pause)
        for lead_id, (tried_at, pause) in tries.items():
            for seconds, is_due in ((-1, False), (0, True)):
                now = tried_at + pause * MINUTE + seconds * SECOND
                due = lead_id in due_lead_ids(now=now, limit=1_000)
                self.expect(due is is_due, f"Tried at {tried_at}, to wait {pause} min, at {now}: due is {due}.")
        self._session.execute("DELETE FROM leads")

    def waiting_hours(self) -> None:
        """Who waited half an hour longer gets the lead, and the record says how long both waited."""
        from router.assignment.service import LeadAssignmentService  # noqa: PLC0415  # as above

        now = self.change + 12 * HOUR
        waited = {}
        for hours in (24.0, 24.5):
            row = self._session.execute(
                "INSERT INTO profiles (company_name, regions, last_assigned_at, routing_changed_at)"
                " VALUES ('Partner', '{Utrecht}', %s, %s) RETURNING id",
                [now - hours * HOUR, LONG_AGO],
            ).fetchone()
            if row is not None:
                waited[str(row[0])] = hours
        lead = self._session.execute(
            "INSERT INTO leads (province, created_at) VALUES ('Utrecht', %s) RETURNING id", [now - HOUR]
        ).fetchone()
        if lead is None:
            raise AssertionError("the database returned no row")
        service = LeadAssignmentService(clock=lambda: now)
        (decision,) = service.assign([lead[0]], trigger="sweep")
        log = apps.get_model("router.LeadAssignmentLog")._default_manager.get(lead_id=decision.lead_id)
        recorded = {candidate["partner_id"]: candidate["waiting_hours"] for candidate in log.candidates}
        self.expect(recorded == waited, f"Hours waited: {recorded} instead of {waited}.")
        self.expect(waited.get(str(decision.partner_id)) == 24.5, "Who waited longer did not get the lead.")
        self.expect(log.decided_at == now, f"Decided at {log.decided_at} instead of {now}.")

    def days(self) -> None:
        """Every day is kept once, as of its own end: 23, 24 or 25 hours after the day before."""
        from performance.services.history import record_missing_days  # noqa: PLC0415  # as above

        zone = ZoneInfo(settings.TIME_ZONE)
        first = (self.change - 3 * 24 * HOUR).astimezone(zone).date()
        self._session.execute(
            "INSERT INTO leads (province, created_at, user_id, assigned_at, status)"
            " SELECT 'Utrecht', instant, (SELECT min(id::text)::uuid FROM profiles), instant, 'lost'"
            " FROM generate_series(%s, %s, interval '30 minutes') AS instant",
            [self.change - 3 * 24 * HOUR, self.change + 3 * 24 * HOUR],
        )
        # Twice, as a message that comes again.
        for _ in range(2):
            record_missing_days(now=self.change + 4 * 24 * HOUR)
        days = self._session.execute(
            "SELECT day, min(as_of), count(*), count(DISTINCT partner_id) FROM partner_performance_days"
            " WHERE day >= %s GROUP BY day ORDER BY day",
            [first],
        ).fetchall()
        self.expect(len(days) == 7, f"{len(days)} days were kept instead of 7.")
        for day, as_of, rows, partners in days:
            end = datetime(day.year, day.month, day.day, tzinfo=zone) + timedelta(days=1)
            missing = end.astimezone(UTC) - as_of
            self.expect(missing == timedelta(microseconds=1), f"{day} was kept as of {as_of}.")
            self.expect(rows == partners, f"{day} was kept {rows} times for {partners} partners.")
        ends = [as_of.astimezone(UTC) for _, as_of, *_ in days]
        lengths = {(later - earlier) / HOUR for earlier, later in pairwise(ends)}
        wanted = {24.0, 23.0 if self.change.month == 3 else 25.0}
        self.expect(lengths == wanted, f"The days are {lengths} hours long instead of {wanted}.")

    def windows(self) -> None:
        """The last 30 days are as many hours for every session, whatever its zone."""
        for hours_after in (1, 5 * 24, 29 * 24):
            as_of = self.change + hours_after * HOUR
            seen = []
            for zone in (settings.TIME_ZONE, "UTC", "America/Los_Angeles"):
                self._session.execute("SELECT set_config('timezone', %s, false)", [zone])
                seen.append(
                    self._session.execute(
                        "SELECT partner_id, leads_assigned_7d, leads_assigned_30d, lost_leads_30d"
                        " FROM partner_performance_stats_at(%s) ORDER BY partner_id",
                        [as_of],
                    ).fetchall()
                )
            self.expect(seen[0] == seen[1] == seen[2], f"At {as_of} the metrics depend on the zone of the session.")
        # They were never routed, and the invariants would ask why.
        self._session.execute("DELETE FROM leads WHERE status = 'lost'")

    def hourly(self) -> None:
        """The hourly task runs at most once an hour, and is left out once at the most where an hour comes twice."""
        schedule = settings.CELERY_BEAT_SCHEDULE["record-performance-history"]["schedule"]
        if not isinstance(schedule, crontab):
            raise TypeError("the history has another kind of schedule")
        zone = ZoneInfo(settings.CELERY_TIMEZONE)
        now = last = self.change - 5 * HOUR
        schedule.nowfun = lambda: now.astimezone(zone)  # type: ignore[attr-defined]  # the stubs leave it out
        runs = []
        while now < self.change + 5 * HOUR:
            if schedule.is_due(last).is_due:
                runs.append(now)
                last = now
            now += MINUTE
        gaps = [(later - earlier) / HOUR for earlier, later in pairwise(runs)]
        self.cron_gap_hours = max(gaps)
        self.expect(min(gaps) >= 1, f"The hourly task came {min(gaps)} hours after the one before.")
        self.expect(max(gaps) <= 2, f"The hourly task came {max(gaps)} hours after the one before.")

    def look(self) -> None:
        """At everything."""
        for part in self._parts():
            part()

    def _parts(self) -> Iterator[Any]:
        yield from (self.pauses, self.waiting_hours, self.days, self.windows, self.hourly)


def main(day: str) -> None:
    """Look, and print."""
    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as session:
        row = session.execute("SHOW timezone").fetchone()
        clocks = Clocks(CHANGES[day], session)
        clocks.expect(row == (settings.TIME_ZONE,), f"The database is on the zone {row}.")
        clocks.look()
    connection.close()
    print(
        json.dumps(
            {
                "problems": clocks.problems,
                "looked_at": clocks.looked_at,
                "cron_gap_hours": clocks.cron_gap_hours,
            }
        )
    )


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    # The schedules are made with the application that has the settings' time zone.
    import config.celery  # noqa: F401  # for what it does when loaded

    main(sys.argv[1])
