"""Random partners, and settings that any policy may have, for the tests of performance.scoring."""

from typing import Final

from hypothesis import strategies as st

from performance.scoring import (
    COMPONENT_NAMES,
    METRIC_COLUMNS,
    ComponentWeights,
    ScoringSettings,
)
from performance.scoring.metrics import COUNT_COLUMNS, LARGEST_COUNT

ROUNDING: Final = 1e-9
"""Points that float64 may lose on a scale of 0-100."""

Stats = dict[str, float | None]

RANGES: Final = {
    "response_points_30d": (0.0, 100.0),
    "ai_trust_score": (0.0, 100.0),
    "deal_rate_with_undecided_30d": (0.0, 1.0),
    "pct_leads_followed_up_30d": (0.0, 100.0),
    "avg_customer_rating_30d": (1.0, 5.0),
    "complained_lead_rate_30d": (0.0, 1.0),
    "avg_deal_value_30d": (0.0, 100_000.0),
    "consistency_score": (0.0, 100.0),
}
"""Metric column -> what it can hold."""


def metric_values(column: str) -> st.SearchStrategy[float]:
    """Plausible values of a metric."""
    low, high = RANGES[column]
    return st.floats(low, high)


counts = st.integers(0, 200).map(float)


def partners() -> st.SearchStrategy[Stats]:
    """Statistics of a partner, plausible column by column; metrics may be missing."""
    return st.fixed_dictionaries(
        {column: counts if column in COUNT_COLUMNS else st.none() | metric_values(column) for column in METRIC_COLUMNS}
    )


def extreme_partners() -> st.SearchStrategy[Stats]:
    """Statistics of anything that is accepted: huge, tiny, denormal, negative metrics, contradicting counts."""
    anything = st.none() | st.floats(allow_nan=True, allow_infinity=False)
    any_count = st.none() | st.sampled_from([0.0, 1.0, LARGEST_COUNT]) | st.integers(0, int(LARGEST_COUNT)).map(float)
    return st.fixed_dictionaries(
        {column: any_count if column in COUNT_COLUMNS else anything for column in METRIC_COLUMNS}
    )


def weights(*, largest: float = 100.0) -> st.SearchStrategy[ComponentWeights]:
    """Eight weights, not all zero."""
    one = st.floats(0.0, largest)
    return (
        st.fixed_dictionaries(dict.fromkeys(COMPONENT_NAMES, one))
        .filter(lambda named: any(named.values()))
        .map(lambda named: ComponentWeights(**named))
    )


@st.composite
def settings(draw: st.DrawFn, *, extreme: bool = False) -> ScoringSettings:
    """Settings within their limits; with `extreme` up to the very ends of float64."""
    huge = 1.7e308
    return ScoringSettings(
        weights=draw(weights(largest=huge if extreme else 100.0)),
        prior_strength=draw(st.floats(0.0, huge if extreme else 50.0)),
        prior=draw(st.floats(0.0, 100.0)),
        deal_rate_cap=draw(st.floats(80.0, 90.0)),
        deal_rate_full=draw(st.floats(5e-324 if extreme else 0.05, 1.0)),
        complaint_rate_zero=draw(st.floats(5e-324 if extreme else 0.05, 1.0)),
        deal_value_full=draw(st.floats(5e-324 if extreme else 100.0, huge if extreme else 1e6)),
        ai_high_score_is_risk=draw(st.booleans()),
    )
