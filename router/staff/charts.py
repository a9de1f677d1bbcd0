"""Data for the chart templates: lengths are text, since SVG does not allow a localised decimal comma.

Horizontally, everything is a percentage of the drawing's width; vertically, pixels of a fixed height. So a chart fits
any width, and its text keeps its size and shape. Bars are here, plots with two axes in `plots.py`; each function
belongs to the template of the same name in `templates/router/charts/`.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

Form = Callable[[float | None], str]
"""Formatter of a value for people; it is called with None too."""

MINUS = "\u2212"
"""The minus sign, as wide as a plus, unlike a hyphen."""


def length(value: float) -> str:
    """Return a length within 0-100 for an SVG attribute."""
    return f"{min(100.0, max(0.0, value)):.2f}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """One bar on a scale of 0-100; `tick` marks a second value. `label` says the same in words.

    `kind` selects its colour: "", "good", "warn" or "bad".
    """

    label: str
    fill: str
    tick: str | None = None
    kind: str = ""


def bar(value: float, *, label: str, tick: float | None = None, kind: str = "") -> Bar:
    """Return a bar filled up to `value`, 0-100."""
    return Bar(label=label, fill=length(value), tick=None if tick is None else length(tick), kind=kind)


@dataclass(frozen=True, slots=True, kw_only=True)
class Segment:
    """One part of a strip: its start, width and filled part, as percentages.

    `label` is written below its start, `title` is shown on hover.
    """

    label: str
    title: str
    start: str
    width: str
    fill: str


def strip(parts: Sequence[tuple[str, str, float, float]], *, gap: float = 0.4) -> list[Segment]:
    """Return adjacent segments over 0-100 from label, title, share of the width, and filled part of each.

    Shares add up to 100; the last number is on the same scale, at most the share. `gap` is subtracted from each
    segment.
    """
    segments, start = [], 0.0
    for label, title, share, filled in parts:
        width = max(0.0, share - gap)
        ratio = filled / share if share else 0.0
        segments.append(
            Segment(
                label=label,
                title=title,
                start=length(start),
                width=length(width),
                fill=length(width * min(1.0, ratio)),
            )
        )
        start += share
    return segments


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """Two values to compare in one row, 0 or more."""

    label: str
    before: float
    after: float
    url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PairRow:
    """Two bars below each other as percentages of the longest, and their values in words.

    `direction` is "up", "down" or "same".
    """

    label: str
    url: str
    before: str
    after: str
    before_text: str
    after_text: str
    change_text: str
    direction: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PairChart:
    """Rows with a value before and after, as a table with bars. `axis` names the rows."""

    id: str
    title: str
    description: str
    axis: str
    before_name: str
    after_name: str
    rows: list[PairRow]


def pair_bars(
    *,
    id: str,  # noqa: A002 - the word of HTML
    title: str,
    description: str,
    axis: str,
    names: tuple[str, str],
    pairs: Sequence[Pair],
    form: Form,
) -> PairChart:
    """Return a chart of each pair in the given order; `names` label the two values."""
    longest = max((value for pair in pairs for value in (pair.before, pair.after)), default=0.0) or 1.0
    return PairChart(
        id=id,
        title=title,
        description=description,
        axis=axis,
        before_name=names[0],
        after_name=names[1],
        rows=[
            PairRow(
                label=pair.label,
                url=pair.url,
                before=length(100.0 * pair.before / longest),
                after=length(100.0 * pair.after / longest),
                before_text=form(pair.before),
                after_text=form(pair.after),
                change_text=_signed(pair.after - pair.before, form=form),
                direction=_direction(pair.after - pair.before),
            )
            for pair in pairs
        ],
    )


def _direction(change: float) -> str:
    if change == 0:
        return "same"
    return "up" if change > 0 else "down"


def _signed(change: float, *, form: Form) -> str:
    """Return a change with its sign, a true minus, so that it does not depend on colour."""
    if change == 0:
        return form(0.0)
    return f"{'+' if change > 0 else MINUS}{form(abs(change))}"
