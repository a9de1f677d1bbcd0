"""The scorer: components put together, one partner or many, and the shape of what it returns."""

import math
from collections.abc import Mapping
from dataclasses import asdict
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from performance.scoring import (
    COMPONENT_METRICS,
    COMPONENT_NAMES,
    METRIC_COLUMNS,
    ComponentScore,
    ComponentWeights,
    PartnerMetrics,
    PartnerMetricsError,
    PerformanceScorer,
    ScoringSettings,
    ScoringSettingsError,
    calculate_performance_score,
)
from tests.unit.performance_scoring.strategies import ROUNDING, Stats, extreme_partners, partners, settings

PARTNER: dict[str, float | Decimal] = {
    "response_points_30d": Decimal("96.0000"),
    "contacted_leads_30d": 12,
    "silent_leads_30d": 0,
    "ai_trust_score": 70,
    "deal_rate_with_undecided_30d": Decimal("0.4000"),
    "won_leads_30d": 4,
    "lost_leads_30d": 3,
    "rejected_late_leads_30d": 1,
    "undecided_leads_30d": 2,
    "pct_leads_followed_up_30d": Decimal("75.0000"),
    "leads_assigned_30d": 20,
    "avg_customer_rating_30d": Decimal("4.2000"),
    "num_ratings_30d": 5,
    "complained_lead_rate_30d": Decimal("0.0500"),
    "avg_deal_value_30d": Decimal("5000.00"),
    "valued_deals_30d": 3,
    "consistency_score": Decimal("90.0000"),
    "leads_assigned_7d": 5,
}
# By hand, from docs/scoring.md, "Curves" and "Evidence and neutral values": raw score, sample size, score.
EXPECTED = {
    "response_speed": (96, 12, (12 * 96 + 250) / 17),
    "ai_trust": (70, 1, 70),
    "deal_rate": (40, 10, (10 * 40 + 250) / 15),
    "follow_up": (75, 20, (20 * 75 + 250) / 25),
    "customer_feedback": (80, 5, (5 * 80 + 250) / 10),
    "complaints": (75, 20, (20 * 75 + 250) / 25),
    "deal_value": (
        100 * math.log(5001) / math.log(25001),
        3,
        (3 * 100 * math.log(5001) / math.log(25001) + 250) / 8,
    ),
    "consistency": (90, 5, (5 * 90 + 250) / 10),
}


def components(
    stats: Mapping[str, float | Decimal | None],
    weights: ScoringSettings | ComponentWeights | dict[str, float] | None = None,
) -> dict[str, ComponentScore]:
    return {component.name: component for component in calculate_performance_score(stats, weights).components}


@pytest.mark.parametrize("name", COMPONENT_NAMES)
def test_each_component_is_scored_by_its_curve_and_its_own_evidence(name: str) -> None:
    component = components(PARTNER)[name]

    raw, sample_size, score = EXPECTED[name]
    weight = ComponentWeights().as_dict()[name]
    assert component.metric == COMPONENT_METRICS[name]
    assert component.value == float(PARTNER[component.metric])
    assert component.raw_score == pytest.approx(raw)
    assert component.sample_size == sample_size
    assert component.score == pytest.approx(score)
    assert component.weight == weight
    assert component.contribution == pytest.approx(weight * score / 100)


def test_the_score_is_the_weighted_mean_of_the_components() -> None:
    weights = ComponentWeights().as_dict()

    score = calculate_performance_score(PARTNER).score

    assert score == pytest.approx(sum(weights[name] * EXPECTED[name][2] for name in COMPONENT_NAMES) / 100)


def test_the_direction_of_the_ai_score_is_a_setting() -> None:
    trusted = components({"ai_trust_score": 80}, ScoringSettings())
    risky = components({"ai_trust_score": 80}, ScoringSettings(ai_high_score_is_risk=True))

    assert trusted["ai_trust"].score == 80.0
    assert risky["ai_trust"].score == 20.0
    assert risky["ai_trust"].value == 80.0


def test_the_ends_of_the_curves_are_settings() -> None:
    changed = components(
        {"deal_rate_with_undecided_30d": 0.2, "won_leads_30d": 1, "lost_leads_30d": 4}
        | {"complained_lead_rate_30d": 0.2, "leads_assigned_30d": 5}
        | {"avg_deal_value_30d": 99, "valued_deals_30d": 1},
        ScoringSettings(
            prior_strength=0, deal_rate_cap=90, deal_rate_full=0.2, complaint_rate_zero=0.4, deal_value_full=9999
        ),
    )

    assert changed["deal_rate"].score == pytest.approx(90)
    assert changed["complaints"].score == pytest.approx(50)
    assert changed["deal_value"].score == pytest.approx(50)


def test_a_newcomer_is_neutral() -> None:
    newcomer = calculate_performance_score({})

    assert newcomer.score == 50.0
    for component in newcomer.components:
        assert (component.value, component.raw_score, component.sample_size, component.score) == (None, None, 0, 50.0)


def test_one_lucky_deal_does_not_beat_eighty_good_ones() -> None:
    lucky = components({"deal_rate_with_undecided_30d": 1, "won_leads_30d": 1, "lost_leads_30d": 0})
    proven = components({"deal_rate_with_undecided_30d": 0.8, "won_leads_30d": 80, "lost_leads_30d": 20})

    assert lucky["deal_rate"].score < proven["deal_rate"].score


def test_silence_without_any_contact_scores_zero_with_the_silent_leads_as_evidence() -> None:
    silent = components({"response_points_30d": 0, "contacted_leads_30d": 0, "silent_leads_30d": 5})["response_speed"]

    assert (silent.value, silent.raw_score, silent.sample_size, silent.score) == (0.0, 0.0, 5, 25.0)


def test_contacted_and_silent_leads_together_are_the_evidence_of_response_speed() -> None:
    speed = components({"response_points_30d": 75, "contacted_leads_30d": 3, "silent_leads_30d": 1})["response_speed"]

    assert (speed.raw_score, speed.sample_size) == (75.0, 4)
    assert speed.score == pytest.approx((4 * 75 + 250) / 9)


@pytest.mark.parametrize("strength", [0.0, 5.0])
@pytest.mark.parametrize("name", COMPONENT_NAMES)
def test_a_null_metric_scores_the_prior_even_where_counts_say_otherwise(name: str, strength: float) -> None:
    component = components(
        {column: 9 for column in METRIC_COLUMNS if column != COMPONENT_METRICS[name]},
        ScoringSettings(prior_strength=strength, prior=40),
    )[name]

    assert (component.value, component.raw_score, component.sample_size) == (None, None, 0)
    assert component.score == 40.0


def test_a_metric_without_evidence_scores_the_prior_and_is_still_shown() -> None:
    component = components({"deal_rate_with_undecided_30d": 0.7})["deal_rate"]

    assert (component.value, component.sample_size, component.score) == (0.7, 0, 50.0)
    assert component.raw_score == pytest.approx(70)


@given(stats=partners(), any_settings=settings())
def test_contributions_add_up_to_the_score(stats: Stats, any_settings: ScoringSettings) -> None:
    result = calculate_performance_score(stats, any_settings)

    assert math.fsum(component.contribution for component in result.components) == pytest.approx(
        result.score, abs=ROUNDING
    )


@given(stats=st.lists(extreme_partners(), max_size=20), any_settings=settings(extreme=True))
def test_many_partners_get_bit_for_bit_what_each_gets_alone(stats: list[Stats], any_settings: ScoringSettings) -> None:
    together = PerformanceScorer(any_settings).score(PartnerMetrics.from_rows(stats))

    assert len(together) == len(stats)
    assert [together.explain(i) for i in range(len(stats))] == [
        calculate_performance_score(each, any_settings) for each in stats
    ]


def test_arrays_have_the_stated_shapes_and_are_read_only() -> None:
    scores = PerformanceScorer().score(PartnerMetrics.from_rows([dict.fromkeys(METRIC_COLUMNS)] * 3))

    assert scores.total.shape == (3,)
    assert scores.weight.shape == (8,)
    for array in (scores.value, scores.raw, scores.sample_size, scores.score, scores.contribution):
        assert array.shape == (8, 3)
        assert not array.flags.writeable
    assert not scores.total.flags.writeable
    assert np.isnan(scores.raw).all()


def test_explaining_a_partner_that_is_not_there_is_an_error() -> None:
    scores = PerformanceScorer().score(PartnerMetrics.from_rows([]))

    with pytest.raises(IndexError):
        scores.explain(0)


def test_the_breakdown_has_each_component_with_its_metric_and_evidence() -> None:
    score = calculate_performance_score({"response_points_30d": 96, "contacted_leads_30d": 12, "ai_trust_score": None})

    assert [component.name for component in score.components] == list(COMPONENT_NAMES)
    speed, trust = score.components[:2]
    assert asdict(speed) == {
        "name": "response_speed",
        "metric": "response_points_30d",
        "value": 96.0,
        "raw_score": pytest.approx(96),
        "sample_size": 12,
        "score": pytest.approx(82.47, abs=0.005),
        "weight": 25.0,
        "contribution": pytest.approx(20.62, abs=0.005),
    }
    assert asdict(trust) == {
        "name": "ai_trust",
        "metric": "ai_trust_score",
        "value": None,
        "raw_score": None,
        "sample_size": 0,
        "score": 50.0,
        "weight": 10.0,
        "contribution": pytest.approx(5),
    }


def test_weights_may_be_given_as_settings_weights_mapping_or_not_at_all() -> None:
    weights = ComponentWeights(deal_rate=70)

    expected = calculate_performance_score(PARTNER, ScoringSettings(weights=weights))

    assert calculate_performance_score(PARTNER, weights) == expected
    assert calculate_performance_score(PARTNER, weights.as_dict()) == expected
    assert calculate_performance_score(PARTNER, None) == calculate_performance_score(PARTNER, ScoringSettings())
    assert calculate_performance_score(PARTNER) != expected


def test_a_component_of_weight_zero_contributes_nothing() -> None:
    only_deals = ComponentWeights.from_dict({**dict.fromkeys(COMPONENT_NAMES, 0.0), "deal_rate": 0.1})

    result = calculate_performance_score(PARTNER, only_deals)

    assert result.score == pytest.approx(EXPECTED["deal_rate"][2])
    assert [item.name for item in result.components if item.contribution] == ["deal_rate"]


def test_a_mapping_of_weights_must_name_all_eight() -> None:
    with pytest.raises(ScoringSettingsError, match=r"weights\.ai_trust: is missing"):
        calculate_performance_score(PARTNER, {"response_speed": 1.0})


def test_extra_statistics_are_ignored_and_bad_ones_refused() -> None:
    assert calculate_performance_score({**PARTNER, "partner_id": "x"}) == calculate_performance_score(PARTNER)
    with pytest.raises(PartnerMetricsError, match="ai_trust_score"):
        calculate_performance_score({"ai_trust_score": "high"})
