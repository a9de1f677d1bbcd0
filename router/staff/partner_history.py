"""Charts of a partner's score over time."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from types import MappingProxyType

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from performance.queries import MetricsHistory, history_of
from performance.scoring import COMPONENT_NAMES, PerformanceScorer, ScoringSettings
from router.staff import explanation, words
from router.staff.charts import MINUS
from router.staff.plots import LineChart, line

HISTORY_DAYS = 90
"""Number of days before today that are shown."""

WEEK = 7

GROUPS: Mapping[str, tuple[words.Words, tuple[str, ...]]] = MappingProxyType(
    {
        "work": (_("Handling of leads"), ("response_speed", "follow_up", "consistency")),
        "results": (_("Results"), ("deal_rate", "deal_value")),
        "judgements": (_("Feedback and trust"), ("customer_feedback", "complaints", "ai_trust")),
    }
)
"""Charts of the components, each with as many lines as can be told apart."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """Change of the score since a day, with a sign; `kind` is "up", "down" or "same"."""

    since: str
    points: str
    kind: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryPart:
    """The score by day, the components by week; `chart` is None if no earlier day is recorded."""

    chart: LineChart | None
    components: list[LineChart]
    changes: list[Change]
    recorded: int


def history_part(
    partner_id: uuid.UUID,
    *,
    today: date,
    score: float,
    components: Mapping[str, float],
    settings: ScoringSettings,
) -> HistoryPart:
    """Score the recorded days under these settings; `score` and `components` (0-100) are the present ones."""
    past = history_of(partner_id, first=today - timedelta(days=HISTORY_DAYS), last=today - timedelta(days=1))
    if not past.days:
        return HistoryPart(chart=None, components=[], changes=[], recorded=0)
    totals, by_component = _scored(past, settings)
    totals[today] = score
    for name, values in by_component.items():
        values[today] = components[name]
    days = [past.days[0] + timedelta(days=number) for number in range((today - past.days[0]).days + 1)]
    # Counted back from today, so that the last point is the present.
    weeks = days[::-1][::WEEK][::-1]
    return HistoryPart(
        chart=line(
            id="history",
            title=gettext("Performance score, day by day"),
            description=_described(totals),
            axis=gettext("Day"),
            labels=[words.day(day) for day in days],
            series=[(gettext("score"), [totals.get(day) for day in days])],
            form=_points,
            top=100.0,
        ),
        components=[
            line(
                id=f"history-{key}",
                title=str(title),
                description=" ".join(_component_described(name, by_component[name], weeks) for name in names),
                axis=gettext("Day"),
                labels=[words.day(day) for day in weeks],
                series=[(explanation.title(name), [by_component[name].get(day) for day in weeks]) for name in names],
                form=_points,
                top=100.0,
            )
            for key, (title, names) in GROUPS.items()
            if len(weeks) > 1
        ],
        changes=[
            _change(gettext("%(count)d days") % {"count": ago}, score - totals[today - timedelta(days=ago)])
            for ago in (7, 30, 90)
            if today - timedelta(days=ago) in totals
        ],
        recorded=len(past.days),
    )


def _scored(past: MetricsHistory, settings: ScoringSettings) -> tuple[dict[date, float], dict[str, dict[date, float]]]:
    """Return the total by day, and by component and day."""
    scores = PerformanceScorer(settings).score(past.metrics)
    totals = dict(zip(past.days, scores.total.tolist(), strict=True))
    return totals, {
        name: dict(zip(past.days, scores.score[row].tolist(), strict=True)) for row, name in enumerate(COMPONENT_NAMES)
    }


def _described(totals: Mapping[date, float]) -> str:
    first, last = min(totals), max(totals)
    lowest, highest = min(totals, key=totals.__getitem__), max(totals, key=totals.__getitem__)
    return gettext(
        "From %(first)s points on %(first_day)s to %(last)s today; lowest %(lowest)s on %(lowest_day)s,"
        " highest %(highest)s on %(highest_day)s."
    ) % {
        "first": words.number(totals[first]),
        "first_day": words.day(first),
        "last": words.number(totals[last]),
        "lowest": words.number(totals[lowest]),
        "lowest_day": words.day(lowest),
        "highest": words.number(totals[highest]),
        "highest_day": words.day(highest),
    }


def _component_described(name: str, scores: Mapping[date, float], weeks: Sequence[date]) -> str:
    first = next(day for day in weeks if day in scores)
    return gettext("%(component)s: from %(first)s points on %(day)s to %(last)s today.") % {
        "component": explanation.title(name),
        "first": words.number(scores[first]),
        "day": words.day(first),
        "last": words.number(scores[weeks[-1]]),
    }


def _change(since: str, points: float) -> Change:
    text = words.number(abs(points))
    if text == words.number(0.0):
        return Change(since=since, points=text, kind="same")
    up = points > 0
    return Change(since=since, points=f"{'+' if up else MINUS}{text}", kind="up" if up else "down")


def _points(value: float | None) -> str:
    """Format points with a decimal if it is not zero: the scale has none."""
    return words.number(value, 0 if value is None or value.is_integer() else 1)
