"""Holds the quick lanes: their tests start no process, listen on no socket and make no database of their own.

A test that does fails where it tries to, and once more at the end of its phase, so that nothing between can hide it.
Session-wide fixtures of `tests/conftest.py` and of packages may: what they start is shared by all tests.
"""

import ctypes.util
import re
import socket
import sys
import traceback
import uuid
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any

import psycopg
import pytest

LANES = ("tests/unit/", "tests/sql/", "tests/integration/", "tests/architecture/")
PROCESSES = {"subprocess.Popen", "os.fork", "os.forkpty", "os.posix_spawn", "os.exec", "os.system"}
ASKING_THE_SYSTEM = {ctypes.util.find_library.__code__, uuid.getnode.__code__}
CREATE_DATABASE = re.compile(r"\bcreate\s+database\b", re.IGNORECASE)


class Guard:
    """Watches the whole interpreter, as an audit hook cannot be taken away, and acts while a test is `held`."""

    def __init__(self) -> None:
        self._test: str | None = None
        self._refused: list[str] = []
        sys.addaudithook(self._hear)
        _watch_listening(self)
        _watch_statements(self)

    @contextmanager
    def held(self, test: str) -> Iterator[None]:
        """Hold the test of this name to its lane until the block ends."""
        if not test.startswith(LANES):
            yield
            return
        self._test, self._refused = test, []
        try:
            yield
        finally:
            self._test = None
        if self._refused:
            pytest.fail(self._refused[0], pytrace=False)

    @contextmanager
    def released(self) -> Iterator[None]:
        """Let whatever happens in the block happen."""
        test, self._test = self._test, None
        try:
            yield
        finally:
            self._test = test

    def refuse(self, what: str) -> None:
        """Fail the test that is held, if there is one."""
        if self._test is None:
            return
        lane = "/".join(self._test.split("/")[:2])
        sentence = (
            f"{self._test} {what}. Tests in {lane} have the session's servers alone: "
            "this one belongs in tests/process (see the lanes in CONTRIBUTING.md)."
        )
        self._refused.append(f"{sentence}\n{''.join(traceback.format_stack(limit=12))}")
        # No subclass of Exception: nobody takes it for a failure of a broker.
        raise pytest.fail.Exception(sentence)

    def _hear(self, event: str, _arguments: tuple[Any, ...]) -> None:
        if event in PROCESSES and not _is_asking_the_system():
            self.refuse(f"starts a process ({event})")


def _watch_listening(guard: Guard) -> None:
    """Have every socket that is about to listen seen by the guard. (Libraries bind one to find out what there is.)"""
    listen = socket.socket.listen

    def watched(self: socket.socket, *arguments: Any) -> None:
        guard.refuse(f"listens at {self.getsockname()}")
        listen(self, *arguments)

    socket.socket.listen = watched  # type: ignore[assignment, method-assign]  # there is no event for it


def _is_asking_the_system() -> bool:
    """Whether a library looks for another one, or for the machine's address, with a program of the system."""
    frame: FrameType | None = sys._getframe()
    while frame is not None and frame.f_code not in ASKING_THE_SYSTEM:
        frame = frame.f_back
    return frame is not None


def _watch_statements(guard: Guard) -> None:
    """Have every statement that psycopg sends seen by the guard."""
    execute = psycopg.Cursor.execute

    def watched(self: Any, query: Any, *arguments: Any, **options: Any) -> Any:
        text = (
            query if isinstance(query, str) else query.decode() if isinstance(query, bytes) else query.as_string(self)
        )
        if CREATE_DATABASE.search(text):
            guard.refuse("makes a database")
        return execute(self, query, *arguments, **options)

    psycopg.Cursor.execute = watched  # type: ignore[method-assign]  # there is no event for it


GUARD = Guard()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_setup(item: pytest.Item) -> Generator[None, object, object]:
    """Hold what the fixtures of a test do."""
    with GUARD.held(item.nodeid):
        return (yield)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None, object, object]:
    """Hold the test."""
    with GUARD.held(item.nodeid):
        return (yield)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown(item: pytest.Item) -> Generator[None, object, object]:
    """Hold what the fixtures of a test do at its end."""
    with GUARD.held(item.nodeid):
        return (yield)


@pytest.hookimpl(wrapper=True)
def pytest_fixture_setup(fixturedef: pytest.FixtureDef[Any]) -> Generator[None, object, object]:
    """Let the servers and the database of the session be made."""
    if fixturedef.scope == "session" and fixturedef.baseid in {"", "tests"}:
        with GUARD.released():
            return (yield)
    return (yield)
