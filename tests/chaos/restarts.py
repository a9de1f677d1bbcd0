"""Redis and PostgreSQL killed and started again while workers route what comes in."""

import contextlib
import signal
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from tests.chaos.processes import Process
from tests.chaos.scenario import Outcome, Scenario, Sizes
from tests.chaos.stack import Stack
from tests.chaos.steps import FAULT_FILE, VISIBILITY_SECONDS, Fault, Step
from tests.chaos.world import TookTooLong, World

TASK = "router.tasks.assign_lead"
_REACHED_SECONDS = 90.0
_AWAY_SECONDS = 0.5
_MESSAGES_SECONDS = 20.0

# In the order of an assignment: the main process has the message, a child begins, commits, is done; the main process
# acknowledges the message.
MOMENTS = (
    Step(f"{TASK}, receipt", None, "after", "receipt"),
    Step(TASK, None, "after", "begin"),
    Step(TASK, None, "before", "COMMIT"),
    Step(TASK, None, "after", "COMMIT"),
    Step(TASK, None, "before", "end"),
    Step(f"{TASK}, acknowledgement", None, "before", "acknowledgement"),
    Step(f"{TASK}, acknowledgement", None, "after", "acknowledgement"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """`leads` come in before each fault; a fault at every one of `moments`."""

    leads: int
    moments: Sequence[Step]


SIZES = {Sizes.FULL: Size(leads=60, moments=MOMENTS), Sizes.SHORT: Size(leads=20, moments=MOMENTS[2:3])}


class Server(Protocol):
    """Redis or PostgreSQL."""

    @property
    def pid(self) -> int:
        """The main process."""
        ...

    def start(self) -> None:
        """Have it answer again."""
        ...


def redis_restarts(stack: Stack, sizes: Sizes) -> Iterator[Outcome]:
    """Kill -9 of Redis, which keeps the messages over it or does not."""
    for keeps in (True, False):
        fault = f"kill -9 and restart of Redis {'with' if keeps else 'without'} append-only file"
        with stack.world(fault, redis_keeps=keeps) as world:
            yield _restart_amid(world, SIZES[sizes], fault=fault, server=stack.redis, number=signal.SIGKILL)


def postgres_restarts(stack: Stack, sizes: Sizes) -> Iterator[Outcome]:
    """An immediate stop of PostgreSQL, and a kill -9 of its main process; the first alone when there is little time."""
    ends = ((signal.SIGQUIT, "immediate stop"), (signal.SIGKILL, "kill -9"))
    for number, words in ends if sizes == Sizes.FULL else ends[:1]:
        fault = f"{words} and restart of PostgreSQL under workers"
        with stack.world(fault) as world:
            yield _restart_amid(world, SIZES[sizes], fault=fault, server=stack.postgres, number=number)


def _restart_amid(world: World, size: Size, *, fault: str, server: Server, number: signal.Signals) -> Outcome:
    world.add_partners(12, cap=size.leads * len(size.moments))
    file = world.folder / "fault"
    keeper = _Keeper(world, file)
    reached, problems = 0, []
    for moment in size.moments:
        world.send_messages(world.add_leads(size.leads))
        Fault(moment, targets=(server.pid,), number=number).arm(file)
        try:
            world.wait_until(lambda: keeper.keeps() and Fault.done(file).exists(), seconds=_REACHED_SECONDS)
            reached += 1
        except TookTooLong:
            problems.append(f"never came to {moment.phase} {moment.what}")
            file.unlink(missing_ok=True)
        time.sleep(_AWAY_SECONDS)
        server.start()
    with contextlib.suppress(TookTooLong):
        world.wait_until(lambda: keeper.keeps() and world.messages() == 0, seconds=_MESSAGES_SECONDS)
    left = world.undecided()
    world.start_beat()
    with contextlib.suppress(TookTooLong):
        world.wait_until(lambda: keeper.keeps() and world.undecided() == 0 and world.messages() == 0)
    if not world.settle(seconds=1):
        problems.append(f"{world.undecided()} leads and {world.messages()} messages were left")
    return Outcome(
        fault=fault,
        injected=reached,
        found=world.check(),
        note=f"{left} leads were left to the sweep; the worker ended and was started again {keeper.ended} times",
        problems=tuple(problems),
    )


class _Keeper:
    """Starts the worker again when it has ended, as the service manager of a production machine does."""

    def __init__(self, world: World, file: Path) -> None:
        self.ended = 0
        self._world = world
        self._file = file
        self._worker = self._start()

    def keeps(self) -> bool:
        """Look after the worker; always true, so that it can stand in a condition."""
        if not self._worker.runs:
            self.ended += 1
            self._worker = self._start()
        return True

    def _start(self) -> Process:
        return self._world.start_worker(
            app="tests.chaos.faulty",
            concurrency=2,
            ready=False,
            environment={FAULT_FILE: str(self._file), VISIBILITY_SECONDS: "3"},
        )


REDIS = Scenario(name="redis", title="Redis killed under workers", inject=redis_restarts)
POSTGRES = Scenario(name="postgres", title="PostgreSQL killed under workers", inject=postgres_restarts)
