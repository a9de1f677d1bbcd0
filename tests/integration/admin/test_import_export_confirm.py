"""All or nothing, and what happens between preview and confirmation."""

from datetime import timedelta

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.sessions.models import Session
from django.db import ProgrammingError, connection
from django.db.models import Model
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from feedback.models import LeadFeedback
from leads.admin.tables import PartnerTable
from leads.imports.admin import pages
from leads.imports.services import uploads
from leads.models import Lead, Partner
from support.models import SupportTicket
from tests.factories.marketplace import make_industry, make_lead, make_partner
from tests.factories.pages import signed_in
from tests.factories.raw import execute
from tests.factories.threads import at_once
from tests.integration.admin.transfers import confirm, counts, csv_file, imported, preview, problems, url_of

pytestmark = pytest.mark.django_db


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


def test_what_a_trigger_refuses_is_a_problem_of_its_row(admin_client: Client) -> None:
    execute(
        """
        CREATE FUNCTION refuse_gas() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN IF NEW.company_name = 'Gas' THEN RAISE EXCEPTION 'we do not do gas'; END IF; RETURN NEW; END $$
        """
    )
    execute("CREATE TRIGGER refuse_gas BEFORE INSERT ON profiles FOR EACH ROW EXECUTE FUNCTION refuse_gas()")

    found = preview(admin_client, Partner, csv_file(["company_name"], ["A"], ["Gas"]))

    assert problems(found) == [(3, "", "The database refuses this row: we do not do gas.")]


def test_what_is_not_about_the_rows_is_no_problem_of_theirs(admin_client: Client) -> None:
    execute("ALTER TABLE profiles RENAME TO elsewhere")

    with pytest.raises(ProgrammingError):
        preview(admin_client, Partner, csv_file(["company_name"], ["A"]))


def test_a_mistake_of_ours_is_not_shown_as_one_of_the_file(
    admin_client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise LookupError("ours")

    monkeypatch.setattr(PartnerTable, "rules", broken)

    with pytest.raises(LookupError, match="ours"):
        preview(admin_client, Partner, csv_file(["company_name"], ["A"]))


def test_a_constraint_of_ours_speaks_our_words(admin_client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(PartnerTable.ai_risk_score.kind, "most", 1000)

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
            Lead: [
                ["id", "industry", "postcode"],
                *[["", "Roofs", "3511"] for _ in leads],
                [leads[0], "Roofs", "1000"],
            ],
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
