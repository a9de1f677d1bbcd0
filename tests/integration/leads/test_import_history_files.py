"""`import_history` on files that are not what their names say: encodings, packing, separators, quotes, damage."""

import gzip
import tracemalloc
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from leads.imports.services.history.files import LONGEST_LINE_BYTES, WINDOWS_1252, read_rows
from leads.imports.services.history.load import import_history
from leads.imports.services.history.results import HistoryRefusedError, Problem, ProblemList
from leads.imports.services.history.tables import file_shapes
from leads.imports.services.times import TimeReader
from leads.models import Partner
from tests.integration.leads.history_files import HistoryFiles, partner_id, problems_of, small_history

HEADER = b"id,name,is_active_for_routing\n"
ROW = f"{partner_id(1)},Dakwerk,true\n".encode()
SHAPES = file_shapes(TimeReader(latest=None))
# Without the time: the content is in the names of tests, which have to be the same in every process.
packed = partial(gzip.compress, mtime=0)


def read(path: Path, *, encoding: str = "utf-8") -> tuple[list[str | None], list[Problem]]:
    """The names that are read from a file of partners, and what is wrong with it."""
    problems = ProblemList()
    names: list[str | None] = []
    try:
        for _, row in read_rows(
            path=path, shape=SHAPES[0], problems=problems, on_bytes=lambda done, total: None, encoding=encoding
        ):
            names.append(row[1])
    except HistoryRefusedError:
        pass
    return names, problems.problems


def problem_of(folder: Path, content: bytes, *, name: str = "profiles.csv", encoding: str = "utf-8") -> str:
    """The only problem of a file of partners with this content."""
    (folder / name).write_bytes(content)
    _, problems = read(folder / name, encoding=encoding)
    (problem,) = problems
    return str(problem)


def text(encoding: str) -> bytes:
    return f"id,name,is_active_for_routing\n{partner_id(1)},Één,true\n".encode(encoding)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
@pytest.mark.parametrize("option", ["utf-8", "windows-1252"])
def test_utf_8_is_read_with_and_without_its_mark(tmp_path: Path, encoding: str, option: str) -> None:
    (tmp_path / "profiles.csv").write_bytes(text(encoding))

    assert read(tmp_path / "profiles.csv", encoding=option) == (["Één"], [])


@pytest.mark.parametrize("encoding", ["windows-1252", "latin-1"])
def test_windows_1252_is_guessed_and_read_when_it_is_named(tmp_path: Path, encoding: str) -> None:
    problem = problem_of(tmp_path, text(encoding))

    assert problem == (
        "profiles.csv, line 2: is not UTF-8 (byte 38 of the line is 0xC9); it may be Windows-1252, and say "
        "'00000000001,Één,true': save it as UTF-8, or import with --encoding windows-1252"
    )
    assert read(tmp_path / "profiles.csv", encoding=WINDOWS_1252) == (["Één"], [])


def test_bytes_that_windows_1252_does_not_have_are_refused(tmp_path: Path) -> None:
    problem = problem_of(tmp_path, HEADER + ROW + b"1,\x81\xe9,true\n", encoding=WINDOWS_1252)

    assert problem == "profiles.csv, line 3: is neither UTF-8 nor Windows-1252 (byte 3 of the line is 0x81)"


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-32"])
@pytest.mark.parametrize("option", ["utf-8", "windows-1252"])
def test_utf_16_is_named_with_the_way_out(tmp_path: Path, encoding: str, option: str) -> None:
    problem = problem_of(tmp_path, text(encoding), encoding=option)

    assert problem.startswith("profiles.csv, line 1: is UTF-16, not UTF-8: save it as UTF-8, or convert it with `iconv")


@pytest.mark.parametrize(
    ("name", "content", "problem"),
    [
        ("profiles.csv", packed(HEADER), "line 1: is packed with gzip: its name has to end in .gz"),
        ("profiles.csv.gz", HEADER, "is not packed with gzip: its name has to be profiles.csv"),
        ("profiles.csv.gz", packed(packed(HEADER)), "line 1: is packed with gzip twice"),
        ("profiles.csv.gz", b"", "line 1: has no header"),
        (
            "profiles.csv.gz",
            packed(HEADER + ROW)[:-9],
            "line 1: is cut off: the end of the packed file is missing",
        ),
        ("profiles.csv.gz", packed(HEADER)[:-8] + bytes(8), "line 1: cannot be read: CRC check failed"),
        ("profiles.csv.gz", packed(HEADER)[:10] + b"\xff" * 20, "line 1: cannot be read: Error -3"),
        ("profiles.csv", b"PK\x03\x04rest", "line 1: is a spreadsheet or a zip file: save it as CSV"),
        ("profiles.csv", b"\xd0\xcf\x11\xe0rest", "line 1: is a spreadsheet or a zip file: save it as CSV"),
        ("profiles.csv", HEADER.replace(b",", b";"), "line 1: is separated by semicolons: save it with commas"),
        ("profiles.csv", b'"id";"name"\n', "line 1: is separated by semicolons: save it with commas"),
        ("profiles.csv", HEADER.replace(b",", b"\t"), "line 1: is separated by tabs: save it with commas"),
        ("profiles.csv", (HEADER + ROW).replace(b"\n", b"\r"), "line 1: ends its lines with CR alone: save it with LF"),
        ("profiles.csv", HEADER + ROW + b"1\r2,x,t\n", "line 3: is not CSV: there is a CR inside the line"),
        ("profiles.csv", bytes(5_000), "line 1: begins with zero bytes: it is damaged"),
        ("profiles.csv", b"i\x00d" + HEADER, "line 1: begins with zero bytes: it is damaged"),
        ("profiles.csv", HEADER + ROW + bytes(5_000), "line 3: has 1 fields, the header has 3: '\\x00"),
        ("profiles.csv", HEADER + ROW + b"\x00" + ROW, "line 3, field id: '\\x00000"),
        ("profiles.csv", HEADER + b'1,"open\n' + ROW, "line 2: is not CSV: a quote is opened and not closed"),
        ("profiles.csv", HEADER + ROW + b'1,"a"b,t\n', "line 3: is not CSV: a field that begins with a quote ends"),
        (
            "profiles.csv",
            HEADER + b"1," + b"x" * 131_073,
            "line 2: is not CSV: a field is longer than 131,072 characters",
        ),
        (
            *("profiles.csv", HEADER + ROW + b'1,"' + ROW * 3_000),
            "line 3: is not CSV: a field is longer than 131,072 characters; is a quote not closed?",
        ),
        (
            *("profiles.csv", HEADER + ROW + b"1," + b"x" * LONGEST_LINE_BYTES),
            "line 3: this line is longer than 1,048,576 bytes",
        ),
        ("profiles.csv", b"id,name,is_active_for_routing,\n", "line 1: the column '' is unknown"),
        ("profiles.csv", b"\n\nid,name\n", "line 3, field is_active_for_routing: this column is missing"),
    ],
)
def test_a_file_that_cannot_be_read_is_named_with_the_reason(
    tmp_path: Path, name: str, content: bytes, problem: str
) -> None:
    separator = ": " if problem.startswith("is ") else ", "

    assert problem_of(tmp_path, content, name=name).startswith(f"{name}{separator}{problem}")


def test_a_packed_file_that_is_cut_off_late_is_named_with_its_line(tmp_path: Path) -> None:
    rows = "".join(f"{partner_id(number)},Partner {number * 7919 % 1000},true\n" for number in range(20_000))
    content = gzip.compress(HEADER + rows.encode())

    problem = problem_of(tmp_path, content[: len(content) // 2], name="profiles.csv.gz")

    line = int(problem.split()[2].rstrip(":"))
    assert 5_000 < line < 15_000
    assert problem.endswith("is cut off: the end of the packed file is missing")


def test_what_the_system_cannot_read_is_a_problem_too(tmp_path: Path) -> None:
    small_history().write(tmp_path)
    (tmp_path / "leads.csv").unlink()
    (tmp_path / "leads.csv").symlink_to("/proc/self/mem")

    _, problems = read(tmp_path / "leads.csv")

    assert str(problems[0]).startswith("leads.csv, line 1: cannot be read: [Errno 5]")


def test_a_folder_whose_name_cannot_be_asked_for_is_refused(tmp_path: Path) -> None:
    (problem,) = problems_of(tmp_path / ("x" * 300))

    assert problem.message == "cannot be read: File name too long"


@pytest.mark.parametrize("content", [b"\n" * 300_000, b"x," * 5_000_000, b'"' + b"\n" * 3_000_000, bytes(9_000_000)])
def test_no_content_takes_much_memory(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "profiles.csv.gz").write_bytes(gzip.compress(HEADER + content))

    peak = peak_bytes(lambda: read(tmp_path / "profiles.csv.gz"))

    assert peak < 12 * LONGEST_LINE_BYTES


def test_memory_does_not_grow_with_the_file(tmp_path: Path) -> None:
    (tmp_path / "few.csv").write_bytes(HEADER + ROW * 1_000)
    (tmp_path / "many.csv").write_bytes(HEADER + ROW * 20_000)

    few, many = (peak_bytes(partial(consume, tmp_path / name)) for name in ("few.csv", "many.csv"))

    assert many < few + 100_000


def consume(path: Path) -> None:
    for _ in read_rows(path=path, shape=SHAPES[0], problems=ProblemList(), on_bytes=lambda done, total: None):
        pass


def peak_bytes(work: Callable[[], object]) -> int:
    """The most that Python objects took while it worked."""
    tracemalloc.start()
    try:
        work()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_any_damage_is_read_or_refused(tmp_path: Path, data: st.DataObject) -> None:
    name = data.draw(st.sampled_from([shape.name for shape in SHAPES]))
    content = bytearray(small_history().text(name).encode())
    for _ in range(data.draw(st.integers(1, 4))):
        start = data.draw(st.integers(0, len(content)))
        end = data.draw(st.integers(start, min(start + 40, len(content))))
        content[start:end] = data.draw(
            st.binary(max_size=8) | st.sampled_from([b'"', b",", b"\r", b"\n", b"\x00", b";"])
        )
    path = tmp_path / f"{name}.csv"
    path.write_bytes(content)
    problems = ProblemList()
    shape = next(shape for shape in SHAPES if shape.name == name)

    rows = list(read_rows(path=path, shape=shape, problems=problems, on_bytes=lambda done, total: None))

    assert all(len(row) == len(shape.columns) for _, row in rows)
    assert all(problem.file == path.name for problem in problems.problems)


@pytest.fixture
def windows_files(tmp_path: Path) -> Path:
    """The small set as a program on Windows may write it: Windows-1252 and CR LF."""
    files: HistoryFiles = small_history()
    for name in ("profiles", "leads", "lead_activities", "outcomes"):
        (tmp_path / f"{name}.csv").write_bytes(files.text(name).replace("\n", "\r\n").encode(WINDOWS_1252))
    return tmp_path


@pytest.mark.django_db
def test_command_reads_windows_files_when_told_so(windows_files: Path) -> None:
    with pytest.raises(CommandError, match="--encoding windows-1252"):
        call_command("import_history", str(windows_files))

    call_command("import_history", str(windows_files), "--encoding=windows-1252")

    assert Partner.objects.get(id=partner_id(1)).company_name == "Dakwerk Één"


@pytest.mark.django_db
def test_names_lose_the_blanks_around_them(tmp_path: Path) -> None:
    files = small_history()
    files.profiles[0]["name"] = "  Dakwerk Één\u00a0"
    files.profiles[1]["name"] = "   "
    files.leads[2]["industry"] = " ZONNEPANELEN "

    result = import_history(folder=files.write(tmp_path))

    assert [table.added for table in result.tables if table.table == "industries"] == [1]
    assert sorted(Partner.objects.values_list("company_name", flat=True)) == ["", "Dakwerk Één"]
