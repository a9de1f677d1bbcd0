"""Comparison of a partner with the others, and what would raise its score, in sentences."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext, ngettext

from performance.queries import metrics_now
from performance.scoring import (
    ComponentScore,
    Improvement,
    Level,
    PartnerMetrics,
    ScoringSettings,
    improvements,
    is_lower_better,
    pool_levels,
)
from router.staff import explanation, words

MOST_STEPS = 3
"""Maximum number of steps that become a sentence."""

LEAST_POINTS = 0.05
"""Minimum points that a step gains: less would be shown as 0.0."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LevelRow:
    """A metric beside the pool. `kind` is "good" (better than the median), "warn" (worse), or "" (equal, unknown).

    `at_median` and `at_best` are the points that the total would gain there, "" if there is nothing to gain.
    """

    title: str
    measures: str
    value: str
    kind: str
    standing: str
    partners: int
    median: str
    best: str
    at_median: str
    at_best: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StepsPart:
    """Suggestions: `sentences` are the largest gains, best first; `is_known`: whether any metric has evidence."""

    sentences: list[str]
    rows: list[LevelRow]
    is_known: bool


def steps_part(
    stats: Mapping[str, Any], components: Sequence[ComponentScore], *, settings: ScoringSettings
) -> StepsPart:
    """Compare a partner (its row of statistics, empty if there is none) with the pool of the last refresh."""
    if not stats:
        return StepsPart(sentences=[], rows=[], is_known=False)
    levels = pool_levels(metrics_now().metrics, settings)
    found = improvements(PartnerMetrics.from_rows([stats]), levels=levels, settings=settings)
    gains: dict[tuple[str, str], float] = {(step.component, step.aim): step.gain for step in found}
    known = {component.name: component for component in components if component.sample_size}
    return StepsPart(
        sentences=_sentences(found, levels=levels, gains=gains, known=known, stats=stats),
        rows=[
            _row(component, level=levels[component.name], gains=gains, settings=settings) for component in components
        ],
        is_known=bool(known),
    )


def _sentences(
    found: Sequence[Improvement],
    *,
    levels: Mapping[str, Level],
    gains: Mapping[tuple[str, str], float],
    known: Mapping[str, ComponentScore],
    stats: Mapping[str, Any],
) -> list[str]:
    """Return the largest gains, one per component and one for leads without contact, with the median if above."""
    # The best tenth gains at least as much as the median, so it stands for both.
    worth = [step for step in found if step.aim != "median" and step.gain >= LEAST_POINTS]
    texts = []
    for step in worth[:MOST_STEPS]:
        if step.aim == "answered":
            texts.append(_answered(step, silent=int(stats["silent_leads_30d"])))
        else:
            median_gain = gains[step.component, "median"]
            texts.append(_reached(step, known[step.component], levels[step.component], median_gain=median_gain))
    return texts


def _answered(step: Improvement, *, silent: int) -> str:
    text = ngettext(
        "Contacting the lead without a response as fast as the others would gain %(points)s points.",
        "Contacting the %(count)d leads without a response as fast as the others would gain %(points)s points.",
        silent,
    )
    return text % {"count": silent, "points": words.number(step.gain)}


def _reached(step: Improvement, component: ComponentScore, level: Level, *, median_gain: float) -> str:
    values = {
        "component": explanation.title(step.component),
        "value": words.metric(step.component, component.value),
        "median": words.metric(step.component, level.median),
        "best": words.metric(step.component, level.best),
        "median_points": words.number(median_gain),
        "best_points": words.number(step.gain),
    }
    if median_gain >= LEAST_POINTS:
        return (
            gettext(
                "%(component)s: from %(value)s to the median, %(median)s, would gain %(median_points)s points; to the"
                " best tenth, %(best)s, %(best_points)s points."
            )
            % values
        )
    return (
        gettext(
            "%(component)s: no worse than the median with %(value)s; the best tenth, %(best)s, would gain"
            " %(best_points)s points."
        )
        % values
    )


def _row(
    component: ComponentScore,
    *,
    level: Level,
    gains: Mapping[tuple[str, str], float],
    settings: ScoringSettings,
) -> LevelRow:
    name = component.name
    kind, standing = _standing(component, level, lower_is_better=is_lower_better(name, settings))
    has_level = level.median is not None
    return LevelRow(
        title=explanation.title(name),
        measures=str(words.METRIC_TITLES[name]),
        value=words.metric(name, component.value),
        kind=kind,
        standing=standing,
        partners=level.partners,
        median=words.metric(name, level.median) if has_level else words.NOTHING,
        best=words.metric(name, level.best) if has_level else words.NOTHING,
        at_median=_gain(gains.get((name, "median"), 0.0)),
        at_best=_gain(gains.get((name, "best"), 0.0)),
    )


def _standing(component: ComponentScore, level: Level, *, lower_is_better: bool) -> tuple[str, str]:
    value = component.value
    if not component.sample_size or value is None or level.median is None:
        return "", gettext("no evidence")
    ahead = level.median - value if lower_is_better else value - level.median
    if ahead > 0:
        return "good", gettext("better")
    if ahead < 0:
        return "warn", gettext("worse")
    return "", gettext("level")


def _gain(points: float) -> str:
    return f"+{words.number(points)}" if points >= LEAST_POINTS else ""
