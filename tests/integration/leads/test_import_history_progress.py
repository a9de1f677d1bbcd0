"""`import_history`: its progress, a rule that the files break, and many rows."""

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from leads.imports.services.history.load import import_history
from tests.integration.leads.history_files import random_history, small_history


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Files that take a moment to read."""
    return random_history(leads=4_000, seed=11).write(tmp_path_factory.mktemp("history"))


@pytest.mark.django_db
def test_where_there_is_no_terminal_progress_is_written_in_lines(folder: Path) -> None:
    err = StringIO()

    call_command("import_history", str(folder), stdout=StringIO(), stderr=err)

    lines = err.getvalue().splitlines()
    # A file is read in pieces: which quarters are seen depends on its size.
    assert [line for line in lines if line.startswith("leads.csv")][-1] == "leads.csv: 100 %"
    assert lines[-1] == "checking references"
    assert lines.count("adding lead_activities") == 1


@pytest.mark.django_db
def test_a_rule_of_the_database_that_the_files_break_is_told(tmp_path: Path) -> None:
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE leads ADD CONSTRAINT theirs CHECK (postcode <> '3511 AB')")

    with pytest.raises(CommandError, match=r'(?s)constraint "theirs".*Nothing was imported\.$'):
        call_command("import_history", str(small_history().write(tmp_path)))


@pytest.mark.django_db
def test_many_rows_take_as_many_statements_as_few(tmp_path: Path) -> None:
    with CaptureQueriesContext(connection) as few:
        import_history(folder=small_history().write(tmp_path))
    files = random_history(leads=4_000, seed=12)
    rows = sum(map(len, (files.profiles, files.leads, files.lead_activities, files.outcomes)))

    with CaptureQueriesContext(connection) as many:
        result = import_history(folder=files.write(tmp_path))
    with CaptureQueriesContext(connection) as again:
        import_history(folder=tmp_path)

    assert rows > 20_000
    assert result.added > 20_000
    assert len(few) == len(many) == len(again)
    assert len(many) < 60
