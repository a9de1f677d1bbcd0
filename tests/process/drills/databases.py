"""Databases of a drill's own on the test server, apart from the one that the other tests share."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import quote, urlsplit, urlunsplit

import psycopg
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from psycopg import sql

Session = psycopg.Connection[tuple[Any, ...]]
OUR_APPS = ("core", "leads", "intake", "notifications", "feedback", "support", "privacy", "performance", "router")


class Server:
    """The test server, seen by somebody who may make databases on it. `url` is that of any database there."""

    def __init__(self, url: str) -> None:
        self._url = url

    def url(self, database: str, *, search_path: str | None = None) -> str:
        """The address of a database, for libpq and for DATABASE_URL alike."""
        query = "" if search_path is None else "options=" + quote(f"-csearch_path={search_path}", safe="")
        return urlunsplit(urlsplit(self._url)._replace(path=f"/{database}", query=query))

    def session(self, database: str) -> Session:
        """A session with autocommit."""
        return psycopg.connect(self.url(database), autocommit=True)

    @contextmanager
    def database(self, *, template: str = "template1") -> Iterator[str]:
        """The name of a new database; dropped at the end of the block, whoever is connected then."""
        name = f"drill_{secrets.token_hex(6)}"
        with psycopg.connect(self._url, autocommit=True) as session:
            # Quicker by far than through the log, where nothing waits for the disk.
            statement = sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY file_copy")
            session.execute(statement.format(sql.Identifier(name), sql.Identifier(template)))
        try:
            yield name
        finally:
            with psycopg.connect(self._url, autocommit=True) as session:
                session.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


@contextmanager
def django_on(database: str, *, search_path: str | None = None) -> Iterator[None]:
    """Have Django use the database until the block ends."""
    changed: dict[str, Any] = {"NAME": database}
    if search_path is not None:
        changed["OPTIONS"] = {**connection.settings_dict["OPTIONS"], "options": f"-csearch_path={search_path}"}
    before = {key: connection.settings_dict[key] for key in changed}
    _switch(changed)
    try:
        yield
    finally:
        _switch(before)


def _switch(settings: dict[str, Any]) -> None:
    connection.close()
    connection.settings_dict.update(settings)
    # Their ids are another database's.
    ContentType.objects.clear_cache()


def rows(session: Session, query: str) -> list[tuple[Any, ...]]:
    """All rows of a query."""
    return session.execute(query).fetchall()


def value(session: Session, query: str) -> Any:
    """The one value of a query; None without a row."""
    row = session.execute(query).fetchone()
    return row and row[0]
