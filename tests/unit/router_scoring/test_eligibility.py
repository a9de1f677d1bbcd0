from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from router.scoring import EXCLUSION_CODES, BatchRouter, LeadFacts, RoutePolicy, rank_lead
from tests.pools import PartnerFacts, pool_of
from tests.unit.router_scoring import reference
from tests.unit.router_scoring.builders import SOLAR_ID, a_lead, a_partner, a_pool, leads, policies, pools


def codes_of(lead: LeadFacts, partner: PartnerFacts, policy: RoutePolicy | None = None) -> tuple[str, ...]:
    return rank_lead(lead, a_pool(partner), policy or RoutePolicy()).codes_of(0)


def test_codes_have_a_fixed_order() -> None:
    older = ("inactive", "at_capacity", "industry_mismatch", "outside_region", "already_tried")

    assert (*older, "invalid_profile", "invalid_lead", "unreadable") == EXCLUSION_CODES


def test_partner_without_limits_is_eligible() -> None:
    assert codes_of(a_lead(industry_name="Daken", province="Utrecht"), a_partner()) == ()


def test_partner_can_carry_every_code_but_that_of_a_row_which_nobody_can_read() -> None:
    partner = a_partner(
        is_active=False, max_open_leads=0, lead_industries=["Daken"], regions=["Utrecht"], is_valid=False
    )
    lead = a_lead(industry_name="Vloeren", province="Limburg", tried=[0], is_movable=False)

    # One whose declarations cannot be read does not say what it takes.
    assert (*codes_of(lead, partner), "unreadable") == EXCLUSION_CODES


@pytest.mark.parametrize("column", ["regions", "lead_locations", "lead_industries"])
def test_partner_whose_declarations_are_something_else_is_excluded_alone(column: str) -> None:
    nested: Any = [["Utrecht", "Gelderland"], ["Zeeland", "Drenthe"]]
    pool = a_pool(replace(a_partner(), **{column: nested}), replace(a_partner(), partner_id=str(UUID(int=7))))
    ranking = rank_lead(a_lead(province="Utrecht"), pool, RoutePolicy())
    choice = BatchRouter(pool, RoutePolicy()).route(a_lead(province="Utrecht"))

    assert (ranking.codes_of(0), ranking.codes_of(1)) == (("unreadable",), ())
    assert (choice.winner, choice.excluded) == (1, {"unreadable": 1})


@pytest.mark.parametrize("is_active", [False, None])
def test_partner_that_is_not_active_is_excluded(*, is_active: bool | None) -> None:
    assert codes_of(a_lead(), a_partner(is_active=is_active)) == ("inactive",)


@pytest.mark.parametrize(
    ("open_leads", "cap", "is_full"),
    [(0, 0, True), (4, 5, False), (5, 5, True), (6, 5, True), (10_000, None, False), (0, -1, True)],
)
def test_cap_excludes_once_it_is_reached(open_leads: int, cap: int | None, *, is_full: bool) -> None:
    codes = codes_of(a_lead(), a_partner(open_leads=open_leads, max_open_leads=cap))

    assert codes == (("at_capacity",) if is_full else ())


@pytest.mark.parametrize(
    ("declared", "fits"),
    [
        (a_partner(lead_industries=["Zonnepanelen"]), True),
        (a_partner(lead_industries=["ZÓNNEPANELEN "]), True),
        (a_partner(lead_industries=[None, "", "zonnepanelen"]), True),
        (a_partner(lead_industries="zonnepanelen"), True),
        (a_partner(lead_industries=[SOLAR_ID.upper()]), True),
        (a_partner(primary_branch="zonnepanelen"), True),
        (a_partner(primary_branch=SOLAR_ID), True),
        (a_partner(primary_branch="Daken", lead_industries=["Zonnepanelen"]), True),
        (a_partner(primary_branch="Zonnepanelen", lead_industries=["Daken"]), True),
        (a_partner(lead_industries=[None, "", " ", "-"], primary_branch=" "), True),
        (a_partner(lead_industries=[]), True),
        (a_partner(lead_industries=["Daken"]), False),
        (a_partner(primary_branch="Zonnepanelen en daken"), False),
    ],
)
def test_industry_matches_by_name_or_id(declared: PartnerFacts, *, fits: bool) -> None:
    codes = codes_of(a_lead(industry_name="Zonnepanelen", industry_id=SOLAR_ID), declared)

    assert codes == (() if fits else ("industry_mismatch",))


@pytest.mark.parametrize(("name", "key"), [("daken", "unknown"), ("unknown", "daken"), (None, "daken"), ("daken", "")])
def test_name_or_id_alone_is_enough(name: str | None, key: str | None) -> None:
    assert codes_of(a_lead(industry_name=name, industry_id=key), a_partner(lead_industries=["Daken"])) == ()


@pytest.mark.parametrize("name", [None, "", " "])
def test_lead_without_industry_matches_everybody(name: str | None) -> None:
    assert codes_of(a_lead(industry_name=name), a_partner(lead_industries=["Daken"])) == ()


def test_region_excludes_only_while_the_policy_requires_a_match() -> None:
    lead, partner = a_lead(province="Utrecht"), a_partner(regions=["Limburg"])

    assert codes_of(lead, partner) == ("outside_region",)
    assert codes_of(lead, partner, RoutePolicy(require_regional_match=False)) == ()


def test_partner_who_had_the_lead_is_excluded() -> None:
    assert codes_of(a_lead(tried=[0]), a_partner()) == ("already_tried",)
    assert codes_of(a_lead(tried=[1]), a_partner()) == ()


def test_partner_whose_row_breaks_a_rule_is_excluded() -> None:
    assert codes_of(a_lead(), a_partner(is_valid=False)) == ("invalid_profile",)


def test_lead_that_cannot_change_hands_excludes_everybody() -> None:
    ranking = rank_lead(a_lead(is_movable=False), a_pool(a_partner(), a_partner()), RoutePolicy())

    assert ranking.excluded == {"invalid_lead": 2}
    assert (ranking.winner, ranking.codes_of(1)) == (None, ("invalid_lead",))


def test_counts_are_partners_by_code_in_code_order() -> None:
    pool = a_pool(
        a_partner(is_active=False, max_open_leads=0), a_partner(max_open_leads=0), a_partner(), a_partner(regions=["x"])
    )

    excluded = rank_lead(a_lead(province="Utrecht", tried=[2, 3]), pool, RoutePolicy()).excluded

    assert list(excluded.items()) == [
        ("inactive", 1),
        ("at_capacity", 2),
        ("outside_region", 1),
        ("already_tried", 2),
    ]


@given(pools(), st.data(), policies)
def test_codes_equal_the_plain_rules(
    drawn: tuple[list[PartnerFacts], list[float]], data: st.DataObject, policy: RoutePolicy
) -> None:
    partners, performance = drawn
    lead = data.draw(leads(partner_count=len(partners)))

    ranking = rank_lead(lead, pool_of(partners, performance=performance), policy)

    for index, partner in enumerate(partners):
        assert ranking.codes_of(index) == reference.codes(lead, partner, policy)
        assert ranking.eligible[index] == (not ranking.codes_of(index))
