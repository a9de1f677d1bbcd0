"""Clean-up process: ends a temporary server and removes its folder once the process that wanted it is gone.

Run as `python guardian.py SIGNAL PID FOLDER`, with a pipe from that process as standard input: the pipe closes when the
process ends, even by SIGKILL, which no handler could catch. Run as a file with few imports, so that it starts at once.
"""

import shutil
import signal
import sys
import time
from pathlib import Path

import psutil

GRACE_SECONDS = 10


def main() -> None:
    """Wait for the pipe to close, then clean up."""
    number, pid, folder = sys.argv[1:]
    for ignored in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        # Ctrl-C and a closing terminal reach the whole process group; only the pipe ends this process.
        signal.signal(ignored, signal.SIG_IGN)
    try:
        server = psutil.Process(int(pid))
    except psutil.NoSuchProcess:
        server = None
    print("ready", flush=True)
    sys.stdin.read()
    if server is not None:
        _end(server, signal.Signals[number])
    # The last of a server's children may still be writing.
    for _ in range(10):
        shutil.rmtree(folder, ignore_errors=True)
        if not Path(folder).exists():
            break
        time.sleep(0.2)


def _end(server: psutil.Process, number: signal.Signals) -> None:
    try:
        children = server.children(recursive=True)
        server.send_signal(number)
        _, left = psutil.wait_procs([server, *children], timeout=GRACE_SECONDS)
        for process in left:
            process.kill()
    except psutil.NoSuchProcess:
        return


if __name__ == "__main__":
    main()
