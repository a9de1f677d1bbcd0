"""Rows that are there already: counted, left alone, and named where the file says otherwise."""

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command

from leads.imports.services.history.load import MOST_DIFFERENCES_SHOWN, import_history
from leads.imports.services.history.results import ImportResult
from leads.models import Lead, LeadActivity, Partner
from tests.integration.leads.history_files import (
    HistoryFiles,
    activity_id,
    lead_id,
    partner_id,
    random_history,
    small_history,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def known(tmp_path: Path) -> HistoryFiles:
    """The small set, imported."""
    files = small_history()
    import_history(folder=files.write(tmp_path))
    return files


def differing(result: ImportResult) -> dict[str, list[tuple[int, str, tuple[str, ...]]]]:
    """By file: line, id and fields of each example."""
    return {
        differences.file: [(row.line, row.id, row.fields) for row in differences.examples]
        for differences in result.differences
    }


def test_the_same_rows_differ_in_nothing(known: HistoryFiles, tmp_path: Path) -> None:
    result = import_history(folder=tmp_path)

    assert {table.table: table.known for table in result.tables} == {
        "profiles": 2,
        "industries": 2,
        "leads": 4,
        "lead_activities": 5,
    }
    assert result.differences == ()


def test_a_random_set_differs_in_nothing_from_itself(tmp_path: Path) -> None:
    files = random_history(leads=300, seed=3)
    import_history(folder=files.write(tmp_path))

    assert import_history(folder=tmp_path).differences == ()


@pytest.mark.parametrize(
    ("name", "row", "field", "value"),
    [
        ("profiles", 0, "name", "Anders"),
        ("profiles", 1, "is_active_for_routing", "true"),
        ("leads", 0, "user_id", partner_id(2)),
        ("leads", 3, "user_id", partner_id(2)),
        ("leads", 2, "status", "accepted"),
        ("leads", 0, "industry", "Warmtepomp"),
        ("leads", 3, "industry", "Warmtepomp"),
        ("leads", 0, "province", "Gelderland"),
        ("leads", 1, "postcode", "3511 AB"),
        ("leads", 0, "created_at", "2026-03-28T09:00:00.000001+01:00"),
        ("leads", 0, "accepted_at", "2026-03-28T09:21:00+01:00"),
        ("leads", 0, "first_contact_at", "2026-03-28T13:00:00+01:00"),
        ("leads", 1, "deal_value", "1"),
        ("lead_activities", 0, "lead_id", lead_id(2)),
        ("lead_activities", 0, "type", "meeting"),
        ("lead_activities", 0, "description", "anders"),
        ("lead_activities", 0, "created_by", partner_id(1)),
        ("lead_activities", 0, "created_at", "2026-03-28T09:00:01+01:00"),
        ("outcomes", 0, "decided_at", "2026-04-02T09:00:01+02:00"),
    ],
)
def test_a_field_that_differs_is_named_and_the_row_left_alone(
    known: HistoryFiles, tmp_path: Path, *, name: str, row: int, field: str, value: str
) -> None:
    record = known.records(name)[row]
    record[field] = value
    # An outcome has to be that of the lead.
    known.outcomes[2]["outcome"] = known.leads[2]["status"]
    before = content()

    result = import_history(folder=known.write(tmp_path))

    key = record["lead_id"] if name == "outcomes" else record["id"]
    assert differing(result) == {f"{name}.csv": [(row + 2, key, (field,))]}
    assert (result.differences[0].count, result.added) == (1, 0)
    assert content() == before


def test_what_the_file_does_not_know_is_no_difference(known: HistoryFiles, tmp_path: Path) -> None:
    for record in known.leads:
        record.update(user_id="", industry="", province="", postcode="", accepted_at="", deal_value="")
    known.profiles[0]["name"] = ""
    known.lead_activities[2]["created_by"] = known.lead_activities[4]["description"] = ""
    known.outcomes[0]["decided_at"] = ""

    assert import_history(folder=known.write(tmp_path)).differences == ()


def test_what_happened_since_is_told(known: HistoryFiles, tmp_path: Path) -> None:
    Lead.objects.filter(id=lead_id(3)).update(status="won")
    Partner.objects.filter(id=partner_id(1)).update(company_name="Nieuw")
    LeadActivity.objects.filter(id=activity_id(3)).update(created_by=None)

    result = import_history(folder=tmp_path)

    assert differing(result) == {
        "profiles.csv": [(2, partner_id(1), ("name",))],
        "leads.csv": [(4, lead_id(3), ("status",))],
        "lead_activities.csv": [(4, activity_id(3), ("created_by",))],
    }


def test_all_are_counted_and_the_first_shown(tmp_path: Path) -> None:
    files = random_history(leads=50, seed=5)
    import_history(folder=files.write(tmp_path, packed=True))
    Lead.objects.update(province="Drenthe")
    for record in files.leads:
        record["province"] = "Utrecht"
        record["postcode"] = "3511"
    out = StringIO()

    call_command("import_history", str(files.write(tmp_path, packed=True)), stdout=out)

    lines = out.getvalue().splitlines()
    begin = lines.index("leads.csv.gz: 50 rows differ from the database, which was left as it is:")
    examples = lines[begin + 1 : begin + 1 + MOST_DIFFERENCES_SHOWN]
    assert examples == [f"  line {place + 2}, {lead_id(place)}: province, postcode" for place in range(3)]
    assert lines[begin + 1 + MOST_DIFFERENCES_SHOWN] == "  ..."


def test_times_that_are_moved_are_not_compared(known: HistoryFiles, tmp_path: Path) -> None:
    known.leads[0]["province"] = "Gelderland"

    result = import_history(folder=known.write(tmp_path), shift_to_now=True)

    assert differing(result) == {"leads.csv": [(2, lead_id(1), ("province",))]}


def content() -> list[tuple[object, ...]]:
    """Every row that an import may touch."""
    return [row for model in (Partner, Lead, LeadActivity) for row in model.objects.order_by("pk").values_list()]
