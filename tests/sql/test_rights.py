"""Nobody but who was named executes a function of ours, or uses one for a trigger on a table of their own."""

from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from django.db import ProgrammingError, connection

from config.database_roles import FUNCTIONS, LESS, OWNERS_FUNCTIONS, RoleRefused, grant_rights, make_application_role
from migrations_sql.operations import RunSqlInSchema
from tests.bench.databases import connect

pytestmark = pytest.mark.django_db

Session = psycopg.Connection[tuple[Any, ...]]

STRANGER = "stranger_without_rights"

# A type of one's own, and a cast from it that acts when somebody else's rights are at hand.
_TRAP = """
CREATE TYPE pg_temp.t AS (a int);
CREATE TEMPORARY TABLE caught (who text);
GRANT ALL ON pg_temp.caught TO PUBLIC;
CREATE FUNCTION pg_temp.f(given pg_temp.t) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
    IF current_user <> session_user THEN
        INSERT INTO pg_temp.caught VALUES (current_user);
    END IF;
    RETURN '';
END $$;
CREATE CAST (pg_temp.t AS text) WITH FUNCTION pg_temp.f(pg_temp.t) AS ASSIGNMENT;
"""


def function_of(session: Session, table: str, rule: str) -> str:
    """The name of the function of a rule on a table."""
    row = session.execute(
        "SELECT tgfoid::regproc::text FROM pg_trigger WHERE tgrelid = %s::regclass AND starts_with(tgname, %s)",
        [f"public.{table}", f"pgtrigger_{rule}_"],
    ).fetchone()
    assert row is not None
    return str(row[0])


@pytest.fixture
def session() -> Iterator[Session]:
    """A session of its own, in a transaction that is rolled back; there is a role without any grant."""
    with connect(str(connection.settings_dict["NAME"])) as made, made.transaction(force_rollback=True):
        made.execute(f"CREATE ROLE {STRANGER} LOGIN")
        yield made


def test_a_login_without_rights_cannot_become_the_owner_of_the_tables(session: Session) -> None:
    rule = function_of(session, "auth_user", "audit_insert")
    session.execute(f"SET LOCAL SESSION AUTHORIZATION {STRANGER}")
    session.execute(_TRAP)
    session.execute(
        "CREATE TEMPORARY TABLE auth_user (id pg_temp.t, is_active boolean, is_staff boolean, is_superuser boolean)"
    )

    with pytest.raises(psycopg.errors.InsufficientPrivilege, match="permission denied for function"):
        session.execute(
            "CREATE TRIGGER hung AFTER INSERT ON pg_temp.auth_user REFERENCING NEW TABLE AS written"
            f" FOR EACH STATEMENT EXECUTE FUNCTION public.{rule}()"
        )


def test_who_may_hang_a_rule_on_another_table_gains_nothing(session: Session) -> None:
    """As the owner: the function itself looks for the table that it serves, whatever stands in the temporary schema."""
    rule = function_of(session, "auth_user", "audit_insert")
    session.execute(_TRAP)
    session.execute(
        "CREATE TEMPORARY TABLE auth_user (id pg_temp.t, is_active boolean, is_staff boolean, is_superuser boolean)"
    )
    session.execute(
        "CREATE TRIGGER hung AFTER INSERT ON pg_temp.auth_user REFERENCING NEW TABLE AS written"
        f" FOR EACH STATEMENT EXECUTE FUNCTION public.{rule}()"
    )

    with pytest.raises(psycopg.errors.InsufficientPrivilege, match='serves the table "auth_user" alone'):
        session.execute("INSERT INTO pg_temp.auth_user VALUES (row(1), true, true, true)")


@pytest.mark.parametrize(
    ("table", "rule", "event"),
    [("leads", "count_open_leads_trunc", "TRUNCATE"), ("leads", "audit_truncate", "TRUNCATE")],
    ids=["counters", "forged event"],
)
def test_a_reader_neither_empties_counters_nor_forges_events(
    session: Session, table: str, rule: str, event: str
) -> None:
    function = function_of(session, table, rule)
    session.execute(f"GRANT SELECT ON ALL TABLES IN SCHEMA public TO {STRANGER}")
    session.execute(f"SET LOCAL SESSION AUTHORIZATION {STRANGER}")
    session.execute("CREATE TEMPORARY TABLE mine (id int)")

    with pytest.raises(psycopg.errors.InsufficientPrivilege, match="permission denied for function"):
        session.execute(f"CREATE TRIGGER hung AFTER {event} ON pg_temp.mine EXECUTE FUNCTION public.{function}()")


@pytest.mark.parametrize("function", [*FUNCTIONS, *OWNERS_FUNCTIONS])
def test_nobody_calls_what_only_the_application_or_the_owner_may(session: Session, function: str) -> None:
    row = session.execute(
        "SELECT has_function_privilege(%s, oid, 'EXECUTE') FROM pg_proc"
        " WHERE proname = %s AND pronamespace = 'public'::regnamespace",
        [STRANGER, function],
    ).fetchone()

    assert row == (False,)


def others_rights(session: Session, *, kept: tuple[str, ...] = ()) -> list[tuple[Any, ...]]:
    """Rights of anybody but the owner and the roles `kept` on functions, tables, views and sequences of ours.

    Without pure functions, which PUBLIC may call: immutable, and with the rights of whoever calls.
    """
    return session.execute(
        """
        SELECT 'function', proname::text, CASE grantee WHEN 0 THEN 'PUBLIC' ELSE pg_get_userbyid(grantee) END AS grantee
        FROM pg_proc, aclexplode(coalesce(proacl, acldefault('f', proowner)))
        WHERE pronamespace = 'public'::regnamespace AND grantee <> proowner
            AND NOT (grantee = 0 AND provolatile = 'i' AND NOT prosecdef)
            AND (grantee = 0 OR pg_get_userbyid(grantee) <> ALL(%(kept)s))
        UNION ALL
        SELECT 'relation', relname::text, CASE grantee WHEN 0 THEN 'PUBLIC' ELSE pg_get_userbyid(grantee) END
        FROM pg_class, aclexplode(relacl)
        WHERE relnamespace = 'public'::regnamespace AND grantee <> relowner
            AND (grantee = 0 OR pg_get_userbyid(grantee) <> ALL(%(kept)s))
        """,
        {"kept": list(kept)},
    ).fetchall()


PURE = ("comparable_text", "decoded_label", "is_contact_activity", "lead_email", "lead_phone", "visible_text")
"""The functions that read no table."""


def test_no_function_and_no_table_is_open_to_anybody() -> None:
    with connect(str(connection.settings_dict["NAME"])) as session:
        row = session.execute("SELECT array_agg(role_name) FROM application_roles").fetchone()
        assert row is not None

        assert others_rights(session, kept=tuple(row[0] or ())) == []


def test_pure_functions_are_everybodys() -> None:
    """Checks, indexes and conditions of triggers call them with the rights of whoever writes."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT proname, has_function_privilege('pg_monitor', oid, 'EXECUTE'), prosecdef FROM pg_proc"
            " WHERE pronamespace = 'public'::regnamespace AND provolatile = 'i' ORDER BY 1"
        )
        assert cursor.fetchall() == [(name, True, False) for name in PURE]


def test_default_privileges_open_nothing_that_is_made() -> None:
    with connection.cursor() as cursor:
        cursor.execute("CREATE ROLE web_anon")
        for kind in ("FUNCTIONS", "TABLES", "SEQUENCES"):
            cursor.execute(f"ALTER DEFAULT PRIVILEGES GRANT ALL ON {kind} TO web_anon, PUBLIC")
        with connection.schema_editor() as editor:
            RunSqlInSchema(
                sql="CREATE TABLE public.made (id int GENERATED ALWAYS AS IDENTITY, counted bigserial);\n"
                "CREATE VIEW public.made_view AS SELECT 1 AS one;\n"
                "CREATE MATERIALIZED VIEW public.made_stored AS SELECT 1 AS one;\n"
                "CREATE FUNCTION public.made_pure(a int) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT a';\n"
                "CREATE OR REPLACE FUNCTION public.made_call() RETURNS int LANGUAGE sql AS 'SELECT 1';",
                reverse_sql="",
            ).database_forwards("leads", editor, None, None)  # type: ignore[arg-type]  # it looks at neither state
        cursor.execute(
            "SELECT relname, count(grantee) FROM pg_class LEFT JOIN aclexplode(relacl) ON grantee <> relowner"
            " WHERE relname ~ '^made' GROUP BY 1 HAVING count(grantee) > 0"
        )
        assert cursor.fetchall() == []
        cursor.execute(
            "SELECT proname, grantee FROM pg_proc, aclexplode(proacl) WHERE proname ~ '^made_' AND grantee <> proowner"
        )
        assert cursor.fetchall() == [("made_pure", 0)]


def test_what_a_restore_without_rights_opened_is_closed_by_the_next_migration() -> None:
    with connection.cursor() as cursor:
        cursor.execute("GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA public TO PUBLIC")

    grant_rights()

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FILTER (WHERE provolatile = 'i'), count(*) FILTER (WHERE provolatile <> 'i')"
            " FROM pg_proc, aclexplode(proacl) WHERE pronamespace = 'public'::regnamespace AND grantee = 0"
        )
        assert cursor.fetchone() == (len(PURE), 0)


# -- The application's role


def test_the_application_has_what_it_needs_and_no_more() -> None:
    make_application_role(name="app_of_the_test", password="invented")

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname, string_agg(privilege_type, ' ' ORDER BY privilege_type)"
            " FROM pg_class, aclexplode(relacl) WHERE pg_get_userbyid(grantee) = 'app_of_the_test' AND relkind <> 'S'"
            " GROUP BY 1"
        )
        found = dict(cursor.fetchall())
        cursor.execute(
            "SELECT array_agg(DISTINCT proname::text ORDER BY proname::text) FROM pg_proc, aclexplode(proacl)"
            " WHERE pg_get_userbyid(grantee) = 'app_of_the_test'"
        )
        assert tuple(cursor.fetchone()[0]) == FUNCTIONS
        cursor.execute("SELECT rolsuper, rolcreaterole, rolcreatedb FROM pg_roles WHERE rolname = 'app_of_the_test'")
        assert cursor.fetchone() == (False, False, False)
        cursor.execute("SELECT count(*) FROM pg_class WHERE pg_get_userbyid(relowner) = 'app_of_the_test'")
        assert cursor.fetchone() == (0,)
    assert found["leads"] == "DELETE INSERT SELECT UPDATE"
    assert {table: tuple(sorted(rights)) for table, rights in LESS.items()} == {
        table: tuple(found[table].split()) for table in LESS
    }
    assert "rule_exemptions" not in found


def test_a_role_that_could_switch_the_rules_off_is_refused() -> None:
    with connection.cursor() as cursor:
        cursor.execute("CREATE ROLE powerful SUPERUSER")
        cursor.execute("SELECT current_user")
        (owner,) = cursor.fetchone()
        cursor.execute("CREATE ROLE deputy")
        cursor.execute(f'GRANT "{owner}" TO deputy')

    with pytest.raises(RoleRefused, match="is a superuser"):
        make_application_role(name="powerful", password=None)
    with pytest.raises(RoleRefused, match="rights of the owner"):
        make_application_role(name="deputy", password=None)


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM lead_assignment_logs",
        "UPDATE lead_assignment_logs SET actor = 'x'",
        "TRUNCATE lead_assignment_logs",
        "DELETE FROM routing_policies",
        "UPDATE routing_policy_activations SET activated_at = now()",
        "DELETE FROM audit_events",
        "INSERT INTO audit_events (at, table_name) VALUES (now(), 'leads')",
        "INSERT INTO rule_exemptions VALUES (pg_current_xact_id(), 'status')",
        "INSERT INTO application_roles VALUES ('somebody')",
        "REFRESH MATERIALIZED VIEW partner_performance_stats",
        "TRUNCATE leads",
        "ALTER TABLE leads DISABLE TRIGGER ALL",
        "SELECT remove_decisions('infinity')",
        "SELECT remove_audit_events('infinity')",
        "SET session_replication_role = 'replica'",
    ],
)
def test_no_setting_and_no_statement_of_the_application_opens_a_rule(statement: str) -> None:
    make_application_role(name="app_of_the_test", password=None)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET LOCAL SESSION AUTHORIZATION app_of_the_test")
        for setting in ("router.retention", "audit.retention", "leads.correct_status", "leads.recount"):
            cursor.execute(f"SET LOCAL {setting} = 'on'")

        with pytest.raises(ProgrammingError, match=r"permission denied|must be owner"):
            cursor.execute(statement)
