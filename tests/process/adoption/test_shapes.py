"""Whatever the columns of an old database are, looking at it says so, and does not fall over."""

import pytest

from tests.process.adoption.commands import inspect
from tests.process.adoption.databases import Databases

pytestmark = pytest.mark.usefixtures("unblocked")

TYPES = {"text": "'x'", "integer": "1", "mood": "'sad'", "bytea": "'x'", "timestamp": "now()"}
"""Types, each with a value."""

COLUMNS = (
    "profiles.id",
    "profiles.max_open_leads",
    "profiles.ai_risk_score",
    "profiles.ai_risk_level",
    "leads.user_id",
    "leads.status",
    "leads.created_at",
    "lead_activities.lead_id",
    "lead_activities.type",
)
"""Those that a rule, a reference or a question of ours is about."""


@pytest.mark.parametrize("name", COLUMNS)
def test_a_column_that_is_not_there_or_of_another_type_is_told_and_nothing_fails(
    name: str, databases: Databases
) -> None:
    table, _, column = name.partition(".")
    with databases.copy(databases.legacy("baseline")) as database, database.session() as session:
        session.execute(f"ALTER TABLE {table} RENAME {column} TO kept".encode())
        if column != "id":
            session.execute(f"ALTER TABLE {table} ALTER kept DROP NOT NULL".encode())
        missing = {finding["name"]: finding["verdict"] for finding in inspect()[0]["findings"]}
        session.execute("CREATE TYPE mood AS ENUM ('sad', 'glad')")
        reports = {}
        for type_, value in TYPES.items():
            session.execute(f"ALTER TABLE {table} ADD {column} {type_} DEFAULT {value}".encode())
            reports[type_], _ = inspect()
            session.execute(f"ALTER TABLE {table} DROP {column}".encode())

    assert missing[name] == "missing"
    for type_, report in reports.items():
        (found,) = [finding for finding in report["findings"] if finding["name"] == name]
        assert found["found"].startswith(type_)
        assert report["can_adopt"] == ("refused" not in found["action"])
    assert reports["bytea"]["can_adopt"] is False
