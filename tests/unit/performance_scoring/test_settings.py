"""Settings refuse what no policy may hold, and survive a round trip through a record."""

import json
import math
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given

from performance.scoring import (
    COMPONENT_METRICS,
    COMPONENT_NAMES,
    SETTING_LIMITS,
    ComponentWeights,
    ScoringSettings,
    ScoringSettingsError,
)
from tests.unit.performance_scoring.strategies import settings, weights

DEFAULTS = {
    "weights": {
        "response_speed": 25.0,
        "ai_trust": 10.0,
        "deal_rate": 25.0,
        "follow_up": 10.0,
        "customer_feedback": 10.0,
        "complaints": 10.0,
        "deal_value": 5.0,
        "consistency": 5.0,
    },
    "prior_strength": 5.0,
    "prior": 50.0,
    "deal_rate_cap": 85.0,
    "deal_rate_full": 1.0,
    "complaint_rate_zero": 0.2,
    "deal_value_full": 25_000.0,
    "ai_high_score_is_risk": False,
}


def test_defaults_are_those_of_the_documentation() -> None:
    assert ScoringSettings().as_dict() == DEFAULTS
    assert list(COMPONENT_METRICS) == list(COMPONENT_NAMES) == list(ScoringSettings().weights.as_dict())


@given(settings())
def test_settings_survive_json(any_settings: ScoringSettings) -> None:
    assert ScoringSettings.from_dict(json.loads(json.dumps(any_settings.as_dict()))) == any_settings


def test_any_kind_of_number_is_kept_as_float() -> None:
    mixed = ScoringSettings(
        weights=ComponentWeights(deal_rate=Decimal("12.5")),  # type: ignore[arg-type]  # as a database gives it
        prior_strength=3,
    )

    assert json.dumps(mixed.as_dict())
    assert (mixed.weights.deal_rate, mixed.prior_strength) == (12.5, 3.0)
    assert type(mixed.weights.deal_rate) is type(mixed.prior_strength) is float


@pytest.mark.parametrize("field", SETTING_LIMITS)
@pytest.mark.parametrize(
    "value", [math.nan, math.inf, -math.inf, -0.001, 10**400, Decimal("sNaN"), "5", None, True, [1.0]]
)
def test_what_is_no_finite_number_within_limits_is_refused(field: str, value: Any) -> None:
    with pytest.raises(ScoringSettingsError, match=field) as caught:
        ScoringSettings(**{field: value})

    assert caught.value.field == field


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("prior", 100.1),
        ("deal_rate_cap", 79.9),
        ("deal_rate_cap", 90.1),
        ("deal_rate_full", 0.0),
        ("deal_rate_full", 1.1),
        ("complaint_rate_zero", 0.0),
        ("complaint_rate_zero", 1.1),
        ("deal_value_full", 0.0),
    ],
)
def test_a_value_beyond_its_limit_is_refused(field: str, value: float) -> None:
    with pytest.raises(ScoringSettingsError, match=field):
        ScoringSettings(**{field: value})  # type: ignore[arg-type]  # all of these fields are numbers


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("prior_strength", 0.0),
        ("prior", 0.0),
        ("prior", 100.0),
        ("deal_rate_cap", 80.0),
        ("deal_rate_cap", 90.0),
        ("deal_rate_full", 1.0),
        ("complaint_rate_zero", 1.0),
    ],
)
def test_a_value_at_its_limit_is_taken(field: str, value: float) -> None:
    taken = ScoringSettings(**{field: value})  # type: ignore[arg-type]  # all of these fields are numbers

    assert getattr(taken, field) == value


def test_the_message_says_what_is_allowed() -> None:
    with pytest.raises(ScoringSettingsError, match=r"80 or more, and at most 90; not 95\.0"):
        ScoringSettings(deal_rate_cap=95)
    with pytest.raises(ScoringSettingsError, match=r"more than 0; not 0\.0"):
        ScoringSettings(deal_value_full=0)


@pytest.mark.parametrize("value", [0, 1, "no", None])
def test_the_direction_of_the_ai_score_must_be_a_bool(value: Any) -> None:
    with pytest.raises(ScoringSettingsError, match="ai_high_score_is_risk"):
        ScoringSettings(ai_high_score_is_risk=value)


@pytest.mark.parametrize("name", COMPONENT_NAMES)
@pytest.mark.parametrize("value", [-1, math.nan, math.inf, "1", None, True])
def test_a_weight_that_is_no_number_of_zero_or_more_is_refused(name: str, value: Any) -> None:
    with pytest.raises(ScoringSettingsError, match=rf"weights\.{name}") as caught:
        ComponentWeights(**{name: value})

    assert caught.value.field == f"weights.{name}"


def test_weights_that_are_all_zero_are_refused() -> None:
    with pytest.raises(ScoringSettingsError, match="all be zero") as caught:
        ComponentWeights(**dict.fromkeys(COMPONENT_NAMES, 0.0))

    assert caught.value.field == "weights"


@given(weights(largest=1.7e308))
def test_shares_are_the_proportions_of_the_weights_and_add_up_to_one(any_weights: ComponentWeights) -> None:
    shares = any_weights.shares()

    largest = max(any_weights.as_tuple())
    assert math.fsum(shares) == pytest.approx(1.0)
    for weight, share in zip(any_weights.as_tuple(), shares, strict=True):
        assert share / max(shares) == pytest.approx(weight / largest)


def test_tiny_weights_keep_their_proportions() -> None:
    tiny = ComponentWeights(**dict.fromkeys(COMPONENT_NAMES, 5e-324))

    assert tiny.shares() == (0.125,) * 8


@pytest.mark.parametrize("key", DEFAULTS)
def test_a_record_without_a_key_is_refused(key: str) -> None:
    incomplete = {name: value for name, value in DEFAULTS.items() if name != key}

    with pytest.raises(ScoringSettingsError, match=f"{key}: is missing"):
        ScoringSettings.from_dict(incomplete)


@pytest.mark.parametrize("name", COMPONENT_NAMES)
def test_weights_without_a_component_are_refused(name: str) -> None:
    incomplete = {other: 1.0 for other in COMPONENT_NAMES if other != name}

    with pytest.raises(ScoringSettingsError, match=rf"weights\.{name}: is missing"):
        ScoringSettings.from_dict({**DEFAULTS, "weights": incomplete})


def test_unknown_keys_are_refused() -> None:
    with pytest.raises(ScoringSettingsError, match="speed: is unknown"):
        ScoringSettings.from_dict({**DEFAULTS, "speed": 1.0})
    with pytest.raises(ScoringSettingsError, match=r"weights\.luck: is unknown"):
        ComponentWeights.from_dict({**ComponentWeights().as_dict(), "luck": 1.0})


def test_weights_of_another_type_are_refused() -> None:
    with pytest.raises(ScoringSettingsError, match="must be a mapping"):
        ScoringSettings.from_dict({**DEFAULTS, "weights": [1.0] * 8})
    with pytest.raises(ScoringSettingsError, match="must be ComponentWeights"):
        ScoringSettings(weights=ComponentWeights().as_dict())  # type: ignore[arg-type]  # that is the test
