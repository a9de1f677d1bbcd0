"""What charts draw: places on the paper, and the same in words."""

import re

import pytest
from django.template.loader import render_to_string
from hypothesis import given
from hypothesis import strategies as st

from router.staff.charts import Pair, PairChart, pair_bars
from router.staff.plots import PLOT_HEIGHT, LineChart, line
from tests.factories.pages import inline_parts


def form(value: float | None) -> str:
    return "none" if value is None else f"{value:g}"


def two_lines(**more: float) -> LineChart:
    return line(
        id="given",
        title="Leads given out",
        description="Two weeks",
        axis="Day",
        labels=["Mon", "Tue", "Wed", "Thu"],
        series=[("here", [0, 10, None, 40]), ("there", [None, 20, None, None])],
        form=form,
        **more,
    )


def test_a_line_is_lifted_where_there_is_no_value() -> None:
    here, there = two_lines().series

    assert here.path == "M12.50 180.0 L37.50 135.0 M87.50 0.0"
    assert here.points == [("12.50", "180.0"), ("37.50", "135.0"), ("87.50", "0.0")]
    assert there.path == "M37.50 90.0"


def test_each_place_can_be_read_in_words() -> None:
    bands = two_lines().bands

    assert [band.reading for band in bands][1:3] == ["Tue: here 10, there 20", "Wed: here none, there none"]
    assert bands[0].values == ["0", "none"]


def test_the_axis_has_round_values_up_to_the_highest() -> None:
    assert [grid.label for grid in two_lines().grid] == ["40", "30", "20", "10", "0"]
    assert [grid.label for grid in two_lines(top=100).grid] == ["100", "80", "60", "40", "20", "0"]


@given(st.floats(min_value=0.001, max_value=1e9))
def test_an_axis_has_few_lines_and_reaches_over_every_value(highest: float) -> None:
    chart = line(id="x", title="", description="", axis="", labels=["a"], series=[("s", [highest])], form=form)

    assert 3 <= len(chart.grid) <= 7
    assert chart.grid[0].y == "0.0"
    assert chart.grid[-1].y == f"{PLOT_HEIGHT:.1f}"
    assert float(chart.grid[0].label) >= highest * 0.9999


def test_a_chart_of_nothing_and_a_chart_of_zeros_have_an_axis() -> None:
    for labels, values in (([], []), (["Mon"], [0.0])):
        chart = line(id="x", title="", description="", axis="", labels=labels, series=[("s", values)], form=form)

        assert chart.grid[-1].label == "0"
        assert len(chart.bands) == len(labels)


def test_a_long_axis_names_few_of_its_places() -> None:
    labels = [f"day {number}" for number in range(90)]
    chart = line(id="x", title="", description="", axis="", labels=labels, series=[("s", [1.0] * 90)], form=form)

    assert 3 <= len([band for band in chart.bands if band.mark]) <= 5


def moved() -> PairChart:
    return pair_bars(
        id="moved",
        title="Leads for each partner",
        description="",
        axis="Partner",
        names=("now", "draft"),
        pairs=[
            Pair(label="<One>", before=10, after=5),
            Pair(label="Two", before=0, after=3, url="/two/"),
            Pair(label="Three", before=1, after=1),
        ],
        form=form,
    )


def test_rows_share_one_scale_and_say_what_changed_with_a_sign() -> None:
    one, two, three = moved().rows

    assert (one.before, one.after) == ("100.00", "50.00")
    assert [row.change_text for row in (one, two, three)] == ["\N{MINUS SIGN}5", "+3", "0"]
    assert [row.direction for row in (one, two, three)] == ["down", "up", "same"]


def test_rows_of_nothing_can_be_drawn() -> None:
    chart = pair_bars(
        id="x",
        title="",
        description="",
        axis="",
        names=("a", "b"),
        pairs=[Pair(label="", before=0, after=0)],
        form=form,
    )

    assert chart.rows[0].after == "0.00"


@pytest.mark.parametrize(("name", "chart"), [("line", two_lines()), ("pair_bar", moved())])
def test_a_drawing_has_a_name_a_table_and_nothing_that_a_strict_policy_refuses(
    name: str, chart: LineChart | PairChart
) -> None:
    html = render_to_string(f"router/charts/{name}.html", {"chart": chart})

    assert inline_parts(html) == []
    assert 'role="img"' in html
    assert "<table" in html
    assert chart.title in html
    assert "<One>" not in html
    identifiers = re.findall(r' id="([^"]+)"', html)
    assert len(identifiers) == len(set(identifiers)) > 0
    assert {
        reference for group in re.findall(r'aria-labelledby="([^"]+)"', html) for reference in group.split()
    } <= set(identifiers)
