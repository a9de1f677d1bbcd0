"""Messages that come twice or out of order, two beats, and a broker that is away or hangs when a lead is posted."""

import random
import time
from collections.abc import Iterator, Sequence
from functools import partial
from urllib.error import URLError

from tests.chaos.processes import Process
from tests.chaos.scenario import Outcome, Scenario, Sizes
from tests.chaos.stack import Stack
from tests.chaos.world import World

PATIENCE_SECONDS = 10.0
"""How long a client waits for the answer to its lead."""

_LEADS = {Sizes.FULL: 400, Sizes.SHORT: 24}
_PORTIONS = {Sizes.FULL: 3, Sizes.SHORT: 2}
_POSTS = {Sizes.FULL: 20, Sizes.SHORT: 3}


def twice(stack: Stack, sizes: Sizes) -> Iterator[Outcome]:
    """Each message comes at once to two workers, and a third time at any moment, in any order."""
    with stack.world("messages twice") as world:
        world.add_partners(12, cap=_LEADS[sizes] // 8)
        lead_ids = world.add_leads(_LEADS[sizes])
        backwards = [lead_id for lead_id in reversed(lead_ids) for _ in range(2)]
        later = random.Random(1).sample(lead_ids, k=len(lead_ids))
        world.send_messages([*backwards, *later])
        for _ in range(2):
            world.start_worker(concurrency=2, ready=False)
        yield _settled(world, fault="message delivered three times, out of order", injected=2 * len(lead_ids))


def two_beats(stack: Stack, sizes: Sizes) -> Iterator[Outcome]:
    """Leads come without a message, while two beats ask two workers for sweeps every second."""
    with stack.world("two beats") as world:
        world.add_partners(12, cap=_LEADS[sizes] // 8)
        beats = [world.start_beat(), world.start_beat()]
        for _ in range(2):
            world.start_worker(concurrency=2, ready=False)
        for beat in beats:
            world.wait_until(partial(_have_swept, [beat], times=1), of=beat)
        for portion in range(1, _PORTIONS[sizes] + 1):
            world.add_leads(_LEADS[sizes] // _PORTIONS[sizes])
            world.wait_until(partial(_have_swept, beats, times=portion + 1))
        world.wait_until(lambda: world.undecided() == 0)
        sweeps = sum(map(_sweeps, beats))
        for beat in beats:
            beat.kill()
        yield _settled(world, fault="two beats at once: sweeps asked for", injected=sweeps)


def _have_swept(beats: Sequence[Process], *, times: int) -> bool:
    return min(map(_sweeps, beats)) >= times


def _sweeps(beat: Process) -> int:
    return beat.said(lines=10_000).count("Sending due task sweep")


def broker_away(stack: Stack, sizes: Sizes) -> Iterator[Outcome]:
    """Leads are posted while the broker is gone or hangs; each client gets its 201, and the sweep does the rest."""
    redis = stack.redis
    with stack.world("broker away") as world:
        world.add_partners(8, cap=2 * _POSTS[sizes])
        world.start_worker(concurrency=2, ready=False)
        address = world.start_web()
        world.start_beat()
        for fault, begin, end in (
            ("broker killed when a lead is posted", redis.kill, redis.start),
            ("broker hangs when a lead is posted", redis.pause, redis.resume),
        ):
            begin()
            slowest, refused = _post(world, address, count=_POSTS[sizes])
            end()
            yield _settled(
                world,
                fault=fault,
                injected=_POSTS[sizes],
                note=f"the slowest answer took {slowest:.1f} s",
                problems=refused,
            )


def _post(world: World, address: str, *, count: int) -> tuple[float, tuple[str, ...]]:
    """Post leads; the longest time until an answer, in seconds, and what went wrong."""
    slowest, refused = 0.0, []
    for _ in range(count):
        began = time.monotonic()
        try:
            world.post_lead(address, seconds=PATIENCE_SECONDS)
        except (URLError, TimeoutError) as error:
            refused.append(f"a lead was not taken: {error}")
        slowest = max(slowest, time.monotonic() - began)
    return slowest, tuple(refused)


def _settled(world: World, *, fault: str, injected: int, note: str = "", problems: tuple[str, ...] = ()) -> Outcome:
    if not world.settle():
        problems = (*problems, f"{world.undecided()} leads and {world.messages()} messages were left")
    return Outcome(fault=fault, injected=injected, found=world.check(), note=note, problems=problems)


TWICE = Scenario(name="twice", title="Messages twice and out of order", inject=twice)
TWO_BEATS = Scenario(name="beats", title="Two beats at once", inject=two_beats)
BROKER_AWAY = Scenario(name="broker", title="The broker is away when a lead is posted", inject=broker_away)
