"""The levels of a pool, and what a partner would gain by reaching them."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from performance.scoring import (
    COMPONENT_METRICS,
    COMPONENT_NAMES,
    METRIC_COLUMNS,
    ComponentWeights,
    PartnerMetrics,
    ScoringSettings,
    calculate_performance_score,
    improvements,
    is_lower_better,
    pool_levels,
)
from tests.unit.performance_scoring.strategies import ROUNDING, Stats, partners, settings

pytestmark = pytest.mark.unmeasured

DEFAULTS = ScoringSettings()
METRIC = COMPONENT_METRICS


def metrics(*rows: dict[str, Any]) -> PartnerMetrics:
    """Partners with what is given; else without evidence."""
    return PartnerMetrics.from_rows([dict.fromkeys(METRIC_COLUMNS) | row for row in rows])


def gains(partner: dict[str, Any], pool: PartnerMetrics, chosen: ScoringSettings) -> dict[tuple[str, str], float]:
    """(component, aim) -> gain."""
    steps = improvements(metrics(partner), levels=pool_levels(pool, chosen), settings=chosen)
    return {(step.component, step.aim): step.gain for step in steps}


def deals(won: int, lost: int) -> dict[str, float]:
    return {"won_leads_30d": won, "lost_leads_30d": lost, "deal_rate_with_undecided_30d": won / (won + lost)}


def test_only_partners_with_evidence_make_up_the_level() -> None:
    rates = (0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0)
    known = [{"deal_rate_with_undecided_30d": rate, "won_leads_30d": 1.0} for rate in rates]
    # A rate that rests on nothing, and evidence of leads that says nothing of deals.
    others = [{"deal_rate_with_undecided_30d": 0.0}, {"leads_assigned_30d": 40.0}]

    levels = pool_levels(metrics(*known, *others), DEFAULTS)

    assert levels["deal_rate"].partners == 10
    assert levels["deal_rate"].median == pytest.approx(0.55)
    assert levels["deal_rate"].best == 1.0
    assert (levels["follow_up"].partners, levels["follow_up"].median, levels["follow_up"].best) == (0, None, None)
    assert tuple(levels) == COMPONENT_NAMES


def test_where_less_is_better_the_best_tenth_is_at_the_low_end() -> None:
    pool = metrics(*({"complained_lead_rate_30d": n / 20, "leads_assigned_30d": 3.0} for n in range(1, 12)))

    level = pool_levels(pool, DEFAULTS)["complaints"]

    assert (level.median, level.best) == (0.3, 0.1)


def test_what_a_high_ai_score_means_turns_its_best_tenth_round() -> None:
    pool = metrics(*({"ai_trust_score": value} for value in range(0, 101, 10)))

    trust, risk = (pool_levels(pool, ScoringSettings(ai_high_score_is_risk=is_risk)) for is_risk in (False, True))

    assert (trust["ai_trust"].best, risk["ai_trust"].best) == (90.0, 10.0)


def test_the_gain_is_weighed_by_weight_and_evidence() -> None:
    pool = metrics(deals(5, 5))
    only_deals = ScoringSettings(
        weights=ComponentWeights(**dict.fromkeys(COMPONENT_NAMES, 0.0) | {"deal_rate": 1.0}),
        prior_strength=10.0,
        deal_rate_full=1.0,
    )

    found = gains(deals(2, 8), pool, only_deals)

    # From 20 to 50 points on the curve; ten decided leads against a prior of ten leads are worth half of that.
    assert found["deal_rate", "median"] == pytest.approx(15.0)
    assert gains(deals(8, 2), pool, only_deals)["deal_rate", "median"] < 0


def test_what_a_partner_has_no_metric_of_is_no_step() -> None:
    pool = metrics(deals(9, 1), {"ai_trust_score": 90, "consistency_score": 90, "leads_assigned_7d": 9})

    # Leads enough to believe a consistency, if there were any.
    assert gains({"leads_assigned_7d": 5.0}, pool, DEFAULTS) == {}
    assert set(gains({"ai_trust_score": 10}, pool, DEFAULTS)) == {("ai_trust", "median"), ("ai_trust", "best")}
    # A rate that rests on no decided lead.
    assert gains({"deal_rate_with_undecided_30d": 0.1}, pool, DEFAULTS)["deal_rate", "best"] == 0


def test_leads_without_an_answer_are_a_step_of_their_own() -> None:
    # Those that it contacted earned 100 points each.
    partner = {"contacted_leads_30d": 6.0, "silent_leads_30d": 4.0, "response_points_30d": 60.0}
    answered = calculate_performance_score(partner | {"response_points_30d": 100.0}).score

    gain = gains(partner, metrics(partner), DEFAULTS)["response_speed", "answered"]
    assert gain == pytest.approx(answered - calculate_performance_score(partner).score)
    assert gain > 1
    for all_or_none in ({"silent_leads_30d": 0.0}, {"contacted_leads_30d": 0.0}):
        assert ("response_speed", "answered") not in gains(partner | all_or_none, metrics(partner), DEFAULTS)


def test_an_empty_pool_has_no_levels() -> None:
    assert gains(deals(1, 1), metrics(), DEFAULTS) == {}


@given(partner=partners(), pool=st.lists(partners(), max_size=5), chosen=settings())
def test_who_takes_a_step_gains_the_stated_points(partner: Stats, pool: list[Stats], chosen: ScoringSettings) -> None:
    before = calculate_performance_score(partner, chosen).score
    steps = improvements(metrics(partner), levels=pool_levels(metrics(*pool), chosen), settings=chosen)

    for step in steps:
        after = calculate_performance_score(partner | dict(step.columns), chosen)
        assert after.score - before == pytest.approx(step.gain, abs=ROUNDING)
    assert [step.gain for step in steps] == sorted((step.gain for step in steps), reverse=True)


@given(partner=partners(), pool=st.lists(partners(), max_size=5), chosen=settings())
def test_a_step_changes_one_metric_and_no_evidence(partner: Stats, pool: list[Stats], chosen: ScoringSettings) -> None:
    before = calculate_performance_score(partner, chosen)
    for step in improvements(metrics(partner), levels=pool_levels(metrics(*pool), chosen), settings=chosen):
        after = calculate_performance_score(partner | dict(step.columns), chosen)
        for old, new in zip(before.components, after.components, strict=True):
            if old.name != step.component:
                assert new == old
            else:
                assert new.sample_size == old.sample_size


@given(partner=partners(), pool=st.lists(partners(), max_size=5), chosen=settings())
def test_the_best_tenth_is_worth_at_least_the_median(
    partner: Stats, pool: list[Stats], chosen: ScoringSettings
) -> None:
    found = gains(partner, metrics(*pool), chosen)

    for name in COMPONENT_NAMES:
        if (name, "median") in found:
            assert found[name, "best"] >= found[name, "median"] - ROUNDING


@given(pool=st.lists(partners(), min_size=1, max_size=12), chosen=settings())
def test_a_tenth_of_the_pool_is_at_the_best_level_or_beyond(pool: list[Stats], chosen: ScoringSettings) -> None:
    levels = pool_levels(metrics(*pool), chosen)
    for name, level in levels.items():
        if level.best is None:
            continue
        sign = -1 if is_lower_better(name, chosen) else 1
        values = np.array([value for row in pool if (value := row[METRIC[name]]) is not None])
        assert (sign * values >= sign * level.best).sum() >= 0.1 * level.partners
