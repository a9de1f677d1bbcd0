"""A dump of a marketplace at work, restored into an empty database: the same rows, and the same rules."""

from collections.abc import Iterator
from typing import Any

import pgtrigger
import psycopg
import pytest
from django.core.management import call_command

from leads.services.capacity import verify_open_leads
from performance.queries import stats_as_of
from performance.services.refresh import refresh_statistics
from router.assignment import LeadAssignmentService
from router.models import LeadAssignmentLog
from tests.integration.router.worlds import ids, make_leads
from tests.process.drills.contents import checksums, rules
from tests.process.drills.databases import Server, Session, django_on, rows, value
from tests.process.drills.dumps import Dumps
from tests.process.drills.working import fill


@pytest.fixture(scope="module")
def source(server: Server) -> Iterator[str]:
    """The name of a database at work."""
    with server.database() as name:
        with django_on(name):
            fill()
        yield name


@pytest.fixture
def before(server: Server, source: str) -> Iterator[Session]:
    """A session on the database that was dumped."""
    with server.session(source) as session:
        yield session


@pytest.fixture(scope="module", params=["archive", "archive, two at a time", "script"])
def restored(request: pytest.FixtureRequest, server: Server, dumps: Dumps, source: str) -> Iterator[str]:
    """The name of a database that the dump was restored into."""
    with server.database() as name:
        if request.param == "script":
            dumps.by_script(source, name)
        else:
            dumps.by_archive(source, name, *(["--jobs=2"] if "two" in request.param else []))
        yield name


@pytest.fixture
def after(server: Server, restored: str) -> Iterator[Session]:
    """A session on the restored database, which Django uses too; what it writes is taken back."""
    with server.session(restored) as session, django_on(restored), session.transaction(force_rollback=True):
        yield session


@pytest.fixture
def copy(server: Server, restored: str) -> Iterator[Session]:
    """A session on a copy of the restored database, which Django uses too."""
    with server.database(template=restored) as name, server.session(name) as session, django_on(name):
        yield session


# -- The same


def test_every_row_of_every_table_is_the_same(before: Session, after: Session) -> None:
    """So no trigger did anything to them on their way in."""
    expected = checksums(before)

    assert checksums(after) == expected
    assert expected["public.leads"][0] > 250
    assert all(
        expected[f"public.{table}"][0] > 1
        for table in ("lead_activities", "lead_feedback", "support_tickets", "lead_assignment_logs", "routing_policies")
    )


def test_every_rule_is_the_same_and_in_the_same_state(before: Session, after: Session) -> None:
    expected = rules(before)

    assert rules(after) == expected
    triggers = [text for (kind, _), text in expected.items() if kind == "trigger"]
    assert len(triggers) == len(pgtrigger.registered())
    assert all(text.startswith("O ") for text in triggers)
    not_valid = {name for (kind, name), text in expected.items() if kind == "constraint" and text.startswith("false")}
    assert not_valid == {"profiles profiles_max_open_leads_not_negative"}


def test_django_finds_its_migrations_and_triggers(after: Session, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("migrate", check_unapplied=True, verbosity=0)
    call_command("makemigrations", check_changes=True, verbosity=0)
    call_command("pgtrigger", "ls")

    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == len(pgtrigger.registered())
    # In between are the colours.
    assert [line for line in lines if "INSTALLED" not in line or "ENABLED" not in line or "UN" in line] == []


def test_the_statistics_are_those_of_the_last_refresh_before_the_dump(before: Session, after: Session) -> None:
    """Restoring computes them anew: as of the same instant, without the leads that came after it."""
    view = "SELECT * FROM partner_performance_stats ORDER BY partner_id"
    instant = value(before, "SELECT partner_performance_stats_as_of()")

    assert stats_as_of() == instant
    assert rows(after, view) == rows(before, view) != rows(after, view.replace("_stats", "_stats_live"))


def test_the_counters_are_right(after: Session) -> None:
    assert verify_open_leads(fix=False) == []
    assert value(after, "SELECT sum(open_leads) FROM profiles") > 50


def test_every_decision_agrees_with_its_replay(after: Session) -> None:
    service = LeadAssignmentService()
    logs = list(LeadAssignmentLog.objects.order_by("id"))

    assert {log.outcome for log in logs} == {"assigned", "no_candidate"}
    assert {log.policy_version for log in logs} == {1, 2}
    assert [difference for log in logs for difference in service.replay(log).differences] == []


# -- The rules act


def a_waiting_lead(session: Session, **fields: str) -> Any:
    names, values = ", ".join(fields), ", ".join(f"'{text}'" for text in fields.values())
    return value(session, f"INSERT INTO leads ({names}) VALUES ({values}) RETURNING id")


def test_first_contact_is_noted_once(after: Session) -> None:
    lead = a_waiting_lead(after, created_at="2026-01-01 12:00+01")
    after.execute(
        "INSERT INTO lead_activities (lead_id, type, created_at) VALUES"
        f" ('{lead}', 'note', '2026-01-01 12:05+01'), ('{lead}', 'meeting', '2026-01-01 12:30+01')"
    )
    after.execute(f"UPDATE leads SET first_contact_at = NULL WHERE id = '{lead}'")

    assert value(after, f"SELECT first_contact_at = '2026-01-01 12:30+01' FROM leads WHERE id = '{lead}'")


def test_open_leads_are_counted_up_to_the_cap(after: Session) -> None:
    partner = value(after, "INSERT INTO profiles (max_open_leads) VALUES (1) RETURNING id")
    first, second = a_waiting_lead(after, province="Utrecht"), a_waiting_lead(after, province="Utrecht")

    after.execute(f"UPDATE leads SET user_id = '{partner}' WHERE id = '{first}'")
    with pytest.raises(psycopg.errors.CheckViolation, match="is at its cap"), after.transaction():
        after.execute(f"UPDATE leads SET user_id = '{partner}' WHERE id = '{second}'")
    assert value(after, f"SELECT open_leads FROM profiles WHERE id = '{partner}'") == 1
    after.execute(f"UPDATE leads SET status = 'lost' WHERE id = '{first}'")
    assert value(after, f"SELECT open_leads FROM profiles WHERE id = '{partner}'") == 0
    assert value(after, f"SELECT decided_at FROM leads WHERE id = '{first}'") is not None


@pytest.mark.parametrize(
    ("error", "statement"),
    [
        (psycopg.errors.RestrictViolation, "UPDATE lead_assignment_logs SET actor = ''"),
        (psycopg.errors.RestrictViolation, "DELETE FROM lead_assignment_logs"),
        (psycopg.errors.RestrictViolation, "UPDATE routing_policies SET region_weight = 1"),
        (psycopg.errors.CheckViolation, "INSERT INTO profiles (max_open_leads) VALUES (-2)"),
        (psycopg.errors.CheckViolation, "UPDATE leads SET status = 'sold'"),
        (psycopg.errors.UniqueViolation, "INSERT INTO lead_feedback SELECT * FROM lead_feedback"),
        (psycopg.errors.ForeignKeyViolation, "DELETE FROM profiles; SET CONSTRAINTS ALL IMMEDIATE"),
    ],
)
def test_what_was_refused_is_refused(after: Session, error: type[psycopg.Error], statement: str) -> None:
    with pytest.raises(error), after.transaction():
        after.execute(statement)


# -- Work goes on


def test_the_statistics_are_true_once_they_are_refreshed(copy: Session) -> None:
    result = refresh_statistics(triggered_by="after the restore")

    assert result.mode == "concurrent"
    assert stats_as_of() == result.as_of
    difference = f"""
    SELECT count(*) FROM (
        (TABLE partner_performance_stats EXCEPT SELECT * FROM partner_performance_stats_at('{result.as_of}'))
        UNION ALL
        (SELECT * FROM partner_performance_stats_at('{result.as_of}') EXCEPT TABLE partner_performance_stats)
    ) AS difference
    """
    assert value(copy, difference) == 0
    assert value(copy, "SELECT count(*) FROM partner_performance_stats") == result.row_count


def test_leads_are_assigned(copy: Session) -> None:
    highest = value(copy, "SELECT max(id) FROM lead_assignment_logs")

    decisions = LeadAssignmentService().assign(ids(make_leads(5, province="Utrecht")))

    assert [decision.outcome for decision in decisions] == ["assigned"] * 5
    assert all(decision.log_id is not None and decision.log_id > highest for decision in decisions)
    assert verify_open_leads(fix=False) == []


# -- Rows alone, into tables that have their triggers


@pytest.fixture
def schema_alone(server: Server, dumps: Dumps, source: str) -> Iterator[str]:
    """The name of a database with our tables, constraints and triggers, and no row."""
    with server.database() as name:
        dumps.by_archive(source, name, "--schema-only")
        with server.session(name) as session:
            # Rows that break a rule of today come in only before the rule is there.
            session.execute("ALTER TABLE profiles DROP CONSTRAINT profiles_max_open_leads_not_negative")
        yield name


def test_rows_alone_come_in_unchanged_with_triggers_disabled(
    server: Server, dumps: Dumps, source: str, schema_alone: str, before: Session
) -> None:
    dumps.of_rows(source, schema_alone, "--disable-triggers")

    with server.session(schema_alone) as session:
        assert checksums(session) == checksums(before)
        assert {text[0] for (kind, _), text in rules(session).items() if kind == "trigger"} == {"O"}


def test_triggers_at_work_count_the_rows_again_and_the_command_sets_it_right(
    server: Server, dumps: Dumps, source: str, schema_alone: str, before: Session
) -> None:
    # The restore is audited like every other writer, under the numbers that the old events have.
    dumps.of_rows(source, schema_alone, without="audit_events")

    with django_on(schema_alone), server.session(schema_alone) as session:
        found, expected = checksums(session), checksums(before)
        # Who writes partners is noted, here the restore itself.
        assert {table for table in expected if found[table] != expected[table]} == {
            "public.profiles",
            "public.partner_changes",
            "public.audit_events",
        }
        assert verify_open_leads(fix=True) != []
        assert verify_open_leads(fix=False) == []
        counts = "SELECT id, open_leads, last_assigned_at FROM profiles ORDER BY id"
        assert rows(session, counts) == rows(before, counts)
