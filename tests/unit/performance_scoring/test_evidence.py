"""Shrinkage towards the prior."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from performance.scoring.evidence import shrink_towards_prior
from tests.unit.performance_scoring.strategies import ROUNDING

scores = st.floats(0, 100)
evidences = st.integers(0, 2**53).map(float) | st.just(math.inf)
strengths = st.floats(0, 1e308)


def shrink(*, raw: float, n: float, k: float, prior: float) -> float:
    return float(shrink_towards_prior(np.array([raw]), evidence=np.array([n]), prior_strength=k, prior=prior)[0])


@pytest.mark.parametrize(
    ("raw", "n", "k", "prior", "expected"),
    [
        (96, 12, 5, 50, 1402 / 17),
        (100, 5, 5, 50, 75),
        (0, 5, 5, 50, 25),
        (100, 1, 5, 50, 350 / 6),
        (80, 10, 5, 0, 800 / 15),
        (80, 10, 5, 100, 1300 / 15),
    ],
)
def test_score_is_the_mean_of_raw_and_prior_weighted_by_evidence(
    raw: float, n: float, k: float, prior: float, expected: float
) -> None:
    assert shrink(raw=raw, n=n, k=k, prior=prior) == pytest.approx(expected)


@given(raw=scores | st.just(math.nan), k=strengths, prior=scores)
def test_no_evidence_gives_the_prior(raw: float, k: float, prior: float) -> None:
    assert shrink(raw=raw, n=0, k=k, prior=prior) == prior
    assert shrink(raw=raw, n=0, k=0, prior=prior) == prior


@given(n=evidences, k=strengths, prior=scores)
def test_a_missing_raw_score_gives_the_prior_whatever_the_evidence_says(n: float, k: float, prior: float) -> None:
    assert shrink(raw=math.nan, n=n, k=k, prior=prior) == prior


@given(raw=scores, n=evidences.filter(bool), prior=scores)
def test_no_prior_strength_gives_raw_to_the_bit(raw: float, n: float, prior: float) -> None:
    assert shrink(raw=raw, n=n, k=0, prior=prior) == raw


@given(raw=scores, k=strengths, prior=scores)
def test_infinite_evidence_gives_raw_to_the_bit(raw: float, k: float, prior: float) -> None:
    assert shrink(raw=raw, n=math.inf, k=k, prior=prior) == raw


@given(raw=scores, n=evidences, more=evidences, k=strengths, prior=scores)
def test_more_evidence_moves_the_score_from_the_prior_towards_raw(
    raw: float, n: float, more: float, k: float, prior: float
) -> None:
    few, many = sorted((n, more))

    with_few = shrink(raw=raw, n=few, k=k, prior=prior)
    with_many = shrink(raw=raw, n=many, k=k, prior=prior)

    assert min(raw, prior) <= with_few <= max(raw, prior)
    assert min(raw, prior) <= with_many <= max(raw, prior)
    assert abs(raw - with_many) <= abs(raw - with_few) + ROUNDING


def test_more_evidence_moves_the_score_strictly_where_there_is_room() -> None:
    steps = [shrink(raw=90, n=n, k=5, prior=50) for n in (0, 1, 5, 20, 80, 1000)]

    assert steps == sorted(set(steps))
    assert steps[0] == 50
    assert steps[-1] < 90
