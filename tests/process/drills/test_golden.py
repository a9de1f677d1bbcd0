"""The schema and the API are what the committed files say: both change on purpose only.

After a change that is meant: `make test-all ARGS="tests/process/drills/test_golden.py --golden-update"`, and read the
difference before it is committed.
"""

import re
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import connection

from tests.process.drills.dumps import Dumps

GOLDEN = Path(__file__).resolve().parent / "golden"
HEADER = """\
-- pg_dump --schema-only, without comments, blank lines, settings, the digits that follow the name of an app, and what
-- differs between releases and builds of PostgreSQL.
"""
# pgtrigger's names end with five digits of a hash of the app and the model; comments hold one of the trigger's text.
_HASH = re.compile(r"\b(pgtrigger_\w+)_[0-9a-f]{5}\b")
_NOISE = re.compile(
    r"--.*|\\(un)?restrict .*|SET .*|SELECT pg_catalog\.set_config.*|COMMENT ON TRIGGER .*|.* SET COMPRESSION lz4;|"
)
# Since release 16 a view is printed without the name of its only table.
_ONLY_TABLE = re.compile(r"\bstats\.")


def normalised(dump: str) -> str:
    """Return the statements of a dump of the schema, in their order there."""
    lines = (line.rstrip() for line in dump.splitlines())
    text = "\n".join(line for line in lines if not _NOISE.fullmatch(line.strip()))
    return HEADER + _ONLY_TABLE.sub("", _HASH.sub(r"\1", text)) + "\n"


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
