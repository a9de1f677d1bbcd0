"""Worlds that several tests share: made once in a transaction, within which each test is a savepoint."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import transaction
from pytest_django.plugin import DjangoDbBlocker


@contextmanager
def undone(blocker: DjangoDbBlocker) -> Iterator[None]:
    """The database may be used in the block, and is at its end as it was at its beginning.

    For a fixture of a module whose tests have the mark `django_db`, which takes back what each of them does. Another
    such fixture may be within.
    """
    with blocker.unblock(), transaction.atomic():
        yield
        transaction.set_rollback(True)
