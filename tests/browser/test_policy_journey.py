"""An admin tunes the routing: drags a slider, sees what it would do, saves, activates, and takes it back."""

import re
from collections.abc import Iterator
from functools import partial

import pytest
from playwright.sync_api import Page, expect

from config.celery import app
from router.admin import policy_preview
from router.assignment import LeadAssignmentService
from router.models import LeadAssignmentLog, PolicyPreview, RoutingPolicy
from router.policies import services as policies
from router.preview import compute, preview_policy
from tests.browser.conftest import NewContext
from tests.browser.problems import Problems, barriers
from tests.factories.marketplace import make_lead

LIST, ADD = "/admin/router/routingpolicy/", "/admin/router/routingpolicy/add/"
MOST_TABS = 120
SLOW = 20_000
"""Milliseconds: the first preview of a process reads everything that later ones find in memory."""


@pytest.fixture
def active(server: str) -> Iterator[int]:
    """The version that is active; it is active again after the test."""
    version = RoutingPolicy.objects.get(is_active=True).version
    yield version
    policies.activate(version=version, reason="as it was before the test", user=None)


def open_form(page: Page, server: str) -> None:
    page.goto(f"{server}{ADD}")
    expect(page.locator("#preview-note")).to_have_text("No lead would go to a different partner.", timeout=SLOW)


def decided_by() -> int:
    """The version that decides on a lead that comes in now."""
    lead = make_lead()
    LeadAssignmentService().assign([lead.pk], trigger="admin", actor="kim")
    return LeadAssignmentLog.objects.get(lead=lead).policy_version


def drag(page: Page, name: str, *, to: float) -> None:
    """Drag the slider of a setting with the mouse to a share of its width."""
    slider = page.locator(f"[data-moves=id_{name}]")
    slider.scroll_into_view_if_needed()
    box = slider.bounding_box()
    assert box is not None
    middle = box["y"] + box["height"] / 2
    value = float(slider.input_value()) / 100
    page.mouse.move(box["x"] + 8 + value * (box["width"] - 16), middle)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * to, middle, steps=8)
    page.mouse.up()


def test_a_slider_is_dragged_previewed_saved_activated_and_reverted(page: Page, server: str, active: int) -> None:
    problems = Problems(page)
    open_form(page, server)

    drag(page, "performance_weight", to=1.0)

    note = page.locator("#preview-note")
    expect(page.locator("#id_performance_weight")).to_have_value("100")
    expect(page.locator("#means-performance_weight")).to_have_text("100 of 150 = 66.7 %")
    expect(note).to_have_text(re.compile("leads .* would go to a different partner"))
    assert barriers(page) == []

    page.get_by_label("Reason").fill("Quality counts more")
    page.get_by_role("button", name="Save as draft").click()
    expect(page.locator("h1")).to_have_text(re.compile(r"Version \d+"))
    expect(note).to_have_text(re.compile("leads .* would go to a different partner"))
    assert decided_by() == active
    assert barriers(page) == []

    draft = RoutingPolicy.objects.order_by("-version")[0].version
    page.get_by_label("Reason").fill("The preview looks good")
    page.get_by_role("button", name=f"Activate version {draft}").click()
    expect(page.get_by_text(f"Version {draft} is now active.")).to_be_visible()
    assert decided_by() == draft
    assert barriers(page) == []

    page.get_by_label("Reason").fill("Only a test")
    page.get_by_role("button", name=f"Revert to version {active}").click()
    expect(page.get_by_text(f"Version {active} is now active.")).to_be_visible()
    assert decided_by() == active
    assert problems.found == []


def tab_to(page: Page, selector: str) -> None:
    """Press Tab until the focus is there."""
    for _ in range(MOST_TABS):
        page.keyboard.press("Tab")
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
            assert outline != "none", f"{selector} has the focus, and it does not show"
            return
    pytest.fail(f"{selector} cannot be reached by Tab")


def test_the_keyboard_alone_does_the_same(page: Page, server: str, active: int) -> None:
    page.goto(f"{server}{LIST}")

    tab_to(page, f"a.button[href='{ADD}']")
    page.keyboard.press("Enter")
    expect(page.locator("#preview-note")).to_have_text("No lead would go to a different partner.", timeout=SLOW)
    tab_to(page, "[data-moves=id_fairness_weight]")
    for _ in range(40):
        page.keyboard.press("ArrowRight")
    expect(page.locator("#id_fairness_weight")).to_have_value("60")
    expect(page.locator("#preview-note")).to_have_text(re.compile("would go to a different partner"))
    tab_to(page, "#id_reason")
    page.keyboard.type("Everybody gets a turn")
    tab_to(page, "button[type=submit]")
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Activate")).to_be_visible()

    tab_to(page, "#id_reason")
    page.keyboard.type("Fair enough")
    tab_to(page, "button[type=submit]")
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Revert")).to_be_visible()
    assert decided_by() != active

    tab_to(page, "#id_reason")
    page.keyboard.type("Only a test")
    tab_to(page, "button[type=submit]")
    page.keyboard.press("Enter")
    expect(page.get_by_text(f"Version {active} is now active.")).to_be_visible()
    assert decided_by() == active


def test_a_mistake_is_said_at_its_field_while_the_last_figures_stay(page: Page, server: str) -> None:
    open_form(page, server)
    number = page.locator("#id_prior")

    number.fill("500")

    expect(page.locator("#errors-prior")).to_contain_text("less than or equal to 100")
    expect(number).to_have_attribute("aria-invalid", "true")
    expect(page.locator("#preview table").first).to_be_visible()
    expect(page.locator("#preview-note")).to_contain_text("do not reflect your latest settings")
    assert barriers(page) == []

    number.fill("60")

    expect(page.locator("#errors-prior")).to_be_empty()
    expect(number).not_to_have_attribute("aria-invalid", "true")
    expect(page.locator("[data-moves=id_prior]")).to_have_value("60")
    expect(page.locator("#preview-note")).not_to_contain_text("older")


def test_who_signs_in_again_on_another_tab_goes_on_with_the_form(page: Page, server: str) -> None:
    open_form(page, server)
    kept = page.context.cookies()
    page.get_by_label("Reason").fill("Still here")

    page.context.clear_cookies(name="sessionid")
    page.locator("#id_prior").fill("61")
    expect(page.locator("#preview-note")).to_contain_text("You are signed out")

    page.context.add_cookies(kept)  # type: ignore[arg-type]  # the same thing, with fewer promises
    page.locator("#id_prior").fill("62")
    expect(page.locator("#preview-note")).not_to_contain_text("signed out")
    expect(page.get_by_label("Reason")).to_have_value("Still here")


def test_without_scripts_the_numbers_make_a_draft(new_context: NewContext, server: str) -> None:
    page = new_context(java_script_enabled=False).new_page()
    page.goto(f"{server}{ADD}")

    expect(page.locator("input[type=range]").first).to_be_hidden()
    page.locator("#id_prior").fill("61")
    page.get_by_label("Reason").fill("By hand")
    page.get_by_role("button", name="Save as draft").click()

    expect(page.locator("table.compare").first).to_contain_text("61")


@pytest.fixture
def silent_worker(monkeypatch: pytest.MonkeyPatch) -> None:
    """Messages are sent, and nobody reads them: the test is the worker."""
    monkeypatch.setattr(app, "send_task", lambda *args, **options: None)


@pytest.mark.usefixtures("silent_worker")
def test_all_leads_take_the_place_of_a_sample(page: Page, server: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(policy_preview, "preview_policy", partial(preview_policy, limit=500))
    problems = Problems(page)
    open_form(page, server)

    page.get_by_role("button", name="Compute all").press("Enter")
    expect(page.locator("#preview-job")).to_contain_text("Waiting for a worker")
    expect(page.locator("#preview-panel")).to_be_focused()
    compute(PolicyPreview.objects.get(status=PolicyPreview.Status.WAITING).pk)

    expect(page.locator("#preview-job")).to_have_count(0)
    expect(page.locator("#figures-caption")).not_to_contain_text(": 500")
    expect(page.locator("#preview-note")).to_have_text("No lead would go to a different partner.")
    assert problems.found == []
