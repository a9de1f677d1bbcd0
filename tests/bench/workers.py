"""Two processes beside one: the same leads, each of them assigned on its own."""

import contextlib
import json
import subprocess
import sys
from collections.abc import Iterator, Sequence
from functools import partial
from uuid import UUID

from tests.bench.batch import backlog, waiting_leads
from tests.bench.databases import Databases, connect
from tests.bench.sizes import Sizes
from tests.bench.timing import Figure, alternate, medians, seconds

GOAL = "1"
_ROUNDS = 10
"""Times the leads of one measurement of single assignments, so that the start of a process does not show."""


def measure(databases: Databases, sizes: Sizes) -> Iterator[Figure]:
    """One figure, for the fewest partners, who are the most contended: how long two need, beside one."""
    partners, leads = min(sizes.backlogs)
    template = backlog(databases, sizes, partners=partners, leads=leads)
    count = min(leads, _ROUNDS * sizes.single_leads)
    pairs = alternate(
        partial(_seconds, databases, template, count=count, workers=2),
        partial(_seconds, databases, template, count=count, workers=1),
        pairs=sizes.batch_pairs,
    )
    two, one, ratio = medians(pairs)
    yield Figure(
        name="two_workers",
        title=f"two processes assign {count:,} leads one by one, {partners:,} partners",
        unit="s",
        ours=two,
        bare=one,
        ratio=ratio,
        goal=GOAL,
        note=f"beside one process; {1 / ratio:.2f} times as many leads a second, {count / two:,.0f} in all",
    )


def _seconds(databases: Databases, template: str, *, count: int, workers: int) -> float:
    with databases.copy(template) as name:
        with connect(name) as session:
            lead_ids = waiting_leads(session)[:count]
        with contextlib.ExitStack() as stack:
            processes = [stack.enter_context(_started(name, lead_ids[place::workers])) for place in range(workers)]
            return seconds(lambda: _run(processes))


@contextlib.contextmanager
def _started(database: str, lead_ids: Sequence[UUID]) -> Iterator["subprocess.Popen[str]"]:
    """A process that has read its leads and waits for a sign."""
    command = [sys.executable, "-m", "tests.bench.workers_process", database]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdin is not None
            assert process.stdout is not None
            process.stdin.write(json.dumps([str(lead_id) for lead_id in lead_ids]) + "\n")
            process.stdin.flush()
            if process.stdout.readline() != "ready\n":
                raise subprocess.CalledProcessError(process.wait(), command)
            yield process
        finally:
            process.kill()


def _run(processes: Sequence["subprocess.Popen[str]"]) -> None:
    for process in processes:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    for process in processes:
        assert process.stdout is not None
        if process.stdout.readline() != "done\n":
            raise subprocess.CalledProcessError(process.wait(), process.args)
