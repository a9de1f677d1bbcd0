"""The steps of an adoption, in order, as SQL."""

from collections.abc import Iterable, Iterator

from django.db import connection
from django.db.migrations import Migration
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.recorder import MigrationRecorder

from config.adoption.alignment import Step, after_migrations, before_migrations, lock
from config.adoption.catalog import Catalog
from config.adoption.editor import adopting
from config.adoption.expected import DECISIONS, OUR_APPS, SQL_TABLES
from config.adoption.findings import State

SESSION = (
    # Shorter than `deadlock_timeout` (one second), after which PostgreSQL could cancel a reader instead of us.
    Step(what="rather try again than let everybody wait behind us", sql="SET LOCAL lock_timeout = '900ms'"),
    Step(what="the backfills of a large table take their time", sql="SET LOCAL statement_timeout = 0"),
    Step(what="indexes are built faster", sql="SET LOCAL maintenance_work_mem = '256MB'"),
    Step(what="a table with checks that wait cannot be altered", sql="SET CONSTRAINTS ALL IMMEDIATE"),
)


def foreign_targets(executor: MigrationExecutor) -> list[tuple[str, str]]:
    """Return the last migrations of third-party apps (logins, sessions, ...); they need no lock on the old tables."""
    return [node for node in executor.loader.graph.leaf_nodes() if node[0] not in OUR_APPS]


def steps_before(catalog: Catalog, *, state: State, timezone: str | None) -> list[Step]:
    """Return the steps between the third-party migrations and ours. Only a database that is not ours yet is aligned."""
    steps = list(lock(catalog))
    if state == State.LEGACY:
        steps += before_migrations(catalog, timezone=timezone)
    return steps


def steps_after(catalog: Catalog, *, state: State) -> list[Step]:
    """Return the steps after our migrations."""
    return list(after_migrations(catalog, new_tables=new_tables(catalog))) if state == State.LEGACY else []


def new_tables(catalog: Catalog) -> list[str]:
    """Return the names of the tables to be created, ours and those of libraries, sorted."""
    made = {*connection.introspection.django_table_names(), *SQL_TABLES, MigrationRecorder.Migration._meta.db_table}
    kept = set(catalog.relations) - {DECISIONS}
    return sorted(made - kept)


def plan(catalog: Catalog, *, state: State, timezone: str | None) -> Iterator[str]:
    """Yield the SQL of an adoption with comments: one statement or comment at a time."""
    executor = MigrationExecutor(connection)
    others = [migration for migration, _ in executor.migration_plan(foreign_targets(executor))]
    every = [migration for migration, _ in executor.migration_plan(executor.loader.graph.leaf_nodes())]
    ours = [migration for migration in every if migration not in others]
    before = steps_before(catalog, state=state, timezone=timezone)
    after = steps_after(catalog, state=state)
    if not every and not before and not after:
        return
    yield "BEGIN;"
    yield from _written(SESSION)
    yield from _record_of_migrations()
    with adopting(catalog):
        sql_of = _collected(executor, [*others, *ours])
        for migration in others:
            yield from sql_of[migration.app_label, migration.name]
        yield from _written(before)
        for migration in ours:
            yield from sql_of[migration.app_label, migration.name]
    yield from _written(after)
    yield "-- Everything is compared with what is expected."
    yield "COMMIT;"


def _written(steps: Iterable[Step]) -> Iterator[str]:
    for step in steps:
        yield f"-- {step.what}"
        yield f"{step.sql};"


def _record_of_migrations() -> Iterator[str]:
    """Yield the SQL of Django's table of applied migrations, unless it exists."""
    recorder = MigrationRecorder(connection)
    if not recorder.has_table():
        with connection.schema_editor(collect_sql=True) as editor:
            editor.create_model(recorder.Migration)
        yield from editor.collected_sql


def _collected(executor: MigrationExecutor, migrations: list[Migration]) -> dict[tuple[str, str], list[str]]:
    """Return the SQL of the migrations that have not run yet, by migration."""
    applied = [node for node in executor.loader.applied_migrations if node in executor.loader.graph.nodes]
    state = executor.loader.project_state(applied)
    collected: dict[tuple[str, str], list[str]] = {}
    for migration in migrations:
        with connection.schema_editor(collect_sql=True, atomic=migration.atomic) as editor:
            state = migration.apply(state, editor, collect_sql=True)
        app, name = migration.app_label, migration.name
        note = f"INSERT INTO django_migrations (app, name, applied) VALUES ('{app}', '{name}', now());"  # noqa: S608  # names of modules
        collected[app, name] = [f"-- {migration}", *editor.collected_sql, note]
    return collected
