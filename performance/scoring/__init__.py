"""Pure core of the performance score, without Django, clock, settings module or randomness."""

from performance.scoring.earlier import metrics_as_now
from performance.scoring.improvements import Improvement, Level, improvements, is_lower_better, pool_levels
from performance.scoring.metrics import (
    METRIC_COLUMNS,
    PartnerMetrics,
    PartnerMetricsError,
)
from performance.scoring.results import (
    COMPONENT_METRICS,
    ComponentScore,
    PerformanceScore,
    PerformanceScores,
)
from performance.scoring.scorer import PerformanceScorer, calculate_performance_score
from performance.scoring.settings import (
    COMPONENT_NAMES,
    SETTING_LIMITS,
    ComponentWeights,
    Limits,
    ScoringSettings,
    ScoringSettingsError,
)

__all__ = [
    "COMPONENT_METRICS",
    "COMPONENT_NAMES",
    "METRIC_COLUMNS",
    "SETTING_LIMITS",
    "ComponentScore",
    "ComponentWeights",
    "Improvement",
    "Level",
    "Limits",
    "PartnerMetrics",
    "PartnerMetricsError",
    "PerformanceScore",
    "PerformanceScorer",
    "PerformanceScores",
    "ScoringSettings",
    "ScoringSettingsError",
    "calculate_performance_score",
    "improvements",
    "is_lower_better",
    "metrics_as_now",
    "pool_levels",
]
