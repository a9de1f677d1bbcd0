import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from config.local import processes
from config.local.processes import (
    end_leftovers,
    forget_stack,
    marked_environment,
    record_stack,
    running_stack,
)

Start = Callable[[str], "subprocess.Popen[str]"]


@pytest.fixture
def start(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Start]:
    """Start Python code as a part of a stack of the test's own; gives the process once the code has said a line."""
    monkeypatch.setattr(processes, "LOCAL", tmp_path)
    monkeypatch.setattr(processes, "RECORD", tmp_path / "stack.json")
    monkeypatch.setattr(processes, "GRACE_SECONDS", 1)
    started: list[subprocess.Popen[str]] = []

    def start(code: str) -> "subprocess.Popen[str]":
        process = subprocess.Popen(
            [sys.executable, "-c", f"import signal, sys, time\n{code}\nprint('up', flush=True)\ntime.sleep(600)"],
            env=marked_environment(),
            stdout=subprocess.PIPE,
            text=True,
        )
        started.append(process)
        assert process.stdout is not None
        process.stdout.readline()
        return process

    yield start
    for process in started:
        process.kill()
        process.communicate()


def test_everything_the_stack_started_is_ended(start: Start) -> None:
    polite = start("")
    stubborn = start("signal.signal(signal.SIGTERM, signal.SIG_IGN)")

    count = end_leftovers()

    assert count == 2
    assert None not in {polite.poll(), stubborn.poll()}
    assert end_leftovers() == 0


def test_the_stack_of_another_checkout_is_left_alone(
    start: Start, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    theirs = start("")
    monkeypatch.setattr(processes, "LOCAL", tmp_path / "another")

    assert end_leftovers() == 0
    assert theirs.poll() is None


@pytest.mark.usefixtures("start")
def test_a_recorded_stack_is_found_until_it_is_forgotten() -> None:
    assert running_stack() is None

    record_stack(address="http://localhost:8000/")
    found = running_stack()
    forget_stack()

    assert found is not None
    assert (found.process, found.address) == (psutil.Process(), "http://localhost:8000/")
    assert running_stack() is None


@pytest.mark.usefixtures("start")
def test_a_process_number_that_was_used_again_is_no_stack() -> None:
    record_stack(address="http://localhost:8000/")
    record = json.loads(processes.RECORD.read_text())
    processes.RECORD.write_text(json.dumps({**record, "created": record["created"] - 60}))

    assert running_stack() is None


@pytest.mark.parametrize("text", ["", "{}", '{"pid": 999999999, "created": 1, "address": ""}'])
@pytest.mark.usefixtures("start")
def test_a_record_that_says_nothing_is_no_stack(text: str) -> None:
    processes.RECORD.write_text(text)

    assert running_stack() is None
