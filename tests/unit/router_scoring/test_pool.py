from typing import Any

import numpy as np
import pytest

from router.scoring import CandidatePool, Demand, PoolError, Territories
from tests.pools import pool_of, territories_of
from tests.unit.router_scoring.builders import a_lead, a_partner, a_pool, numbered, uuid_text

COLUMNS: dict[str, Any] = {
    "is_active": [True, None],
    "open_leads": [1, 2],
    "max_open_leads": [None, 2],
    "routing_priority": [None, 3],
    "waiting_hours": [None, 1.5],
    "performance": [0.0, 100.0],
    "is_valid": [True, False],
}


def two_territories() -> Territories:
    return territories_of(numbered([a_partner(), a_partner()]))


def test_absent_values_have_their_meaning() -> None:
    pool = CandidatePool.from_columns(territories=two_territories(), **COLUMNS)

    assert pool.size == 2
    assert pool.is_active.tolist() == [True, False]
    assert pool.routing_priority.tolist() == [0, 3]
    assert np.isnan(pool.max_open_leads).tolist() == [True, False]
    assert np.isnan(pool.waiting_hours).tolist() == [True, False]
    assert pool.at_capacity.tolist() == [False, True]


@pytest.mark.parametrize("name", COLUMNS)
def test_columns_are_read_only_copies(name: str) -> None:
    given = np.zeros(2)

    pool = CandidatePool.from_columns(territories=two_territories(), **{**COLUMNS, name: given})

    column = getattr(pool, name)
    assert not np.shares_memory(column, given)
    with pytest.raises(ValueError, match="read-only"):
        column[0] = 1


@pytest.mark.parametrize("name", COLUMNS)
def test_column_of_another_length_is_refused(name: str) -> None:
    with pytest.raises(PoolError, match=name):
        CandidatePool.from_columns(territories=two_territories(), **{**COLUMNS, name: [1]})


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("performance", [50.0, -0.1]),
        ("performance", [50.0, 100.1]),
        ("performance", [50.0, float("nan")]),
        ("max_open_leads", [1, float("inf")]),
        ("waiting_hours", [1, float("-inf")]),
    ],
)
def test_impossible_value_is_refused(name: str, values: list[float]) -> None:
    with pytest.raises(PoolError, match=name):
        CandidatePool.from_columns(territories=two_territories(), **{**COLUMNS, name: values})


def test_without_a_word_on_it_every_partner_is_valid() -> None:
    columns = {name: values for name, values in COLUMNS.items() if name != "is_valid"}

    assert CandidatePool.from_columns(territories=two_territories(), **columns).is_valid.tolist() == [True, True]


def test_rounding_error_at_the_end_of_the_scale_is_accepted() -> None:
    pool = a_pool(a_partner(), performance=[100.00000000000001])

    assert pool.performance[0] > 100


def test_territories_can_be_reused_for_the_same_partners_only() -> None:
    partners = numbered([a_partner(regions=["Utrecht"]), a_partner()])
    territories = territories_of(partners)

    pool = pool_of(partners, performance=[1, 2], territories=territories)

    assert pool.territories is territories
    with pytest.raises(PoolError, match="other partners"):
        pool_of(partners[::-1], performance=[1, 2], territories=territories)


def test_partner_given_twice_is_refused() -> None:
    with pytest.raises(PoolError, match="more than once"):
        territories_of([*numbered([a_partner()]), *numbered([a_partner()])])


def test_declarations_of_unequal_length_are_refused() -> None:
    with pytest.raises(PoolError, match="differ in length"):
        Territories.from_columns(
            partner_ids=[uuid_text(0)], regions=[], lead_locations=[], lead_industries=[], primary_branches=[]
        )


def test_demand_is_what_partners_declare() -> None:
    territories = territories_of(
        numbered([a_partner(regions=["Fryslân"], lead_locations=["10", "1012"], lead_industries=["Zón"])])
    )

    demand = territories.demand_of(
        a_lead(industry_name="ZON", industry_id="another", province="fryslan", postcode="1012 ab")
    )

    assert demand == Demand(industry=("zon",), province="friesland", is_located=True, prefixes=("10",))


def test_leads_that_differ_in_what_nobody_declares_have_the_same_demand() -> None:
    territories = territories_of(numbered([a_partner(lead_locations=["1012"], lead_industries=["zon"])]))

    demands = {
        territories.demand_of(a_lead(industry_name=f"n{i}", industry_id=f"i{i}", province=f"p{i}", postcode=f"20{i}"))
        for i in range(20)
    }

    assert demands == {Demand(industry=(), province=None, is_located=True, prefixes=())}


def test_pool_can_be_empty() -> None:
    assert a_pool().size == 0


def test_territories_find_partners_by_id() -> None:
    assert two_territories().indices_of([uuid_text(1), uuid_text(7)]) == [1]
