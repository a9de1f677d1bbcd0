"""What the two commands say: on a database that is empty, old, ours, half ours or damaged, and to whom."""

import builtins
import json
import os
import subprocess
import sys
from io import StringIO

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from tests.process.adoption.cases import BY_VARIANT
from tests.process.adoption.checksums import take_snapshot
from tests.process.adoption.commands import adopt, inspect
from tests.process.adoption.databases import Database, Databases, Login
from tests.process.adoption.objects import objects

pytestmark = pytest.mark.usefixtures("unblocked")

BASELINE = BY_VARIANT["baseline"]
LOOKER = Login(role="looker", options={"default_transaction_read_only": "on"})


def test_an_empty_database_becomes_what_migrations_alone_make(databases: Databases) -> None:
    migrated = databases.derived("migrated alone", databases.empty(), lambda: call_command("migrate", verbosity=0))
    with databases.copy(databases.empty()) as database:
        assert (inspect()[0]["state"], inspect()[1]) == ("empty", 0)
        adopt()
        assert (inspect()[0]["state"], inspect()[1]) == ("adopted", 0)
        adopted = objects(database, schema="public")

    assert adopted == objects(migrated, schema="public")


def test_a_database_that_migrations_alone_made_is_ours(databases: Databases) -> None:
    migrated = databases.derived("migrated alone", databases.empty(), lambda: call_command("migrate", verbosity=0))
    with databases.look_at(migrated) as database:
        before = take_snapshot(database)
        report, status = inspect()
        assert (report["state"], report["blockers"], status) == ("adopted", [], 0)
        assert "Nothing is left to do" in adopt()
        assert take_snapshot(database) == before


def test_a_database_of_an_earlier_version_is_brought_up_to_date(databases: Databases) -> None:
    with databases.copy(BASELINE.adopted(databases)):
        call_command("migrate", "router", "zero", verbosity=0)
        report, status = inspect()
        assert (report["state"], report["can_adopt"], status) == ("partial", True, 0)
        adopt()
        assert inspect()[0]["state"] == "adopted"


@pytest.mark.parametrize(
    ("damage", "words"),
    [
        ("DROP INDEX leads_waiting", "index leads_waiting is missing"),
        ("ALTER TABLE leads DISABLE TRIGGER {write_once}", "trigger {write_once} is different"),
        ("DROP TRIGGER {write_once} ON leads", "trigger {write_once} is missing"),
        ("ALTER TABLE leads DROP COLUMN deal_value CASCADE", "column leads.deal_value is missing"),
        ("ALTER TABLE leads DROP CONSTRAINT leads_status_known", "constraint leads_status_known is missing"),
        (
            "DROP FUNCTION refresh_partner_performance_stats(text)",
            "function refresh_partner_performance_stats(text) is",
        ),
        ("DROP TABLE support_tickets CASCADE", "table support_tickets is missing"),
    ],
)
def test_what_somebody_took_away_since_is_seen(damage: str, words: str, databases: Databases) -> None:
    with databases.copy(BASELINE.adopted(databases)) as database, database.session() as session:
        (name,) = session.execute("SELECT tgname FROM pg_trigger WHERE tgname ~ 'write_once'").fetchone() or ("",)
        session.execute(damage.format(write_once=name).encode())

        report, status = inspect()

        assert (report["can_adopt"], status) == (False, 1)
        assert any(words.format(write_once=name) in blocker["what"] for blocker in report["blockers"])
        with pytest.raises(CommandError, match="Nothing was changed"):
            adopt()


def test_who_may_only_read_sees_the_same_and_that_it_takes_another_to_adopt(databases: Databases) -> None:
    case = BY_VARIANT["other_owner"]
    with databases.look_at(case.ready(databases)) as database:
        everything, _ = inspect()
        with database.logged_in(LOOKER):
            report, status = inspect()
            with pytest.raises(CommandError, match="Nothing was changed"):
                adopt()

    assert (report["state"], status) == ("legacy", 1)
    others = [blocker["what"] for blocker in report["blockers"] if "belongs to" not in blocker["what"]]
    assert others == [f"{database.roles['looker']} may not make tables in the schema public"]
    # It may not read the activities.
    assert any("lead_activities" in warning for warning in report["warnings"])
    assert report["values"] == everything["values"][:1]
    assert report["ai_score"] == everything["ai_score"]
    assert [finding for finding in report["findings"] if finding["kind"] == "column"] == [
        finding for finding in everything["findings"] if finding["kind"] == "column"
    ]


def test_who_may_only_read_sees_that_a_database_is_ours(databases: Databases) -> None:
    case = BY_VARIANT["other_owner"]
    with databases.copy(case.adopted(databases)) as database, database.session() as session:
        session.execute(f'GRANT SELECT ON ALL TABLES IN SCHEMA public TO "{database.roles["looker"]}"'.encode())
        with database.logged_in(LOOKER):
            report, status = inspect()

    assert (report["state"], report["blockers"], status) == ("adopted", [], 0)


def test_a_person_reads_what_is_found_in_words(databases: Databases) -> None:
    out = StringIO()
    with databases.look_at(databases.legacy("unknown_values")):
        call_command("inspect_database", stdout=out)

    text = out.getvalue()
    for words in ("not yet taken over", "site_visit", "(unknown)", "leads_status_known", "leads.deal_value", "trust"):
        assert words in text


def test_adoption_asks_first_and_tells_what_it_did(databases: Databases, monkeypatch: pytest.MonkeyPatch) -> None:
    with databases.copy(databases.legacy("unknown_values")) as database:
        before = take_snapshot(database)
        monkeypatch.setattr(builtins, "input", lambda _: "no")
        with pytest.raises(CommandError, match="Nothing was changed"):
            call_command("adopt_database", stdout=StringIO())
        assert take_snapshot(database) == before

        monkeypatch.setattr(builtins, "input", lambda _: "yes")
        out = StringIO()
        call_command("adopt_database", stdout=out)

    text = out.getvalue()
    assert "leads: 4 that break leads_status_known" in text
    assert "Nobody could use" in text


def test_a_process_ends_with_the_status_that_a_script_needs(databases: Databases) -> None:
    with databases.look_at(databases.legacy("required_column")) as database:
        refused = run(database, "inspect_database", "--json")
        not_adopted = run(database, "adopt_database", "--noinput")
    with databases.look_at(BASELINE.ready(databases)) as database:
        ready = run(database, "inspect_database", "--json")

    assert (refused.returncode, json.loads(refused.stdout)["can_adopt"]) == (1, False)
    assert (ready.returncode, json.loads(ready.stdout)["can_adopt"]) == (0, True)
    assert not_adopted.returncode == 1
    assert "leads.tenant_id" in not_adopted.stderr


def run(database: Database, *arguments: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "manage.py", *arguments],
        env=os.environ | {"DATABASE_URL": database.url},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
