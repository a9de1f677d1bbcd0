"""The disk of the database gets full in the middle of the work, and has room again later."""

import urllib.error
from collections.abc import Iterator
from dataclasses import replace

from tests.chaos.database_days.disks import Disk, LimitedFiles, NoSmallDisk, SmallDisk, small_disk_mount
from tests.chaos.processes import Process
from tests.chaos.scenario import Outcome, Sizes
from tests.chaos.stack import Stack
from tests.chaos.world import PROVINCES, World

# Several times what the room that is left can hold: the disk gets full in the middle, and not by luck.
LEADS = 6_000
# An error of a file is none of the disk to the server, and the sweep looks for the leads that it is about one by one.
FEWER_LEADS = 600
POSTS = {Sizes.FULL: 1_000, Sizes.SHORT: 30}
MESSAGES = {Sizes.FULL: 100, Sizes.SHORT: 30}


def inject(stack: Stack, sizes: Sizes) -> Iterator[Outcome]:
    """With files that cannot grow, which works everywhere; and with a small file system, where we may mount one."""
    note = ""
    if sizes is Sizes.FULL:
        try:
            with small_disk_mount(stack) as mount, stack.world("full disk") as world:
                yield _live_through(world, SmallDisk(mount, stack, world), sizes, leads=LEADS)
        except NoSmallDisk as error:
            note = f"; no file system of our own can be mounted here: {error}"
    with stack.world("full disk") as world:
        yield _live_through(world, LimitedFiles(stack, world), sizes, leads=FEWER_LEADS, note=note)


def _live_through(world: World, disk: Disk, sizes: Sizes, *, leads: int, note: str = "") -> Outcome:
    world.add_partners(8, cap=None)
    lead_ids = world.add_leads(leads)
    worker = world.start_worker(concurrency=2, ready=False)
    address = world.start_web()
    disk.fill()
    try:
        world.send_messages(lead_ids[: MESSAGES[sizes]])
        world.send_sweep()
        taken, refused = _post(world, address, POSTS[sizes])
        world.wait_until(lambda: world.messages() == 0, seconds=240, of=worker)
        waiting, failed = world.undecided(), _failures(worker)
    finally:
        disk.free()
    problems = []
    if not failed or not waiting:
        problems.append(f"The disk was not full: {failed} tasks failed, {waiting} leads waited.")
    _post(world, address, 5)
    world.send_sweep()
    if not world.settle(seconds=240):
        problems.append(f"{world.undecided()} leads still wait for somebody.")
    return Outcome(
        fault=f"disk full: {disk.kind}",
        injected=failed + refused,
        found=replace(world.check(), leads=len(world.accepted)),
        note=f"{failed} tasks failed, {refused} of {taken + refused} posts refused, {waiting} leads waited{note}",
        problems=tuple(problems),
        figures={"tasks_failed": failed, "posts_taken": taken, "posts_refused": refused, "leads_waited": waiting},
    )


def _post(world: World, address: str, count: int) -> tuple[int, int]:
    """Post leads until the web server says no for the tenth time; how many it took, and how many it refused."""
    taken = refused = 0
    while taken < count and refused < 10:
        try:
            world.post_lead(address, seconds=60, province=PROVINCES[taken % len(PROVINCES)])
            taken += 1
        except urllib.error.HTTPError as error:
            with error:
                refused += 1
    return taken, refused


def _failures(worker: Process) -> int:
    return worker.said(lines=1_000_000).count("task_failed")
