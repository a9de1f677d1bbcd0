"""What gunicorn is told in every environment: `gunicorn --config python:config.gunicorn`.

Lines of the log are those of all other processes. The web processes count requests in files of one folder, a set of
files for each place among the processes: whoever replaces a process goes on with its files, so that neither the
counts fall nor the files become more when processes are replaced every few thousand requests.
"""

import json
import logging
import os
import shutil
import tempfile
from typing import Any

from gunicorn import util  # type: ignore[import-untyped]  # has no types

from config.settings import LOGGING

logconfig_dict = LOGGING
# Whom to believe about the client's address and its use of HTTPS is for the settings to say (TRUST_PROXY).
forwarded_allow_ips = ""
secure_scheme_headers: dict[str, str] = {}
logging.captureWarnings(capture=True)

if "PROMETHEUS_MULTIPROC_DIR" not in os.environ:
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = tempfile.mkdtemp(prefix="leads-metrics-")

# After the folder is set: the library looks for it when it is loaded.
from prometheus_client import values  # noqa: E402  # see above

_MASTER = -1
_place = _MASTER


def _current_place() -> int:
    return _place


values.ValueClass = values.MultiProcessValue(process_identifier=_current_place)  # type: ignore[no-untyped-call]  # has no types


def write_error(sock: Any, status_int: int, reason: str, mesg: str) -> None:
    """Refuse what cannot be read, in the shape of all errors of the API; gunicorn's own answer is HTML."""
    code = _CODES.get(status_int, "bad_request" if status_int < 500 else "error")
    body = json.dumps({"code": code, "detail": f"{reason}.", "fields": {}})
    head = f"HTTP/1.1 {status_int} {reason}\r\nConnection: close\r\nContent-Type: application/json\r\n"
    util.write_nonblock(sock, f"{head}Content-Length: {len(body)}\r\n\r\n{body}".encode("latin1"))


_CODES = {414: "uri_too_long", 431: "headers_too_large"}
# There is no setting for it.
util.write_error = write_error


def pre_fork(server: Any, worker: Any) -> None:
    """Give the new process the first place that is free."""
    taken = {other.metrics_place for other in server.WORKERS.values()}
    worker.metrics_place = next(place for place in range(len(taken) + 1) if place not in taken)


def post_fork(server: Any, worker: Any) -> None:
    """Have the new process count in the files of its place."""
    global _place  # noqa: PLW0603  # one for each process
    _place = worker.metrics_place


def on_exit(server: Any) -> None:
    """Remove the folder: the counts of the next start begin at zero."""
    shutil.rmtree(os.environ["PROMETHEUS_MULTIPROC_DIR"], ignore_errors=True)
