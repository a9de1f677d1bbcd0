"""Fixtures of the whole suite: the real PostgreSQL and Redis, and what keeps tests quick."""

import os
from collections.abc import Iterator
from typing import Any

import hypothesis
import pytest
from django.db.backends.postgresql.operations import DatabaseOperations
from django.test import override_settings
from django.utils import translation

from config.local.pgbouncer import temporary_pgbouncer
from config.local.temporary import temporary_postgres, temporary_redis
from migrations_sql import read_sql
from tests import plugin

# Its tests are about the pooler itself.
collect_ignore = [] if plugin.POOLER else ["pooled"]

# A slow machine is no failure; the number of examples stays what it is everywhere.
hypothesis.settings.register_profile("suite", deadline=None)
hypothesis.settings.load_profile("suite")


@pytest.fixture(scope="session")
def database_url() -> Iterator[str]:
    """A running PostgreSQL; the one that Django's settings name, or that stands behind the pooler of the settings."""
    if not plugin.OWN_POSTGRES:
        yield os.environ["DATABASE_URL"]
        return
    with temporary_postgres(port=plugin.POSTGRES_PORT, password=plugin.POSTGRES_PASSWORD) as url:
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
def django_db_keepdb(request: pytest.FixtureRequest) -> bool:
    """A pooler's connections would be in the way of dropping the test database; the server goes as a whole."""
    return bool(plugin.POOLER) or bool(request.config.getvalue("reuse_db"))


@pytest.fixture(scope="session", autouse=True)
def emptied_tables() -> Iterator[None]:
    """Tests with transactions of their own empty all tables at their end; leave them as migrations do.

    Decisions, policies and the events of the audit refuse to be emptied: no trigger acts meanwhile.
    """
    flush = DatabaseOperations.sql_flush

    def flush_all(*args: Any, **kwargs: Any) -> list[str]:
        return [
            "SET LOCAL session_replication_role = 'replica'",
            *flush(*args, **kwargs),
            "SET LOCAL session_replication_role = 'origin'",
            read_sql("first_policy_v1.sql"),
        ]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(DatabaseOperations, "sql_flush", flush_all)
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
