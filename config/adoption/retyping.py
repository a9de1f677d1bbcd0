"""Objects of the marketplace that would fail or change their meaning once a column has another type.

PostgreSQL itself names the views, policies, triggers and generated columns that use a column (see `blockers`). To
PostgreSQL, function bodies are only text. Expressions are parsed again with the new type, so the same words can mean
something else.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

from django.db.backends.utils import CursorWrapper

from config.adoption.alignment import is_replaced, old_tables
from config.adoption.catalog import Catalog, Column, Relation
from config.adoption.columns import base_type, fit
from config.adoption.expected import expected_tables
from config.adoption.findings import Blocker


class _Change(NamedTuple):
    """A column whose type changes; `type` is the new one."""

    table: Relation
    column: Column
    type: str

    @property
    def what(self) -> str:
        return f"{self.table.name}.{self.column.name} has to become {self.type}, and "

    @property
    def enum(self) -> str | None:
        """The old type if it is an enum, else None."""
        return self.column.type.removesuffix("[]") if self.column.is_enum else None


class _Body(NamedTuple):
    """A function or procedure of the marketplace; `tables` are those that it is a trigger of."""

    description: str
    source: str
    tables: list[str]


_BODIES = """
SELECT pg_describe_object('pg_proc'::regclass, proc.oid, 0),
    concat_ws(' ', pg_get_function_arguments(proc.oid), pg_get_function_result(proc.oid), proc.prosrc,
        pg_get_function_sqlbody(proc.oid)),
    ARRAY(
        SELECT DISTINCT relation.relname::text FROM pg_trigger AS trigger
        JOIN pg_class AS relation ON relation.oid = trigger.tgrelid
        WHERE trigger.tgfoid = proc.oid AND NOT trigger.tgisinternal
    )
FROM pg_proc AS proc JOIN pg_namespace AS space ON space.oid = proc.pronamespace
WHERE space.nspname !~ '^pg_' AND space.nspname <> 'information_schema' AND proc.prokind <> 'a'
    AND NOT EXISTS (
        SELECT FROM pg_depend AS dep
        WHERE dep.classid = 'pg_proc'::regclass AND dep.objid = proc.oid AND dep.deptype = 'e'
    )
ORDER BY 1
"""

# Everything that depends on an enum or its arrays, except the columns that change, their defaults, and checks and
# indexes of our tables, which are parsed again. A view and its columns count once.
_USERS_OF_TYPE = """
WITH used AS (
    SELECT unnest(ARRAY[type.oid, type.typarray]) AS oid FROM pg_type AS type WHERE type.oid = %s::regtype
), ours AS (
    SELECT relation.oid, relation.relname FROM pg_class AS relation
    WHERE relation.relnamespace = (SELECT oid FROM pg_namespace WHERE nspname = %s) AND relation.relname = ANY(%s)
)
SELECT DISTINCT CASE
    WHEN rule.oid IS NOT NULL THEN pg_describe_object('pg_class'::regclass, rule.ev_class, 0)
    WHEN relation.relkind IN ('v', 'm') THEN pg_describe_object('pg_class'::regclass, relation.oid, 0)
    ELSE pg_describe_object(dep.classid, dep.objid, dep.objsubid)
END
FROM pg_depend AS dep
LEFT JOIN pg_rewrite AS rule ON dep.classid = 'pg_rewrite'::regclass AND rule.oid = dep.objid
LEFT JOIN pg_class AS relation ON dep.classid = 'pg_class'::regclass AND relation.oid = dep.objid
LEFT JOIN pg_attribute AS att ON att.attrelid = relation.oid AND att.attnum = dep.objsubid
LEFT JOIN pg_attrdef AS def ON dep.classid = 'pg_attrdef'::regclass AND def.oid = dep.objid
LEFT JOIN pg_attribute AS defined ON defined.attrelid = def.adrelid AND defined.attnum = def.adnum
LEFT JOIN pg_constraint AS con ON dep.classid = 'pg_constraint'::regclass AND con.oid = dep.objid
LEFT JOIN pg_index AS ind ON ind.indexrelid = relation.oid
LEFT JOIN pg_cast AS conversion ON dep.classid = 'pg_cast'::regclass AND conversion.oid = dep.objid
LEFT JOIN ours ON ours.oid = coalesce(att.attrelid, def.adrelid, con.conrelid, ind.indrelid)
WHERE dep.refclassid = 'pg_type'::regclass AND dep.refobjid IN (SELECT used.oid FROM used) AND dep.deptype IN ('n', 'a')
    AND (ours.oid IS NULL OR (con.oid IS NULL AND ind.indexrelid IS NULL
        AND NOT coalesce(ours.relname || '.' || coalesce(att.attname, defined.attname) = ANY(%s), false)))
    AND (conversion.oid IS NULL OR conversion.casttarget <> 'text'::regtype OR conversion.castcontext <> 'i')
ORDER BY 1
"""

_FOREIGN_KEYS = """
SELECT con.conname, con.conrelid::regclass::text
FROM pg_constraint AS con
JOIN pg_class AS relation ON relation.oid IN (con.conrelid, con.confrelid)
JOIN pg_attribute AS att ON att.attrelid = relation.oid
    AND att.attnum = ANY(CASE WHEN relation.oid = con.conrelid THEN con.conkey ELSE con.confkey END)
WHERE con.contype = 'f' AND con.conparentid = 0 AND relation.relname = %s AND att.attname = %s
    AND relation.relnamespace = (SELECT oid FROM pg_namespace WHERE nspname = %s)
ORDER BY 1, 2
"""

_OWNED = "SELECT pg_has_role(typowner, 'USAGE'), pg_get_userbyid(typowner) FROM pg_type WHERE oid = %s::regtype"

# Words in functions that fail or change their meaning with the new type, by the old type of the column.
_STALE = {
    "json": r"\bjson_\w+\s*\(|::\s*json\b|\bto_json\b|\bas json\b",
    "money": "",
    "timestamp without time zone": (
        r"at\s+time\s+zone|timezone\s*\(|(::|\bas)\s*timestamp\b(?!\s*with\b)|localtimestamp"
    ),
}
# The same for checks and for expressions in indexes.
_STALE_EXPRESSIONS = _STALE | {"timestamp without time zone": r"time\s*zone|timezone|date|extract|to_char"}


def retyping_blockers(cursor: CursorWrapper, catalog: Catalog, *, timezone: str | None) -> Iterator[Blocker]:
    """List the objects that prevent the required column types, each once."""
    changes = list(_changes(catalog, timezone=timezone))
    if not changes:
        return
    cursor.execute(_BODIES)
    bodies = [body for body in (_Body(*row) for row in cursor.fetchall()) if not is_replaced(catalog, body.description)]
    named: set[str] = set()
    for change in changes:
        named |= {user.description for user in catalog.users_of(change.table.name, change.column.name)}
    if any("as_list" in _using(change, timezone=timezone) for change in changes):
        cursor.execute("SELECT has_database_privilege(current_database(), 'TEMPORARY')")
        if not cursor.fetchone()[0]:
            yield Blocker(
                what=f"{catalog.user} may not make temporary functions, which lists written as text need",
                way_out=f"GRANT TEMPORARY ON DATABASE {catalog.database} TO {catalog.user}",
            )
    for enum in sorted({change.enum for change in changes if change.enum}):
        cursor.execute(_OWNED, [enum])
        owned, owner = cursor.fetchone()
        if not owned:
            yield Blocker(
                what=f"the type {enum} belongs to {owner}, and {catalog.user} may not make a cast for it",
                way_out=f"GRANT {owner} TO {catalog.user}, or adopt as {owner}",
            )
    for change in changes:
        for description, blocker in _blockers_of(cursor, catalog, change, bodies=bodies, changes=changes):
            if description not in named and not is_replaced(catalog, description):
                named.add(description)
                yield blocker


def zone_warnings(cursor: CursorWrapper, catalog: Catalog, *, timezone: str | None) -> Iterator[str]:
    """Warn that applications go on writing timestamps without a zone in their session's time zone."""
    if timezone is None or not any(
        change.column.type.startswith("timestamp") for change in _changes(catalog, timezone=timezone)
    ):
        return
    cursor.execute("SELECT reset_val FROM pg_settings WHERE name = 'TimeZone'")
    (zone,) = cursor.fetchone()
    if zone != timezone:
        yield (
            f"times without a zone are taken as {timezone}; what their application writes without one will be in the"
            f" zone of its session, as a rule {zone}: ALTER DATABASE {catalog.database} SET timezone = '{timezone}'"
        )


def order_warnings(catalog: Catalog) -> Iterator[str]:
    """Warn about statements that sort or compare by enum order, which no catalog reveals."""
    for change in _changes(catalog, timezone="UTC"):
        if change.enum:
            yield (
                f"{change.table.name}.{change.column.name} becomes {change.type}: statements of their application that"
                f" sort by it, or compare with < and >, go by the alphabet then and not by the order of {change.enum}"
            )


def _changes(catalog: Catalog, *, timezone: str | None) -> Iterator[_Change]:
    for table in old_tables(catalog):
        for column in table.columns.values():
            expected = expected_tables()[table.name].columns.get(column.name)
            if expected is not None:
                change = _Change(table, column, expected.type)
                if _using(change, timezone=timezone):
                    yield change


def _using(change: _Change, *, timezone: str | None) -> str:
    expected = expected_tables()[change.table.name].columns[change.column.name]
    return fit(table=change.table.name, found=change.column, expected=expected, timezone=timezone).using


def _blockers_of(
    cursor: CursorWrapper, catalog: Catalog, change: _Change, *, bodies: list[_Body], changes: list[_Change]
) -> Iterator[tuple[str, Blocker]]:
    """Yield each object by its description, with the blockers for it."""
    yield from _foreign_keys(cursor, catalog, change)
    if change.enum:
        changing = [f"{each.table.name}.{each.column.name}" for each in changes]
        cursor.execute(_USERS_OF_TYPE, [change.enum, catalog.schema, [each.table.name for each in changes], changing])
        for (description,) in cursor.fetchall():
            yield (
                description,
                Blocker(
                    what=f"{change.what}{description} uses its type {change.enum}",
                    way_out=f"let it use text, or drop {description}, adopt, and create it again with text",
                ),
            )
    for body in bodies:
        if _is_stale(body, change):
            yield (
                body.description,
                Blocker(
                    what=f"{change.what}{body.description} may fail then, or do something else",
                    way_out=f"let it work with {change.type}, or drop it, adopt, and create it again",
                ),
            )
    for name, way_out in _stale_expressions(catalog, change):
        yield name, Blocker(what=f"{change.what}the {name} would fail or say something else", way_out=way_out)


def _foreign_keys(cursor: CursorWrapper, catalog: Catalog, change: _Change) -> Iterator[tuple[str, Blocker]]:
    if change.column.type.startswith("character"):
        return
    cursor.execute(_FOREIGN_KEYS, [change.table.name, change.column.name, catalog.schema])
    for constraint, table in cursor.fetchall():
        description = f"foreign key {constraint} of {table}"
        way_out = f"ALTER TABLE {table} DROP CONSTRAINT {constraint}"
        yield description, Blocker(what=f"{change.what}the {description} uses it", way_out=way_out)


def _is_stale(body: _Body, change: _Change) -> bool:
    """Return whether a function body names the old type, or uses the column in a way that only the old type allows."""
    source, column = body.source, re.escape(change.column.name)
    if change.enum and _mentions(source, _bare(change.enum)):
        return True
    if change.table.name not in body.tables and not _mentions(source, change.table.name):
        return False
    if change.enum:
        ordered = (
            rf"\b{column}\b\"?\s*\)?\s*([<>]=?(?!>)|(not\s+)?between\b|%\s*type)"
            rf"|(?<![<\-=])[<>]=?\s*\(?\s*(\w+\.)?\"?{column}\b"
            rf"|\border\s+by\b[^;]*\b{column}\b|\b(min|max|greatest|least)\s*\([^;]*\b{column}\b"
            r"|\benum_(first|last|range)\b"
        )
        return re.search(ordered, source, re.IGNORECASE) is not None
    if not _mentions(source, change.column.name):
        return False
    if change.type == "text[]":
        return True
    stale = _STALE.get(base_type(change.column.type))
    return stale is not None and re.search(stale, source, re.IGNORECASE) is not None


def _stale_expressions(catalog: Catalog, change: _Change) -> Iterator[tuple[str, str]]:
    """Yield checks and indexes whose meaning would change on parsing, with the way out. For lists see `blockers`."""
    table, column = change.table, change.column
    replaced = catalog.narrow_checks.get(table.name, ())
    for constraint in table.constraints.values():
        if (
            constraint.kind == "c"
            and constraint.name not in replaced
            and column.name in constraint.columns
            and _changes_meaning(constraint.expression or "", change, plain=0)
        ):
            yield f"check {constraint.name}", f"ALTER TABLE {table.name} DROP CONSTRAINT {constraint.name}"
    for index in table.indexes.values():
        if (index.partial or None in index.columns) and _changes_meaning(
            index.definition.partition(" USING ")[2], change, plain=index.columns.count(column.name)
        ):
            yield f"index {index.name}", f"DROP INDEX {index.name}, adopt, and create it again"


def _changes_meaning(expression: str, change: _Change, *, plain: int) -> bool:
    """Return whether an expression does more than compare for equality; `plain` counts its uses as a key."""
    name = rf'"?\b{re.escape(change.column.name)}\b"?'
    if change.enum and not change.column.type.endswith("[]"):
        word = rf"'(?:[^']|'')*'::{re.escape(change.enum)}"
        equal = (
            rf"{name} (?:=|<>) {word}(?!\w|\[)|{name} IS (?:NOT )?NULL|\({name}\)::text\b"
            rf"|{name} (?:= ANY|<> ALL) \((?:ARRAY\[{word}(?:, {word})*\]|{word}\[\])\)"
        )
        rest = re.sub(equal, "", expression)
        return len(re.findall(name, rest)) > plain or _mentions(rest, _bare(change.enum))
    if len(re.findall(name, expression)) <= plain:
        return False
    stale = _STALE_EXPRESSIONS.get(base_type(change.column.type))
    return stale is not None and re.search(stale, expression, re.IGNORECASE) is not None


def _mentions(text: str, name: str) -> bool:
    return re.search(rf"(?<!\w){re.escape(name)}(?!\w)", text, re.IGNORECASE) is not None


def _bare(type_name: str) -> str:
    """Return the name of a type without schema and quotes."""
    return type_name.rpartition(".")[2].strip('"')
