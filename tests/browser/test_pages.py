"""Every page, on a desk in the light and on a telephone in the dark: nothing is refused, fails, or keeps people out."""

from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.conftest import Windows, open_windows
from tests.browser.pages import Place, Reader, World, places
from tests.browser.problems import Problems, barriers, too_wide

WINDOWS: dict[str, dict[str, Any]] = {
    "desk-light": {"viewport": {"width": 1280, "height": 900}, "color_scheme": "light"},
    "phone-dark": {"viewport": {"width": 390, "height": 844}, "color_scheme": "dark", "has_touch": True},
}


@pytest.fixture(scope="module", params=WINDOWS)
def windows(
    request: pytest.FixtureRequest, browser: Browser, signed_in_states: Mapping[Reader, Any]
) -> Iterator[Windows]:
    with open_windows(browser, signed_in_states, **WINDOWS[request.param]) as opened:
        yield opened


@pytest.mark.parametrize("place", places(), ids=lambda place: place.name)
def test_a_page_is_sound(place: Place, windows: Windows, world: World, server: str) -> None:
    with windows[place.reader].new_page() as page:
        problems = Problems(page)

        visit(page, f"{server}{place.path(world)}", status=place.status, problems=problems)
        if place.then:
            place.then(page, world)
        page.locator(place.ready).first.wait_for()

        found = [*problems.found, *((*too_wide(page), *barriers(page)) if place.is_ours else ())]
    assert not found, "\n".join([place.name, *found])


def visit(page: Page, url: str, *, status: int, problems: Problems) -> None:
    if status != 200:
        problems.expect_status(url)
    response = page.goto(url, wait_until="load")
    assert response is not None
    assert response.status == status


def test_a_script_in_the_page_would_be_refused_and_reported(page: Page, server: str) -> None:
    problems = Problems(page)
    page.goto(f"{server}/admin/")

    page.evaluate("document.body.insertAdjacentHTML('beforeend', '<p style=\"color: red\">x</p>')")

    assert any("style-src" in text for text in problems.found)


def test_a_barrier_would_be_found(page: Page, server: str) -> None:
    page.goto(f"{server}/admin/")

    page.evaluate("document.body.insertAdjacentHTML('beforeend', '<img src=\"/static/router/icon.svg\">')")

    assert any("image-alt" in text for text in barriers(page))
