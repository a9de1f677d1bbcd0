"""The marketplace's functions that sessions have cached with the old column types."""

_REPLAN = """
DO $replan$
DECLARE
    known record;
BEGIN
    FOR known IN
        SELECT proc.oid::regprocedure AS signature, CASE WHEN proc.prosecdef THEN 'DEFINER' ELSE 'INVOKER' END AS rights
        FROM pg_proc AS proc
        JOIN pg_language AS language ON language.oid = proc.prolang AND language.lanname = 'plpgsql'
        WHERE pg_has_role(proc.proowner, 'USAGE')
            AND (proc.prosrc ~* '\\y({names})\\y' OR EXISTS (
                SELECT FROM pg_trigger AS trigger JOIN pg_class AS relation ON relation.oid = trigger.tgrelid
                WHERE trigger.tgfoid = proc.oid AND relation.relname ~ '^({names})$'
            ))
        ORDER BY proc.oid
    LOOP
        EXECUTE format('ALTER ROUTINE %s SECURITY %s', known.signature, known.rights);
    END LOOP;
END $replan$
"""


def replan(tables: list[str]) -> str:
    """Return the statement that makes every session reload its functions on these tables.

    PL/pgSQL remembers the types of a row's fields and refuses any other for the rest of the session. It discards a
    cached function once the function is altered, even if nothing about it changes.
    """
    return _REPLAN.format(names="|".join(tables)).strip()
