"""Old marketplace databases, made from the SQL files in `legacy/`, and Django pointed at them in this process.

Each variant is loaded once; a test works on a copy of it. The files are psql scripts (`\\ir` includes another one,
`:"name"` is a role), so that a person can load them by hand; here they are read without psql.
"""

import contextlib
import itertools
import re
import secrets
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote

import psycopg
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from psycopg import sql

from router.snapshot import partner_reader

LEGACY = Path(__file__).resolve().parent / "legacy"
_INCLUDE = re.compile(r"^\\ir (\S+)$", flags=re.MULTILINE)
_ROLE = re.compile(r':"(\w+)"')
_PASSWORD = "invented"

Session = psycopg.Connection[tuple[Any, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Login:
    """Who Django is, and with which settings of the session; None: the user of the settings."""

    role: str | None = None
    options: Mapping[str, str] = field(default_factory=dict)


OURSELVES = Login()


@dataclass(frozen=True, slots=True, kw_only=True)
class Database:
    """A database that Django uses now; `roles` are the names on the server of the roles of its SQL file."""

    name: str
    roles: dict[str, str]
    _home: Mapping[str, Any]

    @property
    def url(self) -> str:
        """Its address, for another process."""
        home = {key: quote(str(value)) for key, value in self._home.items() if key in {"USER", "PASSWORD"}}
        return f"postgres://{home['USER']}:{home['PASSWORD']}@{self._home['HOST']}:{self._home['PORT']}/{self.name}"

    def session(self) -> Session:
        """A further session, as the server's superuser, with autocommit."""
        return _connect(self._home, self.name)

    @contextlib.contextmanager
    def logged_in(self, login: Login) -> Iterator[None]:
        """Django as somebody else until the block ends. `login.role` is the name in the SQL file."""
        settings = connection.settings_dict
        kept = {key: settings[key] for key in ("USER", "PASSWORD", "OPTIONS")}
        connection.close()
        if login.role is not None:
            settings |= {"USER": self.roles[login.role], "PASSWORD": _PASSWORD}
        if login.options:
            flags = " ".join(f"-c {name}={value}" for name, value in login.options.items())
            settings["OPTIONS"] = settings["OPTIONS"] | {"options": flags}
        try:
            yield
        finally:
            connection.close()
            settings |= kept


class Databases:
    """Makes databases and roles on the test server, which nothing else uses, and removes them."""

    def __init__(self) -> None:
        self._home = dict(connection.settings_dict)
        self._prefix = f"adoption_{secrets.token_hex(4)}_"
        self._numbers = itertools.count()
        self._templates: dict[str, Database] = {}
        # The database of the settings need not exist any more: the suite may have made its own of that name.
        self._server = _connect(self._home, "postgres")

    def legacy(self, variant: str) -> Database:
        """The database of `legacy/<variant>.sql`. Nobody is connected to it."""

        def load(database: Database) -> None:
            with database.session() as session:
                for role in _ROLE.findall(read(variant)):
                    database.roles.setdefault(role, f"{database.name}_{role}")
                session.execute(_named(read(variant), database.roles))

        return self._template(f"legacy {variant}", load)

    def derived(self, key: str, source: Database, change: Callable[[], object], login: Login | None = None) -> Database:
        """A copy of `source` that `change` has worked on through Django; made once for each key."""

        def work(database: Database) -> None:
            with self._pointed_at(database), database.logged_in(login or Login()):
                change()

        return self._template(key, work, source=source)

    @contextlib.contextmanager
    def copy(self, template: Database) -> Iterator[Database]:
        """A fresh copy of a template, which Django uses until the block ends."""
        database = self._create(template)
        try:
            with self._pointed_at(database):
                yield database
        finally:
            self._drop(database.name)

    @contextlib.contextmanager
    def look_at(self, template: Database) -> Iterator[Database]:
        """The template itself, quicker than a copy, for what must not write."""
        with self._pointed_at(template):
            yield template

    def empty(self) -> Database:
        """A database with nothing in it."""
        return self._template("empty", lambda _: None)

    def close(self, *, drop: bool) -> None:
        """Leave the server; with `drop`, without a trace."""
        if drop:
            for database in self._templates.values():
                self._drop(database.name)
            statement = "SELECT rolname FROM pg_roles WHERE starts_with(rolname, %s)"
            for (role,) in self._server.execute(statement, [self._prefix]).fetchall():
                self._server.execute(sql.SQL("DROP ROLE {}").format(sql.Identifier(role)))
        self._server.close()

    def _template(self, key: str, build: Callable[[Database], None], *, source: Database | None = None) -> Database:
        if key not in self._templates:
            database = self._create(source)
            try:
                build(database)
            except BaseException:
                self._drop(database.name)
                raise
            self._templates[key] = database
        return self._templates[key]

    def _create(self, template: Database | None) -> Database:
        database = Database(
            name=f"{self._prefix}{next(self._numbers)}",
            roles=dict(template.roles) if template else {},
            _home=self._home,
        )
        # Quicker by far than through the log, where nothing waits for the disk.
        statement = sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY file_copy")
        names = (database.name, template.name if template else "template0")
        self._server.execute(statement.format(*map(sql.Identifier, names)))
        return database

    def _drop(self, name: str) -> None:
        self._server.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))

    @contextlib.contextmanager
    def _pointed_at(self, database: Database) -> Iterator[None]:
        settings = connection.settings_dict
        kept = settings["NAME"]
        connection.close()
        _forget()
        settings["NAME"] = database.name
        try:
            yield
        finally:
            connection.close()
            settings["NAME"] = kept
            _forget()


def variants() -> list[str]:
    """Names of all files that build a whole database."""
    parts = {"tables", "stats"}
    return sorted(path.stem for path in LEGACY.glob("*.sql") if path.stem not in parts and "." not in path.stem)


def read(variant: str) -> str:
    """The script of a variant, with what it includes."""
    text = (LEGACY / f"{variant}.sql").read_text(encoding="utf-8")
    return _INCLUDE.sub(lambda match: read(match[1].removesuffix(".sql")), text)


def _named(script: str, roles: Mapping[str, str]) -> bytes:
    return _ROLE.sub(lambda match: sql.Identifier(roles[match[1]]).as_string(), script).encode()


def _connect(home: Mapping[str, Any], name: str) -> Session:
    named = {"host": home["HOST"], "port": home["PORT"], "user": home["USER"], "password": home["PASSWORD"]}
    arguments: dict[str, Any] = {key: str(value) for key, value in named.items() if value}
    return psycopg.connect(dbname=name, autocommit=True, **arguments, **home["OPTIONS"])


def _forget() -> None:
    """Empty what this process keeps of the database that it was connected to."""
    ContentType.objects.clear_cache()
    partner_reader.forget()
