"""Privileges on objects that a migration creates: none for anybody but the owner, whatever the defaults are.

PostgreSQL lets PUBLIC execute every new function, and a database's default privileges (`pg_default_acl`) may grant new
tables, views, sequences and functions to further roles, as hosted databases do for the web's roles. So each statement
that creates an object is followed by one that revokes those privileges, in the same transaction. The application's role
gets its own from `config.database_roles`.
"""

import re
from collections.abc import Iterable

_MADE = re.compile(
    r"^CREATE\s+(?:OR\s+REPLACE\s+)?(?:UNLOGGED\s+)?(FUNCTION|TABLE|VIEW|MATERIALIZED\s+VIEW)\s+public\.(\w+)",
    re.MULTILINE,
)

_CLOSE = """DO $close$
DECLARE
    statement text;
BEGIN
    FOR statement IN
        {statements}
    LOOP
        EXECUTE statement;
    END LOOP;
END;
$close$"""

_GRANTEE = "CASE acl.grantee WHEN 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(acl.grantee)) END"

_FUNCTIONS = f"""SELECT format('REVOKE ALL ON FUNCTION %s FROM %s', made.oid::regprocedure, {_GRANTEE})
        FROM pg_proc AS made
        CROSS JOIN aclexplode(coalesce(made.proacl, acldefault('f', made.proowner))) AS acl
        WHERE made.pronamespace = quote_ident(current_schema())::regnamespace AND made.proname IN ({{names}})
            AND acl.grantee <> made.proowner AND (acl.grantee <> 0 OR made.provolatile <> 'i')
        UNION ALL
        SELECT format('GRANT EXECUTE ON FUNCTION %s TO PUBLIC', made.oid::regprocedure)
        FROM pg_proc AS made
        WHERE made.pronamespace = quote_ident(current_schema())::regnamespace AND made.proname IN ({{names}})
            AND made.provolatile = 'i'"""  # noqa: S608  # names of our own

_RELATIONS = f"""SELECT format(
            'REVOKE ALL ON %s %s FROM %s', CASE made.relkind WHEN 'S' THEN 'SEQUENCE' ELSE 'TABLE' END,
            made.oid::regclass, {_GRANTEE}
        )
        FROM pg_class AS made
        CROSS JOIN aclexplode(made.relacl) AS acl
        WHERE acl.grantee <> made.relowner AND made.oid IN (
            SELECT class.oid FROM pg_class AS class
            WHERE class.relnamespace = quote_ident(current_schema())::regnamespace AND class.relname IN ({{names}})
            UNION ALL
            SELECT depend.objid FROM pg_depend AS depend JOIN pg_class AS class ON class.oid = depend.refobjid
            WHERE depend.classid = 'pg_class'::regclass AND depend.refclassid = 'pg_class'::regclass
                AND depend.deptype IN ('a', 'i') AND class.relnamespace = quote_ident(current_schema())::regnamespace
                AND class.relname IN ({{names}})
        ) AND made.relkind IN ('r', 'p', 'v', 'm', 'S')"""  # noqa: S608  # as above


def close_functions(names: Iterable[str]) -> str:
    """Return SQL that revokes these functions of the current schema from everybody but their owner.

    Immutable functions are granted to PUBLIC explicitly, and to no other role: checks, indexes and trigger conditions
    call them with the writer's privileges, and they read no table.
    """
    return _CLOSE.format(statements=_FUNCTIONS.format(names=_listed(names)))


def close_relations(names: Iterable[str]) -> str:
    """Return SQL that revokes these tables and views, and the sequences of their columns, from all but their owner."""
    return _CLOSE.format(statements=_RELATIONS.format(names=_listed(names)))


def close_what_is_made(text: str) -> list[str]:
    """Return the same for every object that an SQL file creates, with `public.` before each name."""
    made = {(kind == "FUNCTION", name) for kind, name in _MADE.findall(text)}
    functions = sorted(name for is_function, name in made if is_function)
    relations = sorted(name for is_function, name in made if not is_function)
    return [
        *([close_functions(functions)] if functions else []),
        *([close_relations(relations)] if relations else []),
    ]


def _listed(names: Iterable[str]) -> str:
    return ", ".join("'{}'".format(name.replace("'", "''")) for name in names)
