"""Rows of one CSV file, plain or gzip: streamed in bounded memory, and checked field by field."""

import csv
import gzip
import io
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import IO, Any

from leads.imports.services.cells import CellError, Kind, read_cell, shown
from leads.imports.services.history.results import Problem, ProblemList, UnreadableError
from leads.imports.services.history.tables import FileShape

Row = tuple[int, Sequence[Any]]
"""Line number and values, in the order of the shape's columns."""

UTF_8 = "utf-8"
WINDOWS_1252 = "windows-1252"
ENCODINGS = (UTF_8, WINDOWS_1252)
LINES_BETWEEN_REPORTS = 2_000
LONGEST_LINE_BYTES = 2**20

OnBytes = Callable[[int, int], None]
"""Callback with the bytes of a file that have been read, and its size."""

_BYTE_ORDER_MARK = "\ufeff"
_GZIP = b"\x1f\x8b"
_UTF_16 = "is UTF-16, not UTF-8: save it as UTF-8, or convert it with `iconv -f UTF-16 -t UTF-8`"
_SPREADSHEET = "is a spreadsheet or a zip file: save it as CSV, separated by commas, in UTF-8"
_OTHER_KINDS = (
    (b"\xff\xfe", _UTF_16),
    (b"\xfe\xff", _UTF_16),
    (b"PK\x03\x04", _SPREADSHEET),
    (b"\xd0\xcf\x11\xe0", _SPREADSHEET),
)
_CARRIAGE_RETURNS = "ends its lines with CR alone: save it with LF or CR LF"
_CSV_ERRORS = (
    ("field larger", f"a field is longer than {csv.field_size_limit():,} characters; is a quote not closed?"),
    ("unexpected end", "a quote is opened and not closed before the end of the file"),
    ("',' expected", 'a field that begins with a quote ends with one, and a quote inside it is written ""'),
    ("new-line", "there is a CR inside the line, outside quotes"),
)


def find_file(*, folder: Path, name: str) -> Path | Problem:
    """Return the file `<name>.csv` or `<name>.csv.gz` in the folder, or the problem."""
    found = [path for path in (folder / f"{name}.csv", folder / f"{name}.csv.gz") if path.is_file()]
    if not found:
        return Problem(
            file=f"{name}.csv",
            message=f"is not in {folder}, and neither is {name}.csv.gz (one with only the header will do)",
        )
    if len(found) > 1:
        return Problem(file=f"{name}.csv", message=f"is in {folder} twice, also as {name}.csv.gz: keep one")
    return found[0]


def read_rows(
    *, path: Path, shape: FileShape, problems: ProblemList, on_bytes: OnBytes, encoding: str = UTF_8
) -> Iterator[Row]:
    """Yield the valid rows of the file; problems are added to `problems`."""
    name = path.name
    records = _records(name=name, lines=read_lines(path=path, encoding=encoding, on_bytes=on_bytes))
    try:
        line, header = next(records, (1, None))
        order = _column_order(name=name, line=line, shape=shape, header=header)
        columns = [(column, kind, order[column]) for column, kind in shape.columns.items()]
        for line, record in records:
            row = _row(name=name, line=line, columns=columns, record=record, problems=problems)
            if row is not None:
                yield line, row
    except UnreadableError as error:
        problems.add(error.problem)


def _records(*, name: str, lines: Iterable[str]) -> Iterator[tuple[int, list[str]]]:
    """Yield the non-empty records, each with the line on which it begins."""
    reader = csv.reader(lines, strict=True)
    line = 1
    try:
        for record in reader:
            if record:
                yield line, record
            line = reader.line_num + 1
    except csv.Error as error:
        message = f"is not CSV: {_in_our_words(str(error))}"
        raise UnreadableError(Problem(file=name, line=line, message=message)) from error


def _in_our_words(error: str) -> str:
    """Rephrase an error of Python's CSV reader for people who created the file with another program."""
    return next((words for start, words in _CSV_ERRORS if error.startswith(start)), error)


def _column_order(*, name: str, line: int, shape: FileShape, header: list[str] | None) -> dict[str, int]:
    """Return the position in the file of each column of the shape."""
    if header is None:
        raise UnreadableError(Problem(file=name, line=line, message="has no header"))
    expected = list(shape.columns)
    for column in expected:
        if header.count(column) != 1:
            what = "is missing" if column not in header else "is there more than once"
            raise UnreadableError(Problem(file=name, line=line, field=column, message=f"this column {what}"))
    unknown = [column for column in header if column not in expected]
    if unknown:
        message = f"the column {shown(unknown[0])} is unknown; the file has {', '.join(expected)}"
        raise UnreadableError(Problem(file=name, line=line, message=message))
    return {column: place for place, column in enumerate(header)}


def _row(
    *, name: str, line: int, columns: Sequence[tuple[str, Kind, int]], record: list[str], problems: ProblemList
) -> list[Any] | None:
    """Return the values of one record in the order of the shape; None if any is invalid."""
    if len(record) != len(columns):
        message = f"has {len(record)} fields, the header has {len(columns)}: {shown(','.join(record))}"
        problems.add(Problem(file=name, line=line, message=message))
        return None
    values: list[Any] = []
    for column, kind, place in columns:
        try:
            values.append(read_cell(kind, record[place]))
        except CellError as error:
            # Here, the message follows the name of the field.
            problems.add(Problem(file=name, line=line, field=column, message=str(error).removesuffix(".")))
    return values if len(values) == len(columns) else None


def read_lines(*, path: Path, encoding: str, on_bytes: OnBytes) -> Iterator[str]:
    """Yield the lines with their ends. Raises `UnreadableError`, with the line, if reading cannot go on.

    `encoding` is one of `ENCODINGS`. With `WINDOWS_1252`, lines that are valid UTF-8 are still read as UTF-8: they
    hardly ever mean anything else.
    """
    number = 0
    try:
        size = path.stat().st_size
        with path.open("rb") as raw:
            source = _unpacked(path=path, raw=raw)
            while line := source.readline(LONGEST_LINE_BYTES + 1):
                number += 1
                if number == 1:
                    _refuse_other_kinds(path=path, line=line)
                if len(line) > LONGEST_LINE_BYTES:
                    message = f"this line is longer than {LONGEST_LINE_BYTES:,} bytes"
                    raise UnreadableError(Problem(file=path.name, line=number, message=message))
                yield _decoded(name=path.name, number=number, line=line, encoding=encoding)
                if number % LINES_BETWEEN_REPORTS == 0:
                    on_bytes(raw.tell(), size)
            on_bytes(size, size)
    except EOFError as error:
        problem = Problem(file=path.name, line=number + 1, message="is cut off: the end of the packed file is missing")
        raise UnreadableError(problem) from error
    except (OSError, zlib.error) as error:
        problem = Problem(file=path.name, line=number + 1, message=f"cannot be read: {error}")
        raise UnreadableError(problem) from error


def _unpacked(*, path: Path, raw: io.BufferedReader) -> IO[bytes]:
    """Return the content of the file, decompressed if needed."""
    if path.suffix != ".gz":
        return raw
    start = raw.peek(len(_GZIP))
    if start and not start.startswith(_GZIP):
        message = f"is not packed with gzip: its name has to be {path.stem}"
        raise UnreadableError(Problem(file=path.name, message=message))
    return io.BufferedReader(gzip.GzipFile(fileobj=raw, mode="rb"))


def _refuse_other_kinds(*, path: Path, line: bytes) -> None:
    """Raise `UnreadableError` if the first line shows that the file is not comma-separated."""
    kind = _other_kind(path=path, line=line)
    if kind is not None:
        raise UnreadableError(Problem(file=path.name, line=1, message=kind))


def _other_kind(*, path: Path, line: bytes) -> str | None:
    """Return the apparent kind of file by its first line; None if it may be a CSV file with commas."""
    if line.startswith(_GZIP):
        return (
            "is packed with gzip twice" if path.suffix == ".gz" else "is packed with gzip: its name has to end in .gz"
        )
    for start, message in _OTHER_KINDS:
        if line.startswith(start):
            return message
    if b"\x00" in line:
        # UTF-16 without a byte order mark: every other byte of ASCII letters is zero.
        return _UTF_16 if 1 / 3 < line.count(b"\x00") / len(line) < 2 / 3 else "begins with zero bytes: it is damaged"
    if b"\r" in line.rstrip(b"\r\n"):
        return _CARRIAGE_RETURNS
    for separator, name in ((b";", "semicolons"), (b"\t", "tabs")):
        if separator in line and b"," not in line:
            return f"is separated by {name}: save it with commas"
    return None


def _decoded(*, name: str, number: int, line: bytes, encoding: str) -> str:
    """Return a line as text. Raises `UnreadableError`."""
    try:
        decoded = line.decode(UTF_8)
    except UnicodeDecodeError as error:
        decoded = _decoded_otherwise(name=name, number=number, line=line, encoding=encoding, error=error)
    return decoded.removeprefix(_BYTE_ORDER_MARK) if number == 1 else decoded


def _decoded_otherwise(*, name: str, number: int, line: bytes, encoding: str, error: UnicodeDecodeError) -> str:
    """Return a line that is not UTF-8 as text. Raises `UnreadableError`, with a guess if there is one."""
    byte = f"byte {error.start + 1} of the line is 0x{line[error.start]:02X}"
    try:
        guess = line.decode(WINDOWS_1252)
    except UnicodeDecodeError:
        message = f"is neither UTF-8 nor Windows-1252 ({byte})"
        raise UnreadableError(Problem(file=name, line=number, message=message)) from error
    if encoding == WINDOWS_1252:
        return guess
    around = guess[max(error.start - 12, 0) : error.start + 12].strip()
    message = (
        f"is not UTF-8 ({byte}); it may be Windows-1252, and say {shown(around)}: "
        f"save it as UTF-8, or import with --encoding {WINDOWS_1252}"
    )
    raise UnreadableError(Problem(file=name, line=number, message=message)) from error
