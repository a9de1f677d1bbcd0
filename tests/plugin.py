"""The environment of the test session; loaded by pytest before Django's settings are read. At its end all logs are
gone through for what must not stand in them (`log_scan.py`).

The settings name ports that are free now. The servers themselves start when the first test asks for them (see
`conftest.py`), so that the pure tests run at once. DATABASE_URL and REDIS_URL win, if they are set.

With `-n`, several processes share the tests among them: each has servers of its own, what they log goes to one folder.

With LOCAL_POOLER=pgbouncer the session's PostgreSQL is reached through a pgbouncer in transaction mode, except by the
tests that `direct.py` names.
"""

import logging
import os
import secrets
import shutil
import signal
import tempfile
from collections.abc import Generator, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import coverage
import pytest

from config.local.ports import HOST, temporary_port
from config.local.postgres import NAME
from tests import log_scan
from tests.direct import over_direct_connection, reason_for_direct_connection
from tests.local.pgbouncer import NoPgbouncerError, find_pgbouncer
from tests.local.temporary import KEPT_LOGS

# One of several processes that share the tests; the session's main one has made the secrets, and looks at the logs.
WORKER = os.environ.get("PYTEST_XDIST_WORKER", "")
OWN_SERVERS = "TEST_OWN_SERVERS"
if not WORKER:
    os.environ[OWN_SERVERS] = " ".join({"DATABASE_URL", "REDIS_URL"} - os.environ.keys())
# Whether the servers are this session's own to start.
OWN_POSTGRES = "DATABASE_URL" in os.environ[OWN_SERVERS]
OWN_REDIS = "REDIS_URL" in os.environ[OWN_SERVERS]
POSTGRES_PORT = temporary_port()
POOLER_VARIABLE = "LOCAL_POOLER"
POOLER = os.environ.get(POOLER_VARIABLE, "")
POOLER_PORT = temporary_port()
POSTGRES_PASSWORD = (WORKER and urlsplit(os.environ["DATABASE_URL"]).password) or secrets.token_urlsafe(24)
REDIS_PORT = temporary_port()
# Removed when the interpreter ends.
STATIC_ROOT = tempfile.TemporaryDirectory(prefix="leads-static-")

# Holds the tests to their folders.
pytest_plugins = ["tests.lanes"]

# What every process logs; removed at the end, unless something was found.
LOGS = Path(os.environ[KEPT_LOGS] if WORKER else tempfile.mkdtemp(prefix="leads-logs-"))
OWN_LOG = log_scan.own_handler(LOGS, process=WORKER)
SCANNED = pytest.StashKey[log_scan.Report]()

# Whoever runs the tests in the background has interrupts ignored, and so would the processes that the tests start.
signal.signal(signal.SIGINT, signal.default_int_handler)

os.environ.update(
    DEBUG="false",
    SECURE="false",
    SECRET_KEY=os.environ["SECRET_KEY"] if WORKER else secrets.token_urlsafe(48),
    ALLOWED_HOSTS="localhost,127.0.0.1",
    STATIC_ROOT=STATIC_ROOT.name,
    # The production storage wants `collectstatic` first.
    STATICFILES_BACKEND="django.contrib.staticfiles.storage.StaticFilesStorage",
    # Whatever the local stack of this checkout has.
    METRICS_TOKEN="",
    METRICS_NETWORKS="",
    LOG_FORMAT="json",
    **{KEPT_LOGS: str(LOGS)},
    # Tests ask more often than people do; those about the limits set their own.
    API_RATE_USER="0",
    API_RATE_ANONYMOUS="0",
    API_RATE_LOGIN="0",
    API_RATE_VISITOR="0",
)
if POOLER not in {"", "pgbouncer"}:
    raise pytest.UsageError(f"{POOLER_VARIABLE} is {POOLER!r}; it can be 'pgbouncer'.")
if POOLER and not OWN_POSTGRES:
    raise pytest.UsageError(f"{POOLER_VARIABLE} is for a PostgreSQL of the session's own: unset DATABASE_URL.")
if POOLER:
    try:
        find_pgbouncer()
    except NoPgbouncerError as error:
        raise pytest.UsageError(str(error)) from error
if OWN_POSTGRES:
    port = POOLER_PORT if POOLER else POSTGRES_PORT
    os.environ["DATABASE_URL"] = f"postgres://{NAME}:{POSTGRES_PASSWORD}@{HOST}:{port}/{NAME}"
    os.environ["DATABASE_POOLED"] = "true" if POOLER else "false"
if OWN_REDIS:
    os.environ["REDIS_URL"] = f"redis://{HOST}:{REDIS_PORT}/0"


def pytest_addoption(parser: pytest.Parser) -> None:
    """Options of the suite's own."""
    parser.addoption("--golden-update", action="store_true", help="write the golden files anew, on purpose")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    """Run a test, where it needs it over a direct connection with all that is set up for it; keep what it logs."""
    if OWN_LOG not in logging.getLogger().handlers:
        # Whoever sets up logging anew takes it away.
        logging.getLogger().addHandler(OWN_LOG)
    with ExitStack() as stack:
        if POOLER and reason_for_direct_connection(item.nodeid) is not None:
            stack.enter_context(over_direct_connection(port=POSTGRES_PORT))
        if item.get_closest_marker("unmeasured"):
            stack.enter_context(coverage_paused())
        return (yield)


@contextmanager
def coverage_paused() -> Iterator[None]:
    """Do not measure the coverage until the block ends, also not in processes that are started in it."""
    measured = coverage.Coverage.current()
    if measured is None:
        yield
        return
    measured.stop()
    try:
        with pytest.MonkeyPatch.context() as patch:
            patch.delenv("COVERAGE_PROCESS_CONFIG", raising=False)
            yield
    finally:
        measured.start()


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """Go through all logs; what is found fails the session."""
    OWN_LOG.close()
    if WORKER:
        return
    report = log_scan.scan(LOGS, looked_for=log_scan.patterns(POSTGRES_PASSWORD))
    session.config.stash[SCANNED] = report
    if report.findings:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
    else:
        shutil.rmtree(LOGS, ignore_errors=True)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Say what was found in the logs."""
    report = config.stash.get(SCANNED, None)
    if report is None:
        return
    for finding in report.findings:
        terminalreporter.write_line(
            f"{LOGS / finding.file}:{finding.line}: {finding.kind}: {finding.excerpt}", red=True
        )
    terminalreporter.write_line(report.summary())
