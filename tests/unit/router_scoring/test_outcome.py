"""How evenly leads are spread, and what share of them would be won."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from router.scoring.deal_rate import FEWEST_DECIDED, DealRates
from router.scoring.outcome import gini, mean_over_leads

counts = st.lists(st.integers(0, 50), min_size=1, max_size=12)


def rates(*outcomes: tuple[int, int]) -> DealRates:
    """Of partners with so many won and lost leads."""
    won, lost = zip(*outcomes, strict=True)
    return DealRates.from_outcomes(won=np.array(won, dtype=float), lost=np.array(lost, dtype=float))


@given(counts)
def test_gini_is_half_the_relative_mean_difference(given_leads: list[int]) -> None:
    total, size = sum(given_leads), len(given_leads)
    differences = sum(abs(a - b) for a in given_leads for b in given_leads)
    expected = differences / (2 * size * total) if total else 0.0

    assert gini(np.array(given_leads)) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("given_leads", "expected"), [([], 0.0), ([0, 0], 0.0), ([3, 3, 3], 0.0), ([0, 0, 0, 8], 0.75), ([5], 0.0)]
)
def test_gini_of_simple_cases(given_leads: list[int], expected: float) -> None:
    assert gini(np.array(given_leads, dtype=np.int64)) == pytest.approx(expected)


def test_a_mean_counts_a_partner_once_for_each_lead() -> None:
    assert mean_over_leads(np.array([80.0, 20.0, 50.0]), np.array([3, 1, 0])) == pytest.approx(65.0)
    assert mean_over_leads(np.array([80.0]), np.array([0])) is None


def test_much_evidence_is_believed_and_little_is_drawn_to_the_pool() -> None:
    judged = rates((80, 20), (20, 80), (100, 100), (1, 0))

    strong, weak, middle, lucky = judged.mean.tolist()
    assert strong == pytest.approx(0.8, abs=0.03)
    assert weak == pytest.approx(0.2, abs=0.03)
    assert middle == pytest.approx(0.5, abs=0.02)
    assert 0.5 < lucky < 0.7
    assert judged.variance[3] > judged.variance[0]


@given(st.lists(st.tuples(st.integers(0, 60), st.integers(0, 60)), min_size=1, max_size=10), st.data())
def test_rates_are_rates_whatever_the_evidence(outcomes: list[tuple[int, int]], data: st.DataObject) -> None:
    judged = rates(*outcomes)
    leads = np.array(data.draw(st.lists(st.integers(0, 9), min_size=len(outcomes), max_size=len(outcomes))))

    estimate = judged.expected(leads)

    assert ((judged.mean > 0) & (judged.mean < 1) & (judged.variance > 0)).all()
    assert 0 <= estimate.low <= estimate.value <= estimate.high <= 1
    assert estimate.enough or estimate.lack


def test_the_expected_rate_is_the_mean_over_the_leads() -> None:
    judged = rates((80, 20), (20, 80))

    estimate = judged.expected(np.array([3, 1]))

    assert estimate.value == pytest.approx(0.75 * judged.mean[0] + 0.25 * judged.mean[1])
    own = 0.75**2 * judged.variance[0] + 0.25**2 * judged.variance[1]
    prior = (0.75 * judged.leaning[0] + 0.25 * judged.leaning[1]) ** 2 * judged.prior_variance
    prior += (0.75 * judged.pull[0] + 0.25 * judged.pull[1]) ** 2 * judged.correlation_variance
    assert estimate.high - estimate.value == pytest.approx(1.6449 * np.sqrt(own + prior), rel=1e-4)
    assert estimate.enough
    assert estimate.decided == 200


def test_a_difference_is_clear_when_leads_move_to_those_who_win_more() -> None:
    difference = rates((80, 20), (20, 80)).difference(np.array([50, 50]), np.array([90, 10]))

    assert difference.value == pytest.approx(0.24, abs=0.02)
    assert difference.is_clear
    assert difference.low > 0


def test_no_change_is_no_difference_and_nothing_clear() -> None:
    difference = rates((80, 20), (20, 80)).difference(np.array([50, 50]), np.array([5, 5]))

    assert (difference.value, difference.low, difference.high) == (0.0, 0.0, 0.0)
    assert difference.enough
    assert not difference.is_clear


def test_a_difference_within_chance_is_not_clear() -> None:
    difference = rates((11, 10), (10, 11), (10, 10)).difference(np.array([9, 0, 9]), np.array([0, 9, 9]))

    assert difference.enough
    assert difference.low < 0 < difference.high
    assert not difference.is_clear


def test_a_difference_is_as_certain_as_the_partners_that_it_is_about() -> None:
    judged = rates((300, 300), (300, 300), (0, 0), (0, 0))

    difference = judged.difference(np.array([98, 0, 2, 0]), np.array([98, 0, 0, 2]))

    # Nearly all leads go to somebody well known, but what moves is between two of whom nothing is known.
    assert judged.expected(np.array([98, 0, 2, 0])).enough
    assert difference.lack == "few_known"


@pytest.mark.parametrize(
    ("outcomes", "leads", "lack"),
    [
        ([(20, 20), (20, 20)], [0, 0], "no_leads"),
        ([(FEWEST_DECIDED - 1, 0), (0, 0)], [5, 5], "few_decided"),
        ([(50, 50), (0, 0)], [4, 6], "few_known"),
        ([(50, 50), (0, 0)], [6, 4], ""),
    ],
)
def test_where_evidence_is_missing_it_is_said_why(outcomes: list[tuple[int, int]], leads: list[int], lack: str) -> None:
    assert rates(*outcomes).expected(np.array(leads)).lack == lack


def test_without_any_outcome_every_partner_is_as_likely() -> None:
    judged = rates((0, 0), (0, 0))

    assert judged.mean.tolist() == [0.5, 0.5]
    assert judged.expected(np.array([1, 2])).lack == "few_decided"


def held(*, partners: int, decided: tuple[int, int], follow_the_rate: bool) -> tuple[float, float]:
    """How often the two intervals hold the truth, in made-up marketplaces with a mean deal rate of a quarter.

    With `follow_the_rate` the draft gives more leads to those who look better, as a draft would.
    """
    random = np.random.default_rng(7)
    rate_held, difference_held = [], []
    for _ in range(400):
        true = random.beta(4, 12, size=partners)
        leads = random.integers(*decided, size=partners)
        won = random.binomial(leads, true)
        judged = DealRates.from_outcomes(won=won.astype(float), lost=(leads - won).astype(float))
        before, after = random.integers(1, 30, size=(2, partners))
        if follow_the_rate:
            better = (judged.mean - judged.mean.mean()) / judged.mean.std()
            after = np.maximum(0, before + np.round(20 * better)).astype(np.int64)

        rate, difference = judged.expected(before), judged.difference(before, after)

        of_before, of_after = (float(true @ given_leads) / given_leads.sum() for given_leads in (before, after))
        rate_held.append(rate.low <= of_before <= rate.high)
        difference_held.append(difference.low <= of_after - of_before <= difference.high)
    return float(np.mean(rate_held)), float(np.mean(difference_held))


@pytest.mark.parametrize("follow_the_rate", [False, True])
@pytest.mark.parametrize(("partners", "decided"), [(40, (5, 40)), (200, (0, 7)), (15, (0, 20))])
def test_intervals_hold_the_truth_about_as_often_as_they_say(
    partners: int, decided: tuple[int, int], *, follow_the_rate: bool
) -> None:
    rate, difference = held(partners=partners, decided=decided, follow_the_rate=follow_the_rate)

    assert 0.85 <= rate <= 0.97
    # With few partners, how much they differ is known badly.
    assert (0.85 if partners > 20 else 0.8) <= difference <= 0.98
