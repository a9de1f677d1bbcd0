"""Charts answer to the pointer and to the keys."""

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.problems import Problems


@pytest.fixture
def chart(page: Page, server: str) -> Locator:
    """The first chart of the dashboard, as wide as the window lets it be."""
    page.goto(f"{server}/staff/")
    return page.locator("figure[data-chart]").first


def bands(chart: Locator) -> int:
    return chart.locator(".band").count()


def test_the_value_under_the_pointer_is_said(chart: Locator) -> None:
    reading = chart.locator(".chart-reading")
    latest = reading.inner_text()
    plot = chart.locator(".chart-plot").bounding_box()
    assert plot is not None

    chart.page.mouse.move(plot["x"] + 2, plot["y"] + 20)
    first = chart.locator(".chart-table th[scope=row]").first.text_content()

    expect(reading).to_contain_text(f"{first}:")
    chart.page.mouse.move(0, 0)
    expect(reading).to_have_text(latest)


def test_arrow_keys_walk_through_the_values_and_stop_at_the_ends(chart: Locator) -> None:
    labels = chart.locator(".chart-table th[scope=row]").all_text_contents()
    reading = chart.locator(".chart-reading")

    chart.locator(".chart-keys").focus()
    chart.page.keyboard.press("Home")
    expect(reading).to_contain_text(f"{labels[0]}:")
    chart.page.keyboard.press("ArrowLeft")
    expect(reading).to_contain_text(f"{labels[0]}:")
    chart.page.keyboard.press("ArrowRight")
    expect(reading).to_contain_text(f"{labels[1]}:")
    chart.page.keyboard.press("End")
    expect(reading).to_contain_text(f"{labels[-1]}:")


def test_the_table_behind_a_chart_has_a_row_for_each_value(page: Page, chart: Locator) -> None:
    problems = Problems(page)

    chart.locator("summary").click()

    expect(chart.locator("tbody tr")).to_have_count(bands(chart))
    assert problems.found == []
