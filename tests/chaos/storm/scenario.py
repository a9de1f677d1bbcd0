"""Monday morning: many workers and clients at once, and partners whose few places come and go."""

import contextlib
import json
import sys
import threading
import uuid
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from functools import partial

from tests.chaos.processes import Process, ProcessFailed
from tests.chaos.scenario import Outcome, Scenario, Sizes
from tests.chaos.stack import Stack
from tests.chaos.storm.clients import IntakeClients
from tests.chaos.storm.partners import PartnersAtWork
from tests.chaos.storm.waits import waits
from tests.chaos.world import TookTooLong, World

SWEEP_SECONDS = 2
PARTNER_THREADS = 4

_UNROUTED = "SELECT FROM leads WHERE user_id IS NULL AND status = 'new' AND tried_partner_ids IS NULL"
"""Leads that never had a partner."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """How much of a storm it is: `workers` are processes that route, in as many Celery workers as `nodes`."""

    workers: int
    nodes: int
    clients: int
    leads: int
    partners: int
    cap: int
    seconds: float


SIZES = {
    Sizes.FULL: Size(workers=32, nodes=2, clients=8, leads=10_000, partners=50, cap=20, seconds=400),
    Sizes.SHORT: Size(workers=4, nodes=1, clients=2, leads=150, partners=8, cap=8, seconds=60),
}


def inject(stack: Stack, sizes: Sizes) -> Iterator[Outcome]:
    """One storm, one row."""
    size = SIZES[sizes]
    with stack.world("storm") as world:
        world.add_partners(size.partners, cap=size.cap)
        workers = [world.start_worker(concurrency=size.workers // size.nodes, ready=False) for _ in range(size.nodes)]
        world.start_beat(sweep_seconds=SWEEP_SECONDS)
        reroute = world.start("reroute", [sys.executable, "-m", "tests.chaos.storm.desk", "reroute"])
        tokens = _logins(world)
        clients = IntakeClients(world, address=world.start_web(workers=2, threads=4))
        for worker in workers:
            world.wait_until(partial(_is_ready, worker), of=worker)
        done, finished = _blow(world, clients, tokens, size)
        reroute.stop()
        finished = finished and world.settle()
        problems = [*_grouped(clients.errors), *_complaints(workers)]
        if not finished:
            problems.append(f"{world.undecided()} leads still wait for somebody after {size.seconds:.0f} seconds.")
        deadlocks = _deadlocks(world)
        waited = waits(world.dsn)
        yield Outcome(
            fault=f"storm: {size.workers} workers, {size.clients} clients, {size.partners} partners of cap {size.cap}",
            injected=sum(done.values()),
            found=world.check(),
            longest_wait_seconds=waited.longest,
            note=(
                f"{done['declined']} declined, {done['closed']} closed; {deadlocks} deadlocks "
                f"inside; 99 % waited less than {waited.late:.1f} s for somebody with room"
            ),
            problems=tuple(problems),
            figures={
                **asdict(waited),
                **done,
                "answers": {str(status): count for status, count in sorted(clients.answers.items())},
                "deadlocks_inside": deadlocks,
                "sweep_seconds": SWEEP_SECONDS,
            },
        )


def _is_ready(worker: Process) -> bool:
    return " ready." in worker.said(lines=1000)


def _logins(world: World) -> dict[uuid.UUID, str]:
    process = world.start("logins", [sys.executable, "-m", "tests.chaos.storm.desk", "logins"])
    if process.wait(seconds=60) != 0:
        raise ProcessFailed(f"The partners got no logins:\n{process.said()}")
    return {uuid.UUID(partner): token for partner, token in json.loads(process.answer()).items()}


def _blow(world: World, clients: IntakeClients, tokens: dict[uuid.UUID, str], size: Size) -> tuple[Counter[str], bool]:
    """Have the clients post all leads while the partners work, and go on until every lead has found a partner.

    Returns what the partners did, and whether it came to an end in time.
    """
    stop = threading.Event()
    done: Counter[str] = Counter()
    with ThreadPoolExecutor(size.clients + PARTNER_THREADS) as pool, contextlib.ExitStack() as sessions:
        mine = [dict(list(tokens.items())[number::PARTNER_THREADS]) for number in range(PARTNER_THREADS)]
        partners = [
            PartnersAtWork(sessions.enter_context(world.session()), clients, part, seed=number)
            for number, part in enumerate(mine)
        ]
        onlooker = sessions.enter_context(world.session())
        at_work = [pool.submit(clients.guard, partial(some.work, stop)) for some in partners]
        count = size.leads // size.clients
        posted = [pool.submit(clients.guard, partial(clients.post_leads, count)) for _ in range(size.clients)]
        try:
            for client in posted:
                client.result()
            world.wait_until(lambda: onlooker.execute(_UNROUTED).rowcount == 0, seconds=size.seconds)
        except TookTooLong:
            return done, False
        finally:
            stop.set()
            for some in at_work:
                some.result()
            for each in partners:
                done.update(each.done)
    return done, True


def _deadlocks(world: World) -> int:
    """Deadlocks that the database broke up; whoever it ended tries again."""
    with world.session() as session:
        row = session.execute("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()").fetchone()
        return 0 if row is None else int(row[0])


def _complaints(workers: list[Process]) -> list[str]:
    """Tasks that failed, as the workers say it."""
    said = [line for worker in workers for line in worker.said(lines=1_000_000).splitlines()]
    return _grouped([line[:500] for line in said if '"event": "task_failed"' in line])


def _grouped(sentences: list[str]) -> list[str]:
    """A few examples for many."""
    if len(sentences) <= 3:
        return sentences
    return [*sentences[:3], f"and {len(sentences) - 3} more like these"]


SCENARIO = Scenario(name="storm", title="Storm", inject=inject)
