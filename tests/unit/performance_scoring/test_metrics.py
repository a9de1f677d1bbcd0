"""Metrics from rows and columns: NULL, conversion, refusal."""

import math
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import numpy as np
import pytest

from performance.scoring import METRIC_COLUMNS, PartnerMetrics, PartnerMetricsError
from performance.scoring.metrics import COUNT_COLUMNS


def row(**values: object) -> dict[str, object]:
    return {**dict.fromkeys(METRIC_COLUMNS), **values}


def columns(n: int, **values: Any) -> dict[str, Any]:
    return {column: values.get(column, [1.0] * n) for column in METRIC_COLUMNS}


def test_rows_may_hold_decimals_integers_and_null() -> None:
    metrics = PartnerMetrics.from_rows(
        [
            row(consistency_score=Decimal("0.2500"), won_leads_30d=1, lost_leads_30d=3, partner_id="ignored"),
            row(ai_trust_score=70),
        ]
    )

    assert len(metrics) == 2
    np.testing.assert_array_equal(metrics.consistency_score, [0.25, math.nan])
    np.testing.assert_array_equal(metrics.ai_trust_score, [math.nan, 70.0])
    np.testing.assert_array_equal(metrics.won_leads_30d, [1.0, 0.0])
    assert metrics.won_leads_30d.dtype == np.float64


@pytest.mark.parametrize("column", METRIC_COLUMNS)
def test_null_is_nan_in_a_metric_and_zero_in_a_count(column: str) -> None:
    metrics = PartnerMetrics.from_rows([row()])

    expected = 0.0 if column in COUNT_COLUMNS else math.nan
    np.testing.assert_array_equal(getattr(metrics, column), [expected])


def test_rows_and_columns_give_the_same() -> None:
    by_row = PartnerMetrics.from_rows([dict.fromkeys(METRIC_COLUMNS, 3), dict.fromkeys(METRIC_COLUMNS, None)])
    by_column = PartnerMetrics.from_columns({**{column: [3.0, None] for column in METRIC_COLUMNS}, "refreshed_at": []})

    for column in METRIC_COLUMNS:
        np.testing.assert_array_equal(getattr(by_row, column), getattr(by_column, column))


def test_no_partners_are_no_error() -> None:
    assert len(PartnerMetrics.from_rows([])) == 0


def test_arrays_are_copied_and_read_only() -> None:
    source = np.array([1.0, 2.0])
    metrics = PartnerMetrics.from_columns(columns(2, consistency_score=source))

    source[0] = 99.0

    np.testing.assert_array_equal(metrics.consistency_score, [1.0, 2.0])
    with pytest.raises(ValueError, match="read-only"):
        metrics.consistency_score[0] = 99.0


@pytest.mark.parametrize("column", METRIC_COLUMNS)
def test_an_absent_column_is_refused(column: str) -> None:
    incomplete_columns = columns(1)
    incomplete_row = row()
    del incomplete_columns[column], incomplete_row[column]

    with pytest.raises(PartnerMetricsError, match=f"{column}: is missing") as caught:
        PartnerMetrics.from_columns(incomplete_columns)
    assert caught.value.column == column
    with pytest.raises(PartnerMetricsError, match=f"{column}: is missing in row 1"):
        PartnerMetrics.from_rows([row(), incomplete_row])


def test_columns_of_different_length_are_refused() -> None:
    with pytest.raises(PartnerMetricsError, match=r"consistency_score: has 3 elements where \w+ has 2"):
        PartnerMetrics.from_columns(columns(2, consistency_score=[0.1, 0.2, 0.3]))


@pytest.mark.parametrize(
    ("values", "shape"), [(np.ones((2, 1)), r"\(2, 1\)"), (np.float64(1.0), r"\(\)"), ([[1.0], [2.0]], r"\(2, 1\)")]
)
def test_an_array_that_is_no_column_is_refused(values: Any, shape: str) -> None:
    with pytest.raises(PartnerMetricsError, match=rf"consistency_score: must have shape \(n,\), not {shape}"):
        PartnerMetrics.from_columns(columns(2, consistency_score=values))


@pytest.mark.parametrize("values", [["much"], [object()], [10**400], [[1.0, 2.0], [3.0]], [1 + 2j]])
def test_what_is_no_number_is_refused(values: Sequence[Any]) -> None:
    with pytest.raises(PartnerMetricsError, match="consistency_score: must hold numbers"):
        PartnerMetrics.from_columns(columns(1, consistency_score=values))


@pytest.mark.parametrize("value", [math.inf, -math.inf, Decimal("1e400")])
def test_an_infinite_metric_is_refused(value: float | Decimal) -> None:
    with pytest.raises(PartnerMetricsError, match="consistency_score: must be a finite number or NULL; element 1"):
        PartnerMetrics.from_columns(columns(2, consistency_score=[0.5, value]))


@pytest.mark.parametrize("column", sorted(COUNT_COLUMNS))
@pytest.mark.parametrize("value", [-1, 0.5, math.inf, -math.inf, 1e300])
def test_what_is_no_count_is_refused(column: str, value: float) -> None:
    with pytest.raises(PartnerMetricsError, match=f"{column}: must be a whole number") as caught:
        PartnerMetrics.from_columns(columns(2, **{column: [None, value]}))

    assert "element 1" in str(caught.value)
