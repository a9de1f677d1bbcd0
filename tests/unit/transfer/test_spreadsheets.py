"""A spreadsheet is read whole, or refused by line and column, whatever wrote it."""

import io
import time
import zipfile
from datetime import datetime, timedelta
from typing import Any

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from leads.imports.services import spreadsheets
from leads.imports.services.cells import CellError, Texts
from leads.imports.services.files import MOST_IN_A_CELL, Table, is_shortened, read_table, shortened
from leads.imports.services.spreadsheets import FileRefused
from tests.unit.transfer.minimal_xlsx import MAIN, inline, package, row, sheet, text_rows

NAMES = ["a", "b", "c", "d"]
HEADER = row(*map(inline, NAMES[:2]), number=1)
TEXT = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Co", "Cn")), max_size=12).map(str.strip)
CELLS = st.lists(TEXT.filter(lambda text: not text.startswith(("#", "'"))), min_size=1, max_size=4)
DIMENSIONS = st.sampled_from(["", "A1", "A1:A1", "B2:C3", "A1:ZZ9999", "A1:XFD1048576"])


def read(data: bytes) -> Table:
    return read_table(data=data, known=NAMES)


def reason(data: bytes) -> str:
    with pytest.raises(FileRefused) as refused:
        read(data)
    return str(refused.value)


def one_cell(cell: str, **options: Any) -> bytes:
    """A file with the cell B2 and nothing else below its header."""
    return package(sheet(HEADER + row(cell, number=2)), **options)


def with_dimension(data: bytes, reference: str) -> bytes:
    """The same file, in which the sheet states another size."""
    packed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            text = source.read(name)
            if name.startswith("xl/worksheets/"):
                start, _, rest = text.partition(b"<dimension")
                stated = f'<dimension ref="{reference}"/>'.encode() if reference else b""
                text = start + stated + rest.partition(b"/>")[2]
            target.writestr(name, text)
    return packed.getvalue()


def padded(table: list[list[str]], width: int) -> list[tuple[str, ...]]:
    return [(*cells, *[""] * (width - len(cells))) for cells in table if any(cells)]


@settings(max_examples=40)
@given(st.lists(CELLS, min_size=1, max_size=6).filter(lambda table: any(map(any, table))), DIMENSIONS, st.booleans())
def test_a_table_is_read_whole_whatever_size_is_stated(table: list[list[str]], stated: str, minimal: bool) -> None:  # noqa: FBT001
    before = f'<dimension ref="{stated}"/>' if stated else ""
    written = package(sheet(text_rows([NAMES, *table], references=minimal), before=before))
    book = openpyxl.Workbook()
    for cells in [NAMES, *table]:
        # As text, whatever it begins with.
        book.worksheets[0].append([f"'{text}" if text.startswith("=") else text or None for text in cells])
    packed = io.BytesIO()
    book.save(packed)

    found, theirs = read(written), read(with_dimension(packed.getvalue(), stated))

    assert found.rows == theirs.rows == padded(table, 4)
    assert found.lines == theirs.lines == [number for number, cells in enumerate(table, start=2) if any(cells)]


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        ('<c r="B2"><v>1.0</v></c>', "1"),
        ('<c r="B2"><v>612345678</v></c>', "612345678"),
        ('<c r="B2"><v>3.511E3</v></c>', "3511"),
        ('<c r="B2"><v>1250.5</v></c>', "1250.5"),
        ('<c r="B2" t="b"><v>1</v></c>', "true"),
        ('<c r="B2" t="b"><v>0</v></c>', "false"),
        ('<c r="B2" t="s"><v>0</v></c>', "Zon"),
        ('<c r="B2" t="s"><v>1</v></c>', "Zon & Dak"),
        ('<c r="B2" t="str"><v>3511AB</v></c>', "3511AB"),
        ('<c r="B2" t="str"><f>CONCATENATE("3511","AB")</f><v>3511AB</v></c>', "3511AB"),
        ('<c r="B2"><f t="shared" si="0"/><v>7</v></c>', "7"),
        ('<c r="B2" t="d"><v>2026-01-31T09:30:00+01:00</v></c>', "2026-01-31T09:30:00+01:00"),
        ('<c r="B2" s="1"><v>46053.395833333336</v></c>', "2026-01-31 09:30:00"),
        ('<c t="inlineStr"/><c t="inlineStr"><is><r><t>Zo</t></r><r><t>n</t></r></is></c>', "Zon"),
        ('<c r="B2" t="inlineStr"><is><t xml:space="preserve">  Jan   Smit </t></is></c>', "Jan   Smit"),
        ('<c r="B2" t="inlineStr"><is><t>a_x005F_x0041_ _x0041_ x005F_</t></is></c>', "a_x0041_ A x005F_"),
    ],
)
def test_a_value_of_each_kind_becomes_its_text(cell: str, text: str) -> None:
    japanese = "<si><r><t>Zon </t></r><r><t>&amp; Dak</t></r><rPh><t>reading</t></rPh></si>"

    table = read(one_cell(cell, strings=["Zon", japanese]))

    assert (table.rows, table.lines) == ([("", text)], [2])


@pytest.mark.parametrize(
    ("cell", "message"),
    [
        ('<c r="B2" t="e"><v>#N/A</v></c>', "It holds the error #N/A."),
        ('<c r="B2" t="e"><f>1/0</f><v>#DIV/0!</v></c>', "It holds the error #DIV/0!."),
        ('<c r="B2"><f>CONCATENATE("3511","AB")</f></c>', "The result of its formula is not in the file."),
        ('<c r="B2"><f>A1</f><v></v></c>', "The result of its formula is not in the file."),
        ('<c r="B2" t="str"><f>A1</f></c>', "The result of its formula is not in the file."),
        ('<c r="B2" t="s"><v>9</v></c>', "Its value cannot be read."),
        ('<c r="B2" t="s"><v>-1</v></c>', "Its value cannot be read."),
        ('<c r="B2" t="b"><v>maybe</v></c>', "Its value cannot be read."),
        ('<c r="B2" t="sparkle"><v>1</v></c>', "Its value cannot be read."),
        ('<c r="B2"><v>1_000</v></c>', "Its value cannot be read."),
        ('<c r="B2"><v>1e999</v></c>', "Its value cannot be read."),
        ('<c r="B2" s="1"><v>99999999999</v></c>', "Its value cannot be read."),
        ('<c r="B2"><v>1</v><v>2</v></c>', "It has two values."),
        ('<c r="B2"><v>1</v></c><c r="B2"><v>2</v></c>', "There are two cells for one place"),
        ('<c r="B3"><v>1</v></c>', "There are two cells for one place, or one in a wrong line."),
    ],
)
def test_a_cell_that_cannot_be_read_is_named(cell: str, message: str) -> None:
    assert reason(one_cell(cell, strings=["Zon"])).startswith(f"Line 2, column B: {message}")


def test_an_empty_text_is_a_result_of_a_formula() -> None:
    cell = '<c r="A2"><v>1</v></c><c r="B2" t="str"><f>IF(A2,"","x")</f><v></v></c>'

    assert read(one_cell(cell)).rows == [("1", "")]


@pytest.mark.parametrize("text", ["#N/A", "#n/b", "#WAARDE!", "########"])
def test_an_error_that_was_saved_as_text_is_named_too(text: str) -> None:
    message = f"column b: It holds the error {text}."

    assert message in reason(one_cell(inline(text, "B2")))
    assert reason(f"a,b\nZon,{text}\n".encode()) == f"Line 2, {message}"


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        (row(inline("x"), number=3) + row(inline("y"), number=2), "Line 2 comes after line 3."),
        (row(inline("x"), number=2) + row(inline("y"), number=2), "Line 2 comes after line 2."),
        (row(inline("x", "CW2"), number=2), "Line 2, column CW: The most are 100 columns."),
        (row(inline("x", "C2"), number=2), "Line 2 has 3 cells, the header has 2."),
        (row(inline("x"), number=99_999), "The spreadsheet goes on below line 15000. Split it."),
        (row(f"<group>{inline('x')}</group>", number=2), "neither CSV nor a spreadsheet"),
        (f"<group>{row(inline('x'), number=2)}{inline('y')}</group>", "neither CSV nor a spreadsheet"),
    ],
)
def test_rows_in_which_something_would_be_lost_are_refused(rows: str, message: str) -> None:
    assert message in reason(package(sheet(HEADER + rows)))


def test_sparse_rows_keep_their_lines() -> None:
    rows = row(inline("x", "B5"), number=5) + row(number=6) + row(inline("y"), number=900)

    assert (read(package(sheet(HEADER + rows))).rows, read(package(sheet(HEADER + rows))).lines) == (
        [("", "x"), ("y", "")],
        [5, 900],
    )


def test_the_header_is_in_the_first_line() -> None:
    assert "The file is empty" in reason(package(sheet(row(inline("a"), number=2) + row(inline("x"), number=3))))


def test_merged_cells_are_refused_where_they_hide_something() -> None:
    rows = HEADER + row(inline("x"), inline("y"), number=2)
    below = '<mergeCells count="1"><mergeCell ref="A9:D9"/></mergeCells>'
    within = '<mergeCells count="1"><mergeCell ref="A2:A4"/></mergeCells>'

    assert read(package(sheet(rows, after=below))).rows == [("x", "y")]
    assert reason(package(sheet(rows, after=within))).startswith("Line 2, column A: It is merged with others.")


@pytest.mark.parametrize("state", ["visible", "hidden", "veryHidden"])
def test_the_only_sheet_that_holds_something_is_read_and_two_are_refused(state: str) -> None:
    filled, empty = sheet(HEADER + row(inline("x"), number=2)), sheet(row('<c r="A1" s="1"/>', number=1))

    assert read(package(empty, filled, states=[state, "visible"])).rows == [("x", "")]
    assert "several sheets (Blad1, Blad2)" in reason(package(filled, filled, states=["visible", state]))


def test_a_sheet_whose_part_is_missing_is_not_passed_by() -> None:
    data = package(sheet(HEADER + row(inline("x"), number=2)), sheet(""))
    lost = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(lost, "w") as target:
        for name in source.namelist():
            if not name.endswith("sheet2.xml"):
                target.writestr(name, source.read(name))

    assert "neither CSV nor a spreadsheet" in reason(lost.getvalue())


def test_other_formats_of_office_are_named() -> None:
    strict = {"xl/workbook.xml": '<workbook xmlns="http://purl.oclc.org/ooxml/spreadsheetml/main"/>'}

    assert "Strict Open XML" in reason(package(sheet(HEADER), extra=strict))
    assert "of the old kind (XLS), or has a password" in reason(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(512))


BOMBS = {
    "shared texts": {"xl/sharedStrings.xml": f'<sst xmlns="{MAIN}">{"<si/>" * 4_000_000}</sst>'},
    "cells": {"xl/worksheets/sheet1.xml": sheet(row("<c/>" * 4_000_000))},
    "rows": {"xl/worksheets/sheet1.xml": sheet("<row/>" * 4_000_000)},
    "formats": {"xl/styles.xml": f'<styleSheet xmlns="{MAIN}"><cellXfs>{"<xf/>" * 60_000}</cellXfs></styleSheet>'},
    "bytes": {"xl/media/image1.png": "x" * 51 * 2**20},
    "parts": {f"xl/media/{number}.png": "" for number in range(2_000)},
    "entities": {"xl/sharedStrings.xml": '<!DOCTYPE sst [<!ENTITY a "aaaa">]><sst><si><t>&a;</t></si></sst>'},
}


@pytest.mark.parametrize("kind", BOMBS)
def test_a_small_file_with_much_in_it_is_refused_before_it_is_read(kind: str) -> None:
    data = package(sheet(HEADER), extra=BOMBS[kind])
    assert len(data) < 400_000
    began = time.process_time()

    assert reason(data).startswith("The spreadsheet ")

    assert time.process_time() - began < 2


def test_as_much_as_is_taken_is_read_in_bounded_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spreadsheets, "MAX_TAGS", 150_000)
    most = package(sheet(HEADER + row("<c/>" * 40_000, number=2)), strings=["<si><r/><r/><r/></si>"] * 10_000)
    began = time.process_time()

    assert "has no rows" in reason(most)

    # A tenth of what is taken.
    assert time.process_time() - began < 2


def test_a_time_of_the_other_calendar_of_excel_is_the_same_time() -> None:
    book = openpyxl.Workbook()
    book.epoch = datetime(1904, 1, 1)  # noqa: DTZ001  # Excel knows no zones
    book.worksheets[0].append(["a", "b"])
    book.worksheets[0].append([datetime(2026, 1, 31, 9, 30), timedelta(hours=30)])  # noqa: DTZ001  # as above
    packed = io.BytesIO()
    book.save(packed)

    assert read(packed.getvalue()).rows == [("2026-01-31 09:30:00", "1 day, 6:00:00")]


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"a,b\nZon,\x00\n", "Line 2 holds a zero character"),
        ("a,b\nZon,x\n".encode("utf-16-le"), "Line 1 holds a zero character"),
        (b"a,b\nZon,\xe9\n", "not UTF-8 (line 2)"),
        (b'a,b\nZon,"x\nDak,y\n', "Line 2 is not CSV"),
        (b'a,b\nZon,"x"y\n', "Line 2 is not CSV"),
        (b"a,b\nZon,x,y\n", "Line 2 has 3 cells, the header has 2."),
        (b"a,b\nZon," + b"x" * 200_000 + b"\n", "Line 2 is not CSV"),
    ],
)
def test_csv_is_read_whole_or_refused_by_its_line(data: bytes, message: str) -> None:
    assert message in reason(data)


def test_blank_rows_and_columns_without_a_name_are_passed_by_if_there_is_nothing_in_them() -> None:
    table = read(b"a,b,\n1,2,\n,,\n3,4,\n")

    assert table == Table(headers=("a", "b"), rows=[("1", "2"), ("3", "4")], lines=[2, 4])


def test_pictures_and_extensions_beside_the_cells_are_passed_by() -> None:
    picture = {"docProps/thumbnail.jpeg": "<" * 10}

    table = read(package(sheet(HEADER + row(inline("1"), inline("2"), "<extLst/>", number=2)), extra=picture))

    assert table.rows == [("1", "2")]


def test_a_part_twice_is_refused() -> None:
    packed = io.BytesIO(package(sheet(HEADER + row(inline("1"), number=2))))
    with zipfile.ZipFile(packed, "a") as target, pytest.warns(UserWarning, match="Duplicate name"):
        target.writestr("xl/workbook.xml", "")

    assert "neither CSV nor a spreadsheet" in reason(packed.getvalue())


def test_a_sheet_in_a_part_of_another_kind_is_refused() -> None:
    rows = sheet(HEADER + row(inline("1"), number=2))
    with zipfile.ZipFile(io.BytesIO(package(rows))) as source:
        relations = source.read("xl/_rels/workbook.xml.rels").decode().replace("sheet1.xml", "sheet1.bin")
    moved = {"xl/_rels/workbook.xml.rels": relations, "xl/worksheets/sheet1.bin": rows}

    assert "neither CSV nor a spreadsheet" in reason(package(rows, extra=moved))


def test_a_text_that_no_cell_can_hold_is_shortened_and_says_so() -> None:
    text = shortened("x" * 40_000)

    assert len(text) <= MOST_IN_A_CELL
    assert text.endswith(f"[+{40_000 - text.count('x')}]")
    assert is_shortened(text)
    assert shortened("x" * MOST_IN_A_CELL) == "x" * MOST_IN_A_CELL


def test_a_list_with_a_zero_character_is_refused() -> None:
    with pytest.raises(CellError, match="zero character"):
        Texts().parse("Utrecht,Dren\x00the")
