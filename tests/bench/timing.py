"""Measuring two things beside each other."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import median


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One line of the table: what the product needs, what the bare statement needs, and how many times as much.

    `ours` and `bare` are medians in `unit`, `ratio` the median of the ratios of the single pairs, and `goal` the
    highest ratio that the project wants to keep to. `note` puts it in other words.
    """

    name: str
    title: str
    unit: str
    ours: float
    bare: float
    ratio: float
    goal: str
    note: str = ""


def seconds(work: Callable[[], object]) -> float:
    """How long the work takes."""
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def alternate(ours: Callable[[], float], bare: Callable[[], float], *, pairs: int) -> list[tuple[float, float]]:
    """Measure each side `pairs` times, in turns and with the first turn changing; (ours, bare) of each pair."""
    measured = []
    for pair in range(pairs):
        if pair % 2:
            bare_value = bare()
            measured.append((ours(), bare_value))
        else:
            measured.append((ours(), bare()))
    return measured


def medians(pairs: Sequence[tuple[float, float]]) -> tuple[float, float, float]:
    """Median of ours, median of bare, median of the ratios."""
    return (
        median(ours for ours, _ in pairs),
        median(bare for _, bare in pairs),
        median(ours / bare for ours, bare in pairs),
    )
