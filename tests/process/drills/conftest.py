"""What the drills stand on."""

from collections.abc import Iterator

import pytest
from pytest_django import DjangoDbBlocker

from tests.process.drills.databases import Server
from tests.process.drills.dumps import Dumps


@pytest.fixture(scope="session")
def server(database_url: str) -> Server:
    return Server(database_url)


@pytest.fixture(scope="session")
def dumps(server: Server, tmp_path_factory: pytest.TempPathFactory) -> Dumps:
    return Dumps(server, tmp_path_factory.mktemp("dumps"))


@pytest.fixture(scope="module", autouse=True)
def with_databases(django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """Drills make their databases themselves, so they do not ask for the one of the other tests."""
    with django_db_blocker.unblock():
        yield
