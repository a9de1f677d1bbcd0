"""What the chart templates draw: lengths as text, for a comma of the reader's language has no place in SVG."""

from collections.abc import Sequence
from dataclasses import dataclass


def length(value: float) -> str:
    """A length within 0-100 for an SVG attribute."""
    return f"{min(100.0, max(0.0, value)):.2f}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """One bar on a scale of 0-100; `tick` marks a second value. `label` says the same in words."""

    label: str
    fill: str
    tick: str | None = None


def bar(value: float, *, label: str, tick: float | None = None) -> Bar:
    """A bar filled up to `value`, 0-100."""
    return Bar(label=label, fill=length(value), tick=None if tick is None else length(tick))


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
