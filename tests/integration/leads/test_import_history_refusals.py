"""`import_history` on files that are wrong: it says where, and changes nothing."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from pytest_django import DjangoAssertNumQueries

from leads.imports.services.history.results import MOST_PROBLEMS, Problem
from leads.models import Industry, Lead, LeadActivity, Partner
from leads.vocabulary import ActivityType
from tests.factories.marketplace import UNKNOWN_ID
from tests.integration.leads.history_files import (
    HistoryFiles,
    activity_id,
    lead_id,
    partner_id,
    problems_of,
    small_history,
)

NO_AMOUNT = "is not an amount: digits, and at most two decimals, as in 1250.50"

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def nothing_changes() -> Iterator[None]:
    yield
    assert [model.objects.count() for model in (Partner, Industry, Lead, LeadActivity)] == [0, 0, 0, 0]


@pytest.mark.parametrize(
    ("name", "row", "field", "value", "message"),
    [
        ("profiles", 0, "id", "12", "'12' is not an id"),
        ("profiles", 1, "id", "", "It cannot be empty"),
        ("profiles", 1, "is_active_for_routing", "maybe", "'maybe' is neither true nor false"),
        ("profiles", 1, "name", "a\x00b", "It holds a zero character, which cannot be stored"),
        ("profiles", 1, "id", partner_id(1), f"{partner_id(1)} (first in line 2) is there again"),
        ("leads", 0, "user_id", "nobody", "'nobody' is not an id"),
        (
            *("leads", 1, "user_id", UNKNOWN_ID),
            f"{UNKNOWN_ID} is no partner, neither in profiles.csv nor in the database",
        ),
        (
            *("leads", 2, "status", "open"),
            "'open' is none of new, accepted, rejected, in_progress, completed, won, lost",
        ),
        ("leads", 2, "created_at", "", "It cannot be empty"),
        (
            *("leads", 2, "accepted_at", "2100-01-01T00:00:00Z"),
            "'2100-01-01T00:00:00Z' lies in the future",
        ),
        (
            *("leads", 0, "accepted_at", "2026-03-28T08:59:59+01:00"),
            "2026-03-28 07:59:59+00 is before the lead's created_at",
        ),
        (
            *("leads", 0, "first_contact_at", "2026-03-28T08:00:00+01:00"),
            "2026-03-28 07:00:00+00 is before the lead's created_at",
        ),
        ("leads", 0, "deal_value", "veel", "'veel' is not an amount: digits, and at most two decimals, as in 1250.50"),
        ("leads", 0, "deal_value", "NaN", "'NaN' is not an amount: digits, and at most two decimals, as in 1250.50"),
        ("leads", 0, "deal_value", "-1", "'-1' is negative"),
        ("leads", 0, "deal_value", "1e12", "'1e12' is too large"),
        ("leads", 0, "deal_value", "1.999", "'1.999' has more than two decimals"),
        ("leads", 3, "id", lead_id(1), f"{lead_id(1)} (first in line 2) is there again"),
        (
            *("lead_activities", 0, "lead_id", UNKNOWN_ID),
            f"{UNKNOWN_ID} is no lead, neither in leads.csv nor in the database",
        ),
        ("lead_activities", 3, "lead_id", "", "It cannot be empty"),
        ("lead_activities", 3, "type", "fax", f"'fax' is none of {', '.join(ActivityType.values)}"),
        (
            *("lead_activities", 3, "created_by", UNKNOWN_ID),
            f"{UNKNOWN_ID} is no partner, neither in profiles.csv nor in the database",
        ),
        ("lead_activities", 3, "id", activity_id(1), f"{activity_id(1)} (first in line 2) is there again"),
        ("outcomes", 3, "lead_id", lead_id(2), f"{lead_id(2)} (first in line 3) is there again"),
        ("outcomes", 0, "lead_id", UNKNOWN_ID, f"{UNKNOWN_ID} is not in leads.csv"),
        ("outcomes", 0, "outcome", "lost", "lost (lead: won) contradicts leads.csv"),
        (
            *("outcomes", 0, "decided_at", "2026-03-01T09:00:00+01:00"),
            "2026-03-01 08:00:00+00 is before the lead's created_at",
        ),
        (
            "outcomes",
            0,
            "amount_requested",
            "x" * 70,
            f"'{'x' * 60}...' {NO_AMOUNT}",
        ),
    ],
)
def test_names_file_line_and_field(
    tmp_path: Path, *, name: str, row: int, field: str, value: str, message: str
) -> None:
    files = small_history()
    files.records(name)[row][field] = value

    problems = problems_of(files.write(tmp_path))

    # Every record before a note with a line break is one line; the header is line 1.
    expected = Problem(file=f"{name}.csv", line=row + 2, field=field, message=message)
    assert problems[0] == expected
    assert str(expected) == f"{name}.csv, line {row + 2}, field {field}: {message}"


def test_a_record_of_several_lines_is_named_by_its_first(tmp_path: Path) -> None:
    files = small_history()
    files.lead_activities[0]["description"] = "twee\nregels"
    files.lead_activities[1]["type"] = "fax"

    (problem,) = problems_of(files.write(tmp_path))

    assert problem.line == 4


def test_packed_files_are_named_as_they_are(tmp_path: Path) -> None:
    files = small_history()
    files.leads[1]["created_at"] = ""

    (problem,) = problems_of(files.write(tmp_path, packed=True))

    assert (problem.file, problem.line) == ("leads.csv.gz", 3)


def test_collects_the_problems_of_all_files(tmp_path: Path) -> None:
    files = small_history()
    files.profiles[0]["is_active_for_routing"] = ""
    files.leads[1]["status"] = files.leads[1]["created_at"] = "?"
    files.outcomes[2]["outcome"] = "?"

    problems = problems_of(files.write(tmp_path))

    assert [(problem.file, problem.line, problem.field) for problem in problems] == [
        ("profiles.csv", 2, "is_active_for_routing"),
        ("leads.csv", 3, "status"),
        ("leads.csv", 3, "created_at"),
        ("outcomes.csv", 4, "outcome"),
    ]


def _all_wrong_by_themselves(files: HistoryFiles) -> None:
    files.profiles = [{"id": str(number)} for number in range(100)]


def _all_wrong_together(files: HistoryFiles) -> None:
    files.lead_activities = [
        {**files.lead_activities[0], "id": activity_id(number), "lead_id": UNKNOWN_ID} for number in range(100)
    ]


@pytest.mark.parametrize("spoil", [_all_wrong_by_themselves, _all_wrong_together])
def test_stops_after_enough_problems(tmp_path: Path, spoil: Callable[[HistoryFiles], None]) -> None:
    files = small_history()
    spoil(files)

    assert len(problems_of(files.write(tmp_path))) == MOST_PROBLEMS


@pytest.mark.parametrize(
    ("content", "line", "field", "message"),
    [
        (b"", 1, None, "has no header"),
        (b"id,id,name,is_active_for_routing\n", 1, "id", "this column is there more than once"),
        (
            *(b"id,name,is_active_for_routing,city\n", 1, None),
            "the column 'city' is unknown; the file has id, name, is_active_for_routing",
        ),
        (
            *(b"id,name,is_active_for_routing\n\n1,2\n", 3, None),
            "has 2 fields, the header has 3: '1,2'",
        ),
    ],
)
def test_a_file_that_is_no_such_table(
    tmp_path: Path, *, content: bytes, line: int, field: str | None, message: str
) -> None:
    small_history().write(tmp_path)
    (tmp_path / "profiles.csv").write_bytes(content)

    assert problems_of(tmp_path)[0] == Problem(file="profiles.csv", line=line, field=field, message=message)


def test_missing_files_are_named_before_the_database_is_asked(
    tmp_path: Path, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    small_history().write(tmp_path)
    (tmp_path / "leads.csv").unlink()
    (tmp_path / "outcomes.csv").unlink()

    with django_assert_num_queries(0):
        problems = problems_of(tmp_path)

    assert [problem.file for problem in problems] == ["leads.csv", "outcomes.csv"]
    assert str(problems[0]).startswith(f"leads.csv: is not in {tmp_path}, and neither is leads.csv.gz")


def test_a_file_that_is_there_twice_is_refused(tmp_path: Path) -> None:
    small_history().write(tmp_path)
    (tmp_path / "leads.csv.gz").write_bytes(b"")

    (problem,) = problems_of(tmp_path)

    assert "twice" in problem.message


def test_a_folder_that_is_not_there_is_refused(tmp_path: Path) -> None:
    (problem,) = problems_of(tmp_path / "nowhere")

    assert problem.message == "is no folder"


def test_shift_does_not_make_other_errors_right(tmp_path: Path) -> None:
    files = small_history()
    files.leads[0]["created_at"] = "2026-03-28T09:00:00"

    (problem,) = problems_of(files.write(tmp_path), shift_to_now=True)

    assert "has no time zone" in problem.message


def test_command_fails_with_one_line_a_problem(tmp_path: Path) -> None:
    files = small_history()
    files.leads[0]["status"] = "?"
    files.write(tmp_path)

    with pytest.raises(CommandError) as refused:
        call_command("import_history", str(tmp_path))

    lines = str(refused.value).splitlines()
    assert lines[0] == "Nothing was imported:"
    assert lines[1].startswith("  leads.csv, line 2, field status: '?' is none of new")
    assert len(lines) == 2


def test_command_says_that_there_may_be_more(tmp_path: Path) -> None:
    files = small_history()
    _all_wrong_by_themselves(files)
    files.write(tmp_path)

    with pytest.raises(CommandError, match=r"There may be more\.$"):
        call_command("import_history", str(tmp_path))
