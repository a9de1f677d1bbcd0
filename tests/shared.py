"""Worlds that several tests share: made once in a transaction, which each test works on within a savepoint."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction
from pytest_django.plugin import DjangoDbBlocker


@contextmanager
def undone(blocker: DjangoDbBlocker) -> Iterator[None]:
    """The database may be used in the block, and is at its end as it was at its beginning.

    Blocks may be within each other: a fixture of the module holds the outer one, its tests the inner ones. The mark
    `django_db` may not be within, for it closes the connection.
    """
    with blocker.unblock(), transaction.atomic():
        yield
        if not connection.needs_rollback:
            connection.check_constraints()
        transaction.set_rollback(True)
