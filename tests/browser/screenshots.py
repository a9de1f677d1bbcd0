"""`make screenshots`: a picture of every page in both themes, both sizes and both languages.

They go to `.local/screenshots/LANGUAGE/THEME-SIZE/PAGE.png`. No test: nothing is compared, people look at them.
"""

from collections.abc import Iterator, Mapping
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser

from tests.browser.conftest import Windows, open_windows
from tests.browser.pages import Place, Reader, World, places

FOLDER = Path(__file__).resolve().parents[2] / ".local" / "screenshots"
SIZES = {"desk": {"width": 1440, "height": 900}, "phone": {"width": 390, "height": 844}}
LOOKS = {"-".join(look): look for look in product(("en", "nl"), ("light", "dark"), SIZES)}
MOST_PIXELS = 6000
"""Height of a picture; a browser cannot paint the longest pages as one."""


@pytest.fixture(scope="module", params=LOOKS)
def look(
    request: pytest.FixtureRequest, browser: Browser, signed_in_states: Mapping[Reader, Any]
) -> Iterator[tuple[Path, Windows]]:
    """The folder of one look, and windows that have it."""
    language, theme, size = LOOKS[request.param]
    folder = FOLDER / language / f"{theme}-{size}"
    folder.mkdir(parents=True, exist_ok=True)
    with open_windows(browser, signed_in_states, locale=language, color_scheme=theme, viewport=SIZES[size]) as windows:
        yield folder, windows


@pytest.mark.parametrize("place", places(), ids=lambda place: place.name)
def test_picture(place: Place, look: tuple[Path, Windows], world: World, server: str) -> None:
    folder, windows = look
    with windows[place.reader].new_page() as page:
        # Until live parts have come in, too.
        page.goto(f"{server}{place.path(world)}", wait_until="networkidle")
        if place.then:
            place.then(page, world)
        page.locator(place.ready).first.wait_for()
        height = min(MOST_PIXELS, page.evaluate("document.documentElement.scrollHeight"))
        page.screenshot(
            path=folder / f"{place.name}.png",
            full_page=True,
            clip={"x": 0, "y": 0, "width": page.evaluate("window.innerWidth"), "height": height},
        )
