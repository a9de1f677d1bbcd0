"""A PostgreSQL server of our own: created, started, recovered after a crash, stopped.

Runs `initdb` and `pg_ctl` itself. The server listens on the loopback address only and asks every connection for a
generated password.
"""

import contextlib
import os
import re
import secrets
import shutil
import signal
import subprocess
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import psutil
import psycopg

from config.local.accounts import Account
from config.local.binaries import Binaries
from config.local.ports import HOST, first_free_port

# Name of the role and of the database.
NAME = "leads"
START_ATTEMPTS = 10
START_TIMEOUT_SECONDS = 60
LOG_LINES_SHOWN = 20
# The system's limit for the path of a socket is 104 to 108 bytes; the file's name takes up to 18 of them.
LONGEST_SOCKET_FOLDER = 80
# The first release whose own C.UTF-8 works on every system.
BUILTIN_LOCALE_MAJOR = 17


class PostgresError(Exception):
    """A PostgreSQL command failed; the message has its output."""


@dataclass(frozen=True, slots=True)
class Started:
    """A running server: its address, and whether this call started it."""

    url: str
    new: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Cluster:
    """The server's data, log and password in the folder `home`, run by `account` on the first free one of `ports`.

    `password` is for a new database; without it, one is generated. `durable=False` trades safety in a power failure for
    speed, for data that nobody needs afterwards.
    """

    binaries: Binaries
    home: Path
    account: Account
    ports: Iterable[int]
    password: str | None = None
    durable: bool = True

    @property
    def data(self) -> Path:
        """The data directory."""
        return self.home / "data"

    @property
    def log(self) -> Path:
        """The server's log."""
        return self.home / "log"

    def start(self) -> Started:
        """Create the database if there is none yet, and start its server unless it runs. Raises PostgresError."""
        self._make_home()
        if not (self.data / "PG_VERSION").exists():
            self._initialise()
        postmaster = self.postmaster()
        if postmaster is not None:
            # Left by a stack that was killed. It can be used like a new one, if it responds.
            try:
                return Started(url=self._create_database(port=self._running_port()), new=False)
            except (psycopg.Error, PostgresError):
                self._end([postmaster])
        return Started(url=self._create_database(port=self._start_server()), new=True)

    def stop(self) -> None:
        """Stop the server if it runs: cleanly, or immediately if that takes too long. Raises PostgresError."""
        postmaster = self.postmaster()
        if postmaster is None:
            return
        try:
            self._pg_ctl("stop", "--mode=fast", "--wait", f"--timeout={START_TIMEOUT_SECONDS}")
        except PostgresError:
            if postmaster.is_running():
                self._end([postmaster])

    def postmaster(self) -> psutil.Process | None:
        """Return the running server's main process.

        The number in the pid file is not enough: after a crash it may belong to another process. A server's working
        directory is its data directory.
        """
        try:
            pid = int((self.data / "postmaster.pid").read_text().split("\n", 1)[0])
        except (FileNotFoundError, ValueError):
            return None
        return next((process for process in self._processes() if process.pid == abs(pid)), None)

    def _processes(self) -> Iterator[psutil.Process]:
        data = str(self.data.resolve())
        for process in psutil.process_iter():
            try:
                if process.name().startswith("postgres") and process.cwd() == data:
                    yield process
            except psutil.Error:
                # Ended in the meantime, or another user's.
                continue

    def _make_home(self) -> None:
        if not self.home.exists():
            self.home.mkdir(parents=True)
            self.home.chmod(0o700)
            self.account.own(self.home)

    def _initialise(self) -> None:
        password = self.home / "password"
        if not password.exists():
            password.touch(mode=0o600)
            password.write_text(self.password or secrets.token_urlsafe(24))
            self.account.own(password)
        # Created elsewhere and moved, so that an interrupted initdb is not taken for a database.
        partial = self.home / "data.partial"
        attempts = [["--locale=C.UTF-8"], ["--locale=C"]]
        if self.binaries.major >= BUILTIN_LOCALE_MAJOR:
            attempts = [["--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]]
        for attempt, locale in enumerate(attempts, start=1):
            shutil.rmtree(partial, ignore_errors=True)
            try:
                self._run(
                    "initdb",
                    f"--pgdata={partial}",
                    f"--username={NAME}",
                    "--encoding=UTF8",
                    "--auth=scram-sha-256",
                    f"--pwfile={password}",
                    *locale,
                    *([] if self.durable else ["--no-sync"]),
                )
            except PostgresError:
                # Systems other than Linux may lack the locale C.UTF-8.
                if attempt == len(attempts):
                    raise
            else:
                break
        with (partial / "postgresql.conf").open("a") as configuration:
            configuration.write("\ninclude_if_exists = 'local.conf'\n")
        partial.rename(self.data)

    def _configure(self, *, port: int) -> None:
        socket_folder = self.home if len(os.fsencode(self.home)) <= LONGEST_SOCKET_FOLDER else ""
        quoted = str(socket_folder).replace("'", "''")
        lines = [
            f"listen_addresses = '{HOST}'",
            f"port = {port}",
            f"unix_socket_directories = '{quoted}'",
            # The log of an error has the message, but neither the row nor the statement, which may contain personal
            # data.
            "log_error_verbosity = terse",
            "log_min_error_statement = panic",
        ]
        if not self.durable:
            lines += ["fsync = off", "full_page_writes = off"]
        configuration = self.data / "local.conf"
        configuration.write_text("\n".join(lines) + "\n")
        self.account.own(configuration)

    def _start_server(self) -> int:
        """Start the server and return its port: the previous one if it is free."""
        ports = [*self._last_port(), *self.ports]
        for attempt in range(1, START_ATTEMPTS + 1):
            self._clear_leftovers()
            port = first_free_port(ports)
            self._configure(port=port)
            try:
                self._pg_ctl("start", "--wait", "--silent", f"--timeout={START_TIMEOUT_SECONDS}", f"--log={self.log}")
            except PostgresError as error:
                # The remains of a killed server take a moment to disappear, and a port may be taken between test and
                # use.
                if attempt == START_ATTEMPTS:
                    raise PostgresError(f"{error}\n{self._log_end()}") from error
                time.sleep(0.2 * attempt)
            else:
                return port
        raise AssertionError("unreachable: the last attempt returns or raises")

    def _clear_leftovers(self) -> None:
        """Remove what a killed server left: backends without their main process, and its pid and socket files."""
        self._end(list(self._processes()))
        (self.data / "postmaster.pid").unlink(missing_ok=True)
        for socket_file in self.home.glob(".s.PGSQL.*"):
            socket_file.unlink(missing_ok=True)

    def _end(self, processes: list[psutil.Process]) -> None:
        for process in processes:
            with contextlib.suppress(psutil.NoSuchProcess):
                # PostgreSQL's immediate shutdown: the next start recovers, as after a power failure.
                process.send_signal(signal.SIGQUIT)
        _, left = psutil.wait_procs(processes, timeout=5)
        for process in left:
            process.kill()
        psutil.wait_procs(left, timeout=5)

    def _last_port(self) -> list[int]:
        try:
            found = re.search(r"^port = (\d+)$", (self.data / "local.conf").read_text(), re.MULTILINE)
        except FileNotFoundError:
            return []
        return [] if found is None else [int(found[1])]

    def _running_port(self) -> int:
        # The fourth line of the pid file; it is there as soon as the server listens.
        lines = (self.data / "postmaster.pid").read_text().split("\n")
        try:
            return int(lines[3])
        except (IndexError, ValueError):
            raise PostgresError("The server that runs does not say on which port.") from None

    def _create_database(self, *, port: int) -> str:
        password = (self.home / "password").read_text()
        server = f"postgres://{NAME}:{password}@{HOST}:{port}"
        with psycopg.connect(f"{server}/postgres", autocommit=True, connect_timeout=10) as connection:
            known = connection.execute("SELECT FROM pg_catalog.pg_database WHERE datname = %s", [NAME]).fetchone()
            if known is None:
                connection.execute(f"CREATE DATABASE {NAME}")
        return f"{server}/{NAME}"

    def _pg_ctl(self, *arguments: str) -> None:
        self._run("pg_ctl", *arguments, f"--pgdata={self.data}")

    def _run(self, program: str, *arguments: str) -> None:
        # An empty environment: PGDATA, PGOPTIONS or a locale of the user's must not reach the server.
        environment = {"PATH": os.defpath, "LC_ALL": "C", "HOME": str(self.home)}
        done = subprocess.run(
            [self.binaries.program(program), *arguments],
            cwd="/",
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
            **self.account.run_as(),
        )
        if done.returncode != 0:
            raise PostgresError(f"{program} failed:\n{done.stdout.strip()}")

    def _log_end(self) -> str:
        try:
            return "\n".join(self.log.read_text(errors="replace").splitlines()[-LOG_LINES_SHOWN:])
        except FileNotFoundError:
            return "The server wrote no log."
