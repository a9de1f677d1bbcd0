"""The worked example of `docs/metrics.md`."""

import uuid
from datetime import timedelta
from decimal import Decimal

import pytest

from tests.sql.reference import ActivityRow, FeedbackRow, LeadRow, PartnerRow, TicketRow, World, reference_stats
from tests.sql.test_stats_view import agrees, database_now, rolled_back, rows
from tests.sql.worlds import insert

pytestmark = pytest.mark.django_db

PARTNER = uuid.UUID(int=1)
WON, UNDECIDED, SILENT, LOST, DECLINED, REJECTED_LATE, NEW = (uuid.UUID(int=number) for number in range(11, 18))

EXPECTED = {
    "leads_assigned_30d": 7,
    "leads_assigned_7d": 4,
    "leads_accepted_30d": 4,
    "leads_rejected_30d": 2,
    "conversion_rate_30d": Decimal("0.571429"),
    "avg_response_time_minutes": Decimal("30.000000"),
    "open_leads_count": 2,
    "avg_first_response_time_minutes_30d": Decimal("436.250000"),
    "avg_first_response_time_minutes_7d": Decimal("70.000000"),
    "contacted_leads_30d": 4,
    "contacted_leads_7d": 2,
    "silent_leads_30d": 1,
    "pct_contacted_within_1h_30d": Decimal("28.571429"),
    "pct_contacted_within_24h_30d": Decimal("42.857143"),
    "response_points_30d": Decimal("60.666667"),
    "won_leads_30d": 1,
    "lost_leads_30d": 1,
    "won_leads_7d": 0,
    "lost_leads_7d": 1,
    "undecided_leads_30d": 1,
    "rejected_late_leads_30d": 1,
    "deal_rate_30d": Decimal("0.500000"),
    "deal_rate_7d": Decimal("0.000000"),
    "deal_rate_with_undecided_30d": Decimal("0.250000"),
    "avg_contact_attempts_per_lead_30d": Decimal("1.000000"),
    "pct_leads_min_2_attempts_30d": Decimal("28.571429"),
    "pct_leads_followed_up_30d": Decimal("14.285714"),
    "num_ratings_30d": 2,
    "avg_customer_rating_30d": Decimal("4.500000"),
    "complaints_30d": 2,
    "complaint_rate_30d": Decimal("0.285714"),
    "complained_leads_30d": 1,
    "complained_lead_rate_30d": Decimal("0.142857"),
    "valued_deals_30d": 1,
    "avg_deal_value_30d": Decimal("8000.000000"),
    "median_deal_value_30d": Decimal("8000.000000"),
    "consistency_score": Decimal("33.022923"),
    "ai_trust_score": 70,
}


def test_the_view_counts_the_example_of_the_documentation() -> None:
    now = database_now()

    def lead(
        number: uuid.UUID,
        age: timedelta,
        status: str,
        *,
        accepted: timedelta | None = None,
        contact: timedelta | None = None,
        value: Decimal | None = None,
    ) -> LeadRow:
        start = now - age
        return LeadRow(
            id=number,
            user_id=PARTNER,
            created_at=start,
            status=status,
            accepted_at=None if accepted is None else start + accepted,
            first_contact_at=None if contact is None else start + contact,
            deal_value=value,
        )

    def call(number: uuid.UUID, age: timedelta, after: timedelta) -> ActivityRow:
        return ActivityRow(lead_id=number, type="phone_call", created_at=now - age + after)

    def days(number: int) -> timedelta:
        return timedelta(days=number)

    def minutes(number: int) -> timedelta:
        return timedelta(minutes=number)

    world = World(
        partners=[PartnerRow(id=PARTNER, ai_risk_score=70)],
        leads=[
            lead(WON, days(20), "won", accepted=minutes(30), contact=minutes(45), value=Decimal(8000)),
            lead(UNDECIDED, days(18), "completed", contact=minutes(26 * 60)),
            lead(SILENT, days(10), "new"),
            lead(LOST, days(5), "lost", accepted=minutes(10), contact=minutes(20)),
            lead(REJECTED_LATE, days(4), "rejected", accepted=minutes(50), contact=minutes(120)),
            lead(DECLINED, days(3), "rejected"),
            lead(NEW, minutes(120), "new"),
        ],
        activities=[
            call(WON, days(20), minutes(45)),
            call(WON, days(20), minutes(45 + 24 * 60)),
            call(WON, days(20), minutes(45 + 48 * 60)),
            call(UNDECIDED, days(18), minutes(26 * 60)),
            call(LOST, days(5), minutes(20)),
            call(LOST, days(5), minutes(25)),
            call(REJECTED_LATE, days(4), minutes(120)),
        ],
        feedback=[
            FeedbackRow(lead_id=WON, partner_id=PARTNER, rating=5, created_at=now - days(10)),
            FeedbackRow(lead_id=LOST, partner_id=PARTNER, rating=4, created_at=now - days(2)),
        ],
        tickets=[
            TicketRow(partner_id=PARTNER, type="complaint", created_at=now - days(1), lead_id=LOST),
            TicketRow(partner_id=PARTNER, type="complaint", created_at=now - days(1), lead_id=LOST),
        ],
    )
    with rolled_back() as cursor:
        insert(world, cursor)
        row = rows(cursor, "partner_performance_stats_at(%s)", now)[PARTNER]

    assert {name: row[name] for name in EXPECTED} == EXPECTED
    expected = reference_stats(world, now)[PARTNER]
    assert all(agrees(row[name], expected[name]) for name in expected)
