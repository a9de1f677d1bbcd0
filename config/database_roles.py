"""Database roles for the application: they own nothing, and have only the privileges that it needs.

Migrations run as the owner of the tables. After each run, the roles in the table `application_roles` are granted their
privileges again, on new objects too.
"""

from collections.abc import Iterator

from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper
from django.db.migrations.recorder import MigrationRecorder
from psycopg import sql

ALL = ("SELECT", "INSERT", "UPDATE", "DELETE")
"""Privileges on a table that is not listed below."""

LESS: dict[str, tuple[str, ...]] = {
    # Triggers and functions write these with the owner's privileges.
    "audit_events": ("SELECT",),
    "partner_performance_refresh_runs": ("SELECT",),
    # Records: rows are only added.
    "lead_assignment_logs": ("SELECT", "INSERT"),
    "routing_policy_activations": ("SELECT", "INSERT"),
    "routing_policies": ("SELECT", "INSERT", "UPDATE"),
    MigrationRecorder.Migration._meta.db_table: ("SELECT",),
    "application_roles": ("SELECT",),
    "partner_performance_stats": ("SELECT",),
    "partner_performance_stats_live": ("SELECT",),
}

FUNCTIONS = (
    "correct_lead_status",
    "hand_over_leads",
    "lock_leads",
    "partner_pace",
    "partner_paces_since",
    "partner_performance_stats_as_of",
    "partner_performance_stats_at",
    "partner_standing",
    "recount_open_leads",
    "refresh_partner_performance_stats",
)
"""Functions that the application calls. Trigger functions need no privilege to run; immutable ones are public."""


OWNERS_FUNCTIONS = ("partner_performance_stats_latest", "remove_audit_events", "remove_decisions")
"""Functions for the owner alone, and for roles that the owner names."""


class RoleRefused(Exception):
    """The role cannot be used by the application, or cannot be created; the message says why and what to do."""


def make_application_role(*, name: str, password: str | None) -> None:
    """Create the role or update its privileges; set its password unless that is None.

    Raises RoleRefused for a role that the rules would not bind: a superuser, the owner of the tables, or a member of
    the owner's role.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        _make(cursor, name=name, password=password)
        cursor.execute("INSERT INTO application_roles (role_name) VALUES (%s) ON CONFLICT DO NOTHING", [name])
        _grant(cursor, name=name)


def grant_rights() -> None:
    """Grant every application role what it needs and nothing else; skip roles that do not exist on this server.

    Also revoke everything from PUBLIC: restoring a dump without its privileges brings back PostgreSQL's defaults.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        _close_to_public(cursor)
        if "application_roles" not in connection.introspection.table_names(cursor):
            return
        cursor.execute("SELECT role_name FROM application_roles JOIN pg_roles ON rolname = role_name")
        for (name,) in cursor.fetchall():
            _grant(cursor, name=name)


def _close_to_public(cursor: CursorWrapper) -> None:
    cursor.execute(
        "SELECT oid::regprocedure::text FROM pg_proc"
        " CROSS JOIN aclexplode(coalesce(proacl, acldefault('f', proowner))) AS acl"
        " WHERE pronamespace = quote_ident(current_schema())::regnamespace AND acl.grantee = 0 AND (proname = ANY(%s)"
        " OR (prorettype = 'trigger'::regtype AND starts_with(proname, 'pgtrigger_')))",
        [[*FUNCTIONS, *OWNERS_FUNCTIONS]],
    )
    for (signature,) in cursor.fetchall():
        cursor.execute(sql.SQL("REVOKE ALL ON FUNCTION {} FROM PUBLIC").format(sql.SQL(signature)))


def _make(cursor: CursorWrapper, *, name: str, password: str | None) -> None:
    cursor.execute(
        "SELECT rolsuper, pg_has_role(oid, (SELECT relowner FROM pg_class WHERE oid = 'leads'::regclass), 'MEMBER'),"
        " rolbypassrls FROM pg_roles WHERE rolname = %s",
        [name],
    )
    role = sql.Identifier(name)
    found = cursor.fetchone()
    if found is None:
        cursor.execute(sql.SQL("CREATE ROLE {} LOGIN").format(role))
    elif found[0] or found[1]:
        raise RoleRefused(
            f"The role {name} {'is a superuser' if found[0] else 'has the rights of the owner of the tables'}: it could"
            " switch the rules off. Name a role of its own."
        )
    if password is not None:
        # Hashed as the server stores it, so that its log does not contain the password either.
        kept = cursor.connection.pgconn.encrypt_password(password.encode(), name.encode(), b"scram-sha-256").decode()
        cursor.execute(sql.SQL("ALTER ROLE {} PASSWORD {}").format(role, sql.Literal(kept)))
    if not (found and found[2]) and _secured(cursor):
        _bypass(cursor, name=name)


def _secured(cursor: CursorWrapper) -> bool:
    """Return whether row-level security would hide rows from the application."""
    cursor.execute(
        "SELECT EXISTS (SELECT FROM pg_class WHERE relnamespace = quote_ident(current_schema())::regnamespace"
        " AND relrowsecurity AND relname = ANY(%s))",
        [list(_tables())],
    )
    return bool(cursor.fetchone()[0])


def _bypass(cursor: CursorWrapper, *, name: str) -> None:
    """Exempt the application from policies, which are for the marketplace's own users: it serves them all."""
    cursor.execute("SELECT rolsuper OR (rolbypassrls AND rolcreaterole) FROM pg_roles WHERE rolname = current_user")
    statement = sql.SQL("ALTER ROLE {} BYPASSRLS").format(sql.Identifier(name))
    if not cursor.fetchone()[0]:
        raise RoleRefused(
            "Row-level security would hide rows from the application. As a superuser, run:"
            f" {statement.as_string(cursor.connection)}"
        )
    cursor.execute(statement)


def _grant(cursor: CursorWrapper, *, name: str) -> None:
    for statement in _statements(cursor, role=sql.Identifier(name)):
        cursor.execute(statement)


def _statements(cursor: CursorWrapper, *, role: sql.Identifier) -> Iterator[sql.Composed]:
    cursor.execute("SELECT current_schema()")
    schema = sql.Identifier(cursor.fetchone()[0])
    yield sql.SQL("GRANT USAGE ON SCHEMA {} TO {}").format(schema, role)
    there = {info.name for info in connection.introspection.get_table_list(cursor)}
    for table in sorted(_tables() & there):
        target = sql.Identifier(table)
        privileges = sql.SQL(", ").join(map(sql.SQL, LESS.get(table, ALL)))
        yield sql.SQL("REVOKE ALL ON {} FROM {}").format(target, role)
        yield sql.SQL("GRANT {} ON {} TO {}").format(privileges, target, role)
    cursor.execute(
        "SELECT DISTINCT class.relname FROM pg_class AS class JOIN pg_depend AS depend ON depend.objid = class.oid"
        " AND depend.classid = 'pg_class'::regclass AND depend.deptype IN ('a', 'i')"
        " WHERE class.relkind = 'S' AND depend.refobjid IN (SELECT oid FROM pg_class"
        " WHERE relnamespace = quote_ident(current_schema())::regnamespace AND relname = ANY(%s))",
        [[table for table in _tables() if "INSERT" in LESS.get(table, ALL)]],
    )
    for (sequence,) in sorted(cursor.fetchall()):
        yield sql.SQL("GRANT USAGE ON SEQUENCE {} TO {}").format(sql.Identifier(sequence), role)
    cursor.execute(
        "SELECT oid::regprocedure::text FROM pg_proc WHERE pronamespace = quote_ident(current_schema())::regnamespace"
        " AND proname = ANY(%s) ORDER BY 1",
        [list(FUNCTIONS)],
    )
    for (signature,) in cursor.fetchall():
        # As PostgreSQL writes it: quoted if needed.
        yield sql.SQL("GRANT EXECUTE ON FUNCTION {} TO {}").format(sql.SQL(signature), role)


def _tables() -> set[str]:
    """Return all tables and views of this project and of the libraries that it uses."""
    return {*connection.introspection.django_table_names(include_views=True), *LESS}
