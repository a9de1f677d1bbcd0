"""Properties of the score of every partner under every policy (docs/scoring.md, "Properties")."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from performance.scoring import (
    COMPONENT_METRICS,
    COMPONENT_NAMES,
    ComponentScore,
    ScoringSettings,
    calculate_performance_score,
)
from tests.unit.performance_scoring.strategies import (
    ROUNDING,
    Stats,
    counts,
    extreme_partners,
    metric_values,
    partners,
    settings,
)

pytestmark = pytest.mark.unmeasured

LOWER_IS_BETTER = frozenset({"complaints"})
COUNT_OF = {
    "response_speed": "contacted_leads_30d",
    "deal_rate": "won_leads_30d",
    "follow_up": "leads_assigned_30d",
    "customer_feedback": "num_ratings_30d",
    "complaints": "leads_assigned_30d",
    "deal_value": "valued_deals_30d",
    "consistency": "leads_assigned_7d",
}
"""A count that is evidence of this component."""


def score_of(stats: Stats, any_settings: ScoringSettings, name: str) -> tuple[float, ComponentScore]:
    """Return the total and the named component."""
    result = calculate_performance_score(stats, any_settings)
    return result.score, result.components[COMPONENT_NAMES.index(name)]


# A better metric never lowers the score, with all else equal: the same counts, so the same evidence, and the metric
# present before and after. Without "the same evidence" it is false by design. A partner with one more deal, or a first
# mediocre rating, is better known, and the score moves from the prior towards raw, which may lie below the prior:
# `test_more_evidence_can_lower_a_score` has such a case.


@pytest.mark.parametrize("name", COMPONENT_NAMES)
@given(data=st.data(), stats=partners(), any_settings=settings())
def test_a_better_metric_never_lowers_the_score(
    name: str, data: st.DataObject, stats: Stats, any_settings: ScoringSettings
) -> None:
    column = COMPONENT_METRICS[name]
    values = sorted((data.draw(metric_values(column)), data.draw(metric_values(column))))
    if name in LOWER_IS_BETTER or (name == "ai_trust" and any_settings.ai_high_score_is_risk):
        values.reverse()
    worse, better = values

    worse_total, worse_component = score_of({**stats, column: worse}, any_settings, name)
    better_total, better_component = score_of({**stats, column: better}, any_settings, name)

    assert better_component.score >= worse_component.score - ROUNDING
    assert better_total >= worse_total - ROUNDING


@given(stats=extreme_partners(), any_settings=settings(extreme=True))
def test_every_score_is_within_0_and_100(stats: Stats, any_settings: ScoringSettings) -> None:
    result = calculate_performance_score(stats, any_settings)

    assert 0.0 <= result.score <= 100.0
    for component in result.components:
        assert 0.0 <= component.score <= 100.0
        assert component.raw_score is None or 0.0 <= component.raw_score <= 100.0
        assert 0.0 <= component.contribution <= 100.0 + ROUNDING
        assert component.sample_size >= 0


@given(stats=extreme_partners(), any_settings=settings(extreme=True))
def test_no_evidence_gives_the_prior(stats: Stats, any_settings: ScoringSettings) -> None:
    for component in calculate_performance_score(stats, any_settings).components:
        if component.sample_size == 0:
            assert component.score == any_settings.prior
        if component.raw_score is None:
            assert component.sample_size == 0


@given(any_settings=settings())
def test_a_partner_without_any_statistics_scores_the_prior(any_settings: ScoringSettings) -> None:
    assert calculate_performance_score({}, any_settings).score == pytest.approx(any_settings.prior, abs=ROUNDING)


@pytest.mark.parametrize("name", COUNT_OF)
@given(data=st.data(), stats=partners(), any_settings=settings(), n=counts, more=counts)
def test_more_evidence_moves_a_score_from_the_prior_towards_raw(
    name: str, data: st.DataObject, stats: Stats, any_settings: ScoringSettings, n: float, more: float
) -> None:
    few, many = sorted((n, more))
    known = {**stats, COMPONENT_METRICS[name]: data.draw(metric_values(COMPONENT_METRICS[name]))}

    _, weaker = score_of({**known, COUNT_OF[name]: few}, any_settings, name)
    _, stronger = score_of({**known, COUNT_OF[name]: many}, any_settings, name)

    raw = stronger.raw_score
    assert raw is not None
    assert raw == weaker.raw_score
    low, high = sorted((raw, any_settings.prior))
    assert low <= weaker.score <= high
    assert low <= stronger.score <= high
    assert abs(raw - stronger.score) <= abs(raw - weaker.score) + ROUNDING


def test_more_evidence_can_lower_a_score() -> None:
    """Why "a better metric never lowers the score" is said of equal evidence."""
    nothing_known = calculate_performance_score({})
    one_slow_contact = calculate_performance_score({"response_points_30d": 5, "contacted_leads_30d": 1})

    assert one_slow_contact.score < nothing_known.score


@given(stats=extreme_partners(), any_settings=settings(extreme=True))
def test_without_prior_strength_present_metrics_score_by_the_curve_alone(
    stats: Stats, any_settings: ScoringSettings
) -> None:
    plain = ScoringSettings.from_dict({**any_settings.as_dict(), "prior_strength": 0.0})

    for component in calculate_performance_score(stats, plain).components:
        assert component.score == (component.raw_score if component.sample_size else plain.prior)
