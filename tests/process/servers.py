"""The real web server and worker, as processes on the test database, and what they write to their logs."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.db import connection

from config.database_roles import make_application_role
from config.local.ports import HOST, temporary_port
from tests.local.temporary import keep_logs

ROOT = Path(__file__).resolve().parents[2]
SECONDS = 90
ROLE, PASSWORD = "leads_app_of_tests", "invented"


@contextmanager
def running(command: list[str], *, log: Path, **environment: str) -> Iterator[subprocess.Popen[bytes]]:
    """A process of the product on the test database, until the block ends; what it says goes to the file.

    It connects as a role that owns nothing, as in production.
    """
    if "DATABASE_URL" not in environment:
        make_application_role(name=ROLE, password=PASSWORD)
        server = urlsplit(os.environ["DATABASE_URL"])
        name = connection.settings_dict["NAME"]
        environment["DATABASE_URL"] = f"postgres://{ROLE}:{PASSWORD}@{server.hostname}:{server.port}/{name}"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", *command],
            cwd=ROOT,
            env={**os.environ, "LOG_FORMAT": "json", "LOG_LEVEL": "INFO", **environment},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(timeout=SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            raise
        finally:
            keep_logs(log)


@contextmanager
def web_server(*arguments: str, log: Path, **environment: str) -> Iterator[str]:
    """The web server, once it listens: the address of its pages."""
    port = temporary_port()
    command = ["config.web", "--bind", f"{HOST}:{port}"]
    with running([*command, "--graceful-timeout", "2", *arguments], log=log, **environment) as process:
        wait_for(lambda: process.poll() is None and "web_process_started" in log.read_text(), log=log)
        yield f"http://{HOST}:{port}/"


@contextmanager
def worker(*, log: Path, **environment: str) -> Iterator[subprocess.Popen[bytes]]:
    """A Celery worker with one process, once it takes messages."""
    command = ["celery", "--quiet", "--app", "config", "worker", "--concurrency", "1"]
    # A warning against root comes before Celery sets up its log.
    environment = {"PYTHONWARNINGS": "ignore", **environment}
    with running([*command, "--without-gossip", "--without-mingle"], log=log, **environment) as process:
        wait_for(lambda: "ready." in log.read_text(), log=log)
        yield process


def wait_for(condition: Callable[[], bool], *, log: Path) -> None:
    """Wait until it holds; show the log if it never does."""
    until = time.monotonic() + SECONDS
    while not condition():
        assert time.monotonic() < until, log.read_text()
        time.sleep(0.05)


def lines(log: Path) -> list[dict[str, Any]]:
    """The lines of a log; each has to be JSON with a time, a level and what happened.

    Celery prints one more when it is told to stop, past all logging.
    """
    texts = [line for line in log.read_text().splitlines() if line.strip()]
    found = [json.loads(line) for line in texts if line != "worker: Warm shutdown (MainProcess)"]
    for line in found:
        assert {"timestamp", "level", "logger", "event"} <= set(line), line
    return found
