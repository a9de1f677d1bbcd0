import json
import math

import pytest
from hypothesis import given

from router.scoring import RoutePolicy, RoutePolicyError
from tests.unit.router_scoring.builders import policies


def test_defaults_are_those_of_the_documentation() -> None:
    assert RoutePolicy().as_dict() == {
        "region_weight": 30.0,
        "performance_weight": 50.0,
        "fairness_weight": 20.0,
        "priority_points": 1.0,
        "require_regional_match": True,
        "uncapped_capacity": 20,
        "waiting_full_hours": 72.0,
    }


@given(policies)
def test_policy_survives_json(policy: RoutePolicy) -> None:
    assert RoutePolicy.from_dict(json.loads(json.dumps(policy.as_dict()))) == policy


@pytest.mark.parametrize(
    ("field", "value"),
    [
        *[
            (name, value)
            for name in ("region_weight", "performance_weight", "fairness_weight")
            for value in (-0.1, 100.1, math.nan, math.inf, True, "30", None, 10**400)
        ],
        ("priority_points", -1),
        ("priority_points", 1001),
        ("priority_points", math.nan),
        ("require_regional_match", 1),
        ("require_regional_match", None),
        ("uncapped_capacity", 0),
        ("uncapped_capacity", 2**31),
        ("uncapped_capacity", 20.0),
        ("uncapped_capacity", True),
        ("waiting_full_hours", 0),
        ("waiting_full_hours", 0.009),
        ("waiting_full_hours", math.inf),
    ],
)
def test_value_out_of_range_is_refused_with_its_field(field: str, value: object) -> None:
    with pytest.raises(RoutePolicyError, match=field) as refusal:
        RoutePolicy.from_dict({**RoutePolicy().as_dict(), field: value})

    assert refusal.value.field == field
    assert refusal.value.message


@pytest.mark.parametrize("weights", [(100, 0, 0), (0, 100, 0), (0, 0, 0.5)])
def test_one_weight_is_enough(weights: tuple[float, float, float]) -> None:
    region, performance, fairness = weights

    policy = RoutePolicy(region_weight=region, performance_weight=performance, fairness_weight=fairness)

    assert policy.weight_sum == sum(weights)


def test_weights_may_not_all_be_zero() -> None:
    with pytest.raises(RoutePolicyError, match="at least one") as refusal:
        RoutePolicy(region_weight=0, performance_weight=0, fairness_weight=0)

    assert refusal.value.field == "region_weight"


def test_missing_setting_is_refused() -> None:
    values = RoutePolicy().as_dict()
    del values["fairness_weight"]

    with pytest.raises(RoutePolicyError, match="fairness_weight: is missing"):
        RoutePolicy.from_dict(values)


@pytest.mark.parametrize("name", ["colour", "weight_sum"])
def test_unknown_setting_is_refused(name: str) -> None:
    with pytest.raises(RoutePolicyError, match=f"{name}: is not a setting"):
        RoutePolicy.from_dict({**RoutePolicy().as_dict(), name: 1})
