"""Servers of the scenarios' own, on temporary folders, and worlds to do damage in.

A `Stack` has one PostgreSQL and one Redis. A `World` is a migrated database on it, an empty broker, and the processes
that work there: web, workers, beat. All of it is gone at the end, also when this process is killed.
"""

import contextlib
import itertools
import os
import secrets
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

from config.local.accounts import server_account
from tests.chaos import warden
from tests.chaos.processes import Process, ProcessFailed
from tests.chaos.stores import PostgresServer, RedisServer
from tests.chaos.world import World
from tests.local.temporary import keep_logs, temporary_folder

Session = psycopg.Connection[tuple[Any, ...]]


# Made by `tests.chaos.prepare`, which needs Django.
ROLE = "chaos_app"


class Stack:
    """A running PostgreSQL and Redis. `token` opens the API of every world."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._secret = secrets.token_urlsafe(48)
        self._password = secrets.token_urlsafe(24)
        self._numbers = itertools.count(1)
        self.postgres = PostgresServer(folder, account=server_account())
        self.redis = RedisServer(folder)
        self.token = self._make_template()

    @contextlib.contextmanager
    def world(self, name: str, *, redis_keeps: bool = False) -> Iterator[World]:
        """A fresh database and an empty broker, until the block ends; whatever runs in it is killed then.

        `redis_keeps`: whether Redis writes an append-only file. If the block fails, the logs are printed.
        """
        self.redis.restart(keeps=redis_keeps)
        database = f"chaos_{next(self._numbers)}"
        with self.session("postgres") as session:
            session.execute(sql.SQL("CREATE DATABASE {} TEMPLATE chaos_template").format(sql.Identifier(database)))
        world = World(self, name=name, database=database)
        try:
            yield world
        except BaseException:
            world.show_logs()
            raise
        finally:
            world.end_processes()
            self.redis.kill()
            self.postgres.start()
            with self.session("postgres") as session:
                session.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(database)))

    def session(self, database: str) -> Session:
        """A session with autocommit."""
        return psycopg.connect(self.postgres.address(database), autocommit=True)

    def environment(self, database: str, **more: str) -> dict[str, str]:
        """The environment of a process that works on the database, as the role of the application."""
        # Tracing would slow down what ends by a kill, and is never written.
        kept = {name: value for name, value in os.environ.items() if not name.startswith("COVERAGE_PROCESS")}
        return {
            **kept,
            "DATABASE_URL": self.postgres.address(database, role=ROLE, password=self._password),
            "REDIS_URL": self.redis.url,
            "SECRET_KEY": self._secret,
            "DEBUG": "false",
            "SECURE": "false",
            "ALLOWED_HOSTS": "localhost,127.0.0.1",
            "STATICFILES_BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage",
            "PYTHONUNBUFFERED": "1",
            # A storm comes through few users.
            "API_RATE_USER": "0",
            warden.MARK: str(self.folder),
            **more,
        }

    def _make_template(self) -> str:
        with self.session("postgres") as session:
            session.execute("CREATE DATABASE chaos_template")
        prepare = Process(
            "prepare",
            [sys.executable, "-m", "tests.chaos.prepare"],
            environment=self.environment(
                "chaos_template", DATABASE_URL=self.postgres.address("chaos_template"), CHAOS_PASSWORD=self._password
            ),
            log=self.folder / "prepare.log",
        )
        if prepare.wait(seconds=120) != 0:
            raise ProcessFailed(f"The database could not be prepared:\n{prepare.said()}")
        return prepare.answer()


@contextlib.contextmanager
def temporary_stack() -> Iterator[Stack]:
    """A stack that is gone at the end of the block. Raises NoPostgresError, NoRedisError, PostgresError, ..."""
    folder = temporary_folder(server_account())
    folder.chmod(0o711)
    # Redis and the logs are ours; PostgreSQL has a folder of its own in there.
    os.chown(folder, os.getuid(), os.getgid())
    with _guarded(folder):
        try:
            yield Stack(folder)
        finally:
            warden.end_all(folder)
            keep_logs(folder)
            shutil.rmtree(folder, ignore_errors=True)


@contextlib.contextmanager
def _guarded(folder: Path) -> Iterator[None]:
    """Have everything in the folder ended and removed when this process ends."""
    with subprocess.Popen(
        [sys.executable, warden.__file__, str(folder)],
        cwd="/",
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        start_new_session=True,
    ) as watcher:
        if watcher.stdout is not None:
            watcher.stdout.readline()
        yield
