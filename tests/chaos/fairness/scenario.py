"""Nobody starves and nobody is flooded: the same leads under four weights of the fairness."""

import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict
from functools import cache, partial

from rich.console import Console
from rich.table import Table

from tests.chaos.fairness.figures import LIMIT, Comeback, Figures, measure
from tests.chaos.fairness.world import World, draw_world
from tests.chaos.invariants import Found
from tests.chaos.scenario import Outcome, Scenario, Sizes
from tests.chaos.stack import Stack

WEIGHTS = (0.0, 20.0, 50.0, 100.0)
LEADS = {Sizes.FULL: 100_000, Sizes.SHORT: 5_000}
MOST_ABOVE_LIMIT = 0.01
"""Share of the returns. A pace is leads a day, the limit is in leads of a hundred: some hundreds take longer."""
PARTNERS = {Sizes.FULL: 60, Sizes.SHORT: 16}


def inject(_stack: Stack, sizes: Sizes) -> Iterator[Outcome]:
    """Play, print the table, and yield a row for each weight."""
    world, results = played(sizes)
    show(Console(width=160), world, results)
    for figures in results:
        yield Outcome(
            fault=f"fairness weight {figures.fairness_weight:.0f}: two weeks away, four times a year",
            injected=figures.desk_rests.returns + figures.desk_empty.returns,
            found=Found(leads=len(world.leads), lost=figures.unoffered, caps_exceeded=figures.caps_exceeded),
            note=(
                f"Gini {figures.gini:.2f}; at most {figures.longest_wait:,.0f} h without a lead; "
                f"back with the desk as left: {figures.desk_rests.ratio_after:.2f} times the usual, "
                f"with an empty one: {figures.desk_empty.ratio_after:.2f}"
            ),
            problems=problems(figures),
            figures=asdict(figures),
        )


@cache
def played(sizes: Sizes) -> tuple[World, tuple[Figures, ...]]:
    """The marketplace and what came of each weight; played once, as the same comes of it each time."""
    world = draw_world(leads=LEADS[sizes], partners=PARTNERS[sizes])
    if sizes is Sizes.SHORT:
        return world, tuple(measure(world, weight) for weight in WEIGHTS)
    with ProcessPoolExecutor(os.cpu_count()) as pool:
        return world, tuple(pool.map(partial(measure, world), WEIGHTS))


def problems(figures: Figures) -> tuple[str, ...]:
    """What must not be, a sentence each."""
    found = []
    # An empty desk also has room for what nobody else can take.
    for desk, back, ratio in (
        ("the desk as it was", figures.desk_rests, figures.desk_rests.ratio_after),
        ("an empty desk", figures.desk_empty, figures.desk_empty.ratio_chosen),
    ):
        if ratio > LIMIT:
            found.append(f"Who came back to {desk} got {ratio:.2f} times the usual, more than {LIMIT}.")
        if back.above_limit_after > MOST_ABOVE_LIMIT * back.returns:
            found.append(
                f"{back.above_limit_after} of {back.returns} came back to {desk} and got more than {LIMIT} times."
            )
    return tuple(found)


def show(console: Console, world: World, results: Sequence[Figures]) -> None:
    """Print the table of docs/fairness.md."""
    table = Table(
        "fairness weight",
        title=f"{len(world.leads):,} leads in {world.hours / 24:.0f} days, {world.territories.size} partners",
    )
    headings = (
        "share / capacity",
        "Gini",
        "longest wait: half, worst",
        "performance",
        "back, desk as left",
        "desk empty",
    )
    for heading in headings:
        table.add_column(heading, justify="right")
    for figures in results:
        table.add_row(
            f"{figures.fairness_weight:.0f}",
            f"{figures.share_lowest:.2f} - {figures.share_highest:.2f}",
            f"{figures.gini:.2f}",
            f"{figures.longest_wait_median:,.0f} h, {figures.longest_wait:,.0f} h",
            f"{figures.performance:.1f}",
            _words(figures.desk_rests),
            _words(figures.desk_empty),
        )
    console.print(table)


def _words(comeback: Comeback) -> str:
    return (
        f"{comeback.ratio_after:.2f} ({comeback.above_limit_after} of {comeback.returns}; "
        f"before {comeback.above_limit_before})"
    )


SCENARIO = Scenario(name="fairness", title="Fairness and starvation", inject=inject)
