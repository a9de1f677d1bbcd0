"""The worked examples of `docs/scoring.md`."""

import pytest

from performance.scoring import calculate_performance_score
from router.scoring import BatchRouter, CandidatePool, LeadFacts, RoutePolicy, rank_lead
from tests.pools import PartnerFacts, pool_of, tie_break

LEAD = "00000000-0000-4000-8000-0000000000f1"
A, B, C, D = (f"00000000-0000-4000-8000-00000000000{letter}" for letter in "abcd")


def test_the_performance_example() -> None:
    score = calculate_performance_score(
        {
            "response_points_30d": 60.666667,
            "contacted_leads_30d": 4,
            "silent_leads_30d": 1,
            "ai_trust_score": 70,
            "deal_rate_with_undecided_30d": 0.25,
            "won_leads_30d": 1,
            "lost_leads_30d": 1,
            "rejected_late_leads_30d": 1,
            "undecided_leads_30d": 1,
            "pct_leads_followed_up_30d": 14.285714,
            "leads_assigned_30d": 7,
            "avg_customer_rating_30d": 4.5,
            "num_ratings_30d": 2,
            "complained_lead_rate_30d": 0.142857,
            "avg_deal_value_30d": 8000,
            "valued_deals_30d": 1,
            "consistency_score": 33.022923,
            "leads_assigned_7d": 4,
        }
    )

    assert {part.name: (round(part.score, 2), round(part.contribution, 2)) for part in score.components} == {
        "response_speed": (55.33, 13.83),
        "ai_trust": (70.0, 7.0),
        "deal_rate": (38.89, 9.72),
        "follow_up": (29.17, 2.92),
        "customer_feedback": (60.71, 6.07),
        "complaints": (37.5, 3.75),
        "deal_value": (56.46, 2.82),
        "consistency": (42.45, 2.12),
    }
    assert round(score.score, 2) == 48.24


@pytest.fixture
def pool() -> CandidatePool:
    partners = (
        PartnerFacts(A, open_leads=6, max_open_leads=10, waiting_hours=18.0, routing_priority=2, lead_locations=["35"]),
        PartnerFacts(B, open_leads=3, regions=["Utrecht"]),
        PartnerFacts(C, open_leads=4, max_open_leads=4, waiting_hours=30.0),
        PartnerFacts(D, max_open_leads=10, waiting_hours=6.0, regions=["Utrecht"], pace_left=0.5),
    )
    return pool_of(partners, performance=[61.0, 55.0, 80.0, 70.0])


def test_the_routing_example(pool: CandidatePool) -> None:
    ranking = rank_lead(LeadFacts(LEAD, province="Utrecht", postcode="3511 AB"), pool, RoutePolicy())

    assert [ranking.partner_ids[index] for index in ranking.order] == [B, A, D]
    assert ranking.fairness.round(2).tolist() == [32.5, 92.5, 20.83, 54.17]
    assert ranking.total.round(2).tolist() == [69.0, 70.0, 59.17, -41.17]
    assert ranking.excluded == {"at_capacity": 1}


def test_the_next_lead_of_the_routing_example(pool: CandidatePool) -> None:
    router = BatchRouter(pool, RoutePolicy())
    lead = LeadFacts(LEAD, province="Utrecht", postcode="3511 AB")

    first, second = router.route(lead), router.route(lead)

    assert (first.ranked[0], second.ranked[:2]) == (1, (0, 1))
    assert second.total[:2] == pytest.approx((69.0, 59.5))


def test_the_example_of_a_tie() -> None:
    assert tie_break(lead_id=LEAD, partner_id=A) == 14710309623542260384
    assert tie_break(lead_id=LEAD, partner_id=B) == 8009391517012324054
