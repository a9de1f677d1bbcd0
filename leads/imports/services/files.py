"""Conversion of files to tables and back, for CSV and XLSX only.

Text that a spreadsheet would take for a formula is escaped, which an import undoes: a cell that begins with `=`, `+`,
`-`, `@`, a tab or a carriage return gets an apostrophe in front. So does text after a semicolon or a line break: a
spreadsheet that expects other separators than the file's begins a new cell there.

Text that is too long for a cell of a spreadsheet is shortened, with a mark at the end.
"""

import csv
import io
import math
import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import openpyxl
from django.utils.translation import gettext as _
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

from leads.imports.services.spreadsheets import ESCAPED, FileRefused, Line, sheet_lines

MAX_BYTES = 5 * 1024 * 1024
"""Maximum size of a file."""

MAX_ROWS = 5_000
"""Maximum rows of one import: they are written in one transaction, while somebody waits."""

MOST_IN_A_CELL = 32_767
"""Maximum length in UTF-16 code units, as a spreadsheet counts."""

_MARK = " \N{HORIZONTAL ELLIPSIS}[+{missing}]"
_MARKED = re.compile(r" \N{HORIZONTAL ELLIPSIS}\[\+\d+\]\Z")
_START = r"(^|[;\t\r\n])"
_DANGER = r"[=+\-@\t\r\uff1d\uff0b\uff0d\uff20]"
_TO_ESCAPE = re.compile(rf"{_START}(?='*{_DANGER})")
_ESCAPED = re.compile(rf"{_START}'(?='*{_DANGER})")
_ZIP = b"PK\x03\x04"
_OLD_OR_ENCRYPTED = b"\xd0\xcf\x11\xe0"
_UTF16 = (b"\xff\xfe", b"\xfe\xff")
_DELIMITERS = ",;\t"
_SEPARATOR_LINE = re.compile(r"sep=(.)\r?\n", re.IGNORECASE)
_ERRORS = frozenset(
    (
        *("#N/A", "#REF!", "#NAME?", "#VALUE!", "#DIV/0!", "#NULL!", "#NUM!", "#SPILL!", "#CALC!", "#FIELD!"),
        *("#N/B", "#VERW!", "#NAAM?", "#WAARDE!", "#DEEL/0!", "#LEEG!", "#GETAL!", "#OVERLOOP!", "#VELD!"),
        *("#BLOCKED!", "#CONNECT!", "#GETTING_DATA"),
    )
)
"""Error values of spreadsheets, in English and Dutch; CSV files contain them as text."""

_TOO_NARROW = re.compile("#{4,}")
"""Excel's sign for a number or a time that is wider than its column."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A parsed file: its column names, and its non-blank rows as text.

    `lines` gives the line in the file where each row begins.
    """

    headers: tuple[str, ...]
    rows: list[tuple[str, ...]]
    lines: list[int]

    def column(self, name: str) -> list[str]:
        """Return the cells of a column; none if the file does not have it."""
        return [row[self.headers.index(name)] for row in self.rows] if name in self.headers else []


def read_table(*, data: bytes, known: Collection[str]) -> Table:
    """Read a CSV or XLSX file, whatever its name is. `known` are the allowed columns.

    A CSV file is UTF-8 and may use commas, semicolons or tabs. Raises `FileRefused`.
    """
    lines = sheet_lines(data) if data.startswith(_ZIP) else _csv_lines(data, known=known)
    number, header = next(lines, (1, ()))
    headers = _headers([cell.strip() for cell in header], known=known)
    rows: list[tuple[str, ...]] = []
    places: list[int] = []
    for number, cells in lines:
        texts = [cell.strip() for cell in cells]
        if not any(texts):
            continue
        row = _row(texts, number=number, width=len(headers), padded=data.startswith(_ZIP))
        _refuse_errors(row, number=number, headers=headers)
        rows.append(row)
        places.append(number)
        if len(rows) > MAX_ROWS:
            raise FileRefused(_("The file has more than %(most)d rows. Split it.") % {"most": MAX_ROWS})
    if not rows:
        raise FileRefused(_("The file has no rows below its header."))
    wanted = [place for place, name in enumerate(headers) if name]
    for place in set(range(len(headers))).difference(wanted):
        if any(row[place] for row in rows):
            raise FileRefused(_("Column %(number)d has no name in the first line.") % {"number": place + 1})
    return Table(
        headers=tuple(headers[place] for place in wanted),
        rows=[tuple(unescape(row[place]) for place in wanted) for row in rows],
        lines=places,
    )


def csv_bytes(*, headers: Sequence[str], rows: Iterable[Sequence[Any]]) -> bytes:
    """Return a CSV file in UTF-8, with the byte order mark by which Excel recognises it."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(headers)
    writer.writerows([escape(cell) if isinstance(cell, str) else cell for cell in row] for row in rows)
    return text.getvalue().encode("utf-8-sig")


def xlsx_bytes(*, title: str, headers: Sequence[str], rows: Iterable[Sequence[Any]]) -> bytes:
    """Return a spreadsheet that stores every text as text, whatever it begins with."""
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet(title=title)
    sheet.freeze_panes = "A2"
    sheet.append(headers)
    for row in rows:
        sheet.append([_cell(sheet, cell) for cell in row])
    packed = io.BytesIO()
    book.save(packed)
    return packed.getvalue()


def _cell(sheet: Any, value: Any) -> Any:
    # A spreadsheet has no NaN; a file that contains one cannot be opened.
    is_number = isinstance(value, (int, float, Decimal)) and math.isfinite(value)
    return value if value is None or is_number else _text_cell(sheet, str(value))


def _text_cell(sheet: Any, text: str) -> Any:
    if not text:
        return None
    # XML has one kind of line break, and so has a spreadsheet.
    text = shortened(escape(text.replace("\r\n", "\n").replace("\r", "\n")))
    text = ESCAPED.sub(r"_x005F_x\1_", ILLEGAL_CHARACTERS_RE.sub("\N{REPLACEMENT CHARACTER}", text))
    cell = WriteOnlyCell(sheet, value=text)
    cell.data_type = "s"
    return cell


def _headers(names: list[str], *, known: Collection[str]) -> list[str]:
    """Return the normalised column names; empty for a column without one. Raises `FileRefused`."""
    names = [name.casefold() for name in names]
    if not any(names):
        raise FileRefused(_("The file is empty. Its first line has to name the columns."))
    unknown = [name for name in names if name and name not in known]
    if unknown:
        raise FileRefused(
            _("Unknown columns: %(unknown)s. Known are %(known)s.")
            % {"unknown": ", ".join(name[:40] for name in unknown[:10]), "known": ", ".join(known)}
        )
    twice = sorted({name for name in names if name and names.count(name) > 1})
    if twice:
        raise FileRefused(_("These columns are there more than once: %(names)s.") % {"names": ", ".join(twice)})
    return names


def _row(cells: list[str], *, number: int, width: int, padded: bool) -> tuple[str, ...]:
    """Return the cells, padded to the header's length. Raises `FileRefused`."""
    extra = any(cells[width:])
    if extra or (len(cells) < width and not padded):
        raise FileRefused(
            _("Line %(line)d has %(cells)d cells, the header has %(columns)d.")
            % {"line": number, "cells": len(cells), "columns": width}
        )
    return (*cells[:width], *[""] * (width - len(cells)))


def _refuse_errors(row: Sequence[str], *, number: int, headers: Sequence[str]) -> None:
    """Refuse the error values that a spreadsheet shows instead of a value. Raises `FileRefused`."""
    for name, text in zip(headers, row, strict=True):
        if text.startswith("#") and (text.upper() in _ERRORS or _TOO_NARROW.fullmatch(text)):
            problem = _("It holds the error %(error)s.") % {"error": text[:20]}
            place = {"line": number, "column": name, "message": problem}
            raise FileRefused(_("Line %(line)d, column %(column)s: %(message)s") % place)


def _csv_lines(data: bytes, *, known: Collection[str]) -> Iterator[Line]:
    """Yield the records of a CSV file, each with the line on which it begins. Raises `FileRefused`."""
    if data.startswith(_UTF16):
        raise FileRefused(_("The file is UTF-16. Save it as UTF-8 (in Excel: “CSV UTF-8”)."))
    if data.startswith(_OLD_OR_ENCRYPTED):
        raise FileRefused(
            _("The file is a spreadsheet of the old kind (XLS), or has a password. Save it as XLSX without one.")
        )
    if b"\x00" in data:
        raise FileRefused(
            _("Line %(line)d holds a zero character: the file is damaged, or not UTF-8.")
            % {"line": data.count(b"\n", 0, data.index(b"\x00")) + 1}
        )
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise FileRefused(
            _("The file is not UTF-8 (line %(line)d). Save it as UTF-8 (in Excel: “CSV UTF-8”).")
            % {"line": data.count(b"\n", 0, error.start) + 1}
        ) from None
    line = 1
    said = _SEPARATOR_LINE.match(text)
    delimiter = said[1] if said else _delimiter_of(text, known=known)
    if said:
        text = text[said.end() :]
        line += 1
    offset = line
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        for record in reader:
            yield line, record
            line = reader.line_num + offset
    except csv.Error as error:
        raise FileRefused(_("Line %(line)d is not CSV: %(error)s.") % {"line": line, "error": error}) from None


def _delimiter_of(text: str, *, known: Collection[str]) -> str:
    """Return the separator that gives the header the most known columns."""

    def columns(delimiter: str) -> int:
        header = text.partition("\n")[0]
        return len({name.strip('" \r').casefold() for name in header.split(delimiter)} & set(known))

    return max(_DELIMITERS, key=columns)


def escape(text: str) -> str:
    """Return the text with an apostrophe before everything that could begin a formula."""
    return _TO_ESCAPE.sub(r"\1'", text)


def unescape(text: str) -> str:
    """Reverse `escape`; other text is returned unchanged, unless it looks escaped."""
    return _ESCAPED.sub(r"\1", text)


def shortened(text: str) -> str:
    """Return the text, or as much as fits before a mark with the number of missing characters."""
    units = text.encode("utf-16-le")
    if len(units) // 2 <= MOST_IN_A_CELL:
        return text
    kept = units[: 2 * (MOST_IN_A_CELL - len(_MARK.format(missing=len(text))))].decode("utf-16-le", errors="ignore")
    return kept + _MARK.format(missing=len(text) - len(kept))


def is_shortened(text: str) -> bool:
    """Return whether the text ends with the mark."""
    return _MARKED.search(text) is not None
