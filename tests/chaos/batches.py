"""A call that assigns some thousand leads, and is cut off in each of its transactions: by its own end or the server's.

After each cut the same call is made again, as the next sweep does.
"""

import signal
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from tests.chaos.processes import Process, ProcessFailed
from tests.chaos.scenario import Outcome, Scenario, Sizes
from tests.chaos.stack import Stack
from tests.chaos.steps import BACKEND, FAULT_FILE, GO_FILE, SELF, STEPS_FILE, Fault, Step, read_steps
from tests.chaos.world import World

PARTNERS = 40
_SECONDS = 120.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """`leads` in one call; `cuts`: at how many places of a transaction, and in how many transactions at the most."""

    leads: int
    cuts: int
    transactions: int


SIZES = {
    Sizes.FULL: Size(leads=4_100, cuts=3, transactions=2),
    Sizes.SHORT: Size(leads=300, cuts=1, transactions=1),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Cut:
    """What ends whom. `cuts`: the most places of a transaction that it is tried at; the server takes its time."""

    fault: str
    target: str
    number: signal.Signals
    cuts: int = 3


SERVER = "server"
CUTS = (
    Cut(fault="kill -9 of the process", target=SELF, number=signal.SIGKILL),
    Cut(fault="kill -9 of its database session", target=BACKEND, number=signal.SIGKILL, cuts=2),
    Cut(fault="immediate stop of PostgreSQL", target=SERVER, number=signal.SIGQUIT, cuts=2),
    Cut(fault="kill -9 of PostgreSQL", target=SERVER, number=signal.SIGKILL, cuts=1),
)


def inject(stack: Stack, sizes: Sizes) -> Iterator[Outcome]:
    """Cut the call off in each of its transactions, at the places that matter most."""
    size = SIZES[sizes]
    with stack.world("dry run of a batch") as world:
        steps = _dry_run(world, size)
    for cut in CUTS:
        with stack.world(f"{cut.fault} in a batch") as world:
            places = _places(steps, cuts=min(cut.cuts, size.cuts), transactions=size.transactions)
            yield _cut_all(world, cut, places, size)


def _add_partners(world: World, size: Size) -> None:
    # Little more room than leads: the favourites are full before the end of the call.
    world.add_partners(PARTNERS, cap=size.leads * 3 // (2 * PARTNERS))


def _dry_run(world: World, size: Size) -> list[Step]:
    _add_partners(world, size)
    world.add_leads(size.leads)
    file = world.folder / "steps"
    call = _call(world, {STEPS_FILE: str(file)})
    if call.wait(seconds=_SECONDS) != 0:
        raise ProcessFailed(f"The batch failed without a fault:\n{call.said()}")
    return read_steps(file)


def _places(steps: Sequence[Step], *, cuts: int, transactions: int) -> list[Step]:
    """Before and after each commit, and in the middle of the last `COPY` before it; the first `cuts` of these."""
    places = []
    commits = [index for index, step in enumerate(steps) if (step.what, step.phase) == ("COMMIT", "before")]
    for index in commits[:transactions]:
        copies = [step for step in steps[:index] if step.phase == "during"]
        places += [steps[index], steps[index + 1], *copies[-1:]][:cuts]
    return places


def _cut_all(world: World, cut: Cut, places: Sequence[Step], size: Size) -> Outcome:
    _add_partners(world, size)
    problems = [] if places else ["the batch has no transaction to cut off"]
    file, go = world.folder / "fault", world.folder / "go"
    for place in places:
        world.add_leads(size.leads)
        target = world.stack.postgres.pid if cut.target == SERVER else cut.target
        Fault(place, targets=(target,), number=cut.number).arm(file)
        go.unlink(missing_ok=True)
        cut_off = _call(world, {FAULT_FILE: str(file)})
        # The next call gets ready meanwhile, and does not look at the database before it may.
        again = _call(world, {GO_FILE: str(go)})
        failed = cut_off.wait(seconds=_SECONDS) != 0
        if not Fault.done(file).exists():
            problems.append(f"never came to {place.phase} {place.what} ({place.place})")
        elif not failed and place.phase != "after":
            problems.append(f"went on after {place.phase} {place.what} ({place.place}) as if nothing had happened")
        world.stack.postgres.start()
        go.touch()
        if again.wait(seconds=_SECONDS) != 0:
            problems.append(f"the same call failed again: {again.said(lines=1)}")
        if not world.settle(seconds=1):
            problems.append(f"{world.undecided()} leads were left after the call was made again")
        _complete_all(world)
    return Outcome(
        fault=f"{cut.fault} in a batch of {size.leads:,}",
        injected=len(places) - sum("never came" in problem for problem in problems),
        found=world.check(),
        problems=tuple(problems),
    )


def _call(world: World, environment: Mapping[str, str]) -> Process:
    return world.start("batch", [sys.executable, "-m", "tests.chaos.batch"], environment=environment)


def _complete_all(world: World) -> None:
    """The partners close their leads, and have room again."""
    with world.session() as session:
        session.execute("UPDATE leads SET status = 'completed' WHERE user_id IS NOT NULL AND status = 'new'")


BATCHES = Scenario(name="batches", title="A batch cut off in each of its transactions", inject=inject)
