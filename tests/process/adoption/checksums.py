"""What is in a database, to compare before and after: every value of every table, and the whole catalog."""

import contextlib
import json
import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, tzinfo
from typing import Any

from psycopg import sql

from tests.process.adoption.databases import Database, Session

Rows = dict[str, dict[str, Any]]
"""The rows of a table: by primary key (or by number), the values by column."""

_THEIRS = "nspname NOT IN ('pg_catalog', 'information_schema') AND nspname !~ '^pg_(toast|temp)'"

_TABLES = f"""
SELECT nspname, relname, coalesce((
    SELECT array_agg(attname::text ORDER BY attnum) FROM pg_index JOIN pg_attribute ON attrelid = indrelid
    WHERE indrelid = relation.oid AND indisprimary AND attnum = ANY(indkey)
), '{{}}')
FROM pg_class AS relation JOIN pg_namespace AS space ON space.oid = relnamespace
WHERE relkind IN ('r', 'p') AND {_THEIRS}
ORDER BY 1, 2
"""

_TIME = re.compile(r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d")

# What changes by itself: sizes, statistics, and the hints that a vacuum clears.
_UNSTEADY = (
    "{relpages,reltuples,relallvisible,relallfrozen,relfrozenxid,relminmxid,relhasindex,relhasrules,relhastriggers}"
)

_CATALOG = {
    "pg_class": "oid",
    "pg_attribute": "attrelid",
    "pg_attrdef": "oid",
    "pg_constraint": "oid",
    "pg_index": "indexrelid",
    "pg_proc": "oid",
    "pg_trigger": "oid",
    "pg_type": "oid",
    "pg_policy": "oid",
    "pg_rewrite": "oid",
    "pg_namespace": "oid",
    "pg_description": "objoid",
    "pg_sequence": "seqrelid",
    "pg_default_acl": "oid",
    "pg_cast": "oid",
    "pg_operator": "oid",
}
_FIRST_USER_OID = 16384


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """Everything in a database; two are equal when nobody has written anything, not even the same value again."""

    catalog: Mapping[str, Collection[str]]
    rows: Mapping[str, Collection[str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """What adoption may do to old rows.

    `renamed`: tables under a new name. `filled`: columns (`table.column`) where NULL may have become a value.
    """

    renamed: Mapping[str, str] = field(default_factory=dict)
    filled: Collection[str] = ()


NOTHING = Changes()


def take_snapshot(database: Database) -> Snapshot:
    """Read the catalog with all object ids, and each row with the transaction that wrote it."""
    with _steady(database) as session:
        catalog = {}
        for table, oid in _CATALOG.items():
            statement = sql.SQL(
                "SELECT (to_jsonb(entry) - {unsteady}::text[])::text FROM {table} AS entry WHERE {oid} >= {first}"
            ).format(
                unsteady=sql.Literal(_UNSTEADY),
                table=sql.Identifier(table),
                oid=sql.Identifier(oid),
                first=sql.Literal(_FIRST_USER_OID),
            )
            catalog[table] = {row for (row,) in session.execute(statement).fetchall()}
        rows = {}
        for schema, name, _ in session.execute(_TABLES).fetchall():
            statement = sql.SQL("SELECT entry.xmin || ' ' || entry::text FROM {} AS entry").format(
                sql.Identifier(schema, name)
            )
            rows[f"{schema}.{name}"] = sorted(row for (row,) in session.execute(statement).fetchall())
    return Snapshot(catalog=catalog, rows=rows)


def take_contents(database: Database, *, zone: tzinfo = UTC) -> dict[str, Rows]:
    """Every value of every table, in a form that does not depend on the type that it is kept as.

    Text, limited text and enums are text; regions are the list of what they name; times are instants, those that say no
    zone in `zone`.
    """
    with _steady(database) as session:
        return {
            f"{schema}.{name}": _rows(session, schema, name, keys, zone=zone)
            for schema, name, keys in session.execute(_TABLES).fetchall()
        }


def differences(before: Mapping[str, Rows], after: Mapping[str, Rows], *, allowed: Changes = NOTHING) -> list[str]:
    """A sentence for each old value that is not what it was. New tables and columns do not count, new rows do."""
    found = []
    for table, rows in before.items():
        new_name = allowed.renamed.get(table, table)
        if new_name not in after:
            found.append(f"{table} is gone")
            continue
        now = after[new_name]
        found += [f"{new_name} {key} is gone" for key in sorted(rows.keys() - now.keys())]
        found += [f"{new_name} {key} is new" for key in sorted(now.keys() - rows.keys())]
        for key in rows.keys() & now.keys():
            for column, value in rows[key].items():
                if value is None and f"{table}.{column}" in allowed.filled:
                    continue
                if column not in now[key]:
                    found.append(f"{new_name}.{column} is gone")
                elif now[key][column] != value:
                    found.append(f"{new_name}.{column} of {key}: {value!r} became {now[key][column]!r}")
    return found


def names_of_regions(value: str | None) -> list[str] | None:
    """The regions that a text names: an array literal, or names between commas, with or without quotes."""
    if value is None:
        return None
    text = value.strip()
    if text.startswith("{") and text.endswith("}"):
        text = text[1:-1]
    names = (name.strip().strip('"').strip() for name in text.split(","))
    return [name for name in names if name]


def _rows(session: Session, schema: str, name: str, keys: list[str], *, zone: tzinfo) -> Rows:
    statement = sql.SQL("SELECT to_jsonb(entry)::text FROM {} AS entry ORDER BY entry::text").format(
        sql.Identifier(schema, name)
    )
    rows: Rows = {}
    for number, (text,) in enumerate(session.execute(statement).fetchall()):
        values = {column: _instant(value, zone=zone) for column, value in json.loads(text).items()}
        if name == "profiles" and isinstance(values.get("regions"), str):
            values["regions"] = names_of_regions(values["regions"])
        rows[" ".join(str(values[key]) for key in keys) or str(number)] = values
    return rows


def _instant(value: Any, *, zone: tzinfo) -> Any:
    """A time as an instant; any other value as it is."""
    if not isinstance(value, str) or _TIME.match(value) is None:
        return value
    time = datetime.fromisoformat(value)
    # PostgreSQL takes an hour that the clock shows twice for the later one.
    return (time.replace(tzinfo=zone, fold=1) if time.tzinfo is None else time).astimezone(UTC)


@contextlib.contextmanager
def _steady(database: Database) -> Iterator[Session]:
    """A session that sees one instant, and writes times and numbers the same way everywhere."""
    with database.session() as session, session.transaction():
        session.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        session.execute("SET LOCAL timezone TO 'UTC'")
        yield session
