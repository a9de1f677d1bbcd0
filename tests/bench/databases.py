"""Databases of the bench's own, on the server that DATABASE_URL names; gone at the end, also after a `kill -9`."""

import contextlib
import itertools
import secrets
from collections.abc import Callable, Iterator
from typing import Any

import psycopg
from django.core.management import call_command
from django.db import connection
from psycopg import sql

PREFIX = "leads_bench_"
# First half of the key of the advisory lock that says: the bench of this number, the second half, still runs.
LOCK = 0x62656E63

Connection = psycopg.Connection[tuple[Any, ...]]


class BenchDatabaseError(Exception):
    """The server does not let the bench make databases."""


class Databases:
    """Makes databases by copying templates, and points Django at them. `server`: a session beside them."""

    def __init__(self, server: Connection, number: int) -> None:
        self.server = server
        self._prefix = f"{PREFIX}{number}_"
        self._numbers = itertools.count()
        self._templates: dict[str, str] = {}

    def template(self, name: str, seed: Callable[[Connection], None], *, base: str | None = None) -> str:
        """A migrated database, or a copy of the template `base`, that `seed` has filled; made once for each name.

        Nobody is connected to it.
        """
        if name not in self._templates:
            made = self._copy(base or self._migrated())
            with connect(made) as session:
                seed(session)
            self._templates[name] = made
        return self._templates[name]

    @contextlib.contextmanager
    def copy(self, template: str) -> Iterator[str]:
        """A fresh copy of a template, which Django uses until the block ends."""
        name = self._copy(template)
        use(name)
        try:
            yield name
        finally:
            connection.close()
            self._drop(name)

    def drop_all(self) -> None:
        """Drop every database of this bench."""
        connection.close()
        for name in _databases(self.server, self._prefix):
            self._drop(name)

    def _migrated(self) -> str:
        if "migrated" not in self._templates:
            name = self._copy("template1")
            use(name)
            call_command("migrate", interactive=False, verbosity=0, skip_checks=True)
            connection.close()
            self._templates["migrated"] = name
        return self._templates["migrated"]

    def _copy(self, template: str) -> str:
        name = f"{self._prefix}{next(self._numbers)}"
        statement = sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(name), sql.Identifier(template))
        self.server.execute(statement)
        return name

    def _drop(self, name: str) -> None:
        self.server.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


@contextlib.contextmanager
def bench_databases() -> Iterator[Databases]:
    """Databases for one run; first drops what a bench that was killed has left. Raises BenchDatabaseError."""
    home = str(connection.settings_dict["NAME"])
    with connect(home) as server:
        allowed = server.execute(
            "SELECT rolcreatedb OR rolsuper FROM pg_catalog.pg_roles WHERE rolname = current_user"
        ).fetchone()
        if allowed != (True,):
            raise BenchDatabaseError("The user of DATABASE_URL may not create databases: ALTER ROLE ... CREATEDB.")
        _drop_leftovers(server)
        number = secrets.randbelow(2**31)
        server.execute("SELECT pg_advisory_lock(%s::integer, %s::integer)", [LOCK, number])
        databases = Databases(server, number)
        try:
            yield databases
        finally:
            databases.drop_all()
            use(home)


def connect(name: str) -> Connection:
    """A session of its own, with autocommit."""
    settings = connection.settings_dict
    named = {"host": settings["HOST"], "port": settings["PORT"], "user": settings["USER"]}
    arguments: dict[str, Any] = {key: str(value) for key, value in named.items() if value}
    if settings["PASSWORD"]:
        arguments["password"] = settings["PASSWORD"]
    return psycopg.connect(dbname=name, autocommit=True, **arguments, **settings["OPTIONS"])


def use(name: str) -> None:
    """Point Django at the database."""
    connection.close()
    connection.settings_dict["NAME"] = name


def _databases(server: Connection, prefix: str) -> list[str]:
    rows = server.execute("SELECT datname FROM pg_catalog.pg_database WHERE starts_with(datname, %s)", [prefix])
    return [name for (name,) in rows.fetchall()]


def _drop_leftovers(server: Connection) -> None:
    numbers = {int(name.removeprefix(PREFIX).split("_")[0]) for name in _databases(server, PREFIX)}
    for number in numbers:
        row = server.execute("SELECT pg_try_advisory_lock(%s::integer, %s::integer)", [LOCK, number]).fetchone()
        if row == (True,):
            Databases(server, number).drop_all()
            server.execute("SELECT pg_advisory_unlock(%s::integer, %s::integer)", [LOCK, number])
