"""Each raw curve at its corner points and between them."""

import math

import numpy as np
import pytest

from performance.scoring import curves
from performance.scoring.arrays import FloatArray


def column(*values: float) -> FloatArray:
    return np.array(values, dtype=np.float64)


@pytest.mark.parametrize(("points", "expected"), [(0, 0), (62.5, 62.5), (100, 100), (101, 100), (-1, 0)])
def test_response_speed_is_the_mean_of_the_points(points: float, expected: float) -> None:
    assert curves.response_speed(column(points)) == column(expected)


@pytest.mark.parametrize(("ai_score", "trust", "risk"), [(0, 0, 100), (30, 30, 70), (100, 100, 0), (120, 100, 0)])
def test_ai_trust_is_taken_as_it_is_or_reversed(ai_score: float, trust: float, risk: float) -> None:
    assert curves.ai_trust(column(ai_score), high_score_is_risk=False) == column(trust)
    assert curves.ai_trust(column(ai_score), high_score_is_risk=True) == column(risk)


@pytest.mark.parametrize(
    ("rate", "cap", "full", "expected"),
    [
        (0.0, 85, 1.0, 0),
        (0.5, 85, 1.0, 50),
        (0.85, 85, 1.0, 85),
        (0.9, 85, 1.0, 85),
        (1.0, 85, 1.0, 85),
        (1.0, 80, 1.0, 80),
        (1.0, 90, 1.0, 90),
        (0.1, 85, 0.2, 50),
        (0.2, 85, 0.2, 85),
        (-0.1, 85, 1.0, 0),
        (1e308, 85, 1e-300, 85),
    ],
)
def test_deal_rate_is_proportional_up_to_the_cap(rate: float, cap: float, full: float, expected: float) -> None:
    assert curves.deal_rate(column(rate), cap=cap, full=full)[0] == pytest.approx(expected)


@pytest.mark.parametrize(("percentage", "expected"), [(0, 0), (62.5, 62.5), (100, 100), (101, 100), (-1, 0)])
def test_follow_up_is_the_percentage(percentage: float, expected: float) -> None:
    assert curves.follow_up(column(percentage)) == column(expected)


@pytest.mark.parametrize(
    ("rating", "expected"), [(1, 0), (2, 25), (3, 50), (4.5, 87.5), (5, 100), (0, 0), (6, 100), (1e308, 100)]
)
def test_customer_feedback_maps_stars_to_the_scale(rating: float, expected: float) -> None:
    assert curves.customer_feedback(column(rating)) == column(expected)


@pytest.mark.parametrize(
    ("rate", "zero", "expected"),
    [(0, 0.2, 100), (0.05, 0.2, 75), (0.1, 0.2, 50), (0.2, 0.2, 0), (0.9, 0.2, 0), (3, 0.2, 0), (0.2, 0.4, 50)],
)
def test_complaints_fall_to_zero_at_the_set_rate(rate: float, zero: float, expected: float) -> None:
    assert curves.complaints(column(rate), zero=zero)[0] == pytest.approx(expected)


def test_complaints_survive_a_rate_that_overflows() -> None:
    assert curves.complaints(column(1e308), zero=1e-300) == column(0)


@pytest.mark.parametrize(
    ("value", "full", "expected"),
    [
        (0, 25_000, 0),
        (250, 25_000, 100 * math.log(251) / math.log(25_001)),
        (5_000, 25_000, 100 * math.log(5_001) / math.log(25_001)),
        (25_000, 25_000, 100),
        (1_000_000, 25_000, 100),
        (999, 999_999, 50),
        (-20, 25_000, 0),
        (1e308, 5e-324, 100),
    ],
)
def test_deal_value_is_logarithmic_up_to_the_full_value(value: float, full: float, expected: float) -> None:
    assert curves.deal_value(column(value), full=full)[0] == pytest.approx(expected)


@pytest.mark.parametrize(("score", "expected"), [(0, 0), (81.25, 81.25), (100, 100), (150, 100), (-1, 0)])
def test_consistency_is_taken_as_it_is(score: float, expected: float) -> None:
    assert curves.consistency(column(score)) == column(expected)


def test_a_missing_metric_has_no_raw_score() -> None:
    missing = column(math.nan)
    for raw in (
        curves.response_speed(missing),
        curves.ai_trust(missing, high_score_is_risk=False),
        curves.ai_trust(missing, high_score_is_risk=True),
        curves.deal_rate(missing, cap=85, full=1),
        curves.follow_up(missing),
        curves.customer_feedback(missing),
        curves.complaints(missing, zero=0.2),
        curves.deal_value(missing, full=25_000),
        curves.consistency(missing),
    ):
        assert np.isnan(raw).all()
