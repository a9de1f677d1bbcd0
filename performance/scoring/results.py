"""Results of scoring: columns for many partners, and the breakdown of one partner's score."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from performance.scoring.arrays import FloatArray

COMPONENT_METRICS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "response_speed": "response_points_30d",
        "ai_trust": "ai_trust_score",
        "deal_rate": "deal_rate_with_undecided_30d",
        "follow_up": "pct_leads_followed_up_30d",
        "customer_feedback": "avg_customer_rating_30d",
        "complaints": "complained_lead_rate_30d",
        "deal_value": "avg_deal_value_30d",
        "consistency": "consistency_score",
    }
)
"""Component name -> the column that it scores; the order is that of the rows of every (8, n) array.

Source: docs/scoring.md, "Components".
"""


@dataclass(frozen=True, kw_only=True, slots=True)
class ComponentScore:
    """One of the eight components of one partner's score.

    metric, value: the column and what it holds, None for NULL. raw_score: 0-100 by the curve alone, None where the
    metric is missing. sample_size: leads (ratings, deals) that it rests on, 0 where it is missing; for `ai_trust`,
    which is certain when present, 1. score: 0-100 with the evidence taken into account. weight: as in the settings.
    contribution: weight * score / sum of weights, points of the total.
    """

    name: str
    metric: str
    value: float | None
    raw_score: float | None
    sample_size: int
    score: float
    weight: float
    contribution: float


@dataclass(frozen=True, kw_only=True, slots=True)
class PerformanceScore:
    """One partner's score, 0-100, and its eight components in the order of `COMPONENT_METRICS`.

    The contributions add up to the score.
    """

    score: float
    components: tuple[ComponentScore, ...]


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class PerformanceScores:
    """Scores of n partners, in the order of the metrics; read-only float64 arrays.

    total: (n,), 0-100. The others: (8, n), rows in the order of `COMPONENT_METRICS`, meaning and units as in
    `ComponentScore`, NaN for None. weight: (8,).
    """

    total: FloatArray
    value: FloatArray
    raw: FloatArray
    sample_size: FloatArray
    score: FloatArray
    contribution: FloatArray
    weight: FloatArray

    def __len__(self) -> int:
        """Return n, the number of partners."""
        return self.total.size

    def explain(self, index: int) -> PerformanceScore:
        """Break down the score of the partner at `index`. Raises IndexError if there is none."""
        return PerformanceScore(
            score=float(self.total[index]),
            components=tuple(
                ComponentScore(
                    name=name,
                    metric=metric,
                    value=_none_for_nan(float(self.value[row, index])),
                    raw_score=_none_for_nan(float(self.raw[row, index])),
                    sample_size=int(self.sample_size[row, index]),
                    score=float(self.score[row, index]),
                    weight=float(self.weight[row]),
                    contribution=float(self.contribution[row, index]),
                )
                for row, (name, metric) in enumerate(COMPONENT_METRICS.items())
            ),
        )


def _none_for_nan(number: float) -> float | None:
    return None if math.isnan(number) else number
