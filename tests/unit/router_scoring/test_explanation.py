"""Why one candidate came before another, from the record alone."""

from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from router.scoring import explanation
from router.scoring.explanation import Candidate, Gain, Gap

ROUTE = {"region_weight": 30.0, "performance_weight": 50.0, "fairness_weight": 20.0}


def a_candidate(**fields: Any) -> dict[str, Any]:
    """A recorded candidate: 100 points by region, 60 by performance, 50 by fairness, no bonus."""
    recorded: dict[str, Any] = {
        "region": 100.0,
        "performance": 60.0,
        "components": {"response_speed": [80.0, 9, 80.0, 40.0], "deal_rate": [20.0, 4, 20.0, 20.0]},
        "fairness": 50.0,
        "spare_capacity": 40.0,
        "waiting": 60.0,
        "bonus": 0.0,
    } | fields
    if "total" not in fields:
        weighed = sum(recorded[name] * ROUTE[f"{name}_weight"] for name in ("region", "performance", "fairness"))
        recorded["total"] = weighed / 100 + recorded["bonus"]
    return {name: value for name, value in recorded.items() if value is not None}


def explain_gap(first: Mapping[str, Any], second: Mapping[str, Any], *, route: Mapping[str, Any]) -> Gap | None:
    return explanation.explain_gap(Candidate.from_record(first), Candidate.from_record(second), route=route)


def points_by_part(candidate: Mapping[str, Any], *, route: Mapping[str, Any]) -> dict[str, float]:
    return explanation.points_by_part(Candidate.from_record(candidate), route=route)


def test_the_points_of_a_total_are_told_apart_to_the_components() -> None:
    assert points_by_part(a_candidate(bonus=3.0), route=ROUTE) == pytest.approx(
        {"region": 30.0, "response_speed": 20.0, "deal_rate": 10.0, "spare_capacity": 4.0, "waiting": 6.0, "bonus": 3.0}
    )


def test_what_made_most_of_the_difference_comes_first_and_what_spoke_against_it_last() -> None:
    second = a_candidate(
        region=70.0,
        performance=36.0,
        components={"response_speed": [32.0, 9, 32.0, 16.0], "deal_rate": [20.0, 4, 20.0, 20.0]},
        fairness=80.0,
        spare_capacity=100.0,
    )

    gap = explain_gap(a_candidate(), second, route=ROUTE)

    assert gap is not None
    assert gap.difference == pytest.approx(15.0)
    assert [(gain.part, round(gain.points, 6)) for gain in gap.ahead] == [("response_speed", 12.0), ("region", 9.0)]
    assert [(gain.part, round(gain.points, 6)) for gain in gap.behind] == [("spare_capacity", -6.0)]


def test_what_a_pace_after_a_break_takes_off_is_told_apart_from_the_bonus() -> None:
    route = ROUTE | {"priority_points": 2.0}
    ahead = a_candidate(bonus=4.0 - 121.0, pace_left=0.5)
    within = a_candidate(bonus=4.0, pace_left=1.0)

    gap = explain_gap(within, ahead, route=route)

    assert points_by_part(ahead, route=route)["bonus"] == 4.0
    assert points_by_part(ahead, route=route)["pace"] == -121.0
    assert "pace" not in points_by_part(within, route=route)
    assert gap is not None
    assert gap.ahead == (Gain("pace", 121.0),)
    assert gap.behind == ()


def test_two_that_are_ahead_of_their_pace_differ_by_the_rest() -> None:
    gap = explain_gap(
        a_candidate(bonus=-101.0, pace_left=0.0), a_candidate(bonus=-101.0, pace_left=-2.0, region=90.0), route=ROUTE
    )

    assert gap is not None
    assert [(gain.part, round(gain.points, 6)) for gain in gap.ahead] == [("region", 3.0)]


scores = st.floats(0.0, 100.0)
candidates = st.builds(
    lambda region, parts, spare, waiting, bonus: a_candidate(
        region=region,
        performance=sum(parts) / 2,
        components={"response_speed": [None, 0, 50.0, parts[0] / 2], "deal_rate": [None, 0, 50.0, parts[1] / 2]},
        fairness=(spare + waiting) / 2,
        spare_capacity=spare,
        waiting=waiting,
        bonus=bonus,
    ),
    scores,
    st.tuples(scores, scores),
    scores,
    scores,
    st.floats(0.0, 1000.0),
)


@given(candidates, candidates)
def test_the_parts_add_up_to_the_difference(first: dict[str, Any], second: dict[str, Any]) -> None:
    gap = explain_gap(first, second, route=ROUTE)

    assert gap is not None
    assert sum(gain.points for gain in gap.gains) == pytest.approx(gap.difference, abs=1e-6)
    assert [gain.points for gain in gap.gains] == sorted((gain.points for gain in gap.gains), reverse=True)


@pytest.mark.parametrize(
    ("fields", "parts"),
    [
        ({"components": None}, {"region", "performance", "spare_capacity", "waiting", "bonus"}),
        ({"components": {"deal_rate": [1.0]}}, {"region", "performance", "spare_capacity", "waiting", "bonus"}),
        ({"components": {"deal_rate": "ten"}}, {"region", "performance", "spare_capacity", "waiting", "bonus"}),
        (
            {"components": {"deal_rate": [1.0, 2, 3.0, None]}},
            {"region", "performance", "spare_capacity", "waiting", "bonus"},
        ),
        # Components that do not make up the score explain nothing of it.
        (
            {"components": {"deal_rate": [1.0, 2, 3.0, 59.0]}},
            {"region", "performance", "spare_capacity", "waiting", "bonus"},
        ),
        ({"waiting": None}, {"region", "response_speed", "deal_rate", "fairness", "bonus"}),
        ({"waiting": 10.0}, {"region", "response_speed", "deal_rate", "fairness", "bonus"}),
    ],
)
def test_where_a_record_lacks_parts_the_larger_part_stands_for_them(fields: dict[str, Any], parts: set[str]) -> None:
    assert points_by_part(a_candidate(**fields), route=ROUTE).keys() == parts


def test_a_finer_and_a_coarser_record_are_compared_by_the_coarser() -> None:
    gap = explain_gap(a_candidate(), a_candidate(components=None, performance=50.0), route=ROUTE)

    assert gap is not None
    assert {gain.part for gain in gap.gains} == {"region", "performance", "fairness", "bonus"}
    assert gap.gains[0] == Gain("performance", 5.0)


@pytest.mark.parametrize("lacking", ["region", "performance", "fairness"])
def test_without_a_score_only_the_difference_of_the_totals_is_known(lacking: str) -> None:
    first, second = a_candidate(), a_candidate(region=0.0)
    del second[lacking]

    gap = explain_gap(first, second, route=ROUTE)

    assert gap is not None
    assert (gap.difference, gap.gains) == (30.0, ())


@pytest.mark.parametrize("route", [{}, {"region_weight": 0}, {"region_weight": "thirty"}, {"region_weight": True}])
def test_without_weights_only_the_difference_of_the_totals_is_known(route: dict[str, Any]) -> None:
    gap = explain_gap(a_candidate(), a_candidate(region=0.0), route=route)

    assert gap is not None
    assert (gap.difference, gap.gains) == (30.0, ())


@pytest.mark.parametrize("total", [None, "78", float("nan"), True])
def test_without_totals_nothing_is_known(total: object) -> None:
    assert explain_gap(a_candidate(), a_candidate(total=total), route=ROUTE) is None
