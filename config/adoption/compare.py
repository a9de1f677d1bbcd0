"""Comparison of the database with the expected schema, object by object."""

from collections.abc import Iterator

from django.db import connection

from config.adoption.alignment import (
    DECISIONS_KEPT,
    OLD_FIRST_CONTACT,
    STATISTICS_KEPT,
    replaced_triggers,
)
from config.adoption.catalog import Catalog, Column, Constraint, Relation
from config.adoption.columns import fit
from config.adoption.expected import (
    ADOPTABLE,
    DECISIONS,
    FUNCTIONS,
    LIVE_STATISTICS,
    REFRESH,
    SQL_INDEXES,
    SQL_TABLES,
    STATISTICS,
    ExpectedColumn,
    ExpectedTable,
    expected_tables,
    view_columns,
)
from config.adoption.findings import Finding, Verdict
from config.adoption.rows import not_null_name

KIND_WORDS = {"r": "table", "p": "partitioned table", "v": "view", "m": "materialized view", "f": "foreign table"}


def findings(catalog: Catalog, *, ours: bool, timezone: str | None) -> Iterator[Finding]:
    """Compare everything. `ours`: our migrations have run here, so no object was created by hand."""
    for table in expected_tables().values():
        there = catalog.relations.get(table.name)
        if there is None:
            yield Finding(kind="table", name=table.name, verdict=Verdict.MISSING, action="is made")
        elif not ours and table.name == DECISIONS:
            yield Finding(
                kind="table",
                name=table.name,
                verdict=Verdict.DIFFERENT,
                found=f"another {KIND_WORDS[there.kind]}, columns {', '.join(there.columns)}",
                action=f"keeps its rows as {DECISIONS_KEPT}; a new one is made",
            )
        elif not ours and table.name not in ADOPTABLE:
            yield Finding(kind="table", name=table.name, verdict=Verdict.DIFFERENT, found="not ours")
        else:
            yield Finding(kind="table", name=table.name, verdict=Verdict.PRESENT)
            yield from _table(catalog, there, table, timezone=timezone)
    yield from _statistics(catalog)
    yield from _functions(catalog)
    yield from _unknown_relations(catalog)


def _table(catalog: Catalog, there: Relation, table: ExpectedTable, *, timezone: str | None) -> Iterator[Finding]:
    for expected in table.columns.values():
        yield _column(there, expected, there.columns.get(expected.name), timezone=timezone)
    for name in there.columns:
        if name not in table.columns:
            column = there.columns[name]
            yield Finding(
                kind="column",
                name=f"{table.name}.{name}",
                verdict=Verdict.EXTRA,
                found=_described(column),
                action="stays",
            )
    yield from _constraints(catalog, there, table)
    for name in table.indexes:
        verdict = Verdict.PRESENT if name in there.indexes else Verdict.MISSING
        yield Finding(kind="index", name=name, verdict=verdict, action="" if name in there.indexes else "is made")
    known = {*table.indexes, *table.checks, *there.constraints}
    for name, index in there.indexes.items():
        if name not in known and not name.startswith(f"{table.name}_"):
            yield Finding(
                kind="index", name=name, verdict=Verdict.EXTRA, found=_index_words(index.columns), action="stays"
            )
    yield from _triggers(there, table)


def _column(there: Relation, expected: ExpectedColumn, found: Column | None, *, timezone: str | None) -> Finding:
    name, wanted = f"{there.name}.{expected.name}", _wanted(expected)
    if found is None:
        return Finding(kind="column", name=name, verdict=Verdict.MISSING, expected=wanted, action="is added")
    actions = []
    fits = fit(table=there.name, found=found, expected=expected, timezone=timezone)
    if fits.refusal:
        actions.append("is refused")
    elif fits.using:
        actions.append(f"becomes {expected.type}")
    if found.nullable and expected.required and not_null_name(there.name, found.name) not in there.constraints:
        actions.append("is required in new rows")
    if expected.has_default and found.default is None and not found.generated:
        actions.append("gets a default")
    return Finding(
        kind="column",
        name=name,
        verdict=Verdict.DIFFERENT if actions else Verdict.PRESENT,
        expected=wanted,
        found=_described(found),
        action=", ".join(actions),
    )


def _wanted(column: ExpectedColumn) -> str:
    return column.type + ("" if column.nullable else " NOT NULL")


def _described(column: Column) -> str:
    default = f" DEFAULT {column.default}" if column.default is not None else ""
    return column.type + ("" if column.nullable else " NOT NULL") + default


def _index_words(columns: list[str | None]) -> str:
    return f"on {', '.join(column or 'an expression' for column in columns)}"


def _constraints(catalog: Catalog, there: Relation, table: ExpectedTable) -> Iterator[Finding]:
    for name in table.checks:
        found = there.constraints.get(name)
        if found is None:
            yield Finding(
                kind="constraint", name=name, verdict=Verdict.MISSING, action="is added, for new rows at least"
            )
        else:
            yield Finding(
                kind="constraint",
                name=name,
                verdict=Verdict.PRESENT,
                found="" if found.validated else "NOT VALID: not yet kept by all old rows",
            )
    for column, target in table.references.items():
        keys = [key for key in there.constraints.values() if key.kind == "f" and key.columns == [column]]
        right = next((key for key in keys if key.target == target), None)
        name = f"{table.name}.{column} -> {target}"
        if right is not None:
            found_words = "" if right.validated else "NOT VALID: not yet kept by all old rows"
            yield Finding(kind="foreign key", name=name, verdict=Verdict.PRESENT, found=found_words)
        else:
            yield Finding(
                kind="foreign key",
                name=name,
                verdict=Verdict.DIFFERENT if keys else Verdict.MISSING,
                found=", ".join(key.definition for key in keys),
                action="is added, for new rows at least" if column in there.columns else "comes with its column",
            )
    for constraint in there.constraints.values():
        if not _is_expected(constraint, table):
            is_narrow = constraint.name in catalog.narrow_checks.get(table.name, ())
            yield _extra_constraint(constraint.name, constraint.definition, is_narrow=is_narrow)


def _is_expected(constraint: Constraint, table: ExpectedTable) -> bool:
    """Return whether a constraint is one of ours; keys and unique constraints are recognised by their index."""
    if constraint.kind == "f":
        return table.references.get(",".join(constraint.columns)) == constraint.target
    if constraint.kind != "c" or constraint.name in table.checks:
        return True
    column = ",".join(constraint.columns)
    # The second is Django's name for the check of a positive number.
    return constraint.name in {not_null_name(table.name, column), f"{table.name}_{column}_check"} and (
        table.name not in ADOPTABLE or constraint.name == not_null_name(table.name, column)
    )


def _extra_constraint(name: str, definition: str, *, is_narrow: bool) -> Finding:
    if is_narrow:
        action = "is replaced: it refuses words of ours"
        return Finding(kind="constraint", name=name, verdict=Verdict.DIFFERENT, found=definition, action=action)
    return Finding(kind="constraint", name=name, verdict=Verdict.EXTRA, found=definition, action="stays")


def _triggers(there: Relation, table: ExpectedTable) -> Iterator[Finding]:
    for name, digest in table.triggers.items():
        found = there.triggers.get(name)
        if found is None:
            yield Finding(kind="trigger", name=name, verdict=Verdict.MISSING, action="is made")
        elif found.comment != digest or found.enabled != "O":
            words = "switched off" if found.enabled != "O" else "another version"
            yield Finding(kind="trigger", name=name, verdict=Verdict.DIFFERENT, found=words)
        else:
            yield Finding(kind="trigger", name=name, verdict=Verdict.PRESENT)
    replaced = replaced_triggers(there)
    for trigger in there.triggers.values():
        if trigger in replaced:
            action = (
                "is replaced by our own" if trigger.name == OLD_FIRST_CONTACT[0] else "goes: we refresh by schedule"
            )
            yield Finding(
                kind="trigger", name=trigger.name, verdict=Verdict.DIFFERENT, found=trigger.function, action=action
            )
        elif trigger.name not in table.triggers:
            yield Finding(
                kind="trigger",
                name=trigger.name,
                verdict=Verdict.EXTRA,
                found=f"on {table.name}, calls {trigger.function}",
                action="stays",
            )


def _statistics(catalog: Catalog) -> Iterator[Finding]:
    if LIVE_STATISTICS in catalog.relations:
        yield Finding(kind="view", name=LIVE_STATISTICS, verdict=Verdict.PRESENT)
    else:
        yield Finding(kind="view", name=LIVE_STATISTICS, verdict=Verdict.MISSING, action="is made")
    view = catalog.relations.get(STATISTICS)
    columns = view_columns()
    if view is None:
        yield Finding(kind="view", name=STATISTICS, verdict=Verdict.MISSING, action="is made")
    elif view.kind == "m" and tuple(view.columns) == columns:
        yield Finding(kind="view", name=STATISTICS, verdict=Verdict.PRESENT)
        for name in SQL_INDEXES[STATISTICS]:
            if name not in view.indexes:
                yield Finding(kind="index", name=name, verdict=Verdict.MISSING)
    else:
        lacking = [column for column in columns if column not in view.columns]
        yield Finding(
            kind="view",
            name=STATISTICS,
            verdict=Verdict.DIFFERENT,
            expected=f"materialized view, {len(columns)} columns",
            found=f"{KIND_WORDS[view.kind]}, {len(view.columns)} columns; lacks {len(lacking)} of ours",
            action="is made anew"
            if view.kind in {"m", "v"}
            else f"keeps its rows as {STATISTICS_KEPT}; the view is made",
        )


def _functions(catalog: Catalog) -> Iterator[Finding]:
    for name, arguments in FUNCTIONS.items():
        found = catalog.functions_called(name)
        right = [function for function in found if function.arguments == arguments and function.result != "void"]
        if len(right) == len(found) == 1 and (name != REFRESH or "refreshed" in right[0].result):
            yield Finding(kind="function", name=f"{name}({arguments})", verdict=Verdict.PRESENT)
        elif not found:
            yield Finding(kind="function", name=f"{name}({arguments})", verdict=Verdict.MISSING, action="is made")
        else:
            yield Finding(
                kind="function",
                name=f"{name}({arguments})",
                verdict=Verdict.DIFFERENT,
                found="; ".join(f"{function.signature} returns {function.result}" for function in found),
                action="is replaced" if name == REFRESH else "",
            )


def _unknown_relations(catalog: Catalog) -> Iterator[Finding]:
    ours = {*expected_tables(), *SQL_TABLES, STATISTICS, LIVE_STATISTICS, "django_migrations"}
    ours |= set(connection.introspection.django_table_names(include_views=True))
    for name, relation in sorted(catalog.relations.items()):
        if name not in ours:
            yield Finding(kind=KIND_WORDS[relation.kind], name=name, verdict=Verdict.EXTRA, action="stays")
