"""A writer's own temporary tables and types neither dodge a rule nor run with the rights of its owner."""

import secrets
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from django.db import connection

from tests.bench.databases import connect

pytestmark = pytest.mark.django_db

Session = psycopg.Connection[tuple[Any, ...]]

PARTNER, OTHER = "11111111-1111-4111-8111-111111111111", "22222222-2222-4222-8222-222222222222"
LEAD, FREE = "33333333-3333-4333-8333-333333333333", "44444444-4444-4444-8444-444444444444"

_ROWS = f"""
INSERT INTO profiles (id, max_open_leads) VALUES ('{PARTNER}', 5), ('{OTHER}', 0);
INSERT INTO leads (id, user_id, created_at) VALUES ('{LEAD}', '{PARTNER}', '2026-01-01 12:00+01');
INSERT INTO leads (id) VALUES ('{FREE}');
INSERT INTO routing_policies (version, is_active) VALUES (1000, false);
"""

_TRAPS = """
CREATE TEMPORARY TABLE caught (what text, who text);
GRANT INSERT ON caught TO PUBLIC;
CREATE FUNCTION pg_temp.spy() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO pg_temp.caught VALUES (TG_RELID::regclass, current_user);
    RETURN NULL;
END $$;
CREATE FUNCTION pg_temp.spy(what text) RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO pg_temp.caught VALUES (what, current_user);
    RETURN true;
END $$;
"""

_TABLES = ("leads", "profiles", "lead_activities", "lead_assignment_logs", "routing_policies")
_TYPES = ("uuid", "text", "timestamptz", "int4", "bool", "jsonb")


@pytest.fixture
def writer() -> Iterator[Session]:
    """A new session of a role with no rights but those of a writer, in a transaction that is rolled back.

    Its temporary schema has a table, with triggers that spy, for every table that a rule looks into, and a type, with a
    check that spies, for every type.
    """
    role = f"writer_{secrets.token_hex(6)}"
    with connect(str(connection.settings_dict["NAME"])) as session, session.transaction(force_rollback=True):
        session.execute(_ROWS)
        session.execute(f"CREATE ROLE {role}")
        session.execute(f"GRANT USAGE ON SCHEMA public TO {role}")
        session.execute(f"GRANT ALL ON {', '.join(_TABLES)} TO {role}")
        session.execute(f"SET LOCAL ROLE {role}")
        session.execute(_TRAPS)
        for table in _TABLES:
            session.execute(f"CREATE TEMPORARY TABLE {table} AS TABLE public.{table}")
            session.execute(
                f"CREATE TRIGGER spy BEFORE INSERT OR UPDATE OR DELETE ON pg_temp.{table}"
                " FOR EACH ROW EXECUTE FUNCTION pg_temp.spy()"
            )
        session.execute("UPDATE pg_temp.routing_policies SET is_active = true")
        for name in _TYPES:
            session.execute(
                f"CREATE DOMAIN pg_temp.{name} AS pg_catalog.{name} CHECK (pg_temp.spy('{name}'::pg_catalog.text))"
            )
        session.execute("DELETE FROM pg_temp.caught")
        session.execute("SET CONSTRAINTS ALL IMMEDIATE")
        yield session


def value(session: Session, query: str) -> Any:
    row = session.execute(query).fetchone()
    return row and row[0]


def caught(session: Session) -> list[tuple[Any, ...]]:
    return session.execute("SELECT what::pg_catalog.text, who::pg_catalog.text FROM pg_temp.caught").fetchall()


def test_the_traps_catch_what_is_written_to_them(writer: Session) -> None:
    """Otherwise the other tests here would prove nothing."""
    writer.execute("INSERT INTO leads (id) VALUES (gen_random_uuid()::uuid)")

    assert {what for what, _ in caught(writer)} == {"leads", "uuid"}


def test_first_contact(writer: Session) -> None:
    writer.execute(
        f"INSERT INTO public.lead_activities (lead_id, type, created_at) VALUES"
        f" ('{LEAD}', 'phone_call', '2026-01-01 12:30+01')"
    )

    assert value(writer, f"SELECT first_contact_at = '2026-01-01 12:30+01' FROM public.leads WHERE id = '{LEAD}'")
    assert caught(writer) == []


def test_counting_a_new_lead(writer: Session) -> None:
    writer.execute(f"INSERT INTO public.leads (user_id) VALUES ('{PARTNER}'), ('{OTHER}')")

    assert value(writer, f"SELECT open_leads FROM public.profiles WHERE id = '{PARTNER}'") == 2
    assert caught(writer) == []


def test_counting_a_lead_that_is_handed_over(writer: Session) -> None:
    writer.execute(f"UPDATE public.leads SET user_id = '{PARTNER}' WHERE id = '{FREE}'")

    assert value(writer, f"SELECT open_leads FROM public.profiles WHERE id = '{PARTNER}'") == 2
    assert caught(writer) == []


def test_the_cap(writer: Session) -> None:
    writer.execute("UPDATE pg_temp.profiles SET max_open_leads = 100")

    with pytest.raises(psycopg.errors.CheckViolation, match="is at its cap"), writer.transaction():
        writer.execute(f"UPDATE public.leads SET user_id = '{OTHER}' WHERE id = '{FREE}'")


def test_counting_a_deleted_lead(writer: Session) -> None:
    writer.execute(f"DELETE FROM public.leads WHERE id = '{LEAD}'")

    assert value(writer, f"SELECT open_leads FROM public.profiles WHERE id = '{PARTNER}'") == 0
    assert caught(writer) == []


def test_counting_an_emptied_table(writer: Session) -> None:
    writer.execute("RESET ROLE")
    writer.execute("ALTER TABLE public.lead_assignment_logs DISABLE TRIGGER USER")
    writer.execute("TRUNCATE public.leads CASCADE")

    assert value(writer, f"SELECT open_leads FROM public.profiles WHERE id = '{PARTNER}'") == 0
    assert caught(writer) == []


def test_times_of_a_status(writer: Session) -> None:
    writer.execute(f"UPDATE public.leads SET status = 'accepted' WHERE id = '{LEAD}'")
    writer.execute("INSERT INTO public.leads (status) VALUES ('won')")

    assert value(writer, f"SELECT accepted_at = now() FROM public.leads WHERE id = '{LEAD}'")
    assert caught(writer) == []


def test_a_partners_counter_and_its_changes(writer: Session) -> None:
    writer.execute(f"UPDATE public.profiles SET open_leads = 77, max_open_leads = 6 WHERE id = '{PARTNER}'")

    assert value(writer, f"SELECT open_leads FROM public.profiles WHERE id = '{PARTNER}'") == 1
    assert value(writer, f"SELECT routing_changed_at > now() FROM public.profiles WHERE id = '{PARTNER}'")
    assert caught(writer) == []


def test_decisions(writer: Session) -> None:
    writer.execute(
        "INSERT INTO public.lead_assignment_logs (lead_id, outcome, trigger, policy_version, considered_count,"
        f" candidate_count, algorithm, duration_ms) VALUES ('{FREE}', 'no_candidate', 'api', 1, 0, 0, '1', 1)"
    )

    for statement in ("UPDATE public.lead_assignment_logs SET actor = ''", "DELETE FROM public.lead_assignment_logs"):
        with pytest.raises(psycopg.errors.RestrictViolation), writer.transaction():
            writer.execute(statement)
    assert caught(writer) == []


def test_a_policy_version(writer: Session) -> None:
    writer.execute("UPDATE public.routing_policies SET activated_at = now() WHERE version = 1000")

    assert caught(writer) == []
    with pytest.raises(psycopg.errors.RestrictViolation), writer.transaction():
        writer.execute("UPDATE public.routing_policies SET region_weight = 99 WHERE version = 1000")


def test_the_one_active_policy(writer: Session) -> None:
    with pytest.raises(psycopg.errors.CheckViolation), writer.transaction():
        writer.execute("UPDATE public.routing_policies SET is_active = false")


def test_every_function_with_its_owners_rights_has_a_fixed_path() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT proname, proconfig[1], prorettype = 'trigger'::regtype FROM pg_proc"
            " WHERE prosecdef AND pronamespace = current_schema()::regnamespace"
        )
        found = cursor.fetchall()
        cursor.execute("SELECT count(*) FROM pg_trigger WHERE tgname LIKE 'pgtrigger\\_%'")
        assert sum(is_rule for _, _, is_rule in found) == cursor.fetchone()[0] > 0

    assert {path for _, path, is_rule in found if is_rule} == {"search_path=public, pg_temp"}
    # These name the schema of all that they touch.
    assert {path for _, path, is_rule in found if not is_rule} == {"search_path=pg_catalog, pg_temp"}
