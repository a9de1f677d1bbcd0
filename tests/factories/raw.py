"""Writing as other programs do: SQL and COPY, past every Django model."""

from collections.abc import Sequence
from typing import Any

from django.db import connection
from psycopg import sql


def execute(statement: str, parameters: Sequence[Any] = ()) -> int:
    """Run one statement; return the number of rows it touched."""
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        return int(cursor.rowcount)


def exempt(rule: str) -> None:
    """Have a rule pass changes until the transaction ends, or `bind_again`: as only the owner of the tables can.

    The rules are those of `migrations_sql.triggers.exempts`.
    """
    execute("INSERT INTO rule_exemptions VALUES (pg_current_xact_id(), %s)", [rule])


def bind_again(rule: str) -> None:
    """Take `exempt` back."""
    execute("DELETE FROM rule_exemptions WHERE exempts = %s", [rule])


def truncate(tables: str) -> None:
    """Empty tables, and those that refer to them, also where a rule refuses it."""
    execute("SET CONSTRAINTS ALL IMMEDIATE")
    execute("ALTER TABLE lead_assignment_logs DISABLE TRIGGER USER")
    execute(f"TRUNCATE {tables} CASCADE")
    execute("ALTER TABLE lead_assignment_logs ENABLE TRIGGER USER")


def copy_rows(table: str, columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    """Load rows with COPY."""
    statement = sql.SQL("COPY {} ({}) FROM STDIN").format(
        sql.Identifier(table), sql.SQL(", ").join(map(sql.Identifier, columns))
    )
    with connection.cursor() as cursor, cursor.copy(statement) as copy:
        for row in rows:
            copy.write_row(row)
