"""Nobody starves, nobody is flooded: the fairness weight in an invented marketplace."""

import math
from dataclasses import replace

import pytest
from rich.console import Console

from tests.chaos.fairness.figures import LIMIT, Figures, measure
from tests.chaos.fairness.scenario import WEIGHTS, played, problems, show
from tests.chaos.fairness.world import World
from tests.chaos.scenario import Sizes


@pytest.fixture(scope="module")
def world() -> World:
    world, _ = played(Sizes.SHORT)
    return world


@pytest.fixture(scope="module")
def results() -> list[Figures]:
    _, results = played(Sizes.SHORT)
    return list(results)


def test_every_lead_finds_a_partner_and_no_cap_is_exceeded(results: list[Figures]) -> None:
    assert [(figures.unoffered, figures.caps_exceeded) for figures in results] == [(0, 0)] * len(WEIGHTS)


def test_more_weight_spreads_the_leads_more_evenly(results: list[Figures]) -> None:
    none, *_, full = results

    assert full.gini < none.gini
    assert full.share_lowest > none.share_lowest


def test_without_weight_somebody_waits_several_times_as_long(results: list[Figures]) -> None:
    none, *others = results

    assert all(none.longest_wait > 2 * figures.longest_wait for figures in others)


def test_with_the_default_weight_nobody_with_room_waits_longer_than_counts(results: list[Figures]) -> None:
    default = results[WEIGHTS.index(20.0)]

    assert default.longest_wait < 72
    assert default.share_lowest > 0.5


@pytest.mark.parametrize("desk_rests", [True, False], ids=["desk as it was", "desk empty"])
def test_two_weeks_away_bring_no_flood(world: World, *, desk_rests: bool) -> None:
    world = replace(world, absences=tuple(replace(absence, desk_rests=desk_rests) for absence in world.absences))

    figures = measure(world, 20.0)

    back = figures.desk_rests if desk_rests else figures.desk_empty
    assert back.returns >= 8
    assert 0.5 < back.ratio_after <= LIMIT
    assert back.above_limit_after == 0


def test_without_a_pace_an_empty_desk_would_be_flooded(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tests.chaos.fairness.simulation.BREAK_HOURS", math.inf)
    cleared = replace(world, absences=tuple(replace(absence, desk_rests=False) for absence in world.absences))

    figures = measure(cleared, 20.0)

    assert figures.desk_empty.ratio_after > LIMIT
    assert problems(figures)


def test_the_table_names_every_weight(world: World, results: list[Figures]) -> None:
    console = Console(width=160, record=True)

    show(console, world, results)

    rows = [line.split()[1] for line in console.export_text().splitlines() if line.startswith("│")]
    assert rows == ["0", "20", "50", "100"]
