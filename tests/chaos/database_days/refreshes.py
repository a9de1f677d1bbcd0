"""Bad days of the statistics: a long reader beside the refresh, and a refresh that hangs."""

import contextlib
import json
import math
import time
import urllib.error
import urllib.request
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import psutil
import psycopg
from celery import Celery

from tests.chaos.processes import Process
from tests.chaos.scenario import Outcome, Sizes
from tests.chaos.stack import Stack
from tests.chaos.world import World

REFRESH = "performance.tasks.refresh_partner_performance_stats"
LEADS = {Sizes.FULL: 400, Sizes.SHORT: 8}
SECONDS = {Sizes.FULL: 10, Sizes.SHORT: 3}
"""Time limit of a task in these worlds: of its statement, and for the task to end by itself."""
GRACE_SECONDS = 3
"""After so many more, its process is killed."""
PAGE_SECONDS = 5.0
"""A page that takes longer waits for the refresh."""

_REFRESHING = """
SELECT pid, wait_event_type FROM pg_stat_activity
WHERE datname = current_database() AND query LIKE '%refresh_partner_performance_stats(%' AND state = 'active'
    AND pid <> pg_backend_pid()
"""


@dataclass(slots=True)
class _Day:
    """One world with a web server and a worker, and what was seen to go wrong in it since `begin`."""

    world: World
    address: str
    worker: Process
    seconds: int
    leads: int
    problems: list[str] = field(default_factory=list)
    slowest_page: float = 0.0

    def begin(self) -> None:
        """Forget what was; the statistics were computed two hours ago, and /readyz is red."""
        self.problems.clear()
        self.slowest_page = 0.0
        with self.world.session() as session:
            session.execute("UPDATE partner_performance_refresh_runs SET as_of = as_of - interval '2 hours'")
            session.execute("DELETE FROM background_tasks")

    def refresh(self) -> None:
        """Ask for a refresh, as beat does."""
        Celery("chaos", broker=self.world.stack.redis.url, set_as_current=False).send_task(REFRESH, ignore_result=True)

    def failures(self) -> int:
        """Refreshes that failed, as the product counts them."""
        with self.world.session() as session:
            row = session.execute("SELECT failures FROM background_tasks WHERE name = %s", [REFRESH]).fetchone()
        return int(row[0]) if row else 0

    def failed_after(self, asked_at: datetime) -> float:
        """Seconds from then to the last failure."""
        with self.world.session() as session:
            row = session.execute("SELECT failed_at FROM background_tasks WHERE name = %s", [REFRESH]).fetchone()
        return (row[0] - asked_at).total_seconds() if row and row[0] else math.inf

    def runs(self) -> int:
        """Refreshes that were completed."""
        with self.world.session() as session:
            return session.execute("SELECT FROM partner_performance_refresh_runs").rowcount

    def refreshing(self) -> list[tuple[int, str | None]]:
        """The server's processes that refresh now, and what kind of thing each waits for."""
        with self.world.session() as session:
            return session.execute(_REFRESHING).fetchall()

    def work(self) -> None:
        """Post leads, look at pages, and have it all done while the refresh hangs."""
        lead_ids = [self.world.post_lead(self.address) for _ in range(self.leads)]
        self.world.wait_until(lambda: self.world.undecided() == 0, of=self.worker)
        with self.world.session() as session:
            row = session.execute("SELECT user_id FROM leads WHERE id = %s", [lead_ids[-1]]).fetchone()
        partner_id: uuid.UUID | None = row[0] if row else None
        admin = f"{self.address}/api/admin/ai-router"
        for page in (
            f"{admin}/performance-debug?partner_id={partner_id}",
            f"{admin}/ranking?lead_id={lead_ids[-1]}",
            f"{self.address}/api/leads/",
        ):
            started = time.monotonic()
            status, _ = self.get(page)
            took = time.monotonic() - started
            self.slowest_page = max(self.slowest_page, took)
            self.expect(status == 200 and took < PAGE_SECONDS, f"{page} answered {status} after {took:.1f} s.")

    def statistics_are_fine(self) -> bool:
        """What /readyz says about the statistics."""
        _, body = self.get(f"{self.address}/readyz")
        return bool(body["checks"]["statistics"]["status"] == "ok")

    def get(self, url: str) -> tuple[int, Any]:
        """Status and JSON of an address."""
        request = urllib.request.Request(url, headers={"Authorization": f"Token {self.world.stack.token}"})
        try:
            with urllib.request.urlopen(request, timeout=60) as response:
                return response.status, json.load(response)
        except urllib.error.HTTPError as error:
            return error.code, json.load(error)

    def expect(self, holds: bool, otherwise: str) -> None:  # noqa: FBT001  # reads like an assertion
        """Remember what went wrong."""
        if not holds:
            self.problems.append(otherwise)

    def outcome(self, fault: str, note: str) -> Outcome:
        """The row."""
        self.expect(self.world.settle(), "Leads still wait for somebody.")
        self.expect(self.statistics_are_fine(), "The statistics are still too old.")
        return Outcome(
            fault=fault,
            injected=1,
            found=self.world.check(),
            note=f"{note}; slowest page {self.slowest_page:.1f} s",
            problems=tuple(self.problems),
            figures={"slowest_page_seconds": self.slowest_page, "task_seconds": self.seconds},
        )


def inject(stack: Stack, sizes: Sizes) -> Iterator[Outcome]:
    """A row for each kind; each begins with statistics of two hours ago."""
    with _day(stack, sizes) as day:
        for live_through in (_long_reader, _lock_in_the_way, _stopped_server_process):
            day.begin()
            yield live_through(day)


@contextlib.contextmanager
def _day(stack: Stack, sizes: Sizes) -> Iterator[_Day]:
    """A world with statistics, a worker and a web server."""
    with stack.world("bad day of the statistics") as world:
        world.add_partners(8, cap=None)
        with world.session() as session:
            session.execute("SELECT refresh_partner_performance_stats('chaos')")
        worker = world.start_worker(
            concurrency=3,
            ready=False,
            environment={
                "DJANGO_SETTINGS_MODULE": "tests.chaos.database_days.impatient",
                "CHAOS_TASK_SECONDS": str(SECONDS[sizes]),
                "CHAOS_GRACE_SECONDS": str(GRACE_SECONDS),
            },
        )
        address = world.start_web()
        yield _Day(world=world, address=address, worker=worker, seconds=SECONDS[sizes], leads=LEADS[sizes])


def _long_reader(day: _Day) -> Outcome:
    """Somebody has been reading leads and statistics for a long time, and still is: nobody waits for them."""
    with day.world.session() as reader:
        reader.execute("BEGIN ISOLATION LEVEL REPEATABLE READ")
        before = _read(reader)
        runs = day.runs()
        started = time.monotonic()
        day.refresh()
        day.world.wait_until(lambda: day.runs() > runs, of=day.worker)
        took = time.monotonic() - started
        day.work()
        day.expect(day.statistics_are_fine(), "The statistics are too old although they were refreshed.")
        day.expect(_read(reader) == before, "The reader saw something else the second time.")
        reader.execute("COMMIT")
        day.expect(_read(reader) != before, "The reader still sees the old rows.")
    return day.outcome("a long reader during a refresh", f"refreshed beside it in {took:.1f} s")


def _lock_in_the_way(day: _Day) -> Outcome:
    """A forgotten transaction holds a lock that the refresh needs: the server ends the refresh in time."""
    with day.world.session() as forgotten:
        _stand_in_the_way(forgotten)
        took = _hang(day, lambda: None)
        forgotten.execute("ROLLBACK")
    _refresh_again(day)
    return day.outcome("a refresh that hangs: a lock in its way", f"ended after {took:.1f} s")


def _stopped_server_process(day: _Day) -> Outcome:
    """The server's process that refreshes stands still, and heeds no time limit: the worker gives it up."""
    stopped: list[psutil.Process] = []

    def stop() -> None:
        stopped.extend(psutil.Process(pid) for pid, _ in day.refreshing())
        for process in stopped:
            process.suspend()
        forgotten.execute("ROLLBACK")

    with day.world.session() as forgotten:
        try:
            _stand_in_the_way(forgotten)
            took = _hang(day, stop)
        finally:
            for process in stopped:
                process.resume()
    day.world.wait_until(lambda: not day.refreshing())
    _refresh_again(day)
    return day.outcome("a refresh that hangs: its server process stands still", f"given up after {took:.1f} s")


def _stand_in_the_way(session: "psycopg.Connection[tuple[Any, ...]]") -> None:
    """Hold a lock on the view that lets everybody read, and nobody refresh."""
    session.execute("BEGIN")
    session.execute("ANALYZE partner_performance_stats")


def _hang(day: _Day, then: Callable[[], None]) -> float:
    """Refresh into the lock, do `then`, work on meanwhile; the seconds until the worker is free of the refresh."""
    asked_at = datetime.now(UTC)
    day.refresh()
    day.world.wait_until(lambda: any(kind == "Lock" for _, kind in day.refreshing()), of=day.worker)
    then()
    day.expect(bool(day.refreshing()), "The refresh did not hang.")
    day.work()
    day.expect(not day.statistics_are_fine(), "/readyz does not say that the statistics are too old.")
    day.world.wait_until(lambda: day.world.messages() == 0, seconds=3 * day.seconds + 30, of=day.worker)
    limit = day.seconds + GRACE_SECONDS
    took = day.failed_after(asked_at)
    # The machine is busy; what would go on for ever takes far longer.
    day.expect(took < 2 * limit + 10, f"The worker was not free after {took:.0f} s, with a limit of {limit} s.")
    day.expect(day.failures() == 1, f"{day.failures()} failures of the refresh were counted.")
    return took


def _refresh_again(day: _Day) -> None:
    """As beat does: again and again."""
    runs = day.runs()

    def refreshed() -> bool:
        day.refresh()
        time.sleep(0.3)
        return day.runs() > runs

    day.world.wait_until(refreshed, of=day.worker)


def _read(session: "psycopg.Connection[tuple[Any, ...]]") -> list[tuple[Any, ...]]:
    return session.execute(
        "SELECT partner_performance_stats_as_of(), partner_id, leads_assigned_30d, (SELECT count(*) FROM leads)"
        " FROM partner_performance_stats ORDER BY partner_id"
    ).fetchall()
