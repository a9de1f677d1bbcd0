"""Import and export for every table: pages, rights, round trips, what is exported."""

import pytest
from django.contrib.auth.models import User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.db.models import Model
from django.test import Client
from django.test.utils import CaptureQueriesContext

from feedback.models import LeadFeedback
from leads.imports.admin import pages
from leads.models import Lead, Partner
from support.models import SupportTicket
from tests.factories.marketplace import make_lead, make_partner
from tests.factories.pages import html_of, signed_in
from tests.integration.admin.transfers import (
    counts,
    csv_file,
    exported,
    imported,
    preview,
    problems,
    records,
    sheet,
    url_of,
)
from tests.integration.admin.worlds import fill

pytestmark = pytest.mark.django_db

MODELS = (Partner, Lead, LeadFeedback, SupportTicket)


def permission(model: type[Model], action: str) -> str:
    return f"{model._meta.app_label}.{action}_{model._meta.model_name}"


# -- Pages and rights


@pytest.mark.parametrize("model", MODELS)
def test_the_list_leads_to_both_pages_and_nothing_on_them_is_inline(model: type[Model], admin_client: Client) -> None:
    fill(1)

    html = html_of(admin_client, url_of(model, "changelist"))

    for page in ("import", "export"):
        assert f'"{url_of(model, page)}' in html.replace("'", '"')
        assert "<code>id</code>" in html_of(admin_client, url_of(model, page))


@pytest.mark.parametrize("model", MODELS)
def test_who_may_only_view_can_export_and_not_import(model: type[Model]) -> None:
    fill(1)
    client = signed_in(permission(model, "view"))

    html = html_of(client, url_of(model, "changelist"))

    assert url_of(model, "import") not in html
    assert client.get(url_of(model, "import")).status_code == 403
    assert client.post(url_of(model, "import"), {"file": SimpleUploadedFile("a.csv", b"id\n1")}).status_code == 403
    assert client.post(url_of(model, "process_import"), {"upload": "x"}).status_code == 403
    assert records(exported(client, model))


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize("action", ["add", "change"])
def test_an_import_needs_the_right_to_add_and_to_change(model: type[Model], action: str) -> None:
    client = signed_in(permission(model, "view"), permission(model, action))

    assert url_of(model, "import") not in html_of(client, url_of(model, "changelist"))
    assert client.get(url_of(model, "import")).status_code == 403


@pytest.mark.parametrize("model", MODELS)
def test_who_may_not_view_cannot_export(model: type[Model]) -> None:
    client = signed_in(permission(model, "add"))

    assert client.get(url_of(model, "export")).status_code == 403
    assert client.post(url_of(model, "export"), {"format": "csv"}).status_code == 403


def test_an_import_is_confirmed_by_a_post_alone(admin_client: Client) -> None:
    assert admin_client.get(url_of(Partner, "process_import")).status_code == 405


def test_both_need_the_token_against_forged_requests() -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(User.objects.create_superuser("root"))

    assert client.post(url_of(Partner, "process_import"), {"upload": "x"}).status_code == 403
    assert client.post(url_of(Partner, "import"), {}).status_code == 403


# -- Round trips


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
@pytest.mark.parametrize("model", MODELS)
def test_what_was_exported_changes_nothing_when_it_is_imported(
    model: type[Model], kind: str, admin_client: Client
) -> None:
    fill(3)
    before = list(model._default_manager.order_by("pk").values())

    found = preview(admin_client, model, exported(admin_client, model, kind=kind))

    assert problems(found) == []
    assert counts(found) == (0, 0, len(before))
    assert "There is nothing to import" in found.content.decode()
    assert list(model._default_manager.order_by("pk").values()) == before


@pytest.mark.parametrize("text", ["=1+1", "+31612345678", "-5", "@SUM(A1)", "\tx", "\rx", "'=1", "a;=1+1", "a\n=1+1"])
@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_no_text_is_a_formula_and_an_import_gets_it_back(text: str, kind: str, admin_client: Client) -> None:
    lead = make_lead(message=text)
    data = exported(admin_client, Lead, kind=kind)

    (row,) = records(data) if kind == "csv" else sheet(data)
    found = preview(admin_client, Lead, data)

    assert row["message"] != text
    assert not any(part[:1] in set("=+-@\t\r") for part in str(row["message"]).replace("\n", ";").split(";"))
    assert counts(found) == (0, 0, 1)
    lead.refresh_from_db()
    assert lead.message == text


def test_a_formula_that_was_exported_can_be_imported_as_a_new_text(admin_client: Client) -> None:
    make_lead(message="=1+1")
    (row,) = records(exported(admin_client, Lead))

    imported(admin_client, Lead, csv_file(["message"], [row["message"]]))

    assert [lead.message for lead in Lead.objects.all()] == ["=1+1", "=1+1"]


def test_characters_that_a_spreadsheet_cannot_hold_are_replaced(admin_client: Client) -> None:
    make_lead(message="a\x07b")

    assert sheet(exported(admin_client, Lead, kind="xlsx"))[0]["message"] == "a\N{REPLACEMENT CHARACTER}b"


# -- What is exported


def test_a_filtered_list_is_exported_as_it_is_filtered(admin_client: Client) -> None:
    fill(2)
    waiting = make_lead()
    query = "?assigned=waiting"

    page = html_of(admin_client, f"{url_of(Lead, 'export')}{query}")
    rows = records(exported(admin_client, Lead, query=query))

    assert "1 row will be exported: those that the filter and the search leave" in page
    assert [row["id"] for row in rows] == [str(waiting.id)]
    assert f"{url_of(Lead, 'export')}{query}" in html_of(admin_client, f"{url_of(Lead, 'changelist')}{query}")


def test_a_search_is_exported_too(admin_client: Client) -> None:
    make_partner(company_name="Zon")
    make_partner(company_name="Dak")

    rows = records(exported(admin_client, Partner, query="?q=zon"))

    assert [row["company_name"] for row in rows] == ["Zon"]


def test_a_filter_that_does_not_exist_leads_back_to_the_list(admin_client: Client) -> None:
    response = admin_client.get(f"{url_of(Lead, 'export')}?created_at__year=x&nothing=1")

    assert (response.status_code, response["Location"]) == (302, f"{url_of(Lead, 'changelist')}?e=1")


def test_too_many_rows_are_not_exported_but_counted_no_further(
    admin_client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pages, "MAX_EXPORTED_ROWS", 2)
    for _ in range(3):
        make_partner()

    response = admin_client.post(url_of(Partner, "export"), {"format": "csv"})

    assert "These are more than 2 rows" in response.content.decode()
    assert "Content-Disposition" not in response


def test_a_format_that_is_not_offered_is_refused(admin_client: Client) -> None:
    response = admin_client.post(url_of(Partner, "export"), {"format": "yaml"})

    assert response.context["form"].errors
    assert "Content-Disposition" not in response


@pytest.mark.parametrize("model", MODELS)
def test_an_export_takes_as_many_statements_for_50_rows_as_for_5(model: type[Model], admin_client: Client) -> None:
    world = fill(5)
    exported(admin_client, model)
    with CaptureQueriesContext(connection) as few:
        exported(admin_client, model)
    fill(50, world=world)

    with CaptureQueriesContext(connection) as many:
        exported(admin_client, model)

    assert len(many) == len(few) <= 8
