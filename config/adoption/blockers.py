"""Obstacles that make adoption refuse, and how to remove each of them."""

from collections.abc import Iterable, Iterator

from django.apps import apps
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

from config.adoption.alignment import (
    DECISIONS_KEPT,
    OLD_FIRST_CONTACT,
    STATISTICS_KEPT,
    is_replaced,
    old_tables,
    replaced_triggers,
)
from config.adoption.catalog import Catalog, Column, Relation
from config.adoption.columns import fit
from config.adoption.expected import ADOPTABLE, DECISIONS, FUNCTIONS, REFRESH, SQL_TABLES, STATISTICS, expected_tables
from config.adoption.findings import Blocker, RowProblem
from migrations_sql.checks import ColumnCheck

NEVER_INVENTED = {
    "profiles": ("id",),
    "industries": ("id", "name"),
    "leads": ("id", "created_at"),
    "lead_activities": ("id", "lead_id", "type", "created_at"),
    "lead_feedback": ("id", "lead_id", "partner_id", "rating"),
    "support_tickets": ("id",),
}
"""Columns without which a table is not the one that we expect."""

COUNTED_BY_US = {
    "profiles": (
        *("open_leads", "last_assigned_at", "returned_at", "leads_since_return", "usual_daily_leads"),
        "routing_changed_at",
    ),
    "leads": ("tried_partner_ids", "routing_attempts", "routing_attempted_at"),
}
"""Columns that only triggers and the router write; another application's data under such a name would be lost."""


def blockers(catalog: Catalog, *, timezone: str | None, rows: Iterable[RowProblem]) -> Iterator[Blocker]:
    """Yield everything that prevents the adoption of a database that is not ours yet."""
    if catalog.schema is None:
        yield Blocker(
            what="no schema of the search path exists",
            way_out="set the search path of the role, or create the schema that it names",
        )
        return
    yield from _place(catalog)
    yield from _kinds(catalog)
    for table in old_tables(catalog):
        yield from _rights(catalog, table)
        yield from _keys(table)
        yield from _columns(catalog, table, timezone=timezone)
    yield from _names_taken(catalog)
    yield from _kept_aside(catalog)
    yield from _users_of_statistics(catalog)
    rows = tuple(rows)
    yield from _repeated(rows)
    yield from _out_of_range(rows)


def _place(catalog: Catalog) -> Iterator[Blocker]:
    if catalog.schema != catalog.first_schema:
        yield Blocker(
            what=f"the tables are in the schema {catalog.schema}, new ones would be made in {catalog.first_schema}",
            way_out=(
                f"put {catalog.schema} first: ALTER ROLE {catalog.user} SET search_path = {catalog.schema}, "
                f"{catalog.first_schema}; or end DATABASE_URL with ?options=-csearch_path%3D{catalog.schema}"
            ),
        )


def _kinds(catalog: Catalog) -> Iterator[Blocker]:
    words = {"v": "a view", "m": "a materialized view", "f": "a foreign table", "p": "a partitioned table"}
    for name in ADOPTABLE:
        relation = catalog.relations.get(name)
        if relation is not None and relation.kind != "r":
            yield Blocker(
                what=f"{name} is {words[relation.kind]}, not a table",
                way_out=f"give it another name, or put the table {name} in its place",
            )


def _rights(catalog: Catalog, table: Relation) -> Iterator[Blocker]:
    if not table.owned:
        yield Blocker(
            what=f"{table.name} belongs to {table.owner}, and {catalog.user} may not alter it",
            way_out=f"GRANT {table.owner} TO {catalog.user}, or adopt as {table.owner}",
        )
    elif table.hides_rows:
        yield Blocker(
            what=f"row-level security hides rows of {table.name} from {catalog.user}",
            way_out=f"ALTER TABLE {table.name} NO FORCE ROW LEVEL SECURITY, or ALTER ROLE {catalog.user} BYPASSRLS",
        )


def _keys(table: Relation) -> Iterator[Blocker]:
    unique = any(index.unique and index.columns == ["id"] and not index.partial for index in table.indexes.values())
    if "id" in table.columns and not unique:
        yield Blocker(
            what=f"{table.name}.id is not unique",
            way_out=f"ALTER TABLE {table.name} ADD PRIMARY KEY (id)",
        )
    for column in NEVER_INVENTED[table.name]:
        if column not in table.columns:
            yield Blocker(
                what=f"{table.name} has no column {column}",
                way_out=f"add it and fill it, or give the table {table.name} another name",
            )


def _columns(catalog: Catalog, table: Relation, *, timezone: str | None) -> Iterator[Blocker]:
    expected = expected_tables()[table.name].columns
    for column in table.columns.values():
        ours = expected.get(column.name)
        if ours is None:
            if not column.nullable and column.default is None and not column.generated:
                yield Blocker(
                    what=f"{table.name}.{column.name} needs a value, and we do not know which",
                    way_out=f"ALTER TABLE {table.name} ALTER {column.name} SET DEFAULT ..., or DROP NOT NULL",
                )
            continue
        if column.name in COUNTED_BY_US.get(table.name, ()):
            yield Blocker(
                what=f"{table.name}.{column.name} is there already, and would be counted by us from now on",
                way_out=f"ALTER TABLE {table.name} RENAME {column.name} TO {column.name}_old",
            )
        fits = fit(table=table.name, found=column, expected=ours, timezone=timezone)
        if fits.refusal:
            what = f"{table.name}.{column.name} is {column.type}, not {ours.type}"
            yield Blocker(what=what, way_out=fits.refusal)
        elif not fits.as_it_is:
            yield from _users_of_column(catalog, table, column, type_=ours.type)


def _users_of_column(catalog: Catalog, table: Relation, column: Column, *, type_: str) -> Iterator[Blocker]:
    """Yield the objects that use a column whose type changes: the change would be refused, or break the object."""
    what = f"{table.name}.{column.name} has to become {type_}, and "
    for user in catalog.users_of(table.name, column.name):
        if is_replaced(catalog, user.description):
            continue
        way_out = f"drop {user.description}, adopt, and create it again"
        if user.kind == "pg_attrdef":
            way_out = "drop the column that is generated from it, adopt, and add it again"
        yield Blocker(what=f"{what}{user.description} uses it", way_out=way_out)
    if type_ != "text[]":
        return
    for constraint in table.constraints.values():
        if constraint.kind == "c" and column.name in constraint.columns:
            way_out = f"ALTER TABLE {table.name} DROP CONSTRAINT {constraint.name}"
            yield Blocker(what=f"{what}the check {constraint.name} reads it", way_out=way_out)
    for index in table.indexes.values():
        if column.name in index.definition.partition("(")[2] and not index.definition.endswith(f"({column.name})"):
            yield Blocker(what=f"{what}the index {index.name} reads it", way_out=f"DROP INDEX {index.name}")


def _names_taken(catalog: Catalog) -> Iterator[Blocker]:
    migrated = {app for app, _ in MigrationRecorder(connection).applied_migrations()}
    made = [(model._meta.db_table, model._meta.app_label) for model in apps.get_models() if not model._meta.proxy]
    for name, app in (*made, *((name, "leads") for name in SQL_TABLES)):
        if app in migrated:
            continue
        if name in catalog.relations and name not in {*ADOPTABLE, DECISIONS, STATISTICS}:
            yield Blocker(
                what=f"there is a {name} already, and it is not ours",
                way_out=f"give it another name: ALTER TABLE {name} RENAME TO ...",
            )
    for name, arguments in FUNCTIONS.items():
        for function in catalog.functions_called(name):
            if name != REFRESH and function.arguments == arguments:
                yield Blocker(
                    what=f"there is a function {function.signature} already, and it is not ours",
                    way_out=f"give it another name: ALTER FUNCTION {function.signature} RENAME TO ...",
                )


def _kept_aside(catalog: Catalog) -> Iterator[Blocker]:
    """Yield problems with objects to be renamed: we must own each, and its new name must be free."""
    for name, kept in ((DECISIONS, DECISIONS_KEPT), (STATISTICS, STATISTICS_KEPT)):
        is_moved = name in catalog.relations and (name == DECISIONS or catalog.relations[name].kind not in {"m", "v"})
        if is_moved and kept in catalog.relations:
            yield Blocker(
                what=f"{name} would be kept as {kept}, and there is a {kept} already",
                way_out=f"give {kept} another name",
            )
    for name in (DECISIONS, STATISTICS):
        relation = catalog.relations.get(name)
        if relation is not None and not relation.owned:
            yield Blocker(
                what=f"{name} belongs to {relation.owner}, and {catalog.user} may not alter it",
                way_out=f"GRANT {relation.owner} TO {catalog.user}, or adopt as {relation.owner}",
            )
    gone = catalog.functions_called(REFRESH)
    if any(replaced_triggers(table) for table in catalog.tables.values()):
        gone += catalog.functions_called(OLD_FIRST_CONTACT[1])
    for function in gone:
        if not function.owned:
            yield Blocker(
                what=f"the function {function.signature} belongs to somebody else",
                way_out=f"ALTER FUNCTION {function.signature} OWNER TO {catalog.user}",
            )


def _users_of_statistics(catalog: Catalog) -> Iterator[Blocker]:
    seen = set()
    for name in (STATISTICS, REFRESH):
        for user in catalog.users_of(name):
            if not is_replaced(catalog, user.description) and user.description not in seen:
                seen.add(user.description)
                yield Blocker(
                    what=f"{user.description} uses {name}, which is replaced",
                    way_out=f"drop {user.description}, adopt, and create it again: all old columns are there",
                )


def _out_of_range(rows: Iterable[RowProblem]) -> Iterator[Blocker]:
    """Yield values that Python, JSON or a page cannot hold."""
    for problem in rows:
        for rule in expected_tables()[problem.table].model._meta.constraints:
            if isinstance(rule, ColumnCheck) and rule.name == problem.rule:
                yield Blocker(
                    what=(
                        f"{problem.count} rows of {problem.table} break {rule.name}"
                        f" ({rule.get_violation_error_message()})"
                    ),
                    way_out=(
                        f"put {' or '.join(rule.fields)} of {problem.table} right, NULL where nobody knows better,"
                        f" for example of {', '.join(problem.examples)}"
                    ),
                )


def _repeated(rows: Iterable[RowProblem]) -> Iterator[Blocker]:
    for problem in rows:
        if problem.rule.endswith("_unique"):
            yield Blocker(
                what=f"{problem.count} rows of {problem.table} share what has to be unique ({problem.rule})",
                way_out=f"keep one of each, for example of {', '.join(problem.examples)}",
            )
