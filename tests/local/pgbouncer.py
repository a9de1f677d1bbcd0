"""A pgbouncer in transaction mode in front of a PostgreSQL, for one test session."""

import contextlib
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from urllib.parse import unquote, urlsplit

import psycopg

from config.local.accounts import server_account
from config.local.ports import HOST
from tests.local.temporary import guarded, temporary_folder

START_SECONDS = 10
# The path of distribution packages; few users have /usr/sbin on their PATH.
SEARCHED = ("/usr/sbin", "/usr/local/sbin", "/opt/homebrew/bin")

# Each transaction gets the server connection that was idle longest, and there are several from the start: session state
# is then missing in the next transaction, as under load. A connection idle for longer than server_check_delay seconds
# would be skipped as long as there are others. Every database is passed through.
CONFIGURATION = """\
[databases]
* = host={host} port={server_port}

[pgbouncer]
listen_addr = {host}
listen_port = {port}
unix_socket_dir =
auth_type = scram-sha-256
auth_file = {folder}/users
logfile = {folder}/log
pool_mode = transaction
server_round_robin = 1
min_pool_size = 4
server_check_delay = 86400
"""


class NoPgbouncerError(Exception):
    """pgbouncer was not found, or did not start."""


@contextlib.contextmanager
def temporary_pgbouncer(*, server_url: str, port: int) -> Iterator[str]:
    """Yield the URL of the same database through a pgbouncer on the port.

    `server_url` names a server on this machine, a user and its password. Raises NoPgbouncerError.
    """
    program = find_pgbouncer()
    server = urlsplit(server_url)
    # pgbouncer refuses to run as root, as PostgreSQL does.
    account = server_account()
    folder = temporary_folder(account)
    users = folder / "users"
    users.touch(mode=0o600)
    users.write_text(f'"{server.username}" "{unquote(server.password or "")}"\n')
    account.own(users)
    configuration = folder / "pgbouncer.ini"
    configuration.write_text(CONFIGURATION.format(host=HOST, server_port=server.port, port=port, folder=folder))
    pooler = subprocess.Popen(
        [program, str(configuration)],
        cwd="/",
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        # In a session of its own: a Ctrl-C at the terminal would end it before the tests' own clean-up.
        start_new_session=True,
        **account.run_as(),
    )
    url = f"postgres://{server.username}:{server.password}@{HOST}:{port}{server.path}"
    # It has nothing to save on a regular exit, and newer releases wait for their clients on SIGTERM.
    with guarded(pooler.pid, number=signal.SIGKILL, folder=folder):
        try:
            _wait(pooler, url=url)
            yield url
        finally:
            pooler.kill()
            pooler.wait()


def find_pgbouncer() -> str:
    """Return the path of the program. Raises NoPgbouncerError."""
    program = shutil.which("pgbouncer")
    for folder in SEARCHED:
        program = program or shutil.which("pgbouncer", path=folder)
    if program is None:
        raise NoPgbouncerError("No pgbouncer on this machine. Install it (Debian: apt-get install pgbouncer).")
    return program


def _wait(pooler: "subprocess.Popen[bytes]", *, url: str) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and pooler.poll() is None:
        # Another server may have the port; it does not know the password, or ours has ended by then.
        with contextlib.suppress(psycopg.OperationalError), psycopg.connect(url):
            if pooler.poll() is None:
                return
        time.sleep(0.02)
    raise NoPgbouncerError(f"The pgbouncer on port {urlsplit(url).port} did not start.")
