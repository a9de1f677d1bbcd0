"""Which files can be imported, and why others cannot."""

from datetime import date

import pytest
from django.test import Client
from django.utils import timezone

from leads.imports.admin import pages
from leads.imports.services import files, spreadsheets
from leads.models import Partner
from tests.integration.admin.transfers import (
    counts,
    csv_file,
    imported,
    preview,
    problems,
    refusal,
    url_of,
    xlsx_file,
)

pytestmark = pytest.mark.django_db


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
        ["Zon", 5.0, False, now, 1e16, None],
        [None] * 6,
    )

    imported(admin_client, Partner, data, name="rows.csv")

    partner = Partner.objects.get()
    assert (partner.company_name, partner.max_open_leads, partner.is_active_for_routing) == ("Zon", 5, False)
    assert partner.ai_risk_assessed_at == timezone.make_aware(now)
    assert partner.primary_branch == "10000000000000000"


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
    monkeypatch.setattr(spreadsheets, "MAX_UNPACKED_BYTES", 1000)

    assert "too large when it is unpacked" in refusal(
        preview(admin_client, Partner, xlsx_file(["company_name"], ["Zon"]))
    )


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_too_many_rows_are_refused(kind: str, admin_client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "MAX_ROWS", 2)
    rows = [["company_name"], ["A"], ["B"], ["C"]]

    found = preview(admin_client, Partner, csv_file(*rows) if kind == "csv" else xlsx_file(*rows))

    assert refusal(found) == "The file has more than 2 rows. Split it."


def test_blank_lines_of_a_spreadsheet_are_read_over_but_not_for_ever(
    admin_client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(spreadsheets, "MAX_LINE", 10)
    few = xlsx_file(["company_name"], *[[None]] * 4, ["Zon"])
    many = xlsx_file(["company_name"], *[[None]] * 50, ["Zon"])

    assert counts(preview(admin_client, Partner, few)) == (1, 0, 0)
    assert refusal(preview(admin_client, Partner, many)) == "The spreadsheet goes on below line 10. Split it."


def test_a_day_in_a_spreadsheet_is_its_beginning(admin_client: Client) -> None:
    imported(admin_client, Partner, xlsx_file(["ai_risk_assessed_at"], [date(2026, 1, 31)]))

    moment = Partner.objects.get().ai_risk_assessed_at
    assert moment is not None
    assert timezone.localtime(moment).isoformat() == "2026-01-31T00:00:00+01:00"


def test_an_upload_without_a_file_says_so(admin_client: Client) -> None:
    response = admin_client.post(url_of(Partner, "import"), {})

    assert refusal(response) == "This field is required."
