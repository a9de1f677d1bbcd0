"""Inspection of a database: what it holds, what it lacks, and whether it can be adopted. Changes nothing."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

from config.adoption.alignment import DECISIONS_KEPT, old_tables
from config.adoption.blockers import blockers
from config.adoption.catalog import Catalog, read_catalog
from config.adoption.compare import findings
from config.adoption.expected import ADOPTABLE, BASELINE, DECISIONS, OUR_APPS, REFRESH, STATISTICS
from config.adoption.findings import Blocker, Direction, Finding, Inspection, ScoreDirection, State, Verdict
from config.adoption.retyping import order_warnings, retyping_blockers, zone_warnings
from config.adoption.rows import WORDS, broken_rules, distinct_values, narrow_checks, score_direction, type_words
from config.adoption.structure import structure_blockers
from config.adoption.values import BadValues, bad_values

BASELINE_MIGRATION = ("leads", "0001_legacy_baseline")


def take_stock(cursor: CursorWrapper) -> Catalog:
    """Read the catalog of the database that Django is connected to."""
    catalog = read_catalog(cursor, landmarks=(*ADOPTABLE, DECISIONS, STATISTICS), function=REFRESH)
    catalog = replace(catalog, narrow_checks=narrow_checks(cursor, catalog))
    return replace(catalog, type_words=type_words(cursor, catalog))


def inspect_database(*, timezone: str | None = None) -> Inspection:
    """Compare the database with the expected schema, in one consistent snapshot.

    `timezone` applies to timestamps without a time zone. Read privileges are enough.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        return inspect_within(cursor, timezone=timezone)


def inspect_within(cursor: CursorWrapper, *, timezone: str | None = None) -> Inspection:
    """Inspect the database within the caller's transaction."""
    catalog = take_stock(cursor)
    state = database_state(catalog)
    ours = state in {State.PARTIAL, State.ADOPTED}
    found = tuple(findings(catalog, ours=ours, timezone=timezone))
    bad = () if ours else tuple(bad_values(cursor, catalog, timezone=timezone))
    rows = tuple(broken_rules(cursor, _without(catalog, bad), timezone=timezone))
    stops = _damages(found) if state == State.ADOPTED else ()
    if not ours:
        stops = (
            *blockers(catalog, timezone=timezone, rows=rows),
            *structure_blockers(cursor, catalog),
            *retyping_blockers(cursor, catalog, timezone=timezone),
            *(each.blocker for each in bad),
        )
    return Inspection(
        database=catalog.database,
        server_version=catalog.server_version,
        user=catalog.user,
        schema=catalog.schema,
        state=state,
        findings=found,
        blockers=stops,
        rows=rows,
        values=tuple(distinct_values(cursor, catalog)),
        ai_score=score_direction(cursor, catalog)
        if state != State.EMPTY
        else ScoreDirection(direction=Direction.UNKNOWN, levels=(), reason="there are no partners"),
        warnings=(*_warnings(catalog, state=state), *(() if ours else _changes_of_meaning(cursor, catalog, timezone))),
    )


def database_state(catalog: Catalog) -> State:
    """Return the database's state of adoption, judged by its recorded migrations and existing tables."""
    applied, pending = _migrations()
    if BASELINE_MIGRATION in applied:
        return State.PARTIAL if pending else State.ADOPTED
    return (
        State.LEGACY if any(name in catalog.relations for name in (*BASELINE, DECISIONS, STATISTICS)) else State.EMPTY
    )


def _migrations() -> tuple[set[tuple[str, str]], set[tuple[str, str]]]:
    """Return our migrations: those that have run, and those that have not."""
    known = {key for key in MigrationLoader(None).disk_migrations if key[0] in OUR_APPS}
    applied = {key for key in MigrationRecorder(connection).applied_migrations() if key[0] in OUR_APPS}
    return applied, known - applied


def _without(catalog: Catalog, bad: Iterable[BadValues]) -> Catalog:
    """Return the catalog without the columns whose values cannot be read as ours; no other rule applies to them."""
    relations = dict(catalog.relations)
    for each in bad:
        table = relations[each.table]
        columns = {name: column for name, column in table.columns.items() if name != each.column}
        relations[each.table] = replace(table, columns=columns)
    return replace(catalog, relations=relations)


def _changes_of_meaning(cursor: CursorWrapper, catalog: Catalog, timezone: str | None) -> Iterator[str]:
    yield from order_warnings(catalog)
    yield from zone_warnings(cursor, catalog, timezone=timezone)


def _damages(found: tuple[Finding, ...]) -> tuple[Blocker, ...]:
    """Return what was removed or changed since; migrations do not create it a second time."""
    return tuple(
        Blocker(
            what=f"the {finding.kind} {finding.name} is {finding.verdict}, although all migrations ran",
            way_out="manage.py pgtrigger install" if finding.kind == "trigger" else "restore it from a fresh database",
        )
        for finding in found
        if finding.verdict in {Verdict.MISSING, Verdict.DIFFERENT}
    )


def _warnings(catalog: Catalog, *, state: State) -> list[str]:
    warnings = [
        f"{catalog.user} may not read {table.name}: its rows were not looked at"
        for table in old_tables(catalog)
        if not table.readable
    ]
    warnings += [
        f"row-level security hides rows of {table.name} from {catalog.user}: counts are of the rows it sees"
        for table in old_tables(catalog)
        if table.hides_rows
    ]
    if state == State.LEGACY and DECISIONS in catalog.relations:
        warnings += [
            f"the function {function.signature} names {DECISIONS}, which is kept as {DECISIONS_KEPT}: let it use that"
            for function in catalog.functions
            if DECISIONS in function.source
        ]
    for table, column in WORDS:
        relation = catalog.tables.get(table)
        for constraint in relation.constraints.values() if relation is not None else ():
            if constraint.kind == "c" and column in constraint.columns and len(constraint.columns) > 1:
                warnings.append(
                    f"the check {constraint.name} of {table} reads {column} together with others: "
                    f"see that it lets our words pass ({constraint.definition})"
                )
    return warnings
