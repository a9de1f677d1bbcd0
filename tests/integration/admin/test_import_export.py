"""What import and export have in common for every table: pages, rights, formats, and all or nothing."""

from datetime import timedelta

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import User
from django.contrib.sessions.models import Session
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.db.models import Model
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from feedback.models import LeadFeedback
from leads.admin.tables import PartnerTable
from leads.admin.transfer import files, pages, uploads
from leads.models import Lead, Partner
from support.models import SupportTicket
from tests.factories.marketplace import make_industry, make_lead, make_partner
from tests.factories.pages import html_of, signed_in
from tests.factories.raw import execute
from tests.factories.threads import at_once
from tests.integration.admin.transfers import (
    confirm,
    counts,
    csv_file,
    exported,
    imported,
    preview,
    problems,
    records,
    refusal,
    sheet,
    url_of,
    xlsx_file,
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


# -- Files


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
def test_csv_may_have_any_usual_separator_and_a_mark(delimiter: str, encoding: str, admin_client: Client) -> None:
    data = csv_file(["company_name", "regions"], ["Zoë & Co", "Utrecht, Drenthe"], delimiter=delimiter)

    imported(admin_client, Partner, data.decode().encode(encoding))

    partner = Partner.objects.get()
    assert (partner.company_name, partner.regions) == ("Zoë & Co", ["Utrecht", "Drenthe"])


def test_the_separator_line_of_excel_is_understood(admin_client: Client) -> None:
    found = preview(admin_client, Partner, b"sep=;\r\ncompany_name;max_open_leads\r\nZon;many\r\n")

    assert problems(found) == [(3, "max_open_leads", "'many' is not a whole number.")]


def test_a_spreadsheet_is_known_by_its_content_whatever_its_name_is(admin_client: Client) -> None:
    now = timezone.localtime().replace(microsecond=0, tzinfo=None)
    data = xlsx_file(
        ["company_name", "max_open_leads", "is_active_for_routing", "ai_risk_assessed_at", "primary_branch", None],
        ["Zon", 5.0, False, now, 42, None],
        [None] * 6,
    )

    imported(admin_client, Partner, data, name="rows.csv")

    partner = Partner.objects.get()
    assert (partner.company_name, partner.max_open_leads, partner.is_active_for_routing) == ("Zon", 5, False)
    assert partner.ai_risk_assessed_at == timezone.make_aware(now)
    assert partner.primary_branch == "42"


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "The submitted file is empty."),
        (b"\n\n", "The file is empty."),
        (b"company_name\n", "no rows below its header"),
        (b"company_name\n\xe9\n", "not UTF-8 (line 2)"),
        ("company_name\nZon\n".encode("utf-16"), "UTF-16"),
        (b"company_name,colour,size\nZon,red,1\n", "Unknown columns: colour, size. Known are id, company_name"),
        (b"company_name,Company_Name\nZon,Zon\n", "more than once: company_name"),
        (b"company_name,\nZon,red\n", "Column 2 has no name"),
        (b"company_name,regions\nZon\n", "Line 2 has 1 cells, the header has 2."),
        (b"company_name\nZon,red\n", "Line 2 has 2 cells, the header has 1."),
        (b'company_name\n"Zon\n', "Line 2 is not CSV"),
        (b"PK\x03\x04nonsense", "neither CSV nor a spreadsheet"),
        (b"<html><table><tr><td>company_name</td></tr></table></html>", "Unknown columns"),
    ],
)
def test_a_file_that_is_no_table_is_refused_with_the_reason(data: bytes, reason: str, admin_client: Client) -> None:
    found = preview(admin_client, Partner, data)

    assert reason in refusal(found)
    assert not Partner.objects.exists()


def test_a_damaged_spreadsheet_is_refused_and_never_an_error(admin_client: Client) -> None:
    good = xlsx_file(["company_name"], ["Zon"])

    for place in range(0, len(good), 37):
        data = good[:place] + bytes([good[place] ^ 0xFF]) + good[place + 1 :]
        found = preview(admin_client, Partner, data)
        assert refusal(found) or "counts" in found.context


def test_a_file_that_is_too_large_is_refused(admin_client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pages, "MAX_BYTES", 1024 * 1024)

    found = preview(admin_client, Partner, b"company_name\n" + b"x" * 1024 * 1500)

    assert refusal(found) == "The file has 1.5 MB. The most is 1 MB: split it."


def test_a_spreadsheet_that_unpacks_to_too_much_is_refused(
    admin_client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(files, "MAX_UNPACKED_BYTES", 1000)

    assert "too large when it is unpacked" in refusal(
        preview(admin_client, Partner, xlsx_file(["company_name"], ["Zon"]))
    )


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_too_many_rows_are_refused(kind: str, admin_client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "MAX_ROWS", 2)
    rows = [["company_name"], ["A"], ["B"], ["C"]]

    found = preview(admin_client, Partner, csv_file(*rows) if kind == "csv" else xlsx_file(*rows))

    assert refusal(found) == "The file has more than 2 rows. Split it."


def test_an_upload_without_a_file_says_so(admin_client: Client) -> None:
    response = admin_client.post(url_of(Partner, "import"), {})

    assert refusal(response) == "This field is required."


# -- All or nothing


def test_a_preview_writes_nothing_and_shows_what_would_change(admin_client: Client) -> None:
    partner = make_partner(company_name="Old", max_open_leads=5)
    data = csv_file(
        ["id", "company_name", "max_open_leads"], [partner.id, "New <b>", "5"], ["", "Zon", ""], ["", "Dak", "3"]
    )

    found = preview(admin_client, Partner, data)

    html = found.content.decode()
    assert counts(found) == (2, 1, 0)
    assert "<del>Old</del> <ins>New &lt;b&gt;</ins>" in html
    assert "<ins>Zon</ins>" in html
    assert "Import 3 rows" in html
    assert [row.company_name for row in Partner.objects.all()] == ["Old"]


def test_a_confirmed_import_writes_and_notes_it_in_the_history(admin_client: Client) -> None:
    partner = make_partner(company_name="Old")

    response = imported(
        admin_client, Partner, csv_file(["id", "company_name"], [partner.id, "New"], ["", "Zon"], ["", "Dak"])
    )

    assert sorted(Partner.objects.values_list("company_name", flat=True)) == ["Dak", "New", "Zon"]
    notes = LogEntry.objects.values_list("object_id", "action_flag", "change_message")
    assert set(notes) == {
        (str(row.id), 2 if row.company_name == "New" else 1, "Imported.") for row in Partner.objects.all()
    }
    page = admin_client.get(response["Location"]).content.decode()
    assert "Imported: 2 new, 1 changed, 0 left as they are." in page


def test_one_bad_row_and_nothing_is_written_and_all_bad_rows_are_named(admin_client: Client) -> None:
    data = csv_file(
        ["company_name", "max_open_leads", "ai_risk_score"],
        ["Zon\nen Dak", "5", ""],
        ["Wind", "-1", "101"],
        ["Water", "2", ""],
        ["Gas", "1.5", "7"],
    )

    found = preview(admin_client, Partner, data)

    assert problems(found) == [
        (4, "max_open_leads", "'-1' is less than 0."),
        (4, "ai_risk_score", "'101' is more than 100."),
        (6, "max_open_leads", "'1.5' is not a whole number."),
    ]
    assert found.context["upload"] == ""
    assert not Partner.objects.exists()


def test_only_the_first_problems_are_shown_and_all_are_counted(
    admin_client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pages, "ROWS_SHOWN", 2)

    found = preview(admin_client, Partner, csv_file(["max_open_leads"], ["a"], ["b"], ["c"]))
    fine = preview(admin_client, Partner, csv_file(["company_name"], ["a"], ["b"], ["c"]))

    html = " ".join(found.content.decode().split())
    assert "3 problems" in html
    assert "These are the first 2." in html
    assert "And 1 more row." in fine.content.decode()


def test_an_id_that_is_there_twice_is_refused(admin_client: Client) -> None:
    partner = make_partner()

    found = preview(
        admin_client, Partner, csv_file(["id", "company_name"], [partner.id, "A"], [str(partner.id).upper(), "B"])
    )

    assert problems(found) == [(3, "id", "Line 2 is about the same row.")]


def test_what_is_no_id_is_refused_and_an_unknown_id_is_a_new_row(admin_client: Client) -> None:
    new = "11111111-2222-3333-4444-555555555555"

    found = preview(admin_client, Partner, csv_file(["id", "company_name"], ["7", "A"], [new, "B"]))
    imported(admin_client, Partner, csv_file(["id", "company_name"], [new, "B"]))

    assert problems(found) == [(2, "id", "'7' is not an id.")]
    assert [str(partner.id) for partner in Partner.objects.all()] == [new]


def test_a_constraint_that_only_the_database_knows_is_a_problem_of_its_row(admin_client: Client) -> None:
    execute("ALTER TABLE profiles ADD CONSTRAINT no_gas CHECK (company_name <> 'Gas')")
    execute("CREATE UNIQUE INDEX one_name ON profiles (company_name)")
    partner = make_partner(company_name="Old")
    names = ["A", "B", "Gas", "C", "D", "A"]

    found = preview(
        admin_client,
        Partner,
        csv_file(["id", "company_name"], *[["", name] for name in names], [partner.id, "Gas"]),
    )

    (line_4, line_7, line_8) = problems(found)
    assert (line_4[0], line_7[0], line_8[0]) == (4, 7, 8)
    assert "no_gas" in line_4[2]
    assert "no_gas" in line_8[2]
    assert line_7[2] == "There is such a row already: Key (company_name)=(A) already exists."
    assert [row.company_name for row in Partner.objects.all()] == ["Old"]


def test_a_constraint_of_ours_speaks_our_words(admin_client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(PartnerTable.fields["ai_risk_score"].kind, "most", 1000)

    found = preview(admin_client, Partner, csv_file(["ai_risk_score"], ["500"]))

    assert problems(found) == [(2, "", "The AI score lies between 0 and 100.")]


# -- Between preview and confirmation


def test_what_changed_since_the_preview_is_shown_again_and_not_written(admin_client: Client) -> None:
    partner = make_partner(company_name="Old")
    previewed = preview(admin_client, Partner, csv_file(["id", "company_name"], [partner.id, "New"]))
    Partner.objects.update(company_name="Newer")

    again = confirm(admin_client, Partner, previewed)

    partner.refresh_from_db()
    html = again.content.decode()
    assert partner.company_name == "Newer"
    assert "rows have changed since the preview" in html
    assert "<del>Newer</del> <ins>New</ins>" in html
    assert confirm(admin_client, Partner, again).status_code == 302
    partner.refresh_from_db()
    assert partner.company_name == "New"


def test_a_file_is_imported_once(admin_client: Client) -> None:
    previewed = preview(admin_client, Partner, csv_file(["company_name"], ["Zon"]))
    confirm(admin_client, Partner, previewed)

    again = confirm(admin_client, Partner, previewed)

    assert "The file is no longer there" in again.content.decode()
    assert Partner.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_who_clicks_twice_imports_once(admin_client: Client) -> None:
    previewed = preview(admin_client, Partner, csv_file(["company_name"], ["Zon"]))

    def click(_: int) -> int:
        browser = Client()
        browser.cookies = admin_client.cookies
        return int(confirm(browser, Partner, previewed).status_code)

    assert sorted(at_once(4, click)) == [200, 200, 200, 302]
    assert Partner.objects.count() == 1


@pytest.mark.parametrize("key", ["", "nothing", "own session"])
def test_a_key_of_no_upload_is_refused(key: str, admin_client: Client) -> None:
    sent = str(admin_client.session.session_key) if key == "own session" else key

    response = admin_client.post(url_of(Partner, "process_import"), {"upload": sent})

    assert "The file is no longer there" in response.content.decode()
    assert admin_client.get(reverse("admin:index")).status_code == 200


def test_somebody_elses_upload_and_another_tables_are_not_found(admin_client: Client) -> None:
    previewed = preview(admin_client, Partner, csv_file(["company_name"], ["Zon"]))
    other = signed_in("leads.add_partner", "leads.change_partner")

    for response in (confirm(other, Partner, previewed), confirm(admin_client, Lead, previewed)):
        assert "The file is no longer there" in response.content.decode()
    assert not Partner.objects.exists()


def test_an_upload_that_expired_is_gone_and_removed_by_the_next_one(
    admin_client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(uploads, "LIFETIME", timedelta(seconds=-1))
    previewed = preview(admin_client, Partner, csv_file(["company_name"], ["Zon"]))
    monkeypatch.undo()
    before = Session.objects.count()

    response = confirm(admin_client, Partner, previewed)
    preview(admin_client, Partner, csv_file(["company_name"], ["Dak"]))

    assert "The file is no longer there" in response.content.decode()
    assert Session.objects.count() == before


# -- Statements


@pytest.mark.parametrize(
    ("model", "most"),
    [(Partner, 25), (Lead, 34), (LeadFeedback, 27), (SupportTicket, 27)],
)
def test_an_import_takes_as_many_statements_for_100_rows_as_for_10(
    model: type[Model], most: int, admin_client: Client
) -> None:
    make_industry(name="Roofs")
    partner = make_partner()

    def statements(count: int) -> int:
        leads = [str(make_lead(partner=partner).id) for _ in range(count)]
        rows = {
            Partner: [["id", "company_name"], *[["", f"P{n}"] for n in range(count)]],
            Lead: [["id", "industry", "postcode"], *[["", "Roofs", "3511"] for _ in leads], [leads[0], "Roofs", "1"]],
            LeadFeedback: [["lead", "rating"], *[[lead, "4"] for lead in leads]],
            SupportTicket: [["lead", "type"], *[[lead, "complaint"] for lead in leads]],
        }[model]
        previewed = preview(admin_client, model, csv_file(*rows))
        with CaptureQueriesContext(connection) as queries:
            assert confirm(admin_client, model, previewed).status_code == 302
        return len(queries)

    statements(2)
    few = statements(10)

    assert statements(100) == few <= most
