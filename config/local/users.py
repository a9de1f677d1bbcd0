"""Roles of the local database: one owns it, for migrations, and one owns nothing, for the application.

The superuser that `initdb` created is used for neither, so code with the owner's privileges cannot harm the server or
the machine.
"""

import secrets
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
from psycopg import sql

from config.local.environment import write_private

OWNER = "leads_owner"
APPLICATION = "leads_app"

# In a database from before these roles, the superuser owns the tables.
_HAND_OVER = """
DO $$
DECLARE
    statement text;
BEGIN
    FOR statement IN
        SELECT format('ALTER %s %s OWNER TO leads_owner',
            CASE relkind WHEN 'm' THEN 'MATERIALIZED VIEW' WHEN 'v' THEN 'VIEW' ELSE 'TABLE' END, oid::regclass)
        FROM pg_class
        WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'v', 'm')
            AND relowner <> 'leads_owner'::regrole
        UNION ALL
        SELECT format('ALTER ROUTINE %s OWNER TO leads_owner', oid::regprocedure)
        FROM pg_proc
        WHERE pronamespace = 'public'::regnamespace AND proowner <> 'leads_owner'::regrole
    LOOP
        EXECUTE statement;
    END LOOP;
END;
$$
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Addresses:
    """URLs of the same database, as its owner and as the application."""

    owner: str
    application: str


def make_users(*, server_url: str, home: Path) -> Addresses:
    """Create both roles; `server_url` connects as a superuser, and passwords are stored in `home`."""
    with psycopg.connect(server_url, autocommit=True) as connection:
        for name, options in ((OWNER, sql.SQL("CREATEDB")), (APPLICATION, sql.SQL(""))):
            role = sql.Identifier(name)
            known = connection.execute("SELECT FROM pg_catalog.pg_roles WHERE rolname = %s", [name]).fetchone()
            if known is None:
                connection.execute(sql.SQL("CREATE ROLE {} LOGIN {}").format(role, options))
            kept = connection.pgconn.encrypt_password(
                _password(home, name).encode(), name.encode(), b"scram-sha-256"
            ).decode()
            connection.execute(sql.SQL("ALTER ROLE {} PASSWORD {}").format(role, sql.Literal(kept)))
        database = sql.Identifier(connection.info.dbname)
        connection.execute(sql.SQL("ALTER DATABASE {} OWNER TO {}").format(database, sql.Identifier(OWNER)))
        connection.execute(_HAND_OVER)
    return Addresses(
        owner=_address(server_url, name=OWNER, password=_password(home, OWNER)),
        application=_address(server_url, name=APPLICATION, password=_password(home, APPLICATION)),
    )


def _password(home: Path, name: str) -> str:
    file = home / f"password-{name}"
    if not file.exists():
        write_private(file, secrets.token_urlsafe(24))
    return file.read_text()


def _address(server_url: str, *, name: str, password: str) -> str:
    url = urlsplit(server_url)
    return f"{url.scheme}://{name}:{password}@{url.hostname}:{url.port}{url.path}"
