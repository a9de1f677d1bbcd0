"""The stack that runs in this checkout, and leftovers of one that was killed.

It is found by two marks: a file with the manager's process id and start time (a process id may be reused), and a
variable in the environment of everything that the manager starts, which identifies leftovers without a list.
"""

import contextlib
import json
import os
from collections.abc import Iterator
from dataclasses import dataclass

import psutil

from config.local.environment import write_private
from config.local.places import LOCAL

MARK = "LEADS_LOCAL_STACK"
RECORD = LOCAL / "stack.json"
GRACE_SECONDS = 8


@dataclass(frozen=True, slots=True)
class RunningStack:
    """The manager of a running stack, and the address of its web pages once it has one."""

    process: psutil.Process
    address: str | None


def marked_environment() -> dict[str, str]:
    """Return the environment for the processes of the stack."""
    return {**os.environ, MARK: str(LOCAL)}


def record_stack(*, address: str | None) -> None:
    """Record that this process manages the stack, and where its web pages are."""
    me = psutil.Process()
    write_private(RECORD, json.dumps({"pid": me.pid, "created": me.create_time(), "address": address}))


def forget_stack() -> None:
    """Remove the record."""
    RECORD.unlink(missing_ok=True)


def running_stack() -> RunningStack | None:
    """Return the stack that runs in this checkout, if any."""
    try:
        record = json.loads(RECORD.read_text())
        process = psutil.Process(record["pid"])
    except (FileNotFoundError, json.JSONDecodeError, KeyError, psutil.NoSuchProcess):
        return None
    # The start time survives a round trip through JSON; half a second allows for clocks that count in jiffies.
    if abs(process.create_time() - record["created"]) > 0.5 or process.status() == psutil.STATUS_ZOMBIE:
        return None
    return RunningStack(process=process, address=record["address"])


def end_leftovers() -> int:
    """End every process that a stack of this checkout started, by force if needed, and return their number."""
    processes = list(_marked_processes())
    for process in processes:
        _signal(process, kill=False)
    _, left = psutil.wait_procs(processes, timeout=GRACE_SECONDS)
    for process in left:
        _signal(process, kill=True)
    psutil.wait_procs(left, timeout=GRACE_SECONDS)
    return len(processes)


def stack_listens(*, port: int) -> bool:
    """Return whether a process of this stack, and no other, serves the port."""
    for process in _marked_processes():
        with contextlib.suppress(psutil.Error):
            for connection in process.net_connections(kind="tcp"):
                if connection.status == psutil.CONN_LISTEN and connection.laddr.port == port:
                    return True
    return False


def _marked_processes() -> Iterator[psutil.Process]:
    for process in psutil.process_iter():
        try:
            if process.pid != os.getpid() and process.environ().get(MARK) == str(LOCAL):
                yield process
        except (psutil.Error, OSError):
            # Another user's, or ended in the meantime.
            continue


def _signal(process: psutil.Process, *, kill: bool) -> None:
    try:
        if kill:
            process.kill()
        else:
            process.terminate()
    except psutil.NoSuchProcess:
        return
