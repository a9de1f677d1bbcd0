"""Improvements of a partner's score: one metric at a time at the pool's level, everything else unchanged."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final, Literal

import numpy as np

from performance.scoring.arrays import FloatArray
from performance.scoring.metrics import METRIC_COLUMNS, PartnerMetrics
from performance.scoring.results import COMPONENT_METRICS
from performance.scoring.scorer import PerformanceScorer
from performance.scoring.settings import ScoringSettings

Aim = Literal["median", "best", "answered"]
"""Target of a step: the pool's median, the threshold of its best tenth, or a contact with every lead."""

BEST_SHARE: Final = 10
"""One in this many partners with evidence is among the best."""

LOWER_IS_BETTER: Final = frozenset({"complaints"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Level:
    """The pool's level in one metric: the number of partners with evidence, their median and best tenth.

    Both are None if no partner has evidence.
    """

    partners: int
    median: float | None
    best: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Improvement:
    """One step: the columns that it changes, and the points that the total gains (0 or less: nothing to gain)."""

    component: str
    aim: Aim
    columns: Mapping[str, float]
    gain: float


def pool_levels(metrics: PartnerMetrics, settings: ScoringSettings) -> dict[str, Level]:
    """Return component -> level of the partners with evidence of it, in the order of `COMPONENT_METRICS`."""
    scores = PerformanceScorer(settings).score(metrics)
    levels = {}
    for row, name in enumerate(COMPONENT_METRICS):
        known = (scores.sample_size[row] > 0) & ~np.isnan(scores.value[row])
        levels[name] = _level(scores.value[row][known], lower_is_better=is_lower_better(name, settings))
    return levels


def is_lower_better(component: str, settings: ScoringSettings) -> bool:
    """Return whether a smaller value of the metric earns more points."""
    return component in LOWER_IS_BETTER or (component == "ai_trust" and settings.ai_high_score_is_risk)


def improvements(
    partner: PartnerMetrics, *, levels: Mapping[str, Level], settings: ScoringSettings
) -> list[Improvement]:
    """Return every step open to a partner (n = 1), with its gain as the scorer computes it, the largest first.

    A step changes one metric to a level of the pool; the evidence is unchanged, so there is none for a missing metric.
    A further step contacts the leads without a response, as fast as the others.
    """
    steps: list[tuple[str, Aim, dict[str, float]]] = []
    for name, column in COMPONENT_METRICS.items():
        level = levels[name]
        is_missing = np.isnan(getattr(partner, column).item(0))
        if level.median is not None and level.best is not None and not is_missing:
            steps += [(name, "median", {column: level.median}), (name, "best", {column: level.best})]
    contacted, silent = partner.contacted_leads_30d.item(0), partner.silent_leads_30d.item(0)
    points = partner.response_points_30d.item(0)
    if contacted and silent and not np.isnan(points):
        # Leads without a response have no points.
        points *= (contacted + silent) / contacted
        answered = {
            "response_points_30d": points,
            "contacted_leads_30d": contacted + silent,
            "silent_leads_30d": 0.0,
        }
        steps.append(("response_speed", "answered", answered))
    # The partner itself, and one copy for each step, in one call of the scorer.
    columns = {column: np.full(len(steps) + 1, getattr(partner, column).item(0)) for column in METRIC_COLUMNS}
    for place, (_, _, changed) in enumerate(steps, start=1):
        for column, value in changed.items():
            columns[column][place] = value
    totals = PerformanceScorer(settings).score(PartnerMetrics.from_columns(columns)).total
    found = [
        Improvement(
            component=name, aim=aim, columns=MappingProxyType(changed), gain=totals.item(place) - totals.item(0)
        )
        for place, (name, aim, changed) in enumerate(steps, start=1)
    ]
    return sorted(found, key=lambda step: -step.gain)


def _level(values: FloatArray, *, lower_is_better: bool) -> Level:
    if not values.size:
        return Level(partners=0, median=None, best=None)
    ordered = np.sort(values)
    # Rounded up, so that there is always one. An existing value, and not an interpolated one.
    tenth = -(-values.size // BEST_SHARE)
    return Level(
        partners=values.size,
        median=float(np.median(ordered)),
        best=ordered.item(tenth - 1 if lower_is_better else -tenth),
    )
