"""The performance score of a partner, 0-100, from eight weighted components."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

import numpy as np

from performance.scoring import curves
from performance.scoring.arrays import FloatArray, read_only
from performance.scoring.evidence import shrink_towards_prior
from performance.scoring.metrics import METRIC_COLUMNS, PartnerMetrics
from performance.scoring.results import (
    COMPONENT_METRICS,
    PerformanceScore,
    PerformanceScores,
)
from performance.scoring.settings import ComponentWeights, ScoringSettings

Weights: TypeAlias = ScoringSettings | ComponentWeights | Mapping[str, float] | None


@dataclass(frozen=True, slots=True)
class PerformanceScorer:
    """Scores any number of partners at once under one policy's settings. Source: docs/scoring.md, "Performance score".

    A partner's scores do not depend on who else is scored: one alone gets the same bits as in a batch.
    """

    settings: ScoringSettings = field(default_factory=ScoringSettings)

    def score(self, metrics: PartnerMetrics) -> PerformanceScores:
        """Score the n partners of `metrics`; the result has them in the same order."""
        raw = self._raw(metrics)
        evidence = np.where(np.isnan(raw), 0.0, _evidence(metrics))
        score = shrink_towards_prior(
            raw, evidence=evidence, prior_strength=self.settings.prior_strength, prior=self.settings.prior
        )
        contribution = np.array(self.settings.weights.shares())[:, np.newaxis] * score
        # Added row by row: np.sum chooses its order by the shape, and one partner alone would differ in the last bit.
        total = np.zeros(len(metrics))
        for row in contribution:
            total += row
        return PerformanceScores(
            total=read_only(np.clip(total, 0.0, 100.0)),
            value=read_only(np.stack([getattr(metrics, column) for column in COMPONENT_METRICS.values()])),
            raw=read_only(raw),
            sample_size=read_only(np.where(np.isinf(evidence), 1.0, evidence)),
            score=read_only(score),
            contribution=read_only(contribution),
            weight=read_only(np.array(self.settings.weights.as_tuple())),
        )

    def _raw(self, metrics: PartnerMetrics) -> FloatArray:
        """Return the raw scores (8, n), NaN where a metric is missing."""
        settings = self.settings
        return np.stack(
            [
                curves.response_speed(metrics.response_points_30d),
                curves.ai_trust(metrics.ai_trust_score, high_score_is_risk=settings.ai_high_score_is_risk),
                curves.deal_rate(
                    metrics.deal_rate_with_undecided_30d, cap=settings.deal_rate_cap, full=settings.deal_rate_full
                ),
                curves.follow_up(metrics.pct_leads_followed_up_30d),
                curves.customer_feedback(metrics.avg_customer_rating_30d),
                curves.complaints(metrics.complained_lead_rate_30d, zero=settings.complaint_rate_zero),
                curves.deal_value(metrics.avg_deal_value_30d, full=settings.deal_value_full),
                curves.consistency(metrics.consistency_score),
            ]
        )


def _evidence(metrics: PartnerMetrics) -> FloatArray:
    """Return how many leads (ratings, deals) each metric rests on, (8, n); infinite: certain when present."""
    return np.stack(
        [
            metrics.contacted_leads_30d + metrics.silent_leads_30d,
            np.full(len(metrics), np.inf),
            metrics.won_leads_30d
            + metrics.lost_leads_30d
            + metrics.rejected_late_leads_30d
            + metrics.undecided_leads_30d,
            metrics.leads_assigned_30d,
            metrics.num_ratings_30d,
            metrics.leads_assigned_30d,
            metrics.valued_deals_30d,
            metrics.leads_assigned_7d,
        ]
    )


def calculate_performance_score(stats: Mapping[str, object], weights: Weights = None) -> PerformanceScore:
    """Score one partner and break the score down.

    stats: a row of `partner_performance_stats`, column -> number or None; other columns are ignored, and an absent
    one is NULL. weights: settings, weights, component name -> weight with all eight named, or None for the defaults.
    Raises `PartnerMetricsError` or `ScoringSettingsError`, which name the column or field.
    """
    row = {column: stats.get(column) for column in METRIC_COLUMNS}
    return PerformanceScorer(_settings(weights)).score(PartnerMetrics.from_rows([row])).explain(0)


def _settings(weights: Weights) -> ScoringSettings:
    """Return the settings that `weights` stands for."""
    if weights is None:
        return ScoringSettings()
    if isinstance(weights, ScoringSettings):
        return weights
    if isinstance(weights, ComponentWeights):
        return ScoringSettings(weights=weights)
    return ScoringSettings(weights=ComponentWeights.from_dict(weights))
