"""`import_history` as a process of its own, ended in the middle."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.db import connection

from leads.imports.services.history.load import import_history
from leads.models import Industry, Lead, LeadActivity, Partner
from leads.services.capacity import verify_open_leads
from tests.integration.leads.history_files import first_contacts_that_differ, random_history

NAME = "import-that-is-ended"
PATIENCE_SECONDS = 60
Process = subprocess.Popen[str]
Ending = Callable[[Process], None]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Files that take a moment to read."""
    return random_history(leads=4_000, seed=11).write(tmp_path_factory.mktemp("history"))


@contextmanager
def importing(folder: Path) -> Iterator[Process]:
    """A process that imports the folder into the database of the test."""
    url = urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{connection.settings_dict['NAME']}").geturl()
    process = subprocess.Popen(
        [sys.executable, "manage.py", "import_history", str(folder)],
        cwd=settings.BASE_DIR,
        env={**os.environ, "DATABASE_URL": url, "PGAPPNAME": NAME},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


@contextmanager
def locked(table: str, mode: str) -> Iterator[None]:
    """Somebody else holds a lock on the table, and then gives it up."""
    other = connection.copy()
    try:
        with other.cursor() as cursor:
            cursor.execute("BEGIN")
            cursor.execute(f"LOCK TABLE {table} IN {mode} MODE")
            yield
            cursor.execute("ROLLBACK")
    finally:
        other.close()


def sessions(condition: str = "true") -> list[int]:
    """The database's processes for the import."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT pid FROM pg_stat_activity WHERE application_name = %s AND {condition}", [NAME])
        return [pid for (pid,) in cursor.fetchall()]


def wait_for(process: Process, condition: str) -> None:
    """Wait until a session of the import is in this condition."""
    end = time.monotonic() + PATIENCE_SECONDS
    while not sessions(condition):
        assert process.poll() is None, process.communicate()
        assert time.monotonic() < end, "it did not come to that"
        time.sleep(0.01)


def wait_until_gone() -> None:
    """Wait until no session of the import is left."""
    end = time.monotonic() + PATIENCE_SECONDS
    while sessions():
        assert time.monotonic() < end, "the server did not notice"
        time.sleep(0.01)


def by_signal(number: signal.Signals) -> Ending:
    return lambda process: process.send_signal(number)


def by_the_server(process: Process) -> None:
    (session,) = sessions()
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s)", [session])


ENDINGS = {
    "killed": (by_signal(signal.SIGKILL), -signal.SIGKILL, ""),
    "terminated": (by_signal(signal.SIGTERM), -signal.SIGTERM, ""),
    "interrupted": (by_signal(signal.SIGINT), 128 + signal.SIGINT, "Interrupted. Nothing was imported, unless"),
    "server gone": (by_the_server, 1, "The database ended the import: "),
}


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("stage", "ending"),
    [
        *(("reading", "killed"), ("reading", "interrupted"), ("reading", "server gone")),
        *(("checking", "terminated"), ("checking", "server gone")),
        *(("adding", "killed"), ("adding", "interrupted"), ("adding", "server gone")),
    ],
)
def test_an_import_that_is_ended_changes_nothing_and_can_be_made_again(folder: Path, stage: str, ending: str) -> None:
    end, status, words = ENDINGS[ending]

    with importing(folder) as process:
        if stage == "reading":
            wait_for(process, "query LIKE 'COPY%%'")
            end(process)
        elif stage == "checking":
            with locked("profiles", "ACCESS EXCLUSIVE"):
                wait_for(process, "wait_event_type = 'Lock' AND query LIKE '%%FROM profiles AS known WHERE%%'")
                end(process)
        else:
            with locked("lead_activities", "SHARE"):
                wait_for(process, "wait_event_type = 'Lock' AND query LIKE '%%INSERT INTO lead_activities%%'")
                end(process)
        _, said = process.communicate(timeout=PATIENCE_SECONDS)

    assert process.returncode == status
    assert words in said
    assert "Traceback" not in said
    wait_until_gone()
    assert [model.objects.count() for model in (Partner, Industry, Lead, LeadActivity)] == [0, 0, 0, 0]

    again = import_history(folder=folder)

    assert {table.table: table.added for table in again.tables} == {table.table: table.read for table in again.tables}
    assert Lead.objects.count() == 4_000
    assert verify_open_leads(fix=False) == []
    assert first_contacts_that_differ() == 0


@pytest.mark.django_db(transaction=True)
def test_of_two_imports_at_once_the_second_waits_and_adds_nothing(folder: Path) -> None:
    with importing(folder) as first, importing(folder) as second:
        with locked("lead_activities", "SHARE"):
            wait_for(first, "query LIKE '%%INSERT INTO lead_activities%%'")
            wait_for(second, "wait_event = 'advisory'")
        said = [process.communicate(timeout=PATIENCE_SECONDS)[0] for process in (first, second)]

    assert (first.returncode, second.returncode) == (0, 0)
    assert sorted("Nothing was added" in words for words in said) == [False, True]
    assert Lead.objects.count() == 4_000
