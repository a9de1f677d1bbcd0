"""A PostgreSQL and a Redis that can be stopped, killed, paused and started again."""

import contextlib
import signal
import subprocess
import time
from pathlib import Path
from urllib.parse import urlsplit

import psutil
import psycopg
import redis

from config.local.accounts import Account
from config.local.binaries import find_binaries
from config.local.ports import HOST, temporary_port
from config.local.postgres import Cluster
from tests.chaos.processes import wait_until_ended
from tests.local.temporary import redis_program

START_SECONDS = 30


class PostgresServer:
    """A server that waits for its disk, as in production. `url` is the address of its first database."""

    def __init__(self, folder: Path, *, account: Account) -> None:
        self._cluster = Cluster(
            binaries=find_binaries(account=account, copies=folder),
            home=folder / "postgres",
            account=account,
            ports=[temporary_port()],
        )
        self.url = self._cluster.start().url

    @property
    def pid(self) -> int:
        """The main process."""
        process = self._cluster.postmaster()
        if process is None:
            raise ChildProcessError("PostgreSQL does not run.")
        return process.pid

    def address(self, database: str, *, role: str | None = None, password: str = "") -> str:
        """The URL of a database, for libpq and DATABASE_URL alike; without a role, as the superuser."""
        url = urlsplit(self.url)
        login = url.netloc if role is None else f"{role}:{password}@{url.hostname}:{url.port}"
        return url._replace(netloc=login, path=f"/{database}").geturl()

    def start(self) -> None:
        """Have it answer, on the port that it had; it recovers first if it was killed, or if a child of it was."""
        deadline = time.monotonic() + START_SECONDS
        while True:
            if self._cluster.postmaster() is None:
                self._cluster.start()
            try:
                with psycopg.connect(self.url, connect_timeout=5):
                    return
            except psycopg.OperationalError:
                # It is still ending, or recovering.
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.05)

    def stop(self) -> None:
        """Stop it cleanly."""
        self._cluster.stop()

    def stop_at_once(self) -> None:
        """PostgreSQL's immediate stop: no goodbye, no checkpoint; the next start recovers."""
        self._end(signal.SIGQUIT)

    def kill(self) -> None:
        """Kill -9 of the main process; its children notice and go."""
        self._end(signal.SIGKILL)

    def _end(self, number: signal.Signals) -> None:
        main = psutil.Process(self.pid)
        children = main.children()
        main.send_signal(number)
        wait_until_ended([main, *children], seconds=START_SECONDS)


class RedisServer:
    """A server that keeps its data over a kill (`keeps=True`: append-only file) or loses it."""

    def __init__(self, folder: Path, *, keeps: bool = False) -> None:
        self._folder = folder / "redis"
        self._folder.mkdir()
        self._port = temporary_port()
        self._keeps = keeps
        self._server: subprocess.Popen[bytes] | None = None
        self.start()

    @property
    def pid(self) -> int:
        """Its process."""
        if self._server is None:
            raise ChildProcessError("Redis does not run.")
        return self._server.pid

    @property
    def url(self) -> str:
        """The address of its first database."""
        return f"redis://{HOST}:{self._port}/0"

    def client(self) -> "redis.Redis":
        """A connection."""
        return redis.Redis(host=HOST, port=self._port)

    def restart(self, *, keeps: bool) -> None:
        """Stop it if it runs, forget everything, and start it with or without the append-only file."""
        self.kill()
        for file in sorted(self._folder.rglob("*"), reverse=True):
            if file.is_dir():
                file.rmdir()
            else:
                file.unlink()
        self._keeps = keeps
        self.start()

    def start(self) -> None:
        """Start it, on the port that it had; one that still runs is killed first."""
        self.kill()
        self._server = subprocess.Popen(
            [
                *(redis_program(), "--port", str(self._port), "--bind", HOST, "--dir", str(self._folder)),
                *("--save", "", "--appendonly", "yes" if self._keeps else "no", "--appendfsync", "always"),
            ],
            cwd=self._folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        deadline = time.monotonic() + START_SECONDS
        with self.client() as client:
            while time.monotonic() < deadline:
                with contextlib.suppress(redis.ConnectionError):
                    if client.info("server")["process_id"] == self.pid:
                        return
                time.sleep(0.02)
        raise ChildProcessError("Redis did not start.")

    def kill(self) -> None:
        """Kill -9."""
        if self._server is not None:
            self._server.kill()
            self._server.wait()
            self._server = None

    def pause(self) -> None:
        """Let it hang: connections are taken, nothing is answered."""
        psutil.Process(self.pid).suspend()

    def resume(self) -> None:
        """Let it go on."""
        psutil.Process(self.pid).resume()
