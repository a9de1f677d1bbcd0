import random
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from router.scoring import (
    BatchRouter,
    Choice,
    LeadFacts,
    RoutePolicy,
    Territories,
    rank_lead,
)
from router.scoring import batch as batch_module
from tests.pools import PartnerFacts, pool_of
from tests.unit.router_scoring.builders import (
    SOLAR_ID,
    a_lead,
    a_partner,
    a_pool,
    leads,
    numbered,
    policies,
    pools,
    uuid_text,
)

Drawn = tuple[list[PartnerFacts], list[float]]


def assert_equals_single_ranking(
    choice: Choice,
    lead: LeadFacts,
    *,
    partners: list[PartnerFacts],
    performance: list[float],
    policy: RoutePolicy,
    runners_up: int = 5,
    territories: Territories | None = None,
) -> None:
    """Every value of the choice is, to the last bit, that of `rank_lead` for the partners as they stand."""
    pool = pool_of(partners, performance=performance, territories=territories)
    ranking = rank_lead(lead, pool, policy)
    best = ranking.order[: runners_up + 1]
    assert choice.lead_id == lead.lead_id
    assert choice.winner == ranking.winner
    assert list(choice.ranked) == best.tolist()
    assert choice.region_kind == tuple(ranking.region_kind_of(index) for index in best)
    for name in ("region", "total"):
        assert list(getattr(choice, name)) == getattr(ranking, name)[best].tolist(), name
    for name in ("performance", "fairness", "spare_capacity", "waiting", "bonus"):
        assert [getattr(standing, name) for standing in choice.standings] == getattr(ranking, name)[best].tolist(), name
    assert [standing.open_leads for standing in choice.standings] == [partners[index].open_leads for index in best]
    assert [standing.waiting_hours for standing in choice.standings] == [
        partners[index].waiting_hours for index in best
    ]
    assert [standing.pace_left for standing in choice.standings] == [partners[index].pace_left for index in best]
    assert choice.eligible == ranking.order.size
    assert list(choice.excluded.items()) == list(ranking.excluded.items())


def give(partners: list[PartnerFacts], winner: int | None) -> None:
    if winner is not None:
        partner = partners[winner]
        partners[winner] = replace(
            partner,
            open_leads=partner.open_leads + 1,
            waiting_hours=0.0,
            pace_left=None if partner.pace_left is None else partner.pace_left - 1,
        )


@given(pools(max_size=14), policies, st.integers(0, 6), st.sampled_from(["one by one", "at once"]), st.data())
def test_batch_equals_ranking_lead_by_lead(
    drawn: Drawn, policy: RoutePolicy, runners_up: int, scored: str, data: st.DataObject
) -> None:
    partners, performance = drawn
    pool = pool_of(partners, performance=performance)
    router = BatchRouter(pool, policy, runners_up, score_all=scored == "at once")

    for number in range(data.draw(st.integers(1, 12))):
        lead = data.draw(leads(number=number, partner_count=len(partners)))

        choice = router.route(lead)

        assert_equals_single_ranking(
            choice, lead, partners=partners, performance=performance, policy=policy, runners_up=runners_up
        )
        give(partners, choice.winner)


def random_partner(chance: random.Random) -> PartnerFacts:
    return a_partner(
        is_active=chance.random() < 0.95,
        open_leads=chance.choice([0, 0, 1]),
        max_open_leads=chance.choice([None, 1, 2, 3]),
        routing_priority=chance.choice([0, 0, 0, 1]),
        waiting_hours=chance.choice([None, None, 80.0, 10.0]),
        regions=chance.choice([None, ["Utrecht"], ["Utrecht", "Fryslân"], ["Limburg"]]),
        lead_locations=chance.choice([None, None, ["1"], ["10", "35"], ["1012"], ["1012", "3511"]]),
        lead_industries=chance.choice([None, ["daken"], ["zon"], ["daken", SOLAR_ID]]),
        is_valid=chance.random() < 0.97,
        pace_left=chance.choice([None, None, None, 0.5, 1.5]),
    )


def random_lead(chance: random.Random, number: int) -> LeadFacts:
    return a_lead(
        number,
        industry_name=chance.choice(["Daken", "Zon", "Vloeren", None]),
        industry_id=chance.choice([SOLAR_ID, None]),
        province=chance.choice(["Utrecht", "Fryslan", "Zeeland", None]),
        postcode=chance.choice(["1012 AB", "1012CD", "3511", "1099", None]),
        tried=[chance.randrange(200)] if chance.random() < 0.2 else [],
        is_movable=chance.random() < 0.95,
    )


@pytest.mark.parametrize("require_regional_match", [True, False])
@pytest.mark.parametrize("performance_values", [[50.0], [40.0, 50.0, 60.0], None])
@pytest.mark.parametrize("cache_bytes", [48_000_000, 5_000])
def test_batch_equals_single_rankings_until_everybody_is_full(
    *,
    monkeypatch: pytest.MonkeyPatch,
    cache_bytes: int,
    performance_values: list[float] | None,
    require_regional_match: bool,
) -> None:
    monkeypatch.setattr(batch_module, "_SET_CACHE_BYTES", cache_bytes)
    monkeypatch.setattr(batch_module, "_MATCH_CACHE_BYTES", cache_bytes)
    chance = random.Random(5)
    partners = numbered([random_partner(chance) for _ in range(200)])
    performance = [chance.choice(performance_values) if performance_values else 100 * chance.random() for _ in partners]
    policy = RoutePolicy(require_regional_match=require_regional_match)
    pool = pool_of(partners, performance=performance)
    router = BatchRouter(pool, policy)

    for number in range(350):
        lead = random_lead(chance, number)
        choice = router.route(lead)
        assert_equals_single_ranking(
            choice,
            lead,
            partners=partners,
            performance=performance,
            policy=policy,
            territories=pool.territories,
        )
        give(partners, choice.winner)


@settings(max_examples=50)
@given(pools(min_size=1, max_size=5), policies)
def test_caps_are_never_exceeded(drawn: Drawn, policy: RoutePolicy) -> None:
    partners, performance = drawn
    router = BatchRouter(pool_of(partners, performance=performance), policy)

    for number in range(40):
        give(partners, router.route(a_lead(number)).winner)

    for before, after in zip(drawn[0], partners, strict=True):
        assert after.max_open_leads is None or after.open_leads <= max(before.open_leads, after.max_open_leads)


def test_capacity_is_used_up_to_the_last_place() -> None:
    router = BatchRouter(a_pool(*[a_partner(max_open_leads=5) for _ in range(20)]), RoutePolicy())

    choices = [router.route(a_lead(number)) for number in range(500)]

    assert sum(choice.winner is not None for choice in choices) == 100
    assert choices[-1].ranked == ()
    assert choices[-1].eligible == 0
    assert choices[-1].excluded == {"at_capacity": 20}


def test_equal_partners_take_turns() -> None:
    router = BatchRouter(a_pool(*[a_partner(max_open_leads=4) for _ in range(7)]), RoutePolicy())

    winners = [router.route(a_lead(number)).winner for number in range(28)]

    for first in range(0, 28, 7):
        assert sorted(index for index in winners[first : first + 7] if index is not None) == list(range(7))


def test_choice_holds_the_values_before_the_win() -> None:
    router = BatchRouter(a_pool(a_partner(open_leads=1, max_open_leads=4, waiting_hours=36.0)), RoutePolicy())

    first, second = router.route(a_lead(1)), router.route(a_lead(2))

    before, after = first.standings[0], second.standings[0]
    assert (before.open_leads, before.waiting_hours, before.fairness) == (1, 36.0, 62.5)
    assert (after.open_leads, after.waiting_hours, after.fairness) == (2, 0.0, 25.0)


def test_pool_itself_does_not_move() -> None:
    pool = a_pool(a_partner(max_open_leads=1))

    for _ in range(2):
        assert BatchRouter(pool, RoutePolicy()).route(a_lead()).winner == 0


def test_same_batch_gives_the_same_choices() -> None:
    pool = a_pool(*[a_partner(max_open_leads=3) for _ in range(9)])

    runs = []
    for _ in range(2):
        router = BatchRouter(pool, RoutePolicy())
        runs.append([router.route(a_lead(number)) for number in range(20)])

    assert runs[0] == runs[1]


def test_runners_up_are_as_many_as_asked_for() -> None:
    pool = a_pool(*[a_partner() for _ in range(9)])

    assert [len(BatchRouter(pool, RoutePolicy(), number).route(a_lead()).ranked) for number in (0, 3, 20)] == [1, 4, 9]
    with pytest.raises(ValueError, match="runners_up"):
        BatchRouter(pool, RoutePolicy(), -1)


def test_partner_who_declares_prefix_and_province_stands_once() -> None:
    router = BatchRouter(a_pool(a_partner(regions=["Utrecht"], lead_locations=["35", "3511"])), RoutePolicy())

    choice = router.route(a_lead(province="Utrecht", postcode="3511 AB"))

    assert choice.ranked == (0,)
    assert choice.region_kind == ("postcode",)
    assert choice.region == (100.0,)
    assert choice.eligible == 1


def test_tried_partner_outside_the_pool_is_no_candidate() -> None:
    choice = BatchRouter(a_pool(a_partner()), RoutePolicy()).route(a_lead(tried=[5]))

    assert choice.winner == 0
    assert choice.excluded == {}


def test_lead_that_cannot_change_hands_takes_no_place_from_others() -> None:
    router = BatchRouter(a_pool(a_partner(max_open_leads=1), a_partner(is_valid=False)), RoutePolicy())

    stuck, free = router.route(a_lead(1, is_movable=False)), router.route(a_lead(2))

    assert (stuck.winner, stuck.ranked, stuck.eligible) == (None, (), 0)
    assert stuck.excluded == {"invalid_profile": 1, "invalid_lead": 2}
    assert (free.winner, free.excluded) == (0, {"invalid_profile": 1})


def test_empty_pool_routes_to_nobody() -> None:
    assert BatchRouter(a_pool(), RoutePolicy()).route(a_lead(postcode="1012")).winner is None


def test_partners_are_named_by_their_place_in_the_pool() -> None:
    pool = a_pool(a_partner(), a_partner(), performance=[10, 90])

    winner = BatchRouter(pool, RoutePolicy()).route(a_lead()).winner

    assert winner is not None
    assert pool.territories.partner_ids[winner] == uuid_text(1)
