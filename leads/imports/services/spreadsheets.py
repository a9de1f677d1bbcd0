"""Conversion of spreadsheets (XLSX) to rows of text; an unusable cell is refused with its line and column.

openpyxl opens the workbook, and handles formats and dates. The cells are parsed here: its own reader trusts the size
that a sheet states, skips rows that are out of order, and does not distinguish an empty cell from a formula without a
result.
"""

import math
import re
import warnings
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from io import BytesIO
from typing import IO, Any, NamedTuple
from xml.etree.ElementTree import Element, ParseError, iterparse

from django.utils.translation import gettext as _
from openpyxl.reader.excel import ExcelReader
from openpyxl.styles.stylesheet import apply_stylesheet
from openpyxl.utils.cell import coordinate_to_tuple, get_column_letter, range_boundaries
from openpyxl.utils.datetime import from_excel
from openpyxl.utils.exceptions import InvalidFileException
from openpyxl.xml.constants import SHARED_STRINGS

MAX_UNPACKED_BYTES = 50 * 1024 * 1024
"""Maximum size of all unpacked parts: a spreadsheet is compressed."""

MAX_TAGS = 1_500_000
"""Maximum number of tags in sheets and texts, including closing ones: parsing time grows with them."""

MAX_OTHER_TAGS = 50_000
"""Maximum number of tags in formats and everything else, which take longer."""

MAX_PARTS = 1_000
MAX_COLUMNS = 100
MAX_LINE = 15_000
"""Maximum line number: rows, and the blank lines between them."""

Line = tuple[int, Sequence[str]]
"""A line number and its cells."""

_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_STRICT = b"http://purl.oclc.org/ooxml/"
_ROW, _CELL, _VALUE, _FORMULA, _INLINE, _MERGED = (
    f"{_MAIN}{name}" for name in ("row", "c", "v", "f", "is", "mergeCell")
)
_ITEM, _RUN, _TEXT, _EXTENSIONS = (f"{_MAIN}{name}" for name in ("si", "r", "t", "extLst"))
_XML = (".xml", ".rels")
_LARGE = re.compile(r"xl/(worksheets/[^/]+|sharedStrings)\.xml", re.IGNORECASE)
_DTD = tuple("<!DOCTYPE".encode(encoding) for encoding in ("utf-8", "utf-16-le", "utf-16-be"))
_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", re.ASCII)
# Lone surrogates stay as they are written.
ESCAPED = re.compile(r"_x((?![Dd][89A-Fa-f])[0-9A-Fa-f]{4})_")
# Errors that openpyxl raises for an invalid file, because it validates little in advance.
_UNREADABLE = (
    InvalidFileException,
    zipfile.BadZipFile,
    zlib.error,
    ParseError,
    ArithmeticError,
    AttributeError,
    EOFError,
    LookupError,
    NotImplementedError,
    OSError,
    RuntimeError,
    TypeError,
    ValueError,
)


class FileRefused(ValueError):
    """The file cannot be read as a table; the message explains why to people."""


class _Sheet(NamedTuple):
    name: str
    path: str


class _Unusable(Exception):
    """The value of a cell cannot be used; the message says why."""


def sheet_lines(data: bytes) -> Iterator[Line]:
    """Yield the lines of the only non-empty sheet, in order. Raises `FileRefused`."""
    try:
        with zipfile.ZipFile(BytesIO(data)) as packed:
            _refuse_bombs(packed)
            yield from _lines_of(data, packed)
    except FileRefused:
        raise
    except _UNREADABLE:
        raise FileRefused(_("The file is neither CSV nor a spreadsheet (XLSX) that can be read.")) from None


def _refuse_bombs(packed: zipfile.ZipFile) -> None:
    """Refuse a file that would take too long to parse, before parsing anything."""
    parts = packed.infolist()
    if len({part.filename for part in parts}) < len(parts):
        raise zipfile.BadZipFile
    if len(parts) > MAX_PARTS or sum(part.file_size for part in parts) > MAX_UNPACKED_BYTES:
        raise FileRefused(_("The spreadsheet is too large when it is unpacked."))
    tags = other_tags = 0
    for part in parts:
        if not part.filename.endswith(_XML):
            continue
        # Never more than the size that the part states.
        text = packed.read(part)
        if any(start in text for start in _DTD):
            raise FileRefused(_("The spreadsheet defines entities of its own, which nobody needs."))
        if part.filename.endswith("workbook.xml") and _STRICT in text:
            raise FileRefused(_("The file is “Strict Open XML”. Save it as “Excel Workbook (XLSX)”."))
        if _LARGE.fullmatch(part.filename):
            tags += text.count(b"<")
        else:
            other_tags += text.count(b"<")
    if tags > MAX_TAGS or other_tags > MAX_OTHER_TAGS:
        raise FileRefused(_("The spreadsheet has too many cells, texts or formats. Split it."))


def _lines_of(data: bytes, packed: zipfile.ZipFile) -> Iterator[Line]:
    book, found = _opened(data, packed)
    sheets = [_Sheet(name, relation.target) for name, relation in found if relation.Type.endswith("/worksheet")]
    strings = book.package.find(SHARED_STRINGS)
    counted = [*(sheet.path for sheet in sheets), *([strings.PartName] if strings else [])]
    if len(found) != len(book.parser.sheets) or not all(path.endswith(_XML) for path in counted):
        raise InvalidFileException
    filled = [sheet for sheet in sheets if _holds_anything(packed, sheet)]
    if len(filled) > 1:
        raise FileRefused(
            _("There is something in several sheets (%(names)s). Leave one, and delete the others.")
            % {"names": ", ".join(sheet.name for sheet in filled)}
        )
    texts = _shared_texts(packed, strings.PartName.removeprefix("/")) if strings else []
    for sheet in filled:
        with packed.open(sheet.path) as source:
            yield from _Cells(book.wb, texts).lines(source)


def _opened(data: bytes, packed: zipfile.ZipFile) -> tuple[Any, list[tuple[str, Any]]]:
    """Return the workbook with its formats, and the name and path of each sheet."""
    with warnings.catch_warnings():
        # Sheet content other than cells.
        warnings.simplefilter("ignore")
        book = ExcelReader(BytesIO(data), read_only=True, data_only=True, keep_links=False)
        book.read_manifest()
        book.read_workbook()
        apply_stylesheet(packed, book.wb)
        return book, [(sheet.name, relation) for sheet, relation in book.parser.find_sheets()]


def _elements(source: IO[bytes]) -> Iterator[Element]:
    """Yield the elements of a part, each at its end."""
    for _event, element in iterparse(source):  # noqa: S314  # definitions of entities are refused, and the tags counted
        yield element


def _holds_anything(packed: zipfile.ZipFile, sheet: _Sheet) -> bool:
    with packed.open(sheet.path) as source:
        for element in _elements(source):
            if element.tag == _ROW:
                element.clear()
            elif element.tag == _CELL and any(part.text or part.tag != _VALUE for part in element):
                return True
    return False


def _shared_texts(packed: zipfile.ZipFile, path: str) -> list[str]:
    """Return the texts that cells refer to by number."""
    texts = []
    with packed.open(path) as source:
        for element in _elements(source):
            if element.tag == _ITEM:
                texts.append(_plain_text(element))
                element.clear()
    return texts


def _plain_text(element: Element) -> str:
    """Return the text of an element, without formatting and without phonetic readings of Japanese."""
    pieces = [
        piece.text or ""
        for child in element
        for piece in ((child,) if child.tag == _TEXT else child.iterfind(_TEXT) if child.tag == _RUN else ())
    ]
    return _unescaped("".join(pieces))


def _unescaped(text: str) -> str:
    """Return the text with characters that XML cannot hold, which Excel writes as `_x000D_`."""
    return ESCAPED.sub(lambda match: chr(int(match[1], 16)), text) if "_x" in text else text


class _Cells:
    """Reader of the cells in one sheet."""

    def __init__(self, workbook: Any, texts: list[str]) -> None:
        self.workbook = workbook
        self.texts = texts
        self.line = 0
        self.cells = 0

    def lines(self, source: IO[bytes]) -> Iterator[Line]:
        """Yield the non-empty lines, and the first. Raises `FileRefused`."""
        last = width = cells_seen = 0
        for element in _elements(source):
            if element.tag == _CELL:
                cells_seen += 1
            elif element.tag == _ROW:
                cells = self._row(element)
                element.clear()
                if not last and self.line > 1:
                    yield 1, ()
                if any(cells) or not last:
                    last, width = self.line, max(width, len(cells))
                    yield self.line, cells
            elif element.tag == _MERGED:
                self._refuse_merged(element.get("ref", ""), last=last, width=width)
        if cells_seen != self.cells:
            # Cells outside the valid range.
            raise InvalidFileException

    def _row(self, row: Element) -> list[str]:
        number = int(row.get("r", self.line + 1))
        if number <= self.line:
            raise FileRefused(_("Line %(line)d comes after line %(last)d.") % {"line": number, "last": self.line})
        self.line = number
        texts: dict[int, str] = {}
        column = 0
        for cell in row:
            if cell.tag != _CELL:
                if cell.tag == _EXTENSIONS:
                    continue
                raise InvalidFileException
            self.cells += 1
            line, column = coordinate_to_tuple(cell.get("r")) if cell.get("r") else (number, column + 1)
            if line != number or column in texts:
                raise _refusal(number, column, _("There are two cells for one place, or one in a wrong line."))
            texts[column] = self._checked(cell, column)
        return self._side_by_side(texts)

    def _checked(self, cell: Element, column: int) -> str:
        try:
            text = self._text(cell).strip()
        except _Unusable as error:
            raise _refusal(self.line, column, str(error)) from None
        except (ArithmeticError, LookupError, TypeError, ValueError):
            raise _refusal(self.line, column, _("Its value cannot be read.")) from None
        return text

    def _side_by_side(self, texts: dict[int, str]) -> list[str]:
        filled = [column for column, text in texts.items() if text]
        width = max(filled, default=0)
        if filled and self.line > MAX_LINE:
            raise FileRefused(_("The spreadsheet goes on below line %(most)d. Split it.") % {"most": MAX_LINE})
        if width > MAX_COLUMNS:
            message = _("The most are %(most)d columns.") % {"most": MAX_COLUMNS}
            raise _refusal(self.line, width, message)
        return [texts.get(column, "") for column in range(1, width + 1)]

    def _text(self, cell: Element) -> str:
        """Return the text that the cell shows. Raises `_Unusable`."""
        kind = cell.get("t", "n")
        values = cell.findall(_VALUE)
        if len(values) > 1:
            raise _Unusable(_("It has two values."))
        value = (values[0].text or "") if values else ""
        # An empty text is a result; for any other type an empty value is not.
        if cell.find(_FORMULA) is not None and not (value or (values and kind == "str")):
            raise _Unusable(_("The result of its formula is not in the file. Open it in Excel, and save it."))
        if kind == "inlineStr":
            return "".join(_plain_text(text) for text in cell.findall(_INLINE)) or value
        if kind == "str":
            return _unescaped(value)
        if not value:
            return ""
        if kind == "e":
            raise _Unusable(_("It holds the error %(error)s.") % {"error": value[:20]})
        return self._typed(kind, value, style=int(cell.get("s", 0)))

    def _typed(self, kind: str, value: str, *, style: int) -> str:
        if kind == "s":
            number = int(value)
            if number < 0:
                raise IndexError(number)
            return self.texts[number]
        if kind == "b":
            return {"0": "false", "1": "true"}[value.strip()]
        if kind == "d":
            # ISO 8601, unchanged.
            return value
        if kind == "n" and _NUMBER.fullmatch(value.strip()):
            return self._number(value.strip(), style=style)
        raise ValueError(kind)

    def _number(self, value: str, *, style: int) -> str:
        number = float(value) if re.search(r"[.eE]", value) else int(value)
        if not math.isfinite(number):
            raise OverflowError(value)
        if style in self.workbook._date_formats:  # noqa: SLF001  # which formats are dates is said nowhere else
            is_duration = style in self.workbook._timedelta_formats  # noqa: SLF001  # as above
            moment = from_excel(number, self.workbook.epoch, timedelta=is_duration)
            if isinstance(moment, datetime):
                return moment.isoformat(sep=" ")
            return moment.isoformat() if isinstance(moment, date) else str(moment)
        return str(int(number)) if number == int(number) else str(number)

    def _refuse_merged(self, reference: str, *, last: int, width: int) -> None:
        """Refuse merged cells in the part of the sheet that is read: all but the first are empty."""
        left, top, right, bottom = range_boundaries(reference)
        if (left, top) != (right, bottom) and top <= last and left <= width:
            raise _refusal(top, left, _("It is merged with others. Split them, and fill in each."))


def _refusal(line: int, column: int, message: str) -> FileRefused:
    place = {"line": line, "column": get_column_letter(column), "message": message}
    return FileRefused(_("Line %(line)d, column %(column)s: %(message)s") % place)
