"""Change notes of partners, which are useful for a few minutes only."""

from django.db import connection

KEPT_MINUTES = 10
"""Lifetime of a note: snapshots are reloaded after a minute, so older notes have no reader."""

_FORGET = "DELETE FROM partner_changes WHERE changed_at < now() - make_interval(mins => %s)"


def forget_old_changes() -> int:
    """Delete the notes that nobody needs any more; return their number."""
    with connection.cursor() as cursor:
        cursor.execute(_FORGET, [KEPT_MINUTES])
        forgotten: int = cursor.rowcount
    return forgotten
