"""What the staff pages do once they are there: computing a decision again, and times in the reader's zone."""

from playwright.sync_api import expect

from tests.browser.conftest import NewContext
from tests.browser.pages import World
from tests.browser.problems import Problems, barriers


def test_a_decision_is_computed_again_with_the_keyboard_alone(
    new_context: NewContext, server: str, world: World
) -> None:
    page = new_context(viewport={"width": 1280, "height": 900}).new_page()
    problems = Problems(page)
    address = f"{server}/staff/ai-router/decisions/{world.decision}/"
    page.goto(address)

    page.get_by_role("button", name="Compute again").focus()
    page.keyboard.press("Enter")

    expect(page.get_by_text("Identical: all scores and the order match the record")).to_be_visible()
    assert page.url == address
    assert [*problems.found, *barriers(page)] == []


def test_times_are_those_of_the_browser_from_the_second_page_on(new_context: NewContext, server: str) -> None:
    page = new_context(timezone_id="America/New_York").new_page()
    problems = Problems(page)

    page.goto(f"{server}/staff/")
    page.goto(f"{server}/staff/")

    expect(page.get_by_text("Times are in the zone America/New_York.")).to_be_visible()
    assert problems.found == []


def test_figures_lead_to_their_rows(new_context: NewContext, server: str) -> None:
    page = new_context(viewport={"width": 1280, "height": 900}).new_page()
    problems = Problems(page)
    page.goto(f"{server}/staff/")

    page.locator("dl.figures > div", has_text="Waiting for a partner").locator("dd.figure a").click()

    expect(page).to_have_url(f"{server}/admin/leads/lead/?assigned=waiting")
    assert problems.found == []
