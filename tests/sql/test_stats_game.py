"""What would like to raise a score, in the rows of the database: the columns that the score reads see through it."""

import uuid
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from performance.scoring import ComponentWeights, ScoringSettings, calculate_performance_score
from tests.sql.lead_histories import History, gamed, histories, world_of
from tests.sql.reference import ActivityRow, LeadRow, PartnerRow, TicketRow, World
from tests.sql.test_stats_view import database_now, rolled_back, rows
from tests.sql.worlds import TICK, insert

pytestmark = pytest.mark.django_db

PARTNER, OTHER, LEAD = (uuid.UUID(int=number) for number in (1, 2, 9))
WITHOUT_CONSISTENCY = ScoringSettings(weights=ComponentWeights(consistency=0.0))


def stats(
    *, activities: tuple[timedelta, ...] = (), tickets: tuple[TicketRow, ...] = (), age: timedelta, **fields: Any
) -> dict[str, Any]:
    """The row of a partner with one lead of this age, contacted so long after it came in; times are ages as well."""
    now = database_now()
    moments = {name: now - value for name, value in fields.items() if isinstance(value, timedelta)}
    lead = LeadRow(id=LEAD, user_id=PARTNER, created_at=now - age, **(fields | moments))
    world = World(
        partners=[PartnerRow(id=PARTNER), PartnerRow(id=OTHER)],
        leads=[lead],
        activities=[ActivityRow(lead_id=LEAD, type="phone_call", created_at=now - age + late) for late in activities],
        tickets=list(tickets),
    )
    with rolled_back() as cursor:
        insert(world, cursor)
        return rows(cursor, "partner_performance_stats_at(%s)", now)[PARTNER]


def test_an_honest_partner_is_never_below_one_that_plays() -> None:
    now = database_now()
    due = st.timedeltas(timedelta(days=15), timedelta(days=29))

    @settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(
        honest=st.lists(histories(ages=due, statuses=("won", "lost", "lost", "rejected")), min_size=1, max_size=10),
        data=st.data(),
    )
    def check(honest: list[History], data: st.DataObject) -> None:
        played = [data.draw(gamed(history)) for history in honest]
        with rolled_back() as cursor:
            insert(world_of([honest, played], t=now), cursor)
            both = rows(cursor, "partner_performance_stats_at(%s)", now)
        first, second = (
            calculate_performance_score(both[uuid.UUID(int=number)], WITHOUT_CONSISTENCY).score for number in (1, 2)
        )
        assert first >= second - 1e-9

    check()


@pytest.mark.parametrize(
    ("apart", "expected"), [(timedelta(seconds=1), 0), (timedelta(minutes=30) - TICK, 0), (timedelta(minutes=30), 100)]
)
def test_two_attempts_lie_half_an_hour_apart_or_are_one(apart: timedelta, expected: int) -> None:
    row = stats(age=timedelta(days=3), activities=(timedelta(hours=1), timedelta(hours=1) + apart))

    assert (row["pct_leads_followed_up_30d"], row["pct_leads_min_2_attempts_30d"]) == (expected, 100)


@pytest.mark.parametrize(
    ("minutes", "points"),
    [(0, 100), (30, 100), (75, 85), (120, 70), (13 * 60, 55), (24 * 60, 40), (48 * 60, 20), (72 * 60, 0), (9999, 0)],
)
def test_a_contact_earns_the_points_of_the_curve(minutes: int, points: int) -> None:
    age = timedelta(days=20)
    row = stats(age=age, first_contact_at=age - timedelta(minutes=minutes))

    assert row["response_points_30d"] == points


@pytest.mark.parametrize("status", ["new", "accepted", "in_progress", "completed"])
def test_a_lead_without_a_result_is_undecided_after_two_weeks(status: str) -> None:
    two_weeks = timedelta(days=14)

    row, young = stats(age=two_weeks + TICK, status=status), stats(age=two_weeks, status=status)

    assert (row["undecided_leads_30d"], row["deal_rate_with_undecided_30d"], row["deal_rate_30d"]) == (1, 0, None)
    assert (young["undecided_leads_30d"], young["deal_rate_with_undecided_30d"]) == (0, None)


@pytest.mark.parametrize("touched", ["accepted_at", "first_contact_at"])
def test_a_lead_rejected_after_it_was_used_is_lost_and_can_be_silent(touched: str) -> None:
    age = timedelta(days=3)

    row = stats(age=age, status="rejected", **{touched: age})  # type: ignore[arg-type]  # the name is a time's

    assert (row["leads_rejected_30d"], row["rejected_late_leads_30d"]) == (1, 1)
    assert (row["deal_rate_with_undecided_30d"], row["deal_rate_30d"]) == (0, None)
    assert row["silent_leads_30d"] == (1 if touched == "accepted_at" else 0)
    assert row["response_points_30d"] == (0 if touched == "accepted_at" else 100)


def test_a_lead_declined_untouched_counts_neither_as_lost_nor_as_silent() -> None:
    row = stats(age=timedelta(days=20), status="rejected")

    assert (row["leads_rejected_30d"], row["rejected_late_leads_30d"], row["undecided_leads_30d"]) == (1, 0, 0)
    assert (row["silent_leads_30d"], row["response_points_30d"]) == (0, None)
    assert row["deal_rate_with_undecided_30d"] is None


def complaint(*, partner: uuid.UUID = PARTNER, lead: uuid.UUID | None = LEAD, type_: str = "complaint") -> TicketRow:
    return TicketRow(partner_id=partner, type=type_, created_at=database_now(), lead_id=lead)


def test_five_complaints_about_a_lead_are_one_lead_with_complaints() -> None:
    row = stats(age=timedelta(days=3), tickets=(complaint(),) * 5)

    assert (row["complaints_30d"], row["complaint_rate_30d"]) == (5, 5)
    assert (row["complained_leads_30d"], row["complained_lead_rate_30d"]) == (1, 1)


@pytest.mark.parametrize(
    "ticket", [{"lead": None}, {"partner": OTHER}, {"type_": "question"}], ids=["no lead", "other partner", "question"]
)
def test_a_ticket_that_is_no_complaint_about_a_lead_of_the_partner_counts_for_no_lead(ticket: dict[str, Any]) -> None:
    assert stats(age=timedelta(days=3), tickets=(complaint(**ticket),))["complained_leads_30d"] == 0


def test_a_complaint_about_an_older_lead_counts_for_no_lead_of_the_month() -> None:
    row = stats(age=timedelta(days=31), tickets=(complaint(),))

    assert (row["complaints_30d"], row["complained_leads_30d"], row["complained_lead_rate_30d"]) == (1, 0, None)
