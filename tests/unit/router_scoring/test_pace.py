"""Who is back after a break gets what it usually gets, as long as others can take the rest."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from router.scoring import BatchRouter, RoutePolicy, rank_lead
from router.scoring.parts import pace_left_of
from tests.pools import PartnerFacts, pool_of
from tests.unit.router_scoring.builders import a_lead, a_partner, a_pool, leads, policies, pools

BREAK_HOURS = 14 * 24.0


def pace_left(
    *,
    waiting_hours: float = 1.0,
    hours_since_return: float = math.nan,
    leads_since_return: float = 0,
    usual_daily_leads: float = math.nan,
) -> float:
    return pace_left_of(
        waiting_hours=np.array([waiting_hours]),
        hours_since_return=np.array([hours_since_return]),
        leads_since_return=np.array([leads_since_return]),
        usual_daily_leads=np.array([usual_daily_leads]),
        break_hours=BREAK_HOURS,
        least_leads=10,
    ).item()


def test_who_is_back_may_get_what_it_usually_gets_in_that_time() -> None:
    assert pace_left(hours_since_return=48.0, leads_since_return=4, usual_daily_leads=3.0) == 2.0


def test_who_has_waited_as_long_as_usual_is_due_however_much_it_got_before() -> None:
    got_much = {"hours_since_return": 48.0, "leads_since_return": 20, "usual_daily_leads": 3.0}

    assert pace_left(waiting_hours=7.0, **got_much) < 1.0
    assert [pace_left(waiting_hours=hours, **got_much) for hours in (8.0, 100.0)] == [1.0, 1.0]


def test_the_first_lead_after_a_break_is_within_the_pace() -> None:
    assert pace_left(waiting_hours=BREAK_HOURS, hours_since_return=900.0, leads_since_return=10) == 1.0


@pytest.mark.parametrize(
    "standing",
    [
        {"waiting_hours": math.nan},
        {"waiting_hours": 900.0, "hours_since_return": 1200.0, "leads_since_return": 9, "usual_daily_leads": 3.0},
        {"waiting_hours": BREAK_HOURS - 0.1, "hours_since_return": 100.0, "leads_since_return": 9},
        {"hours_since_return": BREAK_HOURS, "leads_since_return": 900, "usual_daily_leads": 0.1},
    ],
    ids=["never had a lead", "too few leads before the break", "never had a break", "back for long"],
)
def test_nobody_else_is_held_to_a_pace(standing: dict[str, float]) -> None:
    assert math.isnan(pace_left(**standing))


def test_who_is_ahead_of_its_pace_comes_after_all_others() -> None:
    ahead = a_partner(waiting_hours=500.0, routing_priority=10, regions=["Utrecht"], pace_left=0.9)
    weak = a_partner(open_leads=19, max_open_leads=20, waiting_hours=0.0)
    pool = a_pool(ahead, weak, performance=[100.0, 0.0])

    ranking = rank_lead(a_lead(province="Utrecht"), pool, RoutePolicy(priority_points=7.0))

    assert ranking.order.tolist() == [1, 0]
    assert ranking.bonus.tolist() == [70.0 - 171.0, 0.0]


def test_it_still_gets_a_lead_that_nobody_else_can_take() -> None:
    assert rank_lead(a_lead(), a_pool(a_partner(pace_left=-3.0)), RoutePolicy()).winner == 0


@pytest.mark.parametrize(("left", "most"), [(1.0, 1), (2.9, 2), (0.0, 0)])
def test_a_batch_keeps_to_the_pace(left: float, most: int) -> None:
    back = a_partner(max_open_leads=20, waiting_hours=400.0, pace_left=left)
    others = [a_partner(open_leads=10, max_open_leads=20, waiting_hours=1.0) for _ in range(4)]
    router = BatchRouter(a_pool(back, *others), RoutePolicy())

    winners = [router.route(a_lead(number)).winner for number in range(40 + most)]

    assert winners.count(0) == most
    # The others are full: now it is its turn again.
    assert router.route(a_lead(99)).winner == 0


@given(pools(min_size=1), policies, st.data())
def test_nobody_is_passed_over_for_who_is_ahead_of_its_pace(
    drawn: tuple[list[PartnerFacts], list[float]], policy: RoutePolicy, data: st.DataObject
) -> None:
    partners, performance = drawn
    lead = data.draw(leads(partner_count=len(partners)))

    order = rank_lead(lead, pool_of(partners, performance=performance), policy).order.tolist()

    is_ahead = [(left := partners[index].pace_left) is not None and left < 1 for index in order]
    assert is_ahead == sorted(is_ahead)
