"""The server ends statements that take too long, in the middle of a batch."""

from collections.abc import Iterator
from functools import partial
from typing import Any

import psycopg

from tests.chaos.processes import Process
from tests.chaos.scenario import Outcome, Sizes
from tests.chaos.stack import Stack

LEADS = {Sizes.FULL: 6_000, Sizes.SHORT: 300}
TIMES = {Sizes.FULL: 5, Sizes.SHORT: 1}
TIMEOUT_MS = {Sizes.FULL: 2_000, Sizes.SHORT: 1_000}


def inject(stack: Stack, sizes: Sizes) -> Iterator[Outcome]:
    """A forgotten transaction holds the last partner, so that a batch gets half-way, waits, and is ended."""
    with stack.world("statement timeout") as world:
        world.add_partners(8, cap=None)
        world.add_leads(LEADS[sizes])
        with world.session() as session:
            _alter(session, f"SET statement_timeout = {TIMEOUT_MS[sizes]}")
        worker = world.start_worker(concurrency=2)

        with world.session() as forgotten:
            forgotten.execute("BEGIN")
            forgotten.execute("SELECT FROM profiles ORDER BY id DESC LIMIT 1 FOR NO KEY UPDATE")
            for time in range(1, TIMES[sizes] + 1):
                world.send_sweep()
                world.wait_until(partial(_ended, worker, time), of=worker)
            waiting = world.undecided()
            forgotten.execute("ROLLBACK")
        world.send_sweep()
        problems = []
        if "statement timeout" not in worker.said(lines=1_000_000):
            problems.append("The worker's log does not say why it ended.")
        if waiting != LEADS[sizes]:
            problems.append(f"{LEADS[sizes] - waiting} leads were given away by batches that were ended.")
        if not world.settle(seconds=120):
            problems.append(f"{world.undecided()} leads still wait for somebody.")
        # What is asked now may take as long as it takes.
        with world.session() as session:
            _alter(session, "RESET statement_timeout")
        yield Outcome(
            fault="a statement ended by its time limit, in the middle of a batch",
            injected=TIMES[sizes],
            found=world.check(),
            note=f"{waiting} leads waited",
            problems=tuple(problems),
        )


def _ended(worker: Process, times: int) -> bool:
    """Whether so many tasks failed."""
    return worker.said(lines=1_000_000).count("task_failed") >= times


def _alter(session: "psycopg.Connection[tuple[Any, ...]]", change: str) -> None:
    """Change a setting of the database, for sessions that begin from now on."""
    session.execute(f"DO $$ BEGIN EXECUTE format('ALTER DATABASE %I {change}', current_database()); END $$".encode())
