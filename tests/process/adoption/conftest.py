"""Databases of these tests' own, on the server of the session."""

from collections.abc import Iterator

import pytest
from pytest_django.plugin import DjangoDbBlocker

from tests import plugin
from tests.process.adoption.databases import Databases


@pytest.fixture(scope="session")
def databases(database_url: str, django_db_blocker: DjangoDbBlocker) -> Iterator[Databases]:
    """Makes databases, and points Django at them."""
    with django_db_blocker.unblock():
        made = Databases()
    try:
        yield made
    finally:
        # The session's own server goes as a whole, which is far quicker.
        made.close(drop=not plugin.OWN_POSTGRES)


@pytest.fixture
def unblocked(django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """The test may use Django's connection, which it points at a database of its own."""
    with django_db_blocker.unblock():
        yield
