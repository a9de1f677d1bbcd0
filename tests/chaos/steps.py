"""The steps of a piece of work, and a signal at one of them: loaded into the processes that are to be killed.

A step is a statement, a `COPY`, a commit or a rollback (before it, in the middle of a `COPY`, after it), and whatever
the process itself calls one. `FAULT_FILE` names a file: while it is there, the process that comes to the step in it
sends the signals in it, once. `STEPS_FILE` names one that lists the steps of a dry run.
"""

import contextlib
import json
import os
import signal
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from functools import wraps
from pathlib import Path
from typing import Any

import psutil
import psycopg

FAULT_FILE = "CHAOS_FAULT_FILE"
STEPS_FILE = "CHAOS_STEPS_FILE"
VISIBILITY_SECONDS = "CHAOS_VISIBILITY_SECONDS"
GO_FILE = "CHAOS_GO_FILE"
"""Variables of the environment; the third says after how long a message that nobody acknowledged comes again, the last
names a file that a batch waits for before it looks at the database."""

SELF, PARENT, BACKEND = "self", "parent", "backend"
"""Whom a signal can go to beside a process by its number: who comes to the step, its parent, its database session."""

_GONE_SECONDS = 10.0
_WORDS_SHOWN = 60


@dataclass(frozen=True, slots=True)
class Step:
    """The `place`-th step of the work called `work`; `phase` is before, during or after it.

    `what` is a statement's first words. With the place None, it is any step of these words.
    """

    work: str
    place: int | None
    phase: str
    what: str = ""

    def is_reached(self, now: "Step") -> bool:
        """Whether a process that is at the step `now` has come to this one."""
        here = now.what == self.what if self.place is None else now.place == self.place
        return here and (self.work, self.phase) == (now.work, now.phase)


@dataclass(frozen=True, slots=True)
class Fault:
    """Signals, in this order, at a step. Each target is one of the words above or the number of a process."""

    step: Step
    targets: tuple[str | int, ...]
    number: int = signal.SIGKILL

    def arm(self, file: Path) -> None:
        """Have it happen, once."""
        self.done(file).unlink(missing_ok=True)
        partial = file.with_suffix(".partial")
        partial.write_text(json.dumps(asdict(self)))
        partial.rename(file)

    @staticmethod
    def done(file: Path) -> Path:
        """The file that is there when it has happened."""
        return file.with_suffix(".done")


def read_steps(file: Path) -> list[Step]:
    """The steps that a dry run has listed, each once."""
    steps = [Step(**json.loads(line)) for line in file.read_text().splitlines()]
    return list({(step.work, step.place, step.phase): step for step in steps}.values())


class _Work:
    """What this process does now, and how far it is."""

    def __init__(self) -> None:
        self.name = ""
        self.place = 0
        self.fault_file = _path(FAULT_FILE)
        self.steps_file = _path(STEPS_FILE)


def _path(variable: str) -> Path | None:
    value = os.environ.get(variable)
    return None if value is None else Path(value)


_work = _Work()


def begin(name: str) -> None:
    """A piece of work begins: its steps are counted from 0."""
    _work.name, _work.place = name, 0
    _come_to("after", "begin")


def end() -> None:
    """It is over: what this process does from now on is no step of it."""
    _work.place += 1
    _come_to("before", "end")
    _work.name = ""


def aside(name: str, what: str, phase: str) -> None:
    """A step of a process beside, such as the worker's main process: at the place 0 of work of its own."""
    _notice(Step(f"{name}, {what}", 0, phase, what), session=None)


def install() -> None:
    """Make every statement, `COPY`, commit and rollback of psycopg a step."""
    cursor, connection = psycopg.Cursor, psycopg.Connection
    _wrap(cursor, "execute", lambda self, args: (self.connection, args[0]))
    _wrap(cursor, "executemany", lambda self, args: (self.connection, args[0]))
    _wrap(connection, "commit", lambda self, args: (self, "COMMIT"))
    _wrap(connection, "rollback", lambda self, args: (self, "ROLLBACK"))
    original = cursor.copy

    @contextlib.contextmanager
    @wraps(original)
    def copy(self: Any, statement: Any, *args: Any, **options: Any) -> Iterator[Any]:
        _work.place += 1
        _come_to("before", statement, self.connection)
        with original(self, statement, *args, **options) as copying:
            yield copying
            _come_to("during", statement, self.connection)
        _come_to("after", statement, self.connection)

    cursor.copy = copy  # type: ignore[method-assign]  # that is the point


def _wrap(kind: type[Any], name: str, described: Callable[[Any, tuple[Any, ...]], tuple[Any, Any]]) -> None:
    original = getattr(kind, name)

    @wraps(original)
    def wrapped(self: Any, *args: Any, **options: Any) -> Any:
        session, what = described(self, args)
        _work.place += 1
        _come_to("before", what, session)
        result = original(self, *args, **options)
        _come_to("after", what, session)
        return result

    setattr(kind, name, wrapped)


def _come_to(phase: str, what: object, session: Any = None) -> None:
    if _work.name:
        words = " ".join(str(what).split())[:_WORDS_SHOWN]
        _notice(Step(_work.name, _work.place, phase, words), session)


def _notice(step: Step, session: Any) -> None:
    if _work.steps_file is not None:
        with _work.steps_file.open("a") as file:
            file.write(json.dumps(asdict(step)) + "\n")
    if _work.fault_file is None or not _work.fault_file.exists():
        return
    try:
        armed = json.loads(_work.fault_file.read_text())
        if not Step(**armed["step"]).is_reached(step):
            return
        # Only one process can rename it: it happens once.
        _work.fault_file.rename(Fault.done(_work.fault_file))
    except FileNotFoundError:
        return
    for target in armed["targets"]:
        _send(target, armed["number"], session)


def _send(target: str | int, number: int, session: Any) -> None:
    if target == SELF:
        os.kill(os.getpid(), number)
    elif target == PARENT:
        os.kill(os.getppid(), number)
    else:
        # A server: what comes next must not still be answered.
        backend = None if session is None else int(session.info.backend_pid)
        pid = backend if target == BACKEND and backend is not None else int(target)
        answering = backend if backend is not None and _is_of(backend, pid) else pid
        os.kill(pid, number)
        _wait_until_gone(answering)


def _is_of(backend: int, server: int) -> bool:
    """Whether the database session is one of the server's; another server may be the one that ends."""
    try:
        return psutil.Process(backend).ppid() == server
    except psutil.NoSuchProcess:
        return False


def _wait_until_gone(pid: int) -> None:
    deadline = time.monotonic() + _GONE_SECONDS
    with contextlib.suppress(psutil.NoSuchProcess):
        # A zombie is a child of somebody who has not asked for it yet.
        while psutil.Process(pid).status() != psutil.STATUS_ZOMBIE and time.monotonic() < deadline:
            time.sleep(0.005)
