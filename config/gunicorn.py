"""What gunicorn is told in every environment: `gunicorn --config python:config.gunicorn`.

Lines of the log are those of all other processes. The web processes count requests in files of one folder, a set of
files for each place among the processes: whoever replaces a process goes on with its files, so that neither the
counts fall nor the files become more when processes are replaced every few thousand requests.
"""

import logging
import os
import shutil
import tempfile
from typing import Any

from config.settings import LOGGING

logconfig_dict = LOGGING
# Whom to believe about the client's address and its use of HTTPS is for the settings to say (TRUST_PROXY).
forwarded_allow_ips = ""
secure_scheme_headers: dict[str, str] = {}
logging.captureWarnings(capture=True)

if "PROMETHEUS_MULTIPROC_DIR" not in os.environ:
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = tempfile.mkdtemp(prefix="leads-metrics-")

# After the folder is set: the library looks for it when it is loaded.
from prometheus_client import values  # noqa: E402

_MASTER = -1
_place = _MASTER


def _current_place() -> int:
    return _place


values.ValueClass = values.MultiProcessValue(process_identifier=_current_place)  # type: ignore[no-untyped-call]


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
