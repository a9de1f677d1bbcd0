"""Sessions of pytest that have to fail."""

import os
import socket
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest
from psycopg import sql

from tests.lanes import GUARD

ROOT = Path(__file__).resolve().parents[2]

SERVERS = """
import os, socket, subprocess, threading
import pytest

@pytest.fixture
def system():
    os.system("true")

@pytest.fixture
def fork():
    yield
    if os.fork() == 0:
        os._exit(0)

def test_process():
    subprocess.run(["true"])

def test_swallowed():
    try:
        with socket.socket() as server:
            server.bind(("127.0.0.1", 0))
            server.listen()
    except BaseException:
        pass

def test_thread():
    thread = threading.Thread(target=spawn)
    thread.start()
    thread.join()

def spawn():
    try:
        os.posix_spawn("/bin/true", ["true"], {})
    except BaseException:
        pass

def test_setup(system):
    pass

def test_teardown(fork):
    pass

def test_nothing():
    pass
"""
LOGS = """
from pathlib import Path
from tests.local.temporary import keep_logs

def test_nothing(tmp_path: Path) -> None:
    log = tmp_path / "web.log"
    log.write_text({text!r})
    keep_logs(log)
"""


def session(test: Path, *, folder: Path) -> "subprocess.CompletedProcess[str]":
    """A session of the one file, as if the folder were the project's."""
    return subprocess.run(
        [
            *(sys.executable, "-m", "pytest", "-c", "pyproject.toml", "-p", "no:cacheprovider"),
            *("--rootdir", str(folder), str(test)),
        ],
        cwd=ROOT,
        # It keeps what it has found, and is no part of this session.
        env={**{name: value for name, value in os.environ.items() if "XDIST" not in name}, "TMPDIR": str(folder)},
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_session_fails_by_what_a_process_logged(tmp_path: Path) -> None:
    test = tmp_path / "test_planted.py"
    test.write_text(LOGS.format(text="one\nans@example.org\n"))

    done = session(test, folder=tmp_path)

    assert done.returncode == 1, done.stdout + done.stderr
    assert "1 passed" in done.stdout
    assert "web.log:2: an e-mail address: [an e-mail address]" in done.stdout
    assert "1 log files, 20 bytes scanned: 1 lines" in done.stdout
    assert "ans@example.org" not in done.stdout


def test_tests_of_the_quick_lanes_fail_by_a_process_or_a_server(tmp_path: Path) -> None:
    test = tmp_path / "tests" / "unit" / "test_planted.py"
    test.parent.mkdir(parents=True)
    test.write_text(SERVERS)

    done = session(test, folder=tmp_path)

    said = (
        "tests/unit/test_planted.py::{} {}. Tests in tests/unit have the session's servers alone: this one belongs in"
    )
    assert done.returncode == 1, done.stdout + done.stderr
    assert "3 failed, 2 passed, 2 errors" in done.stdout
    assert said.format("test_process", "starts a process (subprocess.Popen)") in done.stdout
    assert "tests/unit/test_planted.py::test_swallowed listens at ('127.0.0.1', " in done.stdout
    assert said.format("test_thread", "starts a process (os.posix_spawn)") in done.stdout
    assert said.format("test_setup", "starts a process (os.system)") in done.stdout
    assert said.format("test_teardown", "starts a process (os.fork)") in done.stdout


def test_what_makes_a_database_is_refused_before_it_is_sent() -> None:
    with pytest.raises(pytest.fail.Exception, match="makes a database"), GUARD.held("tests/sql/test_x.py::test_x"):
        psycopg.Cursor.execute(None, sql.SQL("CREATE  DATABASE {}").format(sql.Identifier("x")))  # type: ignore[call-overload]  # never used


def test_fixtures_of_the_session_and_tests_of_this_lane_may() -> None:
    with GUARD.held("tests/process/test_sessions.py::test_x"):
        socket.create_server(("127.0.0.1", 0)).close()
    with GUARD.held("tests/unit/test_x.py::test_x"), GUARD.released():
        socket.create_server(("127.0.0.1", 0)).close()
