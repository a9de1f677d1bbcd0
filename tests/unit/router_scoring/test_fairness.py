import pytest
from hypothesis import given

from router.scoring import Ranking, RoutePolicy, rank_lead
from tests.pools import PartnerFacts, pool_of
from tests.unit.router_scoring import reference
from tests.unit.router_scoring.builders import a_lead, a_partner, a_pool, policies, pools


def ranking_of(partner: PartnerFacts, policy: RoutePolicy | None = None) -> Ranking:
    return rank_lead(a_lead(), a_pool(partner), policy or RoutePolicy())


@pytest.mark.parametrize(
    ("open_leads", "cap", "spare"),
    [
        (0, 10, 100),
        (5, 10, 50),
        (9, 10, 10),
        (10, 10, 0),
        (11, 10, 0),
        (0, 0, 0),
        (3, 0, 0),
        (1, -1, 0),
        (0, None, 100),
        (5, None, 75),
        (20, None, 0),
        (21, None, 0),
        (-1, 10, 100),
    ],
)
def test_spare_capacity(open_leads: int, cap: int | None, spare: float) -> None:
    ranking = ranking_of(a_partner(open_leads=open_leads, max_open_leads=cap))

    assert ranking.spare_capacity[0] == pytest.approx(spare)


def test_number_that_stands_for_no_cap_is_a_setting() -> None:
    ranking = ranking_of(a_partner(open_leads=5), RoutePolicy(uncapped_capacity=10))

    assert ranking.spare_capacity[0] == 50


@pytest.mark.parametrize(
    ("hours", "waiting"),
    [(None, 100), (0.0, 0), (18.0, 25), (36.0, 50), (72.0, 100), (1000.0, 100), (-5.0, 0)],
)
def test_waiting_saturates(hours: float | None, waiting: float) -> None:
    assert ranking_of(a_partner(waiting_hours=hours)).waiting[0] == waiting


def test_hours_of_full_waiting_are_a_setting() -> None:
    assert ranking_of(a_partner(waiting_hours=12.0), RoutePolicy(waiting_full_hours=24)).waiting[0] == 50


def test_fairness_is_the_mean_of_both() -> None:
    ranking = ranking_of(a_partner(open_leads=5, max_open_leads=10, waiting_hours=18.0))

    assert ranking.fairness[0] == pytest.approx((50 + 25) / 2)


@given(pools(), policies)
def test_fairness_stays_on_its_scale_and_equals_the_plain_rule(
    drawn: tuple[list[PartnerFacts], list[float]], policy: RoutePolicy
) -> None:
    partners, performance = drawn

    ranking = rank_lead(a_lead(), pool_of(partners, performance=performance), policy)

    for column in (ranking.fairness, ranking.spare_capacity, ranking.waiting):
        assert ((column >= 0) & (column <= 100)).all()
    assert ranking.fairness.tolist() == pytest.approx([reference.fairness(partner, policy) for partner in partners])
