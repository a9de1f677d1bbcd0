"""Pages that only a form leads to are as sound as the others."""

import pytest
from playwright.sync_api import Page

from tests.browser.problems import Problems, barriers, too_wide
from tests.integration.admin.transfers import csv_file

PARTNERS = "/admin/leads/partner/"


@pytest.fixture
def problems(page: Page) -> Problems:
    return Problems(page)


def assert_sound(page: Page, problems: Problems) -> None:
    page.wait_for_load_state()
    found = [*problems.found, *too_wide(page), *barriers(page)]
    assert not found, "\n".join([page.url, *found])


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ([("company_name", "max_open_leads"), ("New Roofs", 12), ("New Doors", 3)], "New Roofs"),
        ([("company_name", "max_open_leads"), ("New Roofs", "many")], "max_open_leads"),
        ([("colour",), ("red",)], "colour"),
    ],
)
def test_the_preview_of_an_import(
    rows: list[tuple[object, ...]], words: str, page: Page, server: str, problems: Problems
) -> None:
    page.goto(f"{server}{PARTNERS}import/")

    page.locator("input[type=file]").set_input_files(
        {"name": "partners.csv", "mimeType": "text/csv", "buffer": csv_file(*rows)}
    )
    page.locator(".submit-row input[type=submit]").click()

    page.get_by_text(words).first.wait_for()
    assert_sound(page, problems)


def test_the_question_before_rows_are_deleted(page: Page, server: str, problems: Problems) -> None:
    page.goto(f"{server}/admin/feedback/leadfeedback/")

    page.locator(".action-select").first.check()
    page.locator("select[name=action]").select_option("delete_selected")
    page.locator("button[name=index]").click()

    page.locator("body.delete-selected-confirmation").wait_for()
    assert_sound(page, problems)


def test_a_form_with_mistakes(page: Page, server: str, problems: Problems) -> None:
    page.goto(f"{server}{PARTNERS}add/")

    page.locator("#partner_form").evaluate("(form) => { form.noValidate = true; }")
    page.locator("#id_max_open_leads").fill("-1")
    page.locator("input[name=_save]").click()

    page.locator(".errornote").wait_for()
    assert_sound(page, problems)


def test_a_window_that_picks_a_row_for_a_form(page: Page, server: str, problems: Problems) -> None:
    page.goto(f"{server}/admin/leads/industry/add/?_to_field=id&_popup=1")

    assert_sound(page, problems)


def test_a_search_field_offers_what_fits(page: Page, server: str, problems: Problems) -> None:
    page.goto(f"{server}/admin/leads/lead/add/")

    page.get_by_role("combobox", name="Industry").click()
    page.locator(".select2-results__option").first.wait_for()
    page.wait_for_load_state("networkidle")

    assert_sound(page, problems)
