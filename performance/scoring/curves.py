"""The eight raw curves: what a metric is worth, before asking how much evidence there is.

Each function maps float64 arrays of shape (n,) to raw scores of shape (n,), 0-100, and NaN where the metric is
missing (NaN). Values outside a metric's natural range count as the nearest end of the scale. Sources: seed-nl.md,
"Performance Score Berekeningslogica" (called "the seed" below), made exact by the table in scoring.md.
"""

from typing import Final

import numpy as np

from performance.scoring.arrays import FloatArray

RESPONSE_MINUTES: Final = (0.0, 30.0, 120.0, 24 * 60.0, 72 * 60.0)
RESPONSE_SCORES: Final = (100.0, 100.0, 70.0, 40.0, 0.0)
LOWEST_RATING: Final = 1.0
POINTS_PER_STAR: Final = 25.0


def _on_scale(score: FloatArray) -> FloatArray:
    """Limit to 0-100; NaN stays NaN."""
    limited: FloatArray = np.clip(score, 0.0, 100.0)
    return limited


def response_speed(
    *, avg_first_response_time_minutes: FloatArray, contacted_leads: FloatArray, silent_leads: FloatArray
) -> FloatArray:
    """Score how fast leads are contacted, times the share of leads that were contacted at all.

    Formula: f(minutes) * contacted / (contacted + silent), f piecewise linear through (0, 100), (30, 100), (120, 70),
    (24 h, 40), (72 h, 0) and flat beyond. Where leads are silent and none was contacted: 0. Where there is neither a
    contacted nor a silent lead: NaN.

    Arguments, each (n,): mean minutes to first contact (NaN: missing); leads with a first contact; leads left without
    one for more than 24 h. Counts have no NaN.
    Source: the seed, "Reactiesnelheid" (f); scoring.md, `response_speed` (72 h as the end, and the share).
    """
    speed: FloatArray = np.interp(avg_first_response_time_minutes, RESPONSE_MINUTES, RESPONSE_SCORES)
    due_leads = contacted_leads + silent_leads
    contacted_share = np.divide(contacted_leads, due_leads, out=np.full(due_leads.shape, np.nan), where=due_leads > 0)
    # With no contact there is no mean time either, and NaN * 0 would call the silence "unknown".
    score: FloatArray = np.where(contacted_share == 0.0, 0.0, speed * contacted_share)
    return _on_scale(score)


def ai_trust(ai_trust_score: FloatArray, *, high_score_is_risk: bool) -> FloatArray:
    """Take the AI assessment (n,), 0-100, as it is, or 100 minus it where a high score means high risk.

    Source: the seed, "AI Trust: Direct gebruiken (0-100)", and its decision 4 (direction); scoring.md, `ai_trust`.
    """
    return _on_scale(100.0 - ai_trust_score if high_score_is_risk else ai_trust_score)


def deal_rate(rate: FloatArray, *, cap: float, full: float) -> FloatArray:
    """Score won / (won + lost).

    Formula: min(cap, 100 * rate / full). `rate` (n,) and `full` are fractions, `cap` is a score.
    Source: the seed, "Deal Rate: Hoger = beter, cap op 80-90"; scoring.md, `deal_rate`.
    """
    with np.errstate(over="ignore"):  # infinite is above the cap as well
        return _on_scale(np.minimum(cap, 100.0 * (rate / full)))


def follow_up(pct_leads_min_2_attempts: FloatArray) -> FloatArray:
    """Take the percentage (n,), 0-100, of leads with at least two contact activities as it is.

    Source: the seed, "Follow-up: Hoger % met min 2 attempts = beter"; scoring.md, `follow_up`.
    """
    return _on_scale(pct_leads_min_2_attempts)


def customer_feedback(avg_rating: FloatArray) -> FloatArray:
    """Score the mean rating (n,), 1-5 stars.

    Formula: (rating - 1) * 25.
    Source: the seed, "Feedback: 1-5 sterren -> 0-100 mapping"; scoring.md, `customer_feedback`.
    """
    with np.errstate(over="ignore"):  # infinite is the end of the scale as well
        return _on_scale((avg_rating - LOWEST_RATING) * POINTS_PER_STAR)


def complaints(rate: FloatArray, *, zero: float) -> FloatArray:
    """Score complaints per assigned lead: none is 100, `zero` and more is 0.

    Formula: 100 * max(0, 1 - rate / zero). `rate` (n,) and `zero` are fractions.
    Source: the seed, "Klachten: Hogere complaint_rate = lagere score"; scoring.md, `complaints`.
    """
    with np.errstate(over="ignore"):  # infinite is beyond zero as well
        return _on_scale(100.0 * (1.0 - rate / zero))


def deal_value(avg_value: FloatArray, *, full: float) -> FloatArray:
    """Score the mean value of won deals on a logarithmic scale.

    Formula: 100 * min(1, ln(1 + value) / ln(1 + full)). `avg_value` (n,) and `full` in euro; below 0 counts as 0.
    Source: the seed, "Dealwaarde: Log-normalisatie, kleine bonus"; scoring.md, `deal_value`.
    """
    with np.errstate(over="ignore"):  # infinite is above full as well
        return _on_scale(100.0 * (np.log1p(np.maximum(avg_value, 0.0)) / np.log1p(full)))


def consistency(consistency_score: FloatArray) -> FloatArray:
    """Take the consistency score (n,), 0-100, of the statistics view as it is.

    Source: the seed, "Consistentie: Verschil 7d vs 30d, kleiner = beter"; metrics.md, metric 8 (its formula);
    scoring.md, `consistency`.
    """
    return _on_scale(consistency_score)
