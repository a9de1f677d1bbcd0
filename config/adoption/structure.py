"""Objects around the old tables that would lose rows or change the effect of our statements."""

from collections.abc import Iterator

from django.db import DatabaseError, connection, transaction
from django.db.backends.utils import CursorWrapper

from config.adoption.alignment import old_tables
from config.adoption.catalog import Catalog, Relation
from config.adoption.expected import ADOPTABLE, expected_tables
from config.adoption.findings import Blocker
from config.adoption.rows import WORDS

_AROUND = """
WITH ours AS (
    SELECT relation.* FROM pg_class AS relation
    WHERE relation.relnamespace = (SELECT oid FROM pg_namespace WHERE nspname = %s)
        AND relation.relname = ANY(%s) AND relation.relkind = 'r'
)
SELECT 'rule', ours.relname, quote_ident(rule.rulename)
FROM ours JOIN pg_rewrite AS rule ON rule.ev_class = ours.oid
UNION ALL
SELECT 'child', ours.relname, link.inhrelid::regclass::text
FROM ours JOIN pg_inherits AS link ON link.inhparent = ours.oid
UNION ALL
SELECT CASE WHEN ours.relispartition THEN 'partition' ELSE 'parent' END, ours.relname, link.inhparent::regclass::text
FROM ours JOIN pg_inherits AS link ON link.inhrelid = ours.oid
UNION ALL
SELECT 'unlogged', ours.relname, '' FROM ours WHERE ours.relpersistence = 'u'
UNION ALL
SELECT 'typed', ours.relname, format_type(ours.reloftype, NULL) FROM ours WHERE ours.reloftype <> 0
UNION ALL
SELECT 'row type', ours.relname, att.attrelid::regclass || '.' || quote_ident(att.attname)
FROM ours JOIN pg_type AS type ON type.oid = ours.reltype
JOIN pg_attribute AS att ON att.atttypid IN (type.oid, type.typarray) AND NOT att.attisdropped
JOIN pg_class AS holder ON holder.oid = att.attrelid AND holder.relkind IN ('r', 'm', 'p')
ORDER BY 1, 2, 3
"""

_WORDS_FOR_BLOCKERS = {
    "rule": (
        "the rule {other} changes what statements on {table} do",
        "DROP RULE {other} ON {table}; a trigger can do what it did",
    ),
    "child": (
        "{other} inherits from {table}: its rows are seen in {table}, and no key or trigger of ours binds them",
        "ALTER TABLE {other} NO INHERIT {table}",
    ),
    "parent": (
        "{table} inherits from {other}, which alone can change its columns",
        "ALTER TABLE {table} NO INHERIT {other}",
    ),
    "partition": (
        "{table} is a partition of {other}, which alone can change its columns",
        "ALTER TABLE {other} DETACH PARTITION {table}",
    ),
    "unlogged": (
        "{table} is unlogged: a crash empties it, and no table of ours can refer to it",
        "ALTER TABLE {table} SET LOGGED",
    ),
    "typed": (
        "{table} is a table of the type {other}, and can have no other columns",
        "ALTER TABLE {table} NOT OF",
    ),
    "row type": (
        "{other} holds whole rows of {table}, which then cannot be rewritten",
        "drop the column {other}, or make it jsonb with to_jsonb()",
    ),
}

_ELSEWHERE = """
SELECT space.nspname, relation.relname
FROM unnest(current_schemas(false)) AS path (name)
JOIN pg_namespace AS space ON space.nspname = path.name AND space.nspname <> %s
JOIN pg_class AS relation ON relation.relnamespace = space.oid
WHERE relation.relname = ANY(%s) AND relation.relkind IN ('r', 'p', 'v', 'm', 'f')
ORDER BY 1, 2
"""

_LOOKUPS = """
SELECT con.conname, con.confrelid::regclass::text, quote_ident(theirs.attname)
FROM pg_constraint AS con
JOIN pg_class AS relation ON relation.oid = con.conrelid
JOIN pg_attribute AS own ON own.attrelid = con.conrelid AND own.attnum = con.conkey[1]
JOIN pg_attribute AS theirs ON theirs.attrelid = con.confrelid AND theirs.attnum = con.confkey[1]
WHERE con.contype = 'f' AND cardinality(con.conkey) = 1 AND own.attname = %s AND relation.relname = %s
    AND relation.relnamespace = (SELECT oid FROM pg_namespace WHERE nspname = %s)
    AND has_table_privilege(con.confrelid, 'SELECT')
"""


def structure_blockers(cursor: CursorWrapper, catalog: Catalog) -> Iterator[Blocker]:
    """List the objects around the old tables that cannot stay as they are."""
    if catalog.schema is None:
        return
    cursor.execute("SELECT has_schema_privilege(%s, 'CREATE')", [catalog.schema])
    if not cursor.fetchone()[0]:
        yield Blocker(
            what=f"{catalog.user} may not make tables in the schema {catalog.schema}",
            way_out=f"GRANT CREATE ON SCHEMA {catalog.schema} TO {catalog.user}",
        )
    yield from _elsewhere(cursor, catalog)
    cursor.execute(_AROUND, [catalog.schema, list(ADOPTABLE)])
    for kind, table, other in cursor.fetchall():
        what, way_out = _WORDS_FOR_BLOCKERS[kind]
        yield Blocker(what=what.format(table=table, other=other), way_out=way_out.format(table=table, other=other))
    for table in old_tables(catalog):
        yield from _generated(table)
        yield from _unfilled(cursor, table)
    for (name, column), words in WORDS.items():
        cursor.execute(_LOOKUPS, [column, name, catalog.schema])
        for constraint, target, key in cursor.fetchall():
            yield from _lookup(
                cursor, table=name, column=column, constraint=constraint, target=target, key=key, words=words
            )


def _elsewhere(cursor: CursorWrapper, catalog: Catalog) -> Iterator[Blocker]:
    """Yield tables that the old application has in another schema of its path, and that we would create again."""
    cursor.execute(_ELSEWHERE, [catalog.schema, [name for name in ADOPTABLE if name not in catalog.relations]])
    for schema, name in cursor.fetchall():
        yield Blocker(
            what=f"{name} is in the schema {schema}, other tables are in {catalog.schema}",
            way_out=f"ALTER TABLE {schema}.{name} SET SCHEMA {catalog.schema}, or take {schema} off the search path",
        )


def _generated(table: Relation) -> Iterator[Blocker]:
    for column in table.columns.values():
        if column.generated and column.name in expected_tables()[table.name].columns:
            yield Blocker(
                what=f"{table.name}.{column.name} is generated, and we write it",
                way_out=f"ALTER TABLE {table.name} ALTER {column.name} DROP EXPRESSION (or DROP IDENTITY)",
            )


def _unfilled(cursor: CursorWrapper, table: Relation) -> Iterator[Blocker]:
    """Yield checks on the marketplace's own columns that would refuse our rows, which leave those at their defaults."""
    known = expected_tables()[table.name].columns
    for constraint in table.constraints.values():
        columns = [table.columns[name] for name in constraint.columns]
        if constraint.kind != "c" or not columns or any(each.name in known or each.generated for each in columns):
            continue
        values = ", ".join(
            f"({each.default or 'NULL'})::{each.type} AS {connection.ops.quote_name(each.name)}" for each in columns
        )
        try:
            with transaction.atomic():
                cursor.execute(f"SELECT {constraint.expression} FROM (SELECT {values}) AS row_of_ours")  # noqa: S608  # the database's own expressions
                (accepts,) = cursor.fetchone()
        except DatabaseError:
            # A default with a side effect, for instance, such as a sequence, which an inspection may not use.
            continue
        if accepts is False:
            yield Blocker(
                what=f"the check {constraint.name} of {table.name} refuses rows in which {constraint.columns[0]} is"
                " as new rows of ours have it",
                way_out=f"give {constraint.columns[0]} a default that it accepts, or drop the check",
            )


def _lookup(
    cursor: CursorWrapper, *, table: str, column: str, constraint: str, target: str, key: str, words: tuple[str, ...]
) -> Iterator[Blocker]:
    """Yield a lookup table that lacks some of our words."""
    cursor.execute(
        f"SELECT word FROM unnest(%s::text[]) AS word WHERE word NOT IN (SELECT {key}::text FROM {target}"  # noqa: S608  # quoted by the database
        f" WHERE {key} IS NOT NULL) ORDER BY 1",
        [list(words)],
    )
    missing = ", ".join(word for (word,) in cursor.fetchall())
    if missing:
        yield Blocker(
            what=f"{table}.{column} refers to {target}, which lacks {missing}",
            way_out=f"insert them into {target}, or ALTER TABLE {table} DROP CONSTRAINT {constraint}",
        )
