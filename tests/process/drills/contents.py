"""What a database holds: its rows, and the rules that keep them in order."""

import re

from tests.process.drills.databases import Session, rows

_TABLES = """
SELECT quote_ident(schemaname) || '.' || quote_ident(tablename) FROM pg_tables
WHERE schemaname NOT IN ('pg_catalog', 'information_schema') ORDER BY 1
"""

_RULES = """
SELECT 'trigger', tgrelid::regclass::text || ' ' || tgname, tgenabled::text || ' ' || pg_get_triggerdef(oid)
FROM pg_trigger WHERE NOT tgisinternal
UNION ALL
SELECT
    'column',
    attrelid::regclass::text || ' ' || attname,
    concat_ws(' ', format_type(atttypid, atttypmod), attnotnull, attidentity, pg_get_expr(adbin, adrelid))
FROM pg_attribute
JOIN pg_class AS relation ON relation.oid = attrelid
LEFT JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum
WHERE relation.relnamespace = 'public'::regnamespace AND relkind IN ('r', 'm', 'v') AND attnum > 0 AND NOT attisdropped
UNION ALL
SELECT 'constraint', conrelid::regclass::text || ' ' || conname, convalidated::text || ' ' || pg_get_constraintdef(oid)
FROM pg_constraint WHERE connamespace = 'public'::regnamespace
UNION ALL
SELECT 'index', indexrelid::regclass::text, indisvalid::text || ' ' || pg_get_indexdef(indexrelid)
FROM pg_index JOIN pg_class AS relation ON relation.oid = indexrelid
WHERE relation.relnamespace = 'public'::regnamespace
UNION ALL
SELECT 'function', oid::regprocedure::text, pg_get_functiondef(oid)
FROM pg_proc WHERE pronamespace = 'public'::regnamespace
UNION ALL
SELECT 'view', oid::regclass::text, relispopulated::text || ' ' || pg_get_viewdef(oid)
FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('v', 'm')
UNION ALL
SELECT 'sequence', sequencename, coalesce(last_value::text, 'unused') FROM pg_sequences WHERE schemaname = 'public'
"""


def checksums(session: Session) -> dict[str, tuple[int, str]]:
    """The number of rows, and a checksum of their text, by table."""
    query = "SELECT count(*), md5(coalesce(string_agg(t::text, E'\\n' ORDER BY t::text), '')) FROM {} AS t"
    found = {}
    for (table,) in rows(session, _TABLES):
        ((count, checksum),) = rows(session, query.format(table))
        found[table] = (count, checksum)
    return found


def rules(session: Session) -> dict[tuple[str, str], str]:
    """Definition and state of all that holds the rows in order, by kind and name.

    Without parentheses: a condition that PostgreSQL has printed and read again has more of them.
    """
    return {(kind, name): re.sub("[()]", "", text) for kind, name, text in rows(session, _RULES)}
