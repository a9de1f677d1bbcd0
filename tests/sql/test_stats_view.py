"""The view and `partner_performance_stats_at(t)` against the plain Python reference, on random worlds."""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from performance.models import PartnerPerformanceStats
from tests.sql.reference import PartnerRow, Value, World, reference_stats
from tests.sql.worlds import insert, instants, worlds

pytestmark = pytest.mark.django_db

STATS_COLUMNS = tuple(field.attname for field in PartnerPerformanceStats._meta.concrete_fields)
"""Every column of the view, `partner_id` first."""

TOLERANCE = Fraction(1, 1_000_000)
"""Six decimals are kept."""

EXAMPLES = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@contextmanager
def rolled_back() -> Iterator[CursorWrapper]:
    """A cursor whose writes are gone at the end: each example starts with empty tables."""
    with transaction.atomic(), connection.cursor() as cursor:
        yield cursor
        transaction.set_rollback(True)


def database_now() -> datetime:
    """The instant of this transaction, and so of every refresh in it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT now()")
        now: datetime = cursor.fetchone()[0]
    return now


def rows(cursor: CursorWrapper, source: str, *arguments: datetime) -> dict[uuid.UUID, dict[str, Any]]:
    """Every row of the view or the function, by partner."""
    cursor.execute(f"SELECT {', '.join(STATS_COLUMNS)} FROM {source}", arguments)  # our own names
    return {row[0]: dict(zip(STATS_COLUMNS, row, strict=True)) for row in cursor.fetchall()}


def agrees(actual: object, expected: Value) -> bool:
    """Equal; decimals up to what is kept of them."""
    if isinstance(actual, Decimal) and isinstance(expected, Fraction):
        return abs(Fraction(actual) - expected) <= TOLERANCE
    return actual == expected


def assert_same(actual: dict[uuid.UUID, dict[str, Any]], expected: dict[uuid.UUID, dict[str, Value]]) -> None:
    """The same partners, and every column of each the same; says which are not."""
    assert actual.keys() == expected.keys()
    different = {
        (partner_id, column): (actual[partner_id][column], float(value) if isinstance(value, Fraction) else value)
        for partner_id, row in expected.items()
        for column, value in row.items()
        if not agrees(actual[partner_id][column], value)
    }
    assert not different


def test_the_reference_has_the_columns_of_the_view_in_their_order() -> None:
    partner_id = uuid.UUID(int=7)
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM partner_performance_stats_at(now())")
        columns = tuple(column.name for column in cursor.description)

    reference = reference_stats(World(partners=[PartnerRow(id=partner_id)]), database_now())

    assert columns == STATS_COLUMNS
    assert tuple(reference[partner_id]) == columns


@pytest.mark.parametrize("mode", ["plain", "concurrent"])
def test_the_view_equals_the_reference(mode: str) -> None:
    now = database_now()

    @EXAMPLES
    @given(world=worlds(now=now))
    def check(world: World) -> None:
        with rolled_back() as cursor:
            if mode == "concurrent":
                cursor.execute("SELECT mode FROM refresh_partner_performance_stats()")
            insert(world, cursor)

            cursor.execute("SELECT mode, as_of FROM refresh_partner_performance_stats()")

            assert cursor.fetchone() == (mode, now)
            assert_same(rows(cursor, "partner_performance_stats"), reference_stats(world, now))

    check()


def test_the_function_equals_the_reference_at_any_instant() -> None:
    now = database_now()

    @EXAMPLES
    @given(world=worlds(now=now), data=st.data())
    def check(world: World, data: st.DataObject) -> None:
        moments = [
            moment
            for lead in world.leads
            for moment in (lead.created_at, lead.assigned_at, lead.decided_at, lead.first_contact_at)
            if moment is not None
        ]
        asked = data.draw(st.lists(instants(now) | st.sampled_from([now, *moments]), min_size=1, max_size=4))
        with rolled_back() as cursor:
            insert(world, cursor)

            for t in asked:
                assert_same(rows(cursor, "partner_performance_stats_at(%s)", t), reference_stats(world, t))

    check()
