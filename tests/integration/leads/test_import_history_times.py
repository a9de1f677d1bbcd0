"""Times in the files of `import_history`: with an offset, local, skipped, twice, or none at all."""

from datetime import UTC, datetime, timedelta
from io import StringIO
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from django.core.management import CommandError, call_command
from hypothesis import given
from hypothesis import strategies as st

from leads.imports.services.cells import CellError
from leads.imports.services.history.load import import_history
from leads.imports.services.times import TimeReader
from leads.models import Lead
from tests.integration.leads.history_files import activity, lead_id, problems_of, small_history

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)


def reader(zone: ZoneInfo | None = None) -> TimeReader:
    return TimeReader(latest=NOW, zone=zone)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("2026-03-28T09:00:00+01:00", "2026-03-28T08:00:00+00:00"),
        ("2026-03-28T09:00:00Z", "2026-03-28T09:00:00+00:00"),
        ("2026-03-28 09:00:00.123456+01", "2026-03-28T08:00:00.123456+00:00"),
        ("2026-03-28 09:00-0530", "2026-03-28T14:30:00+00:00"),
        # Further than PostgreSQL would take.
        ("2026-03-28 09:00:00+23:59", "2026-03-27T09:01:00+00:00"),
        ("1970-01-01T00:00:00Z", "1970-01-01T00:00:00+00:00"),
        ("2026-06-01T12:00:00Z", "2026-06-01T12:00:00+00:00"),
    ],
)
@pytest.mark.parametrize("zone", [None, AMSTERDAM])
def test_an_offset_counts_whatever_the_zone(value: str, expected: str, zone: ZoneInfo | None) -> None:
    assert reader(zone).read(value).isoformat() == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("2026-01-31T09:30:00", "2026-01-31T08:30:00+00:00"),
        ("2025-07-31 09:30", "2025-07-31T07:30:00+00:00"),
        # The hour before, and the first moment after, the clock is put forward.
        ("2026-03-29T01:59:59.999999", "2026-03-29T00:59:59.999999+00:00"),
        ("2026-03-29T03:00:00", "2026-03-29T01:00:00+00:00"),
        # Around the hour that the clock has twice.
        ("2025-10-26T01:59:59", "2025-10-25T23:59:59+00:00"),
        ("2025-10-26T03:00:00", "2025-10-26T02:00:00+00:00"),
    ],
)
def test_a_time_without_offset_is_of_the_zone(value: str, expected: str) -> None:
    time = reader(AMSTERDAM)

    assert time.read(value).isoformat() == expected
    assert time.twice == 0


def test_of_a_time_that_is_there_twice_the_first_is_taken_and_counted() -> None:
    time = reader(AMSTERDAM)

    assert time.read("2025-10-26T02:00:00").isoformat() == "2025-10-26T00:00:00+00:00"
    assert time.read("2025-10-26T02:59:59").isoformat() == "2025-10-26T00:59:59+00:00"
    assert time.read("2025-10-26T02:30:00+01:00").isoformat() == "2025-10-26T01:30:00+00:00"
    assert time.twice == 2


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ("gisteren", "is not a time such as 2026-01-31 09:30."),
        ("2026-03-28", "is not a time such as"),
        # A date with an offset; Python would read one o'clock.
        ("2026-03-28+01:00", "is not a time such as"),
        ("28-03-2026 09:00:00", "is not a time such as"),
        ("2026-03-28T09:00:00 ", "is not a time such as"),
        ("2026-03-28T09:00:00\n", "is not a time such as"),
        ("٢٠٢٦-03-28T09:00:00Z", "is not a time such as"),
        ("infinity", "is not a time such as"),
        ("2026-02-29T09:00:00Z", "is no such time: day is out of range for month"),
        ("2026-03-28T09:60:00Z", "is no such time: minute must be in 0..59"),
        ("2026-03-28T09:00:00+25:00", "is no such time: "),
        ("0001-01-01T00:00:00+02:00", "lies outside the years 1970 to 2199"),
        ("1969-12-31T23:59:59Z", "lies outside the years 1970 to 2199"),
        ("9999-12-31T23:59:59-02:00", "lies outside the years 1970 to 2199"),
        ("0001-01-01T00:00:00", "lies outside the years 1970 to 2199"),
        ("2026-06-01T12:00:00.000001Z", "lies in the future"),
        ("2026-06-01T14:00:00.000001", "lies in the future"),
        ("2026-03-29T02:00:00", "does not exist in Europe/Amsterdam: the clock was put forward over it"),
        ("2026-03-29T02:59:59", "does not exist in Europe/Amsterdam: the clock was put forward over it"),
    ],
)
def test_other_times_are_refused(value: str, message: str) -> None:
    with pytest.raises(CellError) as refused:
        reader(AMSTERDAM).read(value)

    assert str(refused.value).startswith(f"{value!r} {message}")


def test_without_a_zone_a_time_without_offset_is_refused_and_the_option_named() -> None:
    with pytest.raises(CellError, match=r"has no time zone .*--timezone, for instance Europe/Amsterdam"):
        reader().read("2026-01-31T09:30:00")


@given(value=st.text(alphabet="0123456789-+:.,TZ \n", max_size=35))
def test_any_text_is_a_time_or_refused(value: str) -> None:
    try:
        read = reader(AMSTERDAM).read(value)
    except CellError:
        return

    assert read <= NOW


@given(ago=st.timedeltas(timedelta(0), timedelta(days=20_000)))
def test_local_times_come_back_to_themselves(ago: timedelta) -> None:
    moment = NOW - ago
    local = moment.astimezone(AMSTERDAM)
    time = reader(AMSTERDAM)

    read = time.read(local.replace(tzinfo=None).isoformat())

    assert read.astimezone(AMSTERDAM).replace(fold=0) == local.replace(fold=0)
    assert read == moment or (time.twice == 1 and read < moment)


@pytest.mark.django_db
def test_local_times_are_stored_and_named_by_line_where_they_cannot_be(tmp_path: Path) -> None:
    files = small_history()
    files.leads[0]["created_at"] = "2026-03-28T09:00:00"
    assert "has no time zone" in problems_of(files.write(tmp_path), shift_to_now=True)[0].message

    result = import_history(folder=tmp_path, zone=AMSTERDAM)

    assert Lead.objects.get(id=lead_id(1)).created_at == datetime.fromisoformat("2026-03-28T09:00:00+01:00")
    assert result.times_twice == 0

    files.lead_activities.append(activity(6, lead=2, type="meeting", at="2026-03-29T02:30:00"))
    (problem,) = problems_of(files.write(tmp_path), zone=AMSTERDAM)
    # The record before has a note of two lines.
    assert (problem.file, problem.line, problem.field) == ("lead_activities.csv", 8, "created_at")
    assert "does not exist in Europe/Amsterdam" in problem.message


@pytest.mark.django_db
def test_command_takes_a_zone_and_tells_of_times_that_are_there_twice(tmp_path: Path) -> None:
    files = small_history()
    files.leads.append({"id": lead_id(5), "status": "new", "created_at": "2025-10-26T02:30:00"})
    out = StringIO()

    call_command("import_history", str(files.write(tmp_path)), "--timezone=Europe/Amsterdam", stdout=out)

    assert Lead.objects.get(id=lead_id(5)).created_at == datetime(2025, 10, 26, 0, 30, tzinfo=UTC)
    assert "1 times without offset exist twice in Europe/Amsterdam" in out.getvalue()


@pytest.mark.parametrize(
    "name", ["Amsterdam", "", "../etc/passwd", "Europe", "europe/amsterdam", "localtime", "+01:00"]
)
def test_command_refuses_a_zone_that_is_none(tmp_path: Path, name: str) -> None:
    with pytest.raises(CommandError, match="is no time zone; its name is one like Europe/Amsterdam"):
        call_command("import_history", str(tmp_path), f"--timezone={name}")


@pytest.mark.django_db
def test_times_of_far_years_are_refused_when_all_are_moved_to_now(tmp_path: Path) -> None:
    files = small_history()
    files.lead_activities[0]["created_at"] = "2199-12-31T23:59:59Z"
    files.leads[3]["created_at"] = "1970-01-01T00:00:00Z"

    (problem, *_) = problems_of(files.write(tmp_path), shift_to_now=True)

    assert (problem.file, problem.field) == ("leads.csv", "created_at")
    assert "lies before 1970 when the newest time of the files becomes now" in problem.message
    files.lead_activities[0]["created_at"] = "2200-01-01T00:00:00Z"
    assert "lies outside the years" in problems_of(files.write(tmp_path), shift_to_now=True)[0].message
