"""The schema and the API are what the committed files say: both change on purpose only.

After a change that is meant: `make test-all ARGS="tests/process/drills/test_golden.py --golden-update"`, and read the
difference before it is committed.
"""

import re
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import connection

from tests.process.drills.databases import Server, value
from tests.process.drills.dumps import Dumps

GOLDEN = Path(__file__).resolve().parent / "golden"
HEADER = "-- pg_dump of PostgreSQL {}, without comments, blank lines and the digits that follow the name of an app.\n"
MAJORS = (15, 18)
# pgtrigger's names end with five digits of a hash of the app and the model; comments hold one of the trigger's text.
_HASH = re.compile(r"\b(pgtrigger_\w+)_[0-9a-f]{5}\b")
_NOISE = re.compile(r"--.*|\\(un)?restrict .*|SET .*|SELECT pg_catalog\.set_config.*|COMMENT ON TRIGGER .*|")


def normalised(dump: str) -> str:
    """Return the statements of a dump of the schema, in their order there."""
    lines = (line.rstrip() for line in dump.splitlines())
    return _HASH.sub(r"\1", "\n".join(line for line in lines if not _NOISE.fullmatch(line.strip()))) + "\n"


def compare(path: Path, text: str, *, update: bool) -> None:
    if update:
        path.write_text(text, encoding="utf-8")
    assert text.splitlines() == path.read_text(encoding="utf-8").splitlines(), "see the head of this file"


@pytest.fixture
def update(request: pytest.FixtureRequest) -> bool:
    return bool(request.config.getoption("--golden-update"))


@pytest.mark.usefixtures("django_db_setup")
def test_the_schema_changes_on_purpose_only(server: Server, dumps: Dumps, update: bool) -> None:
    name = str(connection.settings_dict["NAME"])
    with server.session(name) as session:
        major = int(value(session, "SHOW server_version_num")) // 10_000
    assert major in MAJORS

    compare(GOLDEN / f"schema-{major}.sql", HEADER.format(major) + normalised(dumps.schema(name)), update=update)


def test_the_api_changes_on_purpose_only(tmp_path: Path, update: bool) -> None:
    made = tmp_path / "openapi.yaml"
    call_command("spectacular", file=str(made))

    compare(GOLDEN / "openapi.yaml", made.read_text(encoding="utf-8"), update=update)
