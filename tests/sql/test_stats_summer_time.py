"""The metrics around the hours that a clock skips or shows twice: they count hours, whatever the session's zone."""

import uuid
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import count, product
from typing import Any

import pytest
from django.db.backends.utils import CursorWrapper

from tests.sql.reference import DAY, HOUR, MONTH, WEEK, ActivityRow, LeadRow, PartnerRow, World, reference_stats
from tests.sql.test_stats_view import assert_same, rolled_back, rows
from tests.sql.worlds import TICK, insert

pytestmark = pytest.mark.django_db

SPRING, AUTUMN = datetime(2026, 3, 29, 1, tzinfo=UTC), datetime(2026, 10, 25, 1, tzinfo=UTC)
"""Clocks in Amsterdam go from 2 to 3, and from 3 to 2."""

# An hour aside is where the edge would be, if days and weeks were those of the clock.
_AGES = [
    edge + aside + step for edge in (DAY, WEEK, MONTH) for aside in (-HOUR, 0 * HOUR, HOUR) for step in (-TICK, TICK)
]
_DELAYS = [HOUR, HOUR + TICK, 2 * HOUR, DAY, DAY + TICK, DAY + HOUR]


def world_around(change: datetime, t: datetime) -> World:
    """Leads on both sides of every edge as seen from `t`, and leads whose contact comes after the change."""
    partners = [PartnerRow(id=uuid.UUID(int=number)) for number in (1, 2)]
    ids = (uuid.UUID(int=number) for number in count(100))
    leads = [
        LeadRow(id=next(ids), user_id=partners[0].id, created_at=t - age, status=status, deal_value=Decimal(100))
        for age, status in product(_AGES, ("new", "won", "lost"))
    ]
    leads += [
        LeadRow(
            id=next(ids),
            user_id=partners[1].id,
            created_at=change - before,
            accepted_at=change - before + delay,
            first_contact_at=change - before + delay,
        )
        for before, delay in product((TICK, HOUR / 2, HOUR, DAY), _DELAYS)
    ]
    activities = [
        ActivityRow(lead_id=lead.id, type="phone_call", created_at=lead.created_at + delay)
        for lead, delay in product(leads, (HOUR, DAY))
    ]
    return World(partners=partners, leads=leads, activities=activities)


def rows_in_zone(zone: str, cursor: CursorWrapper, t: datetime) -> dict[uuid.UUID, dict[str, Any]]:
    """What a session in this zone computes; read in UTC, which Django takes every time to be in."""
    cursor.execute("SELECT set_config('TimeZone', %s, true)", [zone])
    cursor.execute("CREATE TEMPORARY TABLE measured AS SELECT * FROM partner_performance_stats_at(%s)", [t])
    cursor.execute("SET LOCAL TIME ZONE 'UTC'")
    return rows(cursor, "measured")


@pytest.mark.parametrize("zone", ["Europe/Amsterdam", "UTC", "America/New_York"])
@pytest.mark.parametrize("later", [HOUR, DAY, WEEK, MONTH], ids=str)
@pytest.mark.parametrize("change", [SPRING, AUTUMN], ids=["spring", "autumn"])
def test_the_metrics_are_those_of_the_reference(change: datetime, later: timedelta, zone: str) -> None:
    t = change + later
    world = world_around(change, t)
    with rolled_back() as cursor:
        insert(world, cursor)

        actual = rows_in_zone(zone, cursor, t)

    assert_same(actual, reference_stats(world, t))
    assert actual[world.partners[0].id]["consistency_score"] is not None


def test_an_hour_is_an_hour_where_the_clock_shows_two() -> None:
    contacted_at = SPRING + HOUR / 2
    lead = LeadRow(
        id=uuid.UUID(int=2),
        user_id=uuid.UUID(int=1),
        created_at=contacted_at - HOUR,
        first_contact_at=contacted_at,
    )
    world = World(partners=[PartnerRow(id=uuid.UUID(int=1))], leads=[lead])
    with rolled_back() as cursor:
        insert(world, cursor)

        (row,) = rows_in_zone("Europe/Amsterdam", cursor, SPRING + DAY).values()

    assert (row["avg_first_response_time_minutes_30d"], row["pct_contacted_within_1h_30d"]) == (60, 100)
