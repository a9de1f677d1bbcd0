"""Fixtures of the whole suite: the real PostgreSQL and Redis, and what keeps tests quick."""

import os
from collections.abc import Iterator
from pathlib import Path

import hypothesis
import pytest
from django.core.management.commands import flush
from django.db.backends.postgresql.operations import DatabaseOperations
from django.test import override_settings
from django.utils import translation
from pytest_django.plugin import DjangoDbBlocker

from tests import flushing, plugin
from tests.local.pgbouncer import temporary_pgbouncer
from tests.local.temporary import temporary_postgres, temporary_redis
from tests.migrated import migrated_cluster

# Its tests are about the pooler itself.
collect_ignore = [] if plugin.POOLER else ["pooled"]

# A slow machine is no failure; the number of examples stays what it is everywhere.
hypothesis.settings.register_profile("suite", deadline=None)
hypothesis.settings.load_profile("suite")


@pytest.fixture(scope="session")
def migrated_home(request: pytest.FixtureRequest) -> Path | None:
    """The stopped server that this session's is a copy of; None with `--create-db` and `-p no:cacheprovider`."""
    cache = getattr(request.config, "cache", None)
    if not plugin.OWN_POSTGRES or cache is None or request.config.getvalue("create_db"):
        return None
    return migrated_cluster(cache.mkdir("postgres"))


@pytest.fixture(scope="session")
def database_url(migrated_home: Path | None) -> Iterator[str]:
    """A running PostgreSQL; the one that Django's settings name, or that stands behind the pooler of the settings."""
    if not plugin.OWN_POSTGRES:
        yield os.environ["DATABASE_URL"]
        return
    port, password = plugin.POSTGRES_PORT, plugin.POSTGRES_PASSWORD
    with temporary_postgres(port=port, password=password, template=migrated_home) as url:
        yield url


@pytest.fixture(scope="session")
def pooled_url(database_url: str) -> Iterator[str]:
    """The same PostgreSQL as Django's settings name it: through the pooler, if there is one."""
    if not plugin.POOLER:
        yield database_url
        return
    with temporary_pgbouncer(server_url=database_url, port=plugin.POOLER_PORT) as url:
        yield url


@pytest.fixture(scope="session")
def redis_url() -> Iterator[str]:
    """A running Redis; the broker that Celery's settings name."""
    if not plugin.OWN_REDIS:
        yield os.environ["REDIS_URL"]
        return
    with temporary_redis(port=plugin.REDIS_PORT) as url:
        yield url


@pytest.fixture(scope="session")
def django_db_modify_db_settings(pooled_url: str) -> None:
    """Have the server up before pytest-django makes the test database on it."""


@pytest.fixture(scope="session")
def django_db_keepdb(request: pytest.FixtureRequest, migrated_home: Path | None) -> bool:
    """The test database is there already, and is not dropped at the end where the server goes as a whole.

    A pooler's connections would be in the way of dropping it.
    """
    return migrated_home is not None or bool(plugin.POOLER) or bool(request.config.getvalue("reuse_db"))


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> None:
    """Note what migrations leave in the tables, which is what each test finds."""
    with django_db_blocker.unblock():
        flushing.note_first_rows()


@pytest.fixture(scope="session", autouse=True)
def emptied_tables() -> Iterator[None]:
    """Tests with transactions of their own empty all tables at their end; leave them as migrations do."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(DatabaseOperations, "sql_flush", flushing.sql_flush)
        patch.setattr(flush, "emit_post_migrate_signal", lambda *args, **kwargs: None)
        yield


@pytest.fixture(scope="session", autouse=True)
def quick_passwords() -> Iterator[None]:
    """Users are made by the hundred; the production hash takes a good part of a second on purpose."""
    with override_settings(PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"]):
        yield


@pytest.fixture(autouse=True)
def own_language() -> Iterator[None]:
    """Forget the language of the last request: it stays active on the thread, and would be that of the next test."""
    yield
    translation.deactivate()
