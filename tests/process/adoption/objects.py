"""What others made in a database, each object as a sentence, so that one can see which of them adoption took away."""

from tests.process.adoption.databases import Database

_THEIRS = "nspname NOT IN ('pg_catalog', 'information_schema') AND nspname !~ '^pg_(toast|temp)'"

_OBJECTS = f"""
WITH relation AS (
    SELECT class.*, class.oid::regclass::text AS title FROM pg_class AS class
    JOIN pg_namespace AS space ON space.oid = class.relnamespace
    WHERE {_THEIRS}
)
SELECT format('%s %s of %s%s', CASE relkind WHEN 'r' THEN 'table' WHEN 'm' THEN 'view' WHEN 'v' THEN 'view'
    WHEN 'S' THEN 'sequence' END, title, relowner::regrole, CASE WHEN relrowsecurity THEN ', secured' END)
FROM relation WHERE relkind IN ('r', 'm', 'v', 'S')
UNION ALL
SELECT format('right on %s: %s to %s%s', title, privilege_type,
    CASE WHEN grantee = 0 THEN 'public' ELSE grantee::regrole::text END,
    CASE WHEN is_grantable THEN ' and further' END)
FROM relation CROSS JOIN aclexplode(relacl)
-- Nobody can write to a view.
WHERE relkind <> 'm' OR privilege_type = 'SELECT'
UNION ALL
SELECT format('column %s.%s %s%s%s', title, attname, format_type(atttypid, atttypmod),
    CASE WHEN attnotnull THEN ' not null' END,
    ' default ' || pg_get_expr(adbin, adrelid))
FROM relation JOIN pg_attribute ON attrelid = relation.oid AND attnum > 0 AND NOT attisdropped
LEFT JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum
WHERE relkind IN ('r', 'm', 'v')
UNION ALL
SELECT format('constraint %s on %s: %s', conname, title, pg_get_constraintdef(con.oid))
FROM relation JOIN pg_constraint AS con ON conrelid = relation.oid WHERE contype <> 'n'
UNION ALL
SELECT format('index %s', pg_get_indexdef(relation.oid)) FROM relation WHERE relkind = 'i'
UNION ALL
SELECT format('trigger %s on %s, %s: %s', tgname, title, tgenabled, pg_get_triggerdef(trigger.oid))
FROM relation JOIN pg_trigger AS trigger ON tgrelid = relation.oid WHERE NOT tgisinternal
UNION ALL
SELECT format('policy %s on %s: %s %s', polname, title,
    pg_get_expr(polqual, polrelid), pg_get_expr(polwithcheck, polrelid))
FROM relation JOIN pg_policy ON polrelid = relation.oid
UNION ALL
SELECT format('function %s of %s: %s %s', proc.oid::regprocedure, proowner::regrole, md5(prosrc), proacl)
FROM pg_proc AS proc JOIN pg_namespace AS space ON space.oid = pronamespace WHERE {_THEIRS}
"""


def objects(database: Database, *, schema: str) -> set[str]:
    """All objects, as sentences, in which names of one schema go without it."""
    with database.session() as session:
        session.execute("SELECT set_config('search_path', %s, false)", [schema])
        return {sentence for (sentence,) in session.execute(_OBJECTS.encode()).fetchall()}
