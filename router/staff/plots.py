"""Charts with two axes: lines over time. Lengths are as described in `charts.py`."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from router.staff.charts import Form, length

PLOT_HEIGHT = 180
"""Height of a plot in pixels, from the lowest to the highest line."""

MOST_LABELS = 5
"""Maximum number of labels below a plot that fits on a telephone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Grid:
    """A line across the plot, `y` pixels from its top, and its value."""

    y: str
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Band:
    """A place on the horizontal axis: its middle and its width as percentages, and its text.

    `values` has one text for each series. `mark` is written below the plot if there is room, else ""; a minor one only
    on a wide plot.
    """

    label: str
    mark: str
    is_minor: bool
    middle: str
    start: str
    width: str
    values: list[str]
    reading: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """A line: its path (x 0-100, y pixels, with gaps), and its points, which show values without neighbours.

    `number` (1, 2, ...) selects colour and dashes.
    """

    name: str
    number: int
    path: str
    points: list[tuple[str, str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class LineChart:
    """Series over time. `id` is unique on the page, `description` describes the chart in words."""

    id: str
    title: str
    description: str
    axis: str
    height: int
    grid: list[Grid]
    bands: list[Band]
    series: list[Series]


def line(
    *,
    id: str,  # noqa: A002 - the word of HTML
    title: str,
    description: str,
    axis: str,
    labels: Sequence[str],
    series: Sequence[tuple[str, Sequence[float | None]]],
    form: Form,
    top: float | None = None,
) -> LineChart:
    """Return lines through values of 0 or more, one value for each label; None leaves a gap.

    `axis` names the labels ("Day"). The scale reaches from 0 to `top`, or to the next round value above all.
    """
    highest, grid = _scale([value for _, values in series for value in values], form=form, top=top)
    bands = _bands(labels, series, form=form)
    lines = []
    for number, (name, values) in enumerate(series, start=1):
        places = [
            None if value is None else (band.middle, _down(value, highest))
            for band, value in zip(bands, values, strict=True)
        ]
        lines.append(
            Series(
                name=name, number=number, path=_path(places), points=[place for place in places if place is not None]
            )
        )
    return LineChart(
        id=id,
        title=title,
        description=description,
        axis=axis,
        height=PLOT_HEIGHT,
        grid=grid,
        bands=bands,
        series=lines,
    )


def _scale(values: Sequence[float | None], *, form: Form, top: float | None) -> tuple[float, list[Grid]]:
    """Return the highest value of the axis, and three to six round values on it, from the top down."""
    highest = max((value for value in values if value is not None), default=0.0) if top is None else top
    highest = highest if highest > 0 else 1.0
    step = 10.0 ** math.floor(math.log10(highest / 2))
    for factor in (1, 2, 5, 10):
        if highest / (step * factor) <= 5:
            step *= factor
            break
    count = math.ceil(round(highest / step, 9))
    ceiling = step * count if top is None else top
    ticks = [step * place for place in range(count + 1) if step * place <= ceiling]
    return ceiling, [Grid(y=_down(value, ceiling), label=form(value)) for value in reversed(ticks)]


def _down(value: float, highest: float) -> str:
    """Return the distance of a value from the top of the plot in pixels."""
    return f"{PLOT_HEIGHT * (1 - min(1.0, max(0.0, value / highest))):.1f}"


def _bands(labels: Sequence[str], series: Sequence[tuple[str, Sequence[float | None]]], *, form: Form) -> list[Band]:
    width = 100.0 / max(1, len(labels))
    every = max(1, math.ceil(len(labels) / MOST_LABELS))
    bands = []
    for place, label in enumerate(labels):
        values = [form(numbers[place]) for _, numbers in series]
        bands.append(
            Band(
                label=label,
                mark=label if place % every == every // 2 else "",
                is_minor=place // every % 2 == 1,
                middle=length(width * (place + 0.5)),
                start=length(width * place),
                width=length(width),
                values=values,
                reading=f"{label}: "
                + ", ".join(f"{name} {value}" for (name, _), value in zip(series, values, strict=True)),
            )
        )
    return bands


def _path(places: Sequence[tuple[str, str] | None]) -> str:
    """Return an SVG path through the points, interrupted at missing ones."""
    steps, drawn = [], False
    for place in places:
        if place is not None:
            steps.append(f"{'L' if drawn else 'M'}{place[0]} {place[1]}")
        drawn = place is not None
    return " ".join(steps)
