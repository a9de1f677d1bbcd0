"""The eight raw curves: the value of a metric, before its evidence is considered.

Each function maps float64 arrays of shape (n,) to raw scores of shape (n,), 0-100, and NaN where the metric is
missing (NaN). Values outside a metric's natural range count as the nearest end of the scale. The formulas are those of
docs/scoring.md, "Curves".
"""

from typing import Final

import numpy as np

from performance.scoring.arrays import FloatArray

LOWEST_RATING: Final = 1.0
POINTS_PER_STAR: Final = 25.0


def _on_scale(score: FloatArray) -> FloatArray:
    """Limit to 0-100; NaN stays NaN."""
    limited: FloatArray = np.clip(score, 0.0, 100.0)
    return limited


def response_speed(response_points: FloatArray) -> FloatArray:
    """Take the response points (n,), 0-100, of the statistics view as they are.

    The view takes the curve lead by lead: up to 30 minutes until the first contact 100, 120 minutes 70, 24 h 40, 72 h
    and more 0, with straight lines between; a lead that waits for more than a day has 0. So a late contact never lowers
    the mean, as it could lower the curve of a mean time. Source: docs/metrics.md, "Response points".
    """
    return _on_scale(response_points)


def ai_trust(ai_trust_score: FloatArray, *, high_score_is_risk: bool) -> FloatArray:
    """Take the AI assessment (n,), 0-100, as it is, or 100 minus it where a high score means high risk."""
    return _on_scale(100.0 - ai_trust_score if high_score_is_risk else ai_trust_score)


def deal_rate(rate: FloatArray, *, cap: float, full: float) -> FloatArray:
    """Score the share of won leads.

    Formula: min(cap, 100 * rate / full). `rate` (n,) and `full` are fractions, `cap` is a score. The rate is of the
    leads that should have a result: won, lost, rejected after an acceptance or a contact, or two weeks old without one.
    """
    with np.errstate(over="ignore"):  # infinite is above the cap as well
        return _on_scale(np.minimum(cap, 100.0 * (rate / full)))


def follow_up(pct_leads_followed_up: FloatArray) -> FloatArray:
    """Take the percentage (n,), 0-100, of leads with two contact activities half an hour apart or more as it is."""
    return _on_scale(pct_leads_followed_up)


def customer_feedback(avg_rating: FloatArray) -> FloatArray:
    """Score the mean rating (n,), 1-5 stars.

    Formula: (rating - 1) * 25.
    """
    with np.errstate(over="ignore"):  # infinite is the end of the scale as well
        return _on_scale((avg_rating - LOWEST_RATING) * POINTS_PER_STAR)


def complaints(rate: FloatArray, *, zero: float) -> FloatArray:
    """Score the share of leads with a complaint: none is 100, `zero` and more is 0.

    Formula: 100 * max(0, 1 - rate / zero). `rate` (n,) and `zero` are fractions.
    """
    with np.errstate(over="ignore"):  # infinite is beyond zero as well
        return _on_scale(100.0 * (1.0 - rate / zero))


def deal_value(avg_value: FloatArray, *, full: float) -> FloatArray:
    """Score the mean value of won deals on a logarithmic scale.

    Formula: 100 * min(1, ln(1 + value) / ln(1 + full)). `avg_value` (n,) and `full` in euro; below 0 counts as 0.
    """
    with np.errstate(over="ignore"):  # infinite is above full as well
        return _on_scale(100.0 * (np.log1p(np.maximum(avg_value, 0.0)) / np.log1p(full)))


def consistency(consistency_score: FloatArray) -> FloatArray:
    """Take the consistency score (n,), 0-100, of the statistics view as it is.

    Its formula: docs/metrics.md, "Trust and consistency".
    """
    return _on_scale(consistency_score)
