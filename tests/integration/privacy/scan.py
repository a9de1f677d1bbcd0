"""Looking for words in every row of every table, whatever its columns."""

import re
from collections.abc import Iterable

from django.contrib.sessions.models import Session
from django.db import connection
from psycopg import sql

# Ordinary tables, partitions and materialized views.
_TABLES = """
SELECT relation.oid::regclass::text, namespace.nspname, relation.relname, array(
    SELECT attname::text FROM pg_attribute
    WHERE attrelid = relation.oid AND attnum > 0 AND NOT attisdropped AND atttypid = 'bytea'::regtype
)
FROM pg_class AS relation
JOIN pg_namespace AS namespace ON namespace.oid = relation.relnamespace
WHERE relation.relkind IN ('r', 'm') AND namespace.nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast')
    AND (relation.relkind = 'r' OR relation.relispopulated)
ORDER BY 1
"""


def places_of(words: Iterable[str]) -> set[tuple[str, str]]:
    """(table, word) for each table of which a row holds one of the words, in any case.

    A word of digits is also found where somebody wrote other characters between them.
    """
    needles = [word.lower() for word in words]
    found = set()
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(_TABLES)
        for label, schema, name, binary in cursor.fetchall():
            texts = [sql.SQL("lower(told::text)")]
            texts += [
                sql.SQL("lower(coalesce(encode({}, 'escape'), ''))").format(sql.Identifier(column))  # type: ignore[misc]  # composed
                for column in binary
            ]
            cursor.execute(
                sql.SQL("SELECT {} FROM {} AS told").format(
                    sql.SQL(" || ' ' || ").join(texts), sql.Identifier(schema, name)
                )
            )
            rows = [row for (row,) in cursor.fetchall()]
            found |= {(label, word) for word in needles if any(_is_in(word, row) for row in rows)}
    for session in Session.objects.all():
        decoded = str(session.get_decoded()).lower()
        found |= {("django_session", word) for word in needles if _is_in(word, decoded)}
    return found


def _is_in(word: str, text: str) -> bool:
    return word in text or (word.isdigit() and word in re.sub(r"[\s()./+-]", "", text))
