import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from router.scoring import (
    REPLAY_INPUT_FIELDS,
    BatchRouter,
    ReplayError,
    RoutePolicy,
    replay_inputs,
    replay_route,
)
from tests.pools import PartnerFacts, pool_of, tie_break
from tests.unit.router_scoring.builders import a_lead, a_partner, a_pool, leads, policies, pools, uuid_text

RECORDED: dict[str, Any] = {
    "partner_id": uuid_text(1),
    "region_kind": "province",
    "performance": 70.5,
    "open_leads": 5,
    "max_open_leads": 10,
    "waiting_hours": 36.0,
    "routing_priority": 2,
    "pace_left": None,
}


@given(pools(min_size=1), policies, st.data())
def test_replay_equals_the_decision_to_the_last_bit(
    drawn: tuple[list[PartnerFacts], list[float]], policy: RoutePolicy, data: st.DataObject
) -> None:
    partners, performance = drawn
    pool = pool_of(partners, performance=performance)
    router = BatchRouter(pool, policy)
    recorded_policy = json.loads(json.dumps(policy.as_dict()))
    for number in range(data.draw(st.integers(1, 6))):
        choice = router.route(data.draw(leads(number=number, partner_count=len(partners))))
        recorded = json.loads(json.dumps(replay_inputs(choice, pool)))
        shuffled = data.draw(st.permutations(recorded))

        replayed = replay_route(shuffled, lead_id=choice.lead_id, policy=RoutePolicy.from_dict(recorded_policy))

        assert [candidate.partner_id for candidate in replayed] == [
            partners[index].partner_id for index in choice.ranked
        ]
        for name in ("region", "total"):
            assert tuple(getattr(candidate, name) for candidate in replayed) == getattr(choice, name), name
        for name in ("performance", "fairness", "spare_capacity", "waiting", "bonus"):
            assert [getattr(again, name) for again in replayed] == [
                getattr(standing, name) for standing in choice.standings
            ], name


def test_recorded_inputs_are_complete() -> None:
    pool = a_pool(
        a_partner(routing_priority=3, regions=["Utrecht"]),
        a_partner(max_open_leads=7, waiting_hours=1.5, pace_left=2.5),
    )
    choice = BatchRouter(pool, RoutePolicy()).route(a_lead())

    inputs = replay_inputs(choice, pool)

    assert [tuple(candidate) for candidate in inputs] == [REPLAY_INPUT_FIELDS] * 2
    assert sorted(inputs, key=lambda candidate: str(candidate["partner_id"])) == [
        {
            "partner_id": uuid_text(0),
            "region_kind": "unknown",
            "performance": 50.0,
            "open_leads": 0,
            "max_open_leads": None,
            "waiting_hours": None,
            "routing_priority": 3,
            "pace_left": None,
        },
        {
            "partner_id": uuid_text(1),
            "region_kind": "anywhere",
            "performance": 50.0,
            "open_leads": 0,
            "max_open_leads": 7,
            "waiting_hours": 1.5,
            "routing_priority": 0,
            "pace_left": 2.5,
        },
    ]


def test_decision_without_candidates_replays_to_nothing() -> None:
    assert replay_route([], lead_id=uuid_text(9), policy=RoutePolicy()) == []


def test_ties_are_replayed_by_the_same_hash() -> None:
    inputs = [{**RECORDED, "partner_id": uuid_text(number)} for number in range(6)]

    replayed = replay_route(inputs, lead_id=uuid_text(9), policy=RoutePolicy())

    expected = sorted(
        map(uuid_text, range(6)), key=lambda partner_id: tie_break(lead_id=uuid_text(9), partner_id=partner_id)
    )
    assert [candidate.partner_id for candidate in replayed] == expected


@pytest.mark.parametrize("field", REPLAY_INPUT_FIELDS)
def test_missing_input_is_named(field: str) -> None:
    incomplete = {name: value for name, value in RECORDED.items() if name != field}

    with pytest.raises(ReplayError, match=f"candidate 1, {field}: is missing") as refusal:
        replay_route([RECORDED, incomplete], lead_id=uuid_text(9), policy=RoutePolicy())

    assert (refusal.value.position, refusal.value.field) == (1, field)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("partner_id", 7),
        ("region_kind", "country"),
        ("region_kind", None),
        ("performance", None),
        ("performance", "70"),
        ("performance", True),
        ("open_leads", None),
        ("routing_priority", None),
        ("waiting_hours", float("nan")),
        ("max_open_leads", []),
        ("pace_left", "1"),
    ],
)
def test_impossible_input_is_named(field: str, value: object) -> None:
    with pytest.raises(ReplayError, match=f"candidate 0, {field}: cannot be"):
        replay_route([{**RECORDED, field: value}], lead_id=uuid_text(9), policy=RoutePolicy())
