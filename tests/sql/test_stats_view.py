"""The view and `partner_performance_stats_at(t)` against the plain Python reference, on random worlds."""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from performance.models import PartnerPerformanceStats
from tests.sql.reference import ActivityRow, LeadRow, PartnerRow, Value, World, reference_stats
from tests.sql.worlds import insert, instants, worlds

pytestmark = [pytest.mark.django_db, pytest.mark.unmeasured]

STATS_COLUMNS = tuple(field.attname for field in PartnerPerformanceStats._meta.concrete_fields)
"""Every column of the view, `partner_id` first."""

TOLERANCE = Fraction(1, 1_000_000)
"""Six decimals are kept."""

EXAMPLES = settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])


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

    # Half of them in each mode: what is computed is the same.
    @settings(EXAMPLES, max_examples=50)
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


def only_lead(**fields: Any) -> World:
    """One partner with one lead."""
    partner = PartnerRow(id=uuid.UUID(int=1))
    return World(partners=[partner], leads=[LeadRow(id=uuid.UUID(int=2), user_id=partner.id, **fields)])


def test_a_lead_is_not_open_any_more_at_the_instant_of_its_decision() -> None:
    now = database_now()
    world = only_lead(created_at=now - timedelta(days=3), status="won", decided_at=now)
    with rolled_back() as cursor:
        insert(world, cursor)

        (row,) = rows(cursor, "partner_performance_stats_at(%s)", now).values()
        (before,) = rows(cursor, "partner_performance_stats_at(%s)", now - timedelta(microseconds=1)).values()

    assert (row["open_leads_count"], row["won_leads_30d"]) == (0, 1)
    assert (before["open_leads_count"], before["won_leads_30d"]) == (1, 0)


@pytest.mark.parametrize(
    ("created", "handed_over"),
    [
        pytest.param(timedelta(days=40), timedelta(days=2), id="after more than a day"),
        pytest.param(timedelta(days=30, seconds=10), timedelta(days=30), id="into the window, at once"),
        pytest.param(timedelta(days=31), timedelta(days=30), id="into the window, a day later"),
        pytest.param(timedelta(days=50), timedelta(days=40), id="before the window"),
        pytest.param(timedelta(days=2), timedelta(days=40), id="dated before it came in"),
        pytest.param(timedelta(days=2), None, id="without a date"),
    ],
)
def test_the_last_lead_is_the_last_one_handed_over_whenever_it_came_in(
    created: timedelta, handed_over: timedelta | None
) -> None:
    now = database_now()
    assigned_at = None if handed_over is None else now - handed_over
    world = only_lead(created_at=now - created, assigned_at=assigned_at)
    with rolled_back() as cursor:
        insert(world, cursor)

        (row,) = rows(cursor, "partner_performance_stats_at(%s)", now).values()

    assert row["last_lead_assigned_at"] == (assigned_at or now - created)


def test_a_late_handover_is_later_than_that_of_a_newer_lead() -> None:
    now = database_now()
    world = only_lead(created_at=now - timedelta(days=3), assigned_at=now - timedelta(days=3))
    world.leads.append(
        LeadRow(
            id=uuid.UUID(int=3),
            user_id=world.partners[0].id,
            created_at=now - timedelta(days=60),
            assigned_at=now - timedelta(days=1),
        )
    )
    with rolled_back() as cursor:
        insert(world, cursor)

        (row,) = rows(cursor, "partner_performance_stats_at(%s)", now).values()

    assert row["last_lead_assigned_at"] == now - timedelta(days=1)
    assert row["leads_assigned_30d"] == 1


def test_an_attempt_at_the_instant_of_the_handover_is_the_new_partners() -> None:
    now = database_now()
    handover = now - timedelta(days=1)
    world = only_lead(created_at=now - timedelta(days=3), assigned_at=handover, tried_partner_ids=[uuid.UUID(int=9)])
    moments = (handover - timedelta(microseconds=1), handover)
    world.activities.extend(
        ActivityRow(lead_id=world.leads[0].id, type="phone_call", created_at=moment) for moment in moments
    )
    with rolled_back() as cursor:
        insert(world, cursor)

        (row,) = rows(cursor, "partner_performance_stats_at(%s)", now).values()

    assert row["avg_contact_attempts_per_lead_30d"] == 1


def test_who_always_answers_at_once_is_consistent() -> None:
    now = database_now()
    created_at = now - timedelta(days=3)
    with rolled_back() as cursor:
        insert(only_lead(created_at=created_at, first_contact_at=created_at), cursor)

        (row,) = rows(cursor, "partner_performance_stats_at(%s)", now).values()

    assert (row["avg_first_response_time_minutes_7d"], row["consistency_score"]) == (0, 100)
