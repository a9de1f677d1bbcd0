"""Whatever goes wrong, and wherever: the database is as it was."""

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from typing import Any, TypeVar

import pytest
from django.core.management.base import CommandError
from django.db import connection
from django.db.migrations import Migration
from django.db.migrations.executor import MigrationExecutor
from pytest_django.plugin import DjangoDbBlocker

from config.adoption import adopt as adoption
from config.adoption.alignment import Step
from tests.process.adoption.cases import BY_VARIANT
from tests.process.adoption.checksums import differences, take_contents, take_snapshot
from tests.process.adoption.commands import adopt, inspect
from tests.process.adoption.databases import Database, Databases

pytestmark = pytest.mark.usefixtures("unblocked")

CASE = BY_VARIANT["everything"]
_NAMES = re.compile(r"\w*[_.]\S*")
Item = TypeVar("Item")
OURS = ("core", "leads", "intake", "notifications", "feedback", "support", "privacy", "performance", "router")


class Broken(Exception):
    """Made by these tests."""


@pytest.fixture(scope="module")
def old(databases: Databases, django_db_blocker: DjangoDbBlocker) -> Database:
    """An old database, in which Django's own tables are there already: that saves each failure half of its time."""

    def migrate_others() -> None:
        executor = MigrationExecutor(connection)
        executor.migrate([node for node in executor.loader.graph.leaf_nodes() if node[0] not in OURS])

    with django_db_blocker.unblock():
        return databases.derived("others migrated", CASE.ready(databases), migrate_others)


@pytest.fixture(scope="module")
def steps(old: Database, databases: Databases, django_db_blocker: DjangoDbBlocker) -> list[str]:
    """What adoption says before each of its steps, as long as nothing is committed."""
    said: list[str] = []
    with django_db_blocker.unblock(), databases.copy(old):
        adoption.adopt_database(on_step=lambda what: said.append(what) if connection.in_atomic_block else None)
    return said


def test_a_failure_after_a_migration_of_ours_undoes_everything(
    old: Database, databases: Databases, monkeypatch: pytest.MonkeyPatch
) -> None:
    original = Migration.apply
    with databases.copy(old) as database:
        executor = MigrationExecutor(connection)
        plan = [migration for migration, _ in executor.migration_plan(executor.loader.graph.leaf_nodes())]
        before = take_snapshot(database)
        for migration in representatives(plan, kinds=lambda migration: map(type, migration.operations)):

            def fail(self: Migration, *args: Any, broken: Migration = migration, **options: Any) -> Any:
                state = original(self, *args, **options)
                if self == broken:
                    raise Broken(self)
                return state

            monkeypatch.setattr(Migration, "apply", fail)
            with pytest.raises(Broken):
                adopt()
            assert take_snapshot(database) == before, migration


def test_a_failure_at_a_step_of_the_alignment_undoes_everything(
    old: Database, steps: list[str], databases: Databases
) -> None:
    assert len(steps) > 20
    numbers = representatives(range(len(steps)), kinds=lambda number: [_NAMES.sub("", steps[number])])
    with databases.copy(old) as database:
        before = take_snapshot(database)
        for number in numbers:
            with pytest.raises(Broken):
                adoption.adopt_database(on_step=raising_at(number))
            assert take_snapshot(database) == before, steps[number]


def test_something_that_is_missing_at_the_end_undoes_everything(
    old: Database, steps: list[str], databases: Databases
) -> None:
    def drop(_: str) -> None:
        left.pop()
        if not left:
            with connection.cursor() as cursor:
                cursor.execute("DROP INDEX leads_waiting")

    left = list(steps)
    with databases.copy(old) as database:
        before = take_snapshot(database)
        with pytest.raises(adoption.AdoptionIncomplete, match="leads_waiting"):
            adoption.adopt_database(on_step=drop)
        assert take_snapshot(database) == before


def test_a_table_that_somebody_holds_is_waited_for_and_then_given_up(
    databases: Databases, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(adoption, "SESSION", (Step(what="soon", sql="SET LOCAL lock_timeout = '200ms'"),))
    with databases.copy(CASE.ready(databases)) as database, database.session() as holder:
        before = take_snapshot(database)
        with holder.transaction():
            holder.execute("SELECT count(*) FROM lead_activities")
            with pytest.raises(CommandError, match="Nothing was changed; try again"):
                adopt()
            assert take_snapshot(database) == before
        assert "Done" in adopt()


def test_a_process_that_is_killed_leaves_everything_as_it_was_and_the_next_one_succeeds(databases: Databases) -> None:
    template = CASE.ready(databases)
    contents = take_contents(template)
    with databases.copy(template) as database:
        before = take_snapshot(database)
        with subprocess.Popen(
            [sys.executable, "manage.py", "adopt_database", "--noinput"],
            env=os.environ | {"DATABASE_URL": database.url, "LOG_LEVEL": "ERROR"},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        ) as process:
            wait_until(lambda: holds_tables(database))
            process.send_signal(signal.SIGKILL)
        wait_until(lambda: not holds_tables(database))

        assert take_snapshot(database) == before
        assert "Done" in adopt()
        assert differences(contents, take_contents(database), allowed=CASE.allowed) == []
        assert inspect()[0]["state"] == "adopted"


def representatives(items: Sequence[Item], *, kinds: Callable[[Item], Iterable[object]]) -> list[Item]:
    """The first, the middle and the last, and the last of each kind: all are of one transaction."""
    last_of_kind = {kind: number for number, item in enumerate(items) for kind in kinds(item)}
    return [items[number] for number in sorted({0, len(items) // 2, len(items) - 1, *last_of_kind.values()})]


def raising_at(number: int) -> Callable[[str], None]:
    """A reader of steps who raises at one of them."""
    seen = iter(range(number + 1))

    def say(_: str) -> None:
        if next(seen) == number:
            raise Broken

    return say


def holds_tables(database: Database) -> bool:
    """Whether a session has locked the old tables for itself alone."""
    with database.session() as session:
        locks = session.execute(
            "SELECT count(*) FROM pg_locks WHERE mode = 'AccessExclusiveLock' AND granted"
            " AND relation = 'leads'::regclass AND pid <> pg_backend_pid()"
        ).fetchone()
    return locks != (0,)


def wait_until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.01)
