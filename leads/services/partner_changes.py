"""The notes of who changed, which are of use for a few minutes only."""

from django.db import connection

KEPT_MINUTES = 10
"""Readers of all partners start anew after a minute, so what is older than this tells nobody anything."""

_FORGET = "DELETE FROM partner_changes WHERE changed_at < now() - make_interval(mins => %s)"


def forget_old_changes() -> int:
    """Drop the notes that nobody needs any more; returns how many."""
    with connection.cursor() as cursor:
        cursor.execute(_FORGET, [KEPT_MINUTES])
        forgotten: int = cursor.rowcount
    return forgotten
