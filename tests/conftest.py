"""Fixtures of the whole suite: the real PostgreSQL and Redis, and what keeps tests quick."""

import os
from collections.abc import Iterator

import hypothesis
import pytest
from django.test import override_settings
from django.utils import translation

from config.local.temporary import temporary_postgres, temporary_redis
from tests import plugin

# A slow machine is no failure; the number of examples stays what it is everywhere.
hypothesis.settings.register_profile("suite", deadline=None)
hypothesis.settings.load_profile("suite")


@pytest.fixture(scope="session")
def database_url() -> Iterator[str]:
    """A running PostgreSQL; the one that Django's settings name."""
    if not plugin.OWN_POSTGRES:
        yield os.environ["DATABASE_URL"]
        return
    with temporary_postgres(port=plugin.POSTGRES_PORT, password=plugin.POSTGRES_PASSWORD) as url:
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
def django_db_modify_db_settings(database_url: str) -> None:
    """Have the server up before pytest-django makes the test database on it."""


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
