"""After a takeover no role of the web may do more than before it, whatever default privileges say."""

import psycopg
import pytest
from django.core.management import call_command

from config.database_roles import make_application_role
from tests.process.adoption.cases import BY_VARIANT
from tests.process.adoption.databases import Databases

pytestmark = pytest.mark.usefixtures("unblocked")

# What a role may do that is neither the owner nor PUBLIC with a pure function.
_RIGHTS = """
SELECT kind, name, CASE grantee WHEN 0 THEN 'PUBLIC' ELSE pg_get_userbyid(grantee) END
FROM (
    SELECT 'function' AS kind, proname::text AS name, grantee, proowner AS owner,
        grantee = 0 AND provolatile = 'i' AND NOT prosecdef AS is_pure
    FROM pg_proc, aclexplode(coalesce(proacl, acldefault('f', proowner)))
    WHERE pronamespace = 'public'::regnamespace
    UNION
    SELECT 'relation', relname::text, grantee, relowner, false
    FROM pg_class, aclexplode(relacl)
    WHERE relnamespace = 'public'::regnamespace
) AS rights
WHERE grantee <> owner AND NOT is_pure
"""


def rights(session: psycopg.Connection[tuple[object, ...]]) -> set[tuple[object, ...]]:
    return set(session.execute(_RIGHTS).fetchall())


@pytest.mark.parametrize("variant", ["default_privileges", "row_level_security", "baseline"])
def test_nobody_may_do_more_than_before(variant: str, databases: Databases) -> None:
    case = BY_VARIANT[variant]
    with case.look_at(databases, case.ready(databases)) as database, database.session() as session:
        before = rights(session)
    with case.look_at(databases, case.adopted(databases)) as database, database.session() as session:
        after = rights(session)

    # What PUBLIC could call by nobody's decision is closed, too.
    assert after - before == set()
    assert ("function", "refresh_partner_performance_stats", "PUBLIC") not in after
    assert ("function", "refresh_partner_performance_stats") in {right[:2] for right in before}


def test_the_named_roles_read_and_refresh_as_before(databases: Databases) -> None:
    case = BY_VARIANT["default_privileges"]
    with case.use(databases, case.adopted(databases)) as database, database.session() as session:
        session.execute(f'SET ROLE "{database.roles["service_role"]}"')
        assert session.execute("SELECT refreshed FROM refresh_partner_performance_stats()").fetchone() == (True,)
        for role, may in (("service_role", True), ("authenticated", True), ("anon", False)):
            found = session.execute(
                "SELECT has_table_privilege(%s, 'partner_performance_stats', 'SELECT'),"
                " has_table_privilege(%s, 'partner_performance_stats_live', 'SELECT'),"
                " has_table_privilege(%s, 'audit_events', 'SELECT'), has_table_privilege(%s, 'auth_user', 'SELECT')",
                [database.roles[role]] * 4,
            ).fetchone()
            assert found == (may, False, False, False)


def test_the_application_works_as_a_role_of_its_own_past_row_level_security(databases: Databases) -> None:
    case = BY_VARIANT["default_privileges"]
    with case.use(databases, case.adopted(databases)) as database, database.session() as session:
        name = f"{database.name}_app"
        make_application_role(name=name, password=None)
        # Granted again, with what is new.
        call_command("migrate", interactive=False, verbosity=0)
        session.execute(f'SET SESSION AUTHORIZATION "{name}"')
        counted = session.execute("SELECT count(*) FROM leads").fetchone()
        refreshed = session.execute("SELECT refreshed FROM refresh_partner_performance_stats()").fetchone()
        session.execute("RESET SESSION AUTHORIZATION")

        assert counted == session.execute("SELECT count(*) FROM leads").fetchone() != (0,)
        assert refreshed == (True,)
