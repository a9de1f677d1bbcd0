"""Statements that adoption runs before and after the migrations, built from what the database holds."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from django.db import connection

from config.adoption.catalog import Catalog, Column, Constraint, Index, Relation, Trigger
from config.adoption.columns import fit
from config.adoption.expected import (
    ADOPTABLE,
    BASELINE,
    DECISIONS,
    REFRESH,
    STATISTICS,
    ExpectedColumn,
    expected_tables,
)
from config.adoption.replanning import replan
from migrations_sql.operations import validate_if_met

DECISIONS_KEPT = f"{DECISIONS}_legacy"
STATISTICS_KEPT = f"{STATISTICS}_legacy"

OLD_FIRST_CONTACT = ("trigger_set_first_contact_at", "set_first_contact_at")
"""The marketplace's own design for the first contact, as trigger and function; ours replaces it."""

AS_LIST = r"""
CREATE FUNCTION pg_temp.as_list(written text) RETURNS text[] LANGUAGE plpgsql IMMUTABLE AS $function$
BEGIN
    BEGIN
        IF written ~ '^\s*\[.*\]\s*$' THEN
            RETURN ARRAY(SELECT jsonb_array_elements_text(written::jsonb));
        ELSIF written ~ '^\s*\{.*\}\s*$' THEN
            RETURN written::text[];
        END IF;
    EXCEPTION WHEN data_exception OR syntax_error_or_access_rule_violation THEN
        -- It only looks like a list of JSON or PostgreSQL.
        NULL;
    END;
    RETURN CASE WHEN written IS NOT NULL THEN ARRAY(
        SELECT btrim(part, E' "\t\n') FROM regexp_split_to_table(written, '[,;]') WITH ORDINALITY AS parts (part, place)
        WHERE btrim(part, E' "\t\n') <> '' ORDER BY place
    ) END;
END;
$function$
"""
"""Reads a list stored as text: comma-separated, JSON, a PostgreSQL array literal, or a single value."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One statement and its purpose."""

    what: str
    sql: str


def quote(name: str) -> str:
    """Return a name quoted as an SQL identifier."""
    return connection.ops.quote_name(name)


def quote_literal(text: str) -> str:
    """Return a text quoted as an SQL literal."""
    doubled = text.replace("'", "''")
    return f"'{doubled}'"


def old_tables(catalog: Catalog) -> list[Relation]:
    """Return the existing tables that become ours, in the order in which every writer locks them."""
    names = ("leads", "profiles", *(name for name in ADOPTABLE if name not in {"leads", "profiles"}))
    return [catalog.tables[name] for name in names if name in catalog.tables]


def lock(catalog: Catalog) -> Iterator[Step]:
    """Lock all tables at once; locking them one by one could deadlock with the marketplace."""
    tables = old_tables(catalog)
    if tables:
        names = ", ".join(quote(table.name) for table in tables)
        yield Step(what="nobody reads or writes meanwhile", sql=f"LOCK TABLE {names} IN ACCESS EXCLUSIVE MODE")


def before_migrations(catalog: Catalog, *, timezone: str | None) -> Iterator[Step]:
    """Make the existing objects fit the first migrations."""
    yield from _remove_old_triggers(catalog)
    yield from _switch_triggers(catalog, off=True)
    # First, because it may read a column that has to change.
    yield from _put_statistics_away(catalog)
    yield from _put_decisions_away(catalog)
    yield from _remove_narrow_checks(catalog)
    yield from _convert_columns(catalog, timezone=timezone)


def after_migrations(catalog: Catalog, *, new_tables: list[str]) -> Iterator[Step]:
    """Add rules to existing columns, and restore the marketplace's words, privileges and triggers."""
    yield from _keep_words(catalog)
    yield from _require_values(catalog)
    yield from _secure(catalog, new_tables=new_tables)
    yield from _grant_again(catalog)
    yield from _switch_triggers(catalog, off=False)


# -- The marketplace's triggers ----------------------------------------------------------------------------------------


def replaced_triggers(table: Relation) -> list[Trigger]:
    """List the triggers that ours replace: the old first contact, and refreshes of the statistics on each write."""
    name, function = OLD_FIRST_CONTACT
    return [
        trigger
        for trigger in table.triggers.values()
        if (trigger.name == name and trigger.function.rpartition(".")[2] == function)
        or trigger.function.rpartition(".")[2] == REFRESH
    ]


def is_replaced(catalog: Catalog, description: str) -> bool:
    """Return whether adoption first removes or renames an object, given PostgreSQL's description of it."""
    gone = {f"materialized view {STATISTICS}", f"view {STATISTICS}"}
    gone |= {f"function {function.signature}" for function in catalog.functions_called(REFRESH)}
    gone |= {
        f"trigger {trigger.name} on table {table.name}"
        for table in catalog.tables.values()
        for trigger in replaced_triggers(table)
    }
    return description in gone


def kept_triggers(table: Relation) -> list[Trigger]:
    """List the marketplace's triggers that stay active."""
    replaced = replaced_triggers(table)
    return [trigger for trigger in table.triggers.values() if trigger.enabled != "D" and trigger not in replaced]


def _remove_old_triggers(catalog: Catalog) -> Iterator[Step]:
    for table in catalog.tables.values():
        for trigger in replaced_triggers(table):
            sql = f"DROP TRIGGER {quote(trigger.name)} ON {quote(table.name)}"
            yield Step(what=f"{trigger.name} is replaced by our own", sql=sql)


def _switch_triggers(catalog: Catalog, *, off: bool) -> Iterator[Step]:
    words = {"O": "ENABLE", "R": "ENABLE REPLICA", "A": "ENABLE ALWAYS"}
    for table in old_tables(catalog):
        for trigger in kept_triggers(table):
            word = "DISABLE" if off else words[trigger.enabled]
            what = f"{trigger.name} must not act on what adoption fills in" if off else f"{trigger.name} acts again"
            yield Step(what=what, sql=f"ALTER TABLE {quote(table.name)} {word} TRIGGER {quote(trigger.name)}")


# -- Checks and columns ------------------------------------------------------------------------------------------------


def _remove_narrow_checks(catalog: Catalog) -> Iterator[Step]:
    for table in old_tables(catalog):
        for constraint in table.constraints.values():
            if constraint.name in catalog.narrow_checks.get(table.name, ()) or _is_ours(table, constraint):
                sql = f"ALTER TABLE {quote(table.name)} DROP CONSTRAINT {quote(constraint.name)}"
                yield Step(what=f"{constraint.name} is replaced by our own", sql=sql)


def _is_ours(table: Relation, constraint: Constraint) -> bool:
    return constraint.kind == "c" and constraint.name in expected_tables()[table.name].checks


def _convert_columns(catalog: Catalog, *, timezone: str | None) -> Iterator[Step]:
    enums: set[str] = set()
    changes: list[Step] = []
    retyped: set[str] = set()
    for table in old_tables(catalog):
        for column in table.columns.values():
            expected = expected_tables()[table.name].columns.get(column.name)
            if expected is None:
                continue
            using = fit(table=table.name, found=column, expected=expected, timezone=timezone).using
            if using:
                changes += _change_of_type(table, column, expected=expected, using=using)
                retyped.add(table.name)
                if column.is_enum and not column.type.endswith("[]"):
                    enums.add(column.type)
    for enum in sorted(enums - catalog.text_casts):
        # The marketplace's statements and checks that compare the column with a value of the enum continue to work.
        yield Step(what=f"{enum} compares with text", sql=f"CREATE CAST ({enum} AS text) WITH INOUT AS IMPLICIT")
    lists = any("pg_temp.as_list" in change.sql for change in changes)
    yield from [Step(what="reads a list that is written as text", sql=AS_LIST.strip())] if lists else []
    indexes = list(_indexes_with_literals(catalog, enums))
    for index, _ in indexes:
        yield Step(what=f"{index.name} compares with the old type", sql=f"DROP INDEX {quote(index.name)}")
    yield from changes
    if retyped:
        yield Step(what="open sessions forget the old types", sql=replan(sorted(retyped)))
    for index, definition in indexes:
        yield Step(what=f"{index.name} compares with text", sql=definition)


def _indexes_with_literals(catalog: Catalog, enums: set[str]) -> Iterator[tuple[Index, str]]:
    """Yield indexes with enum literals, with their definitions on text: an index condition may not contain a cast."""
    for table in old_tables(catalog):
        for index in table.indexes.values():
            definition = index.definition
            for enum in enums:
                definition = re.sub(rf"::{re.escape(enum)}(?!\w)", "::text", definition)
            if definition != index.definition:
                yield index, definition


def _change_of_type(table: Relation, column: Column, *, expected: ExpectedColumn, using: str) -> Iterator[Step]:
    alter = f"ALTER TABLE {quote(table.name)} ALTER COLUMN {quote(column.name)}"
    what = f"{table.name}.{column.name} from {column.type} to {expected.type}"
    if column.default is not None:
        yield Step(what="its default is of the old type", sql=f"{alter} DROP DEFAULT")
    yield Step(what=what, sql=f"{alter} TYPE {expected.type} USING {using}")
    if column.default is not None:
        default = column.default.replace(f"::{column.type}", f"::{expected.type}")
        if column.type == "money" or (column.type.startswith("timestamp") and column.default != "now()"):
            # The old expression is evaluated, and converted like any value of the old type.
            default = using.replace(f'"{column.name}"', f"(({column.default})::{column.type})")
        sql = f"{alter} SET DEFAULT {default}"
        if expected.type == "text[]":
            # The function that parses a list is temporary, so the default is its present result.
            value = using.replace(f'"{column.name}"', f"({column.default})")
            sql = f"DO $default$ BEGIN EXECUTE format('{alter} SET DEFAULT %L', {value}); END $default$"
        yield Step(what="its default stays what it was", sql=sql)


def _keep_words(catalog: Catalog) -> Iterator[Step]:
    """Add the activity types that only the old check allowed: the old application may still write them."""
    if not catalog.type_words:
        return
    words = ", ".join(quote_literal(word).replace("%", "%%") for word in catalog.type_words)
    name = "lead_activities_type_known"
    alter = f"ALTER TABLE lead_activities DROP CONSTRAINT {name}, ADD CONSTRAINT {name} CHECK (%s OR type IN ({words}))"
    sql = (
        f"DO $do$ BEGIN EXECUTE format({quote_literal(alter)}, (SELECT pg_get_expr(conbin, conrelid) FROM pg_constraint"  # noqa: S608  # quoted words
        f" WHERE conrelid = 'lead_activities'::regclass AND conname = '{name}')); END $do$"
    )
    yield Step(what="words that the old check allowed stay allowed", sql=sql)


def _require_values(catalog: Catalog) -> Iterator[Step]:
    """Set NOT NULL where we require it; if rows have no value, require it of new rows only."""
    for table in old_tables(catalog):
        for column in table.columns.values():
            expected = expected_tables()[table.name].columns.get(column.name)
            if expected is None or not expected.required or not column.nullable:
                continue
            name, target, field = quote(f"{table.name}_{column.name}_not_null"), quote(table.name), quote(column.name)
            add = f"ALTER TABLE {target} ADD CONSTRAINT {name} CHECK ({field} IS NOT NULL) NOT VALID"
            yield Step(what=f"new rows have a value in {table.name}.{column.name}", sql=add)
            yield Step(what="and old ones, if they all have", sql=validate_if_met(table=target, constraint=name))


# -- Statistics and decisions ------------------------------------------------------------------------------------------


def _put_statistics_away(catalog: Catalog) -> Iterator[Step]:
    for function in catalog.functions_called(REFRESH):
        yield Step(what="replaced by our own refresh", sql=f"DROP FUNCTION {function.signature}")
    _, old_function = OLD_FIRST_CONTACT
    if any(replaced_triggers(table) for table in catalog.tables.values()):
        for function in catalog.functions_called(old_function):
            yield Step(what="replaced by our own trigger", sql=f"DROP FUNCTION {function.signature}")
    view = catalog.relations.get(STATISTICS)
    if view is None:
        return
    if view.kind in {"m", "v"}:
        word = "MATERIALIZED VIEW" if view.kind == "m" else "VIEW"
        yield Step(what="computed anew, with all metrics", sql=f"DROP {word} {quote(STATISTICS)}")
    else:
        sql = f"ALTER TABLE {quote(STATISTICS)} RENAME TO {quote(STATISTICS_KEPT)}"
        yield Step(what=f"a table: its rows are kept as {STATISTICS_KEPT}", sql=sql)


def _put_decisions_away(catalog: Catalog) -> Iterator[Step]:
    table = catalog.relations.get(DECISIONS)
    if table is None:
        return
    sql = f"ALTER TABLE {quote(DECISIONS)} RENAME TO {quote(DECISIONS_KEPT)}"
    yield Step(what=f"its rows are kept as {DECISIONS_KEPT}", sql=sql)
    sequences = [name for name, owner in catalog.sequences if owner == DECISIONS]
    for kind, names in (("INDEX", table.indexes), ("SEQUENCE", sequences)):
        for name in names:
            if name.startswith(DECISIONS):
                new = f"{DECISIONS_KEPT}{name.removeprefix(DECISIONS)}"
                yield Step(what="makes room for our own", sql=f"ALTER {kind} {quote(name)} RENAME TO {quote(new)}")


# -- Rights ------------------------------------------------------------------------------------------------------------


def _secure(catalog: Catalog, *, new_tables: list[str]) -> Iterator[Step]:
    """Enable row-level security on our tables if the marketplace uses it on its own."""
    if any(catalog.tables[name].secured for name in BASELINE if name in catalog.tables):
        for name in new_tables:
            yield Step(what="closed as the old tables are", sql=f"ALTER TABLE {quote(name)} ENABLE ROW LEVEL SECURITY")


def _grant_again(catalog: Catalog) -> Iterator[Step]:
    view = catalog.relations.get(STATISTICS)
    if view is not None and view.kind in {"m", "v"}:
        for privilege, grantee in view.grants:
            if privilege == "SELECT":
                sql = f"GRANT SELECT ON {quote(STATISTICS)} TO {grantee}"
                yield Step(what=f"{grantee} could read the old view", sql=sql)
    signature = f"{quote(REFRESH)}(text)"
    for grantee in _refreshers(catalog):
        sql = f"GRANT EXECUTE ON FUNCTION {signature} TO {grantee}"
        yield Step(what=f"{grantee} could refresh the old view", sql=sql)


def _refreshers(catalog: Catalog) -> list[str]:
    """Find the roles that could refresh the statistics, through a SECURITY DEFINER function or as owner of the view.

    PUBLIC is left out: PostgreSQL grants it every function, so it was hardly meant to refresh.
    """
    as_owner = [function for function in catalog.functions_called(REFRESH) if function.as_owner]
    found = {grantee for function in as_owner for _, grantee in function.grants} - {"PUBLIC"}
    view = catalog.relations.get(STATISTICS)
    if view is not None and view.kind == "m" and view.owner != catalog.user:
        found.add(quote(view.owner))
    return sorted(found)
