"""The whole stack on one machine, in one terminal: `python -m config.local run`."""

import http.client
import os
import shlex
import signal
import subprocess
import sys
import threading
import time
from types import FrameType

from honcho.manager import Manager

from config.local.database import Database, start_database
from config.local.login import STAFF_NAME, read_login
from config.local.places import CHECKOUT, LOCAL, make_local_folder
from config.local.ports import HOST, first_free_port
from config.local.processes import (
    end_leftovers,
    forget_stack,
    marked_environment,
    record_stack,
    running_stack,
    stack_listens,
)

WEB_PORTS = range(8_000, 8_100)
WEB_START_SECONDS = 60
# The manager signals the whole group, including pool processes; a worker that then waits for those hangs.
# The terminal shows problems, and where leads go.
_QUIET = {"LOG_LEVEL": os.environ.get("LOG_LEVEL", "WARNING")}
VARIABLES = {
    "web": _QUIET,
    "worker": {"REMAP_SIGTERM": "SIGQUIT"},
    "notifier": {"REMAP_SIGTERM": "SIGQUIT"},
    "beat": _QUIET,
    "demo": _QUIET,
}


def run() -> int:
    """Start everything, run until Ctrl-C, SIGTERM or the end of one of the processes, and return the exit code.

    Raises the errors of `start_database`.
    """
    make_local_folder()
    other = running_stack()
    if other is not None:
        print(f"Already running at {other.address or 'a port to be chosen'} (process {other.process.pid}).")
        return 1
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _leave)
    began = time.monotonic()
    count = end_leftovers()
    if count:
        print(f"Ended {count} processes of a stack that was killed.")
    record_stack(address=None)
    try:
        return _run_all(began=began)
    except KeyboardInterrupt:
        return 130
    finally:
        _ignore_signals()
        end_leftovers()
        forget_stack()


def commands(*, port: int) -> dict[str, list[str]]:
    """Return the processes by name, as in production except for their number."""
    python = sys.executable
    return {
        "web": [
            *(python, "-m", "config.web", "--bind", f"{HOST}:{port}", "--workers", "2", "--threads", "4"),
            *("--graceful-timeout", "3"),
        ],
        "worker": [
            *(python, "-m", "celery", "--quiet", "--app", "config", "worker", "--concurrency", "2"),
            # There is no other worker to communicate with.
            *("--without-gossip", "--without-mingle", "--without-heartbeat"),
        ],
        "notifier": [
            *(python, "-m", "celery", "--quiet", "--app", "config", "worker", "--queues", "notifications"),
            *("--concurrency", "1", "--without-gossip", "--without-mingle", "--without-heartbeat"),
            *("--hostname", "notifier@%h"),
        ],
        "beat": [
            *(python, "-m", "celery", "--quiet", "--app", "config", "beat"),
            *("--schedule", str(LOCAL / "beat-schedule"), "--pidfile="),
        ],
        "demo": [python, "manage.py", "demo_trickle"],
    }


def _run_all(*, began: float) -> int:
    database = start_database()
    try:
        print(f"Using {database.description}.", flush=True)
        environment = marked_environment()
        prepared = subprocess.run(
            [sys.executable, "-m", "config.local.prepare", *filter(None, [database.application_role])],
            cwd=CHECKOUT,
            env={**environment, "DATABASE_URL": database.owner_url},
            check=False,
        )
        if prepared.returncode != 0:
            print("The database could not be prepared; see above.", file=sys.stderr)
            return 1
        # Chosen late, because another stack may be starting on this machine as well.
        port = first_free_port(WEB_PORTS)
        address = f"http://localhost:{port}/"
        record_stack(address=address)
        manager = Manager()
        for name, command in commands(port=port).items():
            manager.add_process(
                name, f"exec {shlex.join(command)}", env={**environment, **VARIABLES.get(name, {})}, cwd=str(CHECKOUT)
            )
        said = {"port": port, "address": address, "began": began}
        threading.Thread(target=_greet, kwargs=said, daemon=True).start()
        # The manager handles SIGINT and SIGTERM; a closed terminal means the same.
        signal.signal(signal.SIGHUP, lambda _number, _frame: os.kill(os.getpid(), signal.SIGTERM))
        manager.loop()
        return int(manager.returncode or 0)
    finally:
        _stop(database)


def _stop(database: Database) -> None:
    _ignore_signals()
    end_leftovers()
    database.stop()
    print("Everything has ended. The data stays for the next time." if database.cluster else "Everything has ended.")


def _ignore_signals() -> None:
    """Ignore further signals, so that a second Ctrl-C does not interrupt the shutdown."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)


def _leave(number: int, _frame: FrameType | None) -> None:
    raise SystemExit(128 + number)


def _greet(*, port: int, address: str, began: float) -> None:
    """Print the address of the pages as soon as they respond."""
    deadline = time.monotonic() + WEB_START_SECONDS
    while time.monotonic() < deadline:
        connection = http.client.HTTPConnection(HOST, port, timeout=5)
        try:
            connection.request("GET", "/healthz")
            answers = connection.getresponse().status == http.client.OK and stack_listens(port=port)
        except OSError:
            answers = False
        finally:
            connection.close()
        if not answers:
            time.sleep(0.1)
            continue
        seconds = time.monotonic() - began
        lines = (
            f"Ready after {seconds:.1f} s: {address}",
            f"Staff login: {STAFF_NAME}   password: {read_login()}   (also in .local/login)",
            "Ctrl-C ends everything.",
        )
        width = max(map(len, lines))
        print("\n".join(("", "-" * width, *lines, "-" * width, "")), flush=True)
        return
