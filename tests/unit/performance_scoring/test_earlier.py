"""Metrics of decisions that were recorded under the first version of the formulas."""

import pytest

from performance.scoring import ScoringSettings, calculate_performance_score, metrics_as_now

# As the first version recorded and scored it: column, and raw score and evidence by component.
RECORDED = {
    "avg_first_response_time_minutes_30d": 780.0,
    "contacted_leads_30d": 3.0,
    "silent_leads_30d": 1.0,
    "ai_trust_score": 70.0,
    "deal_rate_30d": 0.4,
    "won_leads_30d": 4.0,
    "lost_leads_30d": 6.0,
    "pct_leads_min_2_attempts_30d": 75.0,
    "leads_assigned_30d": 20.0,
    "avg_customer_rating_30d": 4.2,
    "num_ratings_30d": 5.0,
    "complaint_rate_30d": 0.05,
    "avg_deal_value_30d": None,
    "valued_deals_30d": 0.0,
    "consistency_score": 90.0,
    "leads_assigned_7d": 5.0,
}
SCORED = {
    "response_speed": (41.25, 4),
    "ai_trust": (70, 1),
    "deal_rate": (40, 10),
    "follow_up": (75, 20),
    "customer_feedback": (80, 5),
    "complaints": (75, 20),
    "deal_value": (None, 0),
    "consistency": (90, 5),
}


def test_each_component_scores_as_it_did() -> None:
    now = calculate_performance_score(metrics_as_now(RECORDED, algorithm="1"), ScoringSettings())

    for component in now.components:
        raw, evidence = SCORED[component.name]
        assert component.raw_score == (None if raw is None else pytest.approx(raw, abs=1e-9))
        assert component.sample_size == evidence


@pytest.mark.parametrize(
    ("contacted", "silent", "minutes", "raw"), [(0.0, 3.0, None, 0.0), (0.0, 0.0, None, None), (3.0, 1.0, None, None)]
)
def test_without_a_mean_time_silence_alone_is_known(
    contacted: float, silent: float, minutes: float | None, raw: float | None
) -> None:
    recorded = {
        "contacted_leads_30d": contacted,
        "silent_leads_30d": silent,
        "avg_first_response_time_minutes_30d": minutes,
    }

    speed = calculate_performance_score(metrics_as_now(recorded, algorithm="1"), ScoringSettings()).components[0]

    assert speed.raw_score == raw


def test_a_record_of_today_is_left_alone() -> None:
    assert metrics_as_now(RECORDED, algorithm="2") == RECORDED
