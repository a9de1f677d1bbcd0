"""Rows that are older than a rule and break it, as a live database has them."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection
from psycopg import sql

_DEFINITION = "SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conrelid = %s::regclass AND conname = %s"


@contextmanager
def before_the_rule(table: str, name: str) -> Iterator[None]:
    """What is written inside is older than this check constraint, which is then added again, `NOT VALID`."""
    with connection.cursor() as cursor:
        cursor.execute(_DEFINITION, [table, name])
        (definition,) = cursor.fetchone()
    alter_table(table, sql.SQL("DROP CONSTRAINT {}").format(sql.Identifier(name)))
    yield
    add_rule(table, name, definition.removesuffix(" NOT VALID"))


def add_rule(table: str, name: str, definition: str) -> None:
    """Add a check constraint that old rows may break."""
    add = sql.SQL("ADD CONSTRAINT {} {} NOT VALID").format(sql.Identifier(name), sql.SQL(definition))
    alter_table(table, add)


def alter_table(table: str, change: sql.Composed) -> None:
    """Alter a table that was written to in the same transaction."""
    with connection.cursor() as cursor:
        # A foreign key that is still to be checked is in the way of ALTER TABLE.
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(sql.SQL("ALTER TABLE {} {}").format(sql.Identifier(table), change))
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
