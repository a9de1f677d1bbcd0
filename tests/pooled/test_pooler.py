"""The suite does run through a pooler in transaction mode, and what Django needs for that is set.

Collected with LOCAL_POOLER=pgbouncer only: `make test-pooled`.
"""

import socket
import time

import psycopg
import pytest
from django.db import connection, transaction

from config.local.ports import HOST, temporary_port
from leads.models import Partner
from tests.factories.marketplace import make_partner
from tests.local.pgbouncer import NoPgbouncerError, temporary_pgbouncer

PATIENCE_SECONDS = 60


def session() -> int:
    """The number of the server's session that runs this statement."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        return int(cursor.fetchone()[0])


@pytest.fixture
def sessions(transactional_db: None) -> None:
    """The pooler has several sessions on the server by now."""
    end = time.monotonic() + PATIENCE_SECONDS
    while len({session() for _ in range(8)}) == 1:
        assert time.monotonic() < end, "each transaction gets the same session"
        time.sleep(0.05)


def test_a_session_belongs_to_one_transaction(sessions: None) -> None:
    with transaction.atomic():
        within = {session() for _ in range(8)}

    assert len(within) == 1
    assert len({session() for _ in range(8)}) > 1


def test_every_session_has_the_zone_that_django_set(sessions: None) -> None:
    zones = set()
    for _ in range(8):
        with connection.cursor() as cursor:
            cursor.execute("SHOW TimeZone")
            zones |= set(cursor.fetchall())

    assert zones == {("UTC",)}


def test_rows_that_are_read_by_portions_come_over_any_session(sessions: None) -> None:
    partners = [make_partner() for _ in range(5)]

    read = list(Partner.objects.iterator(chunk_size=1))

    assert set(read) == set(partners)


def test_nothing_is_prepared(sessions: None) -> None:
    assert connection.connection.prepare_threshold is None


def test_a_port_that_is_taken_is_an_error(database_url: str) -> None:
    port = temporary_port()

    with (
        socket.create_server((HOST, port)),
        pytest.raises(NoPgbouncerError, match=str(port)),
        temporary_pgbouncer(server_url=database_url, port=port),
    ):
        pass


def test_it_is_gone_after_the_block(database_url: str) -> None:
    with (
        temporary_pgbouncer(server_url=database_url, port=temporary_port()) as url,
        psycopg.connect(url, autocommit=True) as through,
    ):
        assert through.execute("SELECT 1").fetchone() == (1,)

    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(url)
