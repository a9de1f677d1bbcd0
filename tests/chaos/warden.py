"""Ends every process of a stack and removes its folder when whoever started the stack is gone, however it went.

Run as `python warden.py FOLDER`, with a pipe from that process as standard input: the pipe closes when the process
ends, also by SIGKILL. A process belongs to the stack if its environment names the folder, or if it works inside of it.
"""

import contextlib
import shutil
import signal
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psutil

MARK = "LEADS_CHAOS_STACK"
END_SECONDS = 10


def processes_of(folder: Path) -> Iterator[psutil.Process]:
    """Everything that runs for the stack in the folder, but for the wardens themselves."""
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.Error, OSError):
            if Path(process.cwd()).is_relative_to(folder) or process.environ().get(MARK) == str(folder):
                yield process


def end_all(folder: Path) -> None:
    """Kill everything that runs for the stack."""
    deadline = time.monotonic() + END_SECONDS
    # Again, because a process that was about to be killed may have started another one.
    while (processes := list(processes_of(folder))) and time.monotonic() < deadline:
        for process in processes:
            with contextlib.suppress(psutil.NoSuchProcess):
                process.kill()
        psutil.wait_procs(processes, timeout=1)


def main() -> None:
    """Wait for the pipe to close, then clean up."""
    for ignored in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(ignored, signal.SIG_IGN)
    folder = Path(sys.argv[1])
    print("ready", flush=True)
    sys.stdin.read()
    end_all(folder)
    shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
