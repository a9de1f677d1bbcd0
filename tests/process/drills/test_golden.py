"""The schema and the API are what the committed files say: both change on purpose only.

After a change that is meant: `make test-all ARGS="tests/process/drills/test_golden.py --golden-update"`, and read the
difference before it is committed.
"""

from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import connection

from tests.process.drills.dumps import Dumps, normalised

GOLDEN = Path(__file__).resolve().parent / "golden"


def compare(path: Path, text: str, *, update: bool) -> None:
    if update:
        path.write_text(text, encoding="utf-8")
    assert text.splitlines() == path.read_text(encoding="utf-8").splitlines(), "see the head of this file"


@pytest.fixture
def update(request: pytest.FixtureRequest) -> bool:
    return bool(request.config.getoption("--golden-update"))


@pytest.mark.django_db
def test_the_schema_changes_on_purpose_only(dumps: Dumps, *, update: bool) -> None:
    dump = dumps.schema(str(connection.settings_dict["NAME"]))

    compare(GOLDEN / "schema.sql", normalised(dump), update=update)


def test_the_api_changes_on_purpose_only(tmp_path: Path, *, update: bool) -> None:
    made = tmp_path / "openapi.yaml"
    call_command("spectacular", file=str(made))

    compare(GOLDEN / "openapi.yaml", made.read_text(encoding="utf-8"), update=update)
