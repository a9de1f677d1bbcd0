"""Kill -9 of a worker, of its child and of both at each step on the way to a decision.

The steps are not written down here: a dry run lists them. After each kill the message comes again, to the next child
or to another worker, and a new worker is started for the one that is gone. A worker that dies right after it took a
message takes it along: between the two commands by which Celery's transport takes it and notes that it did, the message
is nowhere. Such a lead is what sweeps are for.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from tests.chaos.processes import Process
from tests.chaos.scenario import Outcome, Scenario, Sizes
from tests.chaos.stack import Stack
from tests.chaos.steps import FAULT_FILE, PARENT, SELF, STEPS_FILE, VISIBILITY_SECONDS, Fault, Step, read_steps
from tests.chaos.world import TookTooLong, World

APP = "tests.chaos.faulty"
NOWHERE = "Atlantis"
# Each task has a child of its own, so that every decision has the same steps. A child is replaced within half a second:
# with some of them, none has to be waited for.
_COLD = ("--max-tasks-per-child", "1")
_CHILDREN = {Sizes.FULL: 12, Sizes.SHORT: 4}
_CHILDREN_OF_A_SHORT_LIFE = 3
_REACHED_SECONDS = 90.0
# What a worker has taken with it comes again after this time.
_GONE_SECONDS = {Sizes.FULL: "6", Sizes.SHORT: "2"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """A way to a decision: the task whose steps they are, and what sets it off."""

    title: str
    task: str
    set_off: Callable[[World], None]


def _send_lead(world: World) -> None:
    world.send_messages(world.add_leads(1))


def _send_lead_of_nobody(world: World) -> None:
    world.send_messages(world.add_leads(1, provinces=[NOWHERE]))


def _send_sweep(world: World) -> None:
    world.add_leads(2)
    world.send_sweep()


ASSIGN = Way(title="assigning a lead", task="router.tasks.assign_lead", set_off=_send_lead)
NOBODY = Way(title="a lead for nobody", task="router.tasks.assign_lead", set_off=_send_lead_of_nobody)
SWEEP = Way(title="a sweep", task="router.tasks.sweep_unassigned_leads", set_off=_send_sweep)


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """Whom to kill on which way; `short`: at how many of the last steps when there is little time.

    Where a worker dies, a kill before a step is left out if there is one after the step before: between the two nothing
    happens outside of the process.
    """

    way: Way
    fault: str
    targets: tuple[str, ...]
    worker_dies: bool
    short: int


PLANS = (
    Plan(way=ASSIGN, fault="kill -9 of the child", targets=(SELF,), worker_dies=False, short=3),
    Plan(way=ASSIGN, fault="kill -9 of the worker, not its child", targets=(PARENT,), worker_dies=True, short=1),
    Plan(way=ASSIGN, fault="kill -9 of worker and child", targets=(PARENT, SELF), worker_dies=True, short=1),
    Plan(way=NOBODY, fault="kill -9 of the child", targets=(SELF,), worker_dies=False, short=0),
    Plan(way=SWEEP, fault="kill -9 of the child", targets=(SELF,), worker_dies=False, short=1),
)


def inject(stack: Stack, sizes: Sizes) -> Iterator[Outcome]:
    """Kill at every step, or at the last ones: those that write."""
    with stack.world("dry run") as world:
        world.add_partners(8, cap=40)
        # The sweep comes before the lead for nobody, which it would find.
        steps = dry_run(world, (ASSIGN, SWEEP, NOBODY), sizes)
    for plan in PLANS:
        chosen = _steps_of(plan, steps[plan.way], sizes)
        if chosen:
            with stack.world(f"{plan.fault}, {plan.way.title}") as world:
                world.add_partners(8, cap=40)
                yield _kill(world, plan, chosen, sizes)


def _steps_of(plan: Plan, steps: Sequence[Step], sizes: Sizes) -> list[Step]:
    in_child = [step for step in steps if step.work == plan.way.task]
    if plan.worker_dies:
        beside = [step for step in steps if step.work != plan.way.task]
        chosen = [*beside, *(step for step in in_child if step.phase != "before"), in_child[-1]]
    else:
        chosen = in_child
    if sizes == Sizes.SHORT:
        chosen = chosen[len(chosen) - plan.short :]
    # What is said only once is found by its words, even if something else comes in between.
    times = Counter((step.what, step.phase) for step in steps)
    return [replace(step, place=None) if times[step.what, step.phase] == 1 else step for step in chosen]


def dry_run(world: World, ways: Sequence[Way], sizes: Sizes) -> dict[Way, list[Step]]:
    """The steps of each way when nothing happens, in the order in which they are come to first."""
    file = world.folder / "steps"
    world.start_worker(app=APP, concurrency=_CHILDREN[sizes], options=_COLD, environment={STEPS_FILE: str(file)})
    steps = {}
    for way in ways:
        way.set_off(world)
        world.wait_until(lambda: file.exists() and any(_is_last(step) for step in read_steps(file)))
        steps[way] = [step for step in read_steps(file) if step.work.startswith(way.task)]
        file.unlink()
    return steps


def _is_last(step: Step) -> bool:
    return (step.what, step.phase) == ("acknowledgement", "after")


def _kill(world: World, plan: Plan, steps: Sequence[Step], sizes: Sizes) -> Outcome:
    file = world.folder / "fault"
    reached, strays, problems = 0, 0, []
    # A spare one takes over at once while the next is starting.
    workers = [_start(world, file, plan, sizes) for _ in range(2 if plan.worker_dies and len(steps) > 1 else 1)]
    for step in steps:
        Fault(step, targets=plan.targets if step.work == plan.way.task else (SELF,)).arm(file)
        plan.way.set_off(world)
        try:
            world.wait_until(Fault.done(file).exists, seconds=_REACHED_SECONDS)
            reached += 1
            if plan.worker_dies:
                world.wait_until(lambda: not all(worker.runs for worker in workers))
        except TookTooLong:
            problems.append(f"never came to {step.phase} {step.what} in {step.work}")
            file.unlink(missing_ok=True)
        workers[:] = [worker if worker.runs else _start(world, file, plan, sizes) for worker in workers]
    if plan.worker_dies:
        # What comes again comes at once, and more than the short-lived children can take.
        for worker in workers:
            worker.kill_all()
        world.start_worker(app=APP, concurrency=2, environment={VISIBILITY_SECONDS: _GONE_SECONDS[sizes]})
        strays = world.sweep_strays()
    if not world.settle():
        problems.append(f"{world.undecided()} leads and {world.messages()} messages were left")
    return Outcome(
        fault=f"{plan.fault}, {plan.way.title}",
        injected=reached,
        found=world.check(),
        note=f"{strays} found by a sweep" if strays else "",
        problems=tuple(problems),
    )


def _start(world: World, file: Path, plan: Plan, sizes: Sizes) -> Process:
    return world.start_worker(
        app=APP,
        concurrency=_CHILDREN_OF_A_SHORT_LIFE if plan.worker_dies else _CHILDREN[sizes],
        options=_COLD,
        ready=False,
        environment={FAULT_FILE: str(file), VISIBILITY_SECONDS: _GONE_SECONDS[sizes] if plan.worker_dies else "60"},
    )


KILLS = Scenario(name="kills", title="Workers killed at each step of an assignment", inject=inject)
