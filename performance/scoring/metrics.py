"""The columns of `partner_performance_stats` that the score reads, as arrays."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from decimal import Decimal
from typing import Final, Self, TypeAlias

import numpy as np

from performance.scoring.arrays import FloatArray, read_only

Number: TypeAlias = float | Decimal
Column: TypeAlias = FloatArray | Sequence[Number | None]

COUNT_COLUMNS: Final = frozenset(
    {
        "contacted_leads_30d",
        "silent_leads_30d",
        "won_leads_30d",
        "lost_leads_30d",
        "rejected_late_leads_30d",
        "undecided_leads_30d",
        "leads_assigned_30d",
        "num_ratings_30d",
        "valued_deals_30d",
        "leads_assigned_7d",
    }
)
LARGEST_COUNT: Final = 2.0**53  # beyond it float64 skips whole numbers


class PartnerMetricsError(ValueError):
    """A column is missing, has the wrong shape or holds an impossible value; `column` names it."""

    def __init__(self, column: str, reason: str) -> None:
        super().__init__(f"{column}: {reason}")
        self.column = column


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class PartnerMetrics:
    """Metrics of n partners: read-only float64 arrays of shape (n,), each named as its column, NaN for NULL.

    Units as in docs/metrics.md, "Units and missing values". Counts are whole numbers from 0 to 2**53, and NULL counts
    as 0. Arrays are copied. Raises `PartnerMetricsError` for anything else than one finite number or NULL a
    partner, and where the columns differ in length.
    """

    response_points_30d: FloatArray
    contacted_leads_30d: FloatArray
    silent_leads_30d: FloatArray
    ai_trust_score: FloatArray
    deal_rate_with_undecided_30d: FloatArray
    won_leads_30d: FloatArray
    lost_leads_30d: FloatArray
    rejected_late_leads_30d: FloatArray
    undecided_leads_30d: FloatArray
    pct_leads_followed_up_30d: FloatArray
    leads_assigned_30d: FloatArray
    avg_customer_rating_30d: FloatArray
    num_ratings_30d: FloatArray
    complained_lead_rate_30d: FloatArray
    avg_deal_value_30d: FloatArray
    valued_deals_30d: FloatArray
    consistency_score: FloatArray
    leads_assigned_7d: FloatArray

    def __post_init__(self) -> None:
        """Convert, check and freeze the columns."""
        length = None
        for column in METRIC_COLUMNS:
            array = _to_array(column, getattr(self, column))
            if length is None:
                length = array.size
            if array.size != length:
                raise PartnerMetricsError(
                    column, f"has {array.size} elements where {METRIC_COLUMNS[0]} has {length}: one a partner"
                )
            object.__setattr__(self, column, read_only(array))

    def __len__(self) -> int:
        """Return n, the number of partners."""
        return self.leads_assigned_30d.size

    @classmethod
    def from_columns(cls, columns: Mapping[str, Column]) -> Self:
        """Build from column name -> n numbers (None or NaN for NULL); names beyond `METRIC_COLUMNS` are ignored."""
        for column in METRIC_COLUMNS:
            if column not in columns:
                raise PartnerMetricsError(column, "is missing")
        # __post_init__ turns any sequence into the array that the field promises.
        return cls(**{column: columns[column] for column in METRIC_COLUMNS})  # type: ignore[arg-type]  # see above

    @classmethod
    def from_rows(cls, rows: Sequence[Mapping[str, object]]) -> Self:
        """Build from one mapping a partner, as a query gives them; names beyond `METRIC_COLUMNS` are ignored."""
        for index, row in enumerate(rows):
            for column in METRIC_COLUMNS:
                if column not in row:
                    raise PartnerMetricsError(column, f"is missing in row {index}")
        # As above; a value that is not a number is refused there, with the name of its column.
        columns = {column: [row[column] for row in rows] for column in METRIC_COLUMNS}
        return cls(**columns)  # type: ignore[arg-type]  # see above


METRIC_COLUMNS: Final = tuple(item.name for item in fields(PartnerMetrics))
"""The columns to fetch, and no others."""


def _to_array(column: str, values: Column) -> FloatArray:
    """Return a checked copy of shape (n,); a count's NaN becomes 0. Raises `PartnerMetricsError`."""
    try:
        array = np.array(values, dtype=np.float64)
    except (TypeError, ValueError, OverflowError) as error:
        raise PartnerMetricsError(column, f"must hold numbers: {error}") from error
    if array.ndim != 1:
        raise PartnerMetricsError(column, f"must have shape (n,), not {array.shape}")
    if column in COUNT_COLUMNS:
        array[np.isnan(array)] = 0.0
        wrong = (array < 0.0) | (array > LARGEST_COUNT) | (array != np.floor(array))
        expected = "a whole number from 0 to 2**53"
    else:
        wrong = np.isinf(array)
        expected = "a finite number or NULL"
    if wrong.any():
        index = int(wrong.argmax())
        raise PartnerMetricsError(column, f"must be {expected}; element {index} is {array[index]}")
    return array
