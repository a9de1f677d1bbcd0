"""What the chart templates draw: lengths as text, for a comma of the reader's language has no place in SVG.

Across, everything is a percentage of the drawing's width; up and down, pixels of a fixed height. So a chart fits any
width and its words keep their size and shape. Bars are here, plots with two axes in `plots.py`; each function belongs
to the template of its name in `templates/router/charts/`.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

Form = Callable[[float | None], str]
"""A value in the reader's words; it is asked about None too."""

MINUS = "\u2212"
"""As wide as a plus, and not to be taken for a dash."""


def length(value: float) -> str:
    """A length within 0-100 for an SVG attribute."""
    return f"{min(100.0, max(0.0, value)):.2f}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """One bar on a scale of 0-100; `tick` marks a second value. `label` says the same in words.

    `kind` colours it: "", "good", "warn" or "bad".
    """

    label: str
    fill: str
    tick: str | None = None
    kind: str = ""


def bar(value: float, *, label: str, tick: float | None = None, kind: str = "") -> Bar:
    """A bar filled up to `value`, 0-100."""
    return Bar(label=label, fill=length(value), tick=None if tick is None else length(tick), kind=kind)


@dataclass(frozen=True, slots=True, kw_only=True)
class Segment:
    """One part of a strip: where it starts, how wide it is, and how much of it is filled, as percentages.

    `label` is written below its start, `title` is shown on hover.
    """

    label: str
    title: str
    start: str
    width: str
    fill: str


def strip(parts: Sequence[tuple[str, str, float, float]], *, gap: float = 0.4) -> list[Segment]:
    """Segments side by side over 0-100: for each part label, title, share of the width, and what of it is filled.

    Shares add up to 100; the last number is on the same scale, at most the share. `gap` is taken from each segment.
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
    """What is compared in one row; values of 0 and more. `tick` marks a third value, such as a capacity."""

    label: str
    before: float
    after: float
    url: str = ""
    tick: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PairRow:
    """Two bars below each other as percentages of the longest, and what they stand for in words.

    `direction` is "up", "down" or "same".
    """

    label: str
    url: str
    before: str
    after: str
    tick: str | None
    before_text: str
    after_text: str
    change_text: str
    direction: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PairChart:
    """Rows with a value before and after; a table with bars. `axis` names what the rows are."""

    id: str
    title: str
    description: str
    axis: str
    before_name: str
    after_name: str
    tick_name: str
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
    tick_name: str = "",
) -> PairChart:
    """Before and after for each pair, in the order given; `names` are the words for the two, `tick_name` the tick's."""
    longest = (
        max((value for pair in pairs for value in (pair.before, pair.after, pair.tick or 0.0)), default=0.0) or 1.0
    )
    return PairChart(
        id=id,
        title=title,
        description=description,
        axis=axis,
        before_name=names[0],
        after_name=names[1],
        tick_name=tick_name,
        rows=[
            PairRow(
                label=pair.label,
                url=pair.url,
                before=length(100.0 * pair.before / longest),
                after=length(100.0 * pair.after / longest),
                tick=None if pair.tick is None else length(100.0 * pair.tick / longest),
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
    """A change with its sign, a true minus, so that it does not depend on colour."""
    if change == 0:
        return form(0.0)
    return f"{'+' if change > 0 else MINUS}{form(abs(change))}"
