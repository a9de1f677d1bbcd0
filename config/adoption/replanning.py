"""Functions of theirs that sessions have in memory, with the types that columns had before."""

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
    """The statement after which every session reads functions about these tables anew.

    PL/pgSQL remembers the types of the fields of a row, and refuses any other for as long as a session lasts. It lets
    go of a function that was altered, be it to what it was.
    """
    return _REPLAN.format(names="|".join(tables)).strip()
