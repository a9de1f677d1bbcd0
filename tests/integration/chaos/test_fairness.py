"""Nobody starves, nobody is flooded: the fairness weight in an invented marketplace."""

from dataclasses import replace

import pytest
from rich.console import Console

from tests.chaos.fairness.figures import LIMIT, Figures, measure
from tests.chaos.fairness.scenario import WEIGHTS, played, show
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


def test_two_weeks_away_bring_no_flood_to_a_desk_that_is_as_it_was(world: World) -> None:
    resting = replace(world, absences=tuple(replace(absence, desk_rests=True) for absence in world.absences))

    back = measure(resting, 20.0).desk_rests

    assert back.returns >= 8
    assert back.ratio_after <= LIMIT


def test_a_desk_that_was_cleared_meanwhile_is_filled_again(world: World) -> None:
    cleared = replace(world, absences=tuple(replace(absence, desk_rests=False) for absence in world.absences))

    back = measure(cleared, 20.0).desk_empty

    assert back.returns >= 8
    assert back.ratio_after > back.ratio_before


def test_the_table_names_every_weight(world: World, results: list[Figures]) -> None:
    console = Console(width=160, record=True)

    show(console, world, results)

    rows = [line.split()[1] for line in console.export_text().splitlines() if line.startswith("│")]
    assert rows == ["0", "20", "50", "100"]
