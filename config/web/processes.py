"""The web processes: a parent that starts them and replaces each one that ends.

They share the socket and, until they write to it, the memory of the parent, which has loaded the application. Each has
a slot: its replacement continues with the same files of request counts, so the counts do not fall and the files do not
multiply.
"""

import multiprocessing
import os
import shutil
import signal
import socket
import tempfile
import time
from collections.abc import Callable
from multiprocessing.process import BaseProcess

import structlog

logger = structlog.get_logger(__name__)

_SIGNALS = (signal.SIGTERM, signal.SIGINT, signal.SIGCHLD)
_CRASH_SECONDS = 5.0
"""A process that ended sooner is not replaced at once."""
_PARENT = -1
_place = _PARENT


def run(
    load: Callable[[], Callable[[socket.socket], None]], *, host: str, port: int, count: int, grace_seconds: float
) -> int:
    """Serve with this many processes until told to end; return the exit code.

    `load` creates the application and returns the function that each process calls with the socket; its exceptions
    propagate.
    """
    own_folder = "PROMETHEUS_MULTIPROC_DIR" not in os.environ
    if own_folder:
        os.environ["PROMETHEUS_MULTIPROC_DIR"] = tempfile.mkdtemp(prefix="leads-metrics-")
    try:
        count_by_place()
        serve = load()
        with socket.create_server((host, port), backlog=1024) as listener:
            listener.settimeout(0)
            _supervise(serve, listener, count=count, grace_seconds=grace_seconds)
    finally:
        # The counts of the next start begin at zero.
        shutil.rmtree(os.environ["PROMETHEUS_MULTIPROC_DIR"], ignore_errors=True)
        if own_folder:
            del os.environ["PROMETHEUS_MULTIPROC_DIR"]
    return 0


def count_by_place() -> None:
    """Name a process's metrics files after its slot; its process id changes with each start."""
    from prometheus_client import values  # noqa: PLC0415  # it looks for the folder when it is loaded

    values.ValueClass = values.MultiProcessValue(process_identifier=lambda: _place)  # type: ignore[no-untyped-call]  # has no types


def _supervise(
    serve: Callable[[socket.socket], None], listener: socket.socket, *, count: int, grace_seconds: float
) -> None:
    context = multiprocessing.get_context("fork")
    # Blocked and waited for below, so that no signal is missed.
    signal.pthread_sigmask(signal.SIG_BLOCK, _SIGNALS)

    began = dict.fromkeys(range(count), -_CRASH_SECONDS)
    processes: dict[int, BaseProcess] = {}
    try:
        while True:
            now = time.monotonic()
            for place in range(count):
                if place in processes and not _is_to_be_replaced(processes[place], age_seconds=now - began[place]):
                    continue
                began[place] = now
                processes[place] = context.Process(target=_work, args=(serve, listener, place), name=f"web-{place}")
                processes[place].start()
                logger.info("web_process_started", pid=processes[place].pid)
            received = signal.sigtimedwait(_SIGNALS, 1.0)
            if received is not None and received.si_signo != signal.SIGCHLD:
                break
    finally:
        # From now on only the processes hold the socket: once they have served those who wait, nobody else can connect.
        listener.close()
        _end(list(processes.values()), grace_seconds=grace_seconds)


def _is_to_be_replaced(process: BaseProcess, *, age_seconds: float) -> bool:
    if process.is_alive():
        return False
    if process.exitcode == 0:
        return True
    if age_seconds < _CRASH_SECONDS:
        return False
    logger.error("web_process_failed", pid=process.pid, exit_code=process.exitcode)
    return True


def _work(serve: Callable[[socket.socket], None], listener: socket.socket, place: int) -> None:
    """Serve as the process in this slot."""
    global _place  # noqa: PLW0603  # one for each process
    _place = place
    signal.pthread_sigmask(signal.SIG_UNBLOCK, _SIGNALS)
    serve(listener)


def _end(processes: list[BaseProcess], *, grace_seconds: float) -> None:
    """Let the processes finish their work; kill those that are not done in time."""
    for process in processes:
        process.terminate()
    until = time.monotonic() + grace_seconds + 1
    for process in processes:
        process.join(max(0.0, until - time.monotonic()))
    for process in processes:
        if process.is_alive():
            process.kill()
            process.join()
