"""Database session settings for one piece of work."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper

# Read before it is set: the columns are evaluated from left to right.
_SET = """
SELECT setting.name, current_setting(setting.name), set_config(setting.name, setting.value, true)
FROM unnest(%s::text[], %s::text[]) AS setting (name, value)
"""


@contextmanager
def session_settings(settings: Mapping[str, str]) -> Iterator[CursorWrapper]:
    """Yield a cursor in a transaction with these settings. They end with the block, even in an outer transaction."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_SET, [list(settings), list(settings.values())])
        before = {name: value for name, value, _ in cursor.fetchall()}
        yield cursor
        # After an error, the end of the transaction or savepoint restores them.
        cursor.execute(_SET, [list(before), list(before.values())])
