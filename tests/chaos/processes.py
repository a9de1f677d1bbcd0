"""The processes of a stack: started with a log, signalled, ended."""

import contextlib
import os
import signal
import subprocess
import time
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import psutil

from config.local.places import CHECKOUT

END_SECONDS = 15
_POLL_SECONDS = 0.005


class ProcessFailed(Exception):
    """A process did not do what it was started for; the message has the end of its log."""


class Process:
    """A process and those that it starts, in a group of its own; everything that it says goes to `log`."""

    def __init__(self, name: str, command: Sequence[str], *, environment: Mapping[str, str], log: Path) -> None:
        self.name = name
        self.log = log
        with log.open("a") as output:
            self._process = subprocess.Popen(
                command,
                cwd=CHECKOUT,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    @property
    def pid(self) -> int:
        """The main process."""
        return self._process.pid

    @property
    def runs(self) -> bool:
        """Whether the main process has not ended."""
        return self._process.poll() is None

    def children(self) -> list[psutil.Process]:
        """The processes that it started and that run."""
        return psutil.Process(self.pid).children(recursive=True) if self.runs else []

    def kill(self) -> None:
        """Kill -9 of the main process alone."""
        self._process.kill()
        self._process.wait()

    def kill_all(self) -> None:
        """Kill -9 of the main process and of all that it started, also when the main process is gone."""
        children = self.children()
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.pid, signal.SIGKILL)
        self._process.wait()
        wait_until_ended(children, seconds=END_SECONDS)

    def stop(self) -> None:
        """Ask it to end, as an operator does; kill what is left."""
        if self.runs:
            self._process.send_signal(signal.SIGTERM)
            try:
                self._process.wait(timeout=END_SECONDS)
            except subprocess.TimeoutExpired:
                self.kill_all()

    def wait(self, *, seconds: float) -> int:
        """Wait until it ends; its exit code. Raises ProcessFailed."""
        try:
            return self._process.wait(timeout=seconds)
        except subprocess.TimeoutExpired:
            self.kill_all()
            raise ProcessFailed(f"{self.name} did not end within {seconds} seconds:\n{self.said()}") from None

    def said(self, *, lines: int = 30) -> str:
        """The end of its log."""
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-lines:])

    def answer(self) -> str:
        """The last line, of a process that has ended and whose answer is secret: its log does not keep it."""
        text = self.said(lines=1)
        self.log.write_text("")
        return text


def wait_until_ended(processes: Iterable[psutil.Process], *, seconds: float) -> None:
    """Wait until none of them runs any more, and no longer than this.

    A zombie has ended; the machine's first process, which inherits it, may take seconds to ask for it.
    """
    deadline = time.monotonic() + seconds
    left = list(processes)
    while (left := [process for process in left if _runs(process)]) and time.monotonic() < deadline:
        time.sleep(_POLL_SECONDS)


def _runs(process: psutil.Process) -> bool:
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False
