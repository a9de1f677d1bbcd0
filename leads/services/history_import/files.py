"""Rows of one CSV file, plain or gzip, read as a stream: a file of any size takes little memory."""

import csv
import gzip
import io
import zlib
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import IO

from leads.services.history_import.fields import FieldError
from leads.services.history_import.problems import Problem, ProblemList, shown
from leads.services.history_import.tables import FileShape

ROWS_BETWEEN_REPORTS = 2_000
_BYTE_ORDER_MARK = "\ufeff"

Row = tuple[int, Sequence[str | None]]
"""Line number, and the values in the order of the shape's columns."""


class _UnreadableError(Exception):
    """The rest of a file cannot be read; the problem says why."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(str(problem))
        self.problem = problem


def find_file(*, folder: Path, name: str) -> Path | Problem:
    """The file `<name>.csv` or `<name>.csv.gz` in the folder, or what is wrong."""
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
    *, path: Path, shape: FileShape, problems: ProblemList, on_bytes: Callable[[int, int], None]
) -> Iterator[Row]:
    """The valid rows of the file; what is wrong goes to `problems`.

    `on_bytes(done, total)` is called now and then with the bytes of the file that have been read.
    """
    total = path.stat().st_size
    with path.open("rb") as raw, _unpacked(path=path, raw=raw) as source:
        records = _records(name=path.name, source=source)
        try:
            _, header = next(records, (1, None))
            order = _column_order(name=path.name, shape=shape, header=header)
            for count, (line, record) in enumerate(records, start=1):
                row = _row(name=path.name, line=line, shape=shape, order=order, record=record, problems=problems)
                if row is not None:
                    yield line, row
                if count % ROWS_BETWEEN_REPORTS == 0:
                    on_bytes(raw.tell(), total)
        except _UnreadableError as error:
            problems.add(error.problem)
    on_bytes(total, total)


def _unpacked(*, path: Path, raw: io.BufferedReader) -> io.BufferedReader:
    """The content of the file, whether it is packed or not."""
    return io.BufferedReader(gzip.GzipFile(fileobj=raw, mode="rb")) if path.suffix == ".gz" else raw


def _lines(*, name: str, source: IO[bytes]) -> Iterator[str]:
    """The lines of the file as text."""
    lines = iter(source)
    number = 0
    while True:
        number += 1
        try:
            line = next(lines, None)
            if line is None:
                return
            decoded = line.decode("utf-8")
        except UnicodeDecodeError as error:
            problem = Problem(file=name, line=number, message=f"is not UTF-8 ({error.reason}, byte {error.start + 1})")
            raise _UnreadableError(problem) from error
        except (OSError, EOFError, zlib.error) as error:
            raise _UnreadableError(Problem(file=name, line=number, message=f"cannot be read: {error}")) from error
        yield decoded.removeprefix(_BYTE_ORDER_MARK) if number == 1 else decoded


def _records(*, name: str, source: IO[bytes]) -> Iterator[tuple[int, list[str]]]:
    """The records that are not empty lines, each with the line on which it begins."""
    reader = csv.reader(_lines(name=name, source=source), strict=True)
    line = 1
    try:
        for record in reader:
            if record:
                yield line, record
            line = reader.line_num + 1
    except csv.Error as error:
        raise _UnreadableError(Problem(file=name, line=line, message=f"is not CSV: {error}")) from error


def _column_order(*, name: str, shape: FileShape, header: list[str] | None) -> tuple[int, ...]:
    """For each column of the shape, its place in the file."""
    if header is None:
        raise _UnreadableError(Problem(file=name, line=1, message="has no header"))
    expected = [column.name for column in shape.columns]
    for column in expected:
        if header.count(column) != 1:
            what = "is missing" if column not in header else "is there more than once"
            raise _UnreadableError(Problem(file=name, line=1, field=column, message=f"this column {what}"))
    unknown = [column for column in header if column not in expected]
    if unknown:
        message = f"this column is unknown; the file has {', '.join(expected)}"
        raise _UnreadableError(Problem(file=name, line=1, field=unknown[0], message=message))
    return tuple(header.index(column) for column in expected)


def _row(
    *, name: str, line: int, shape: FileShape, order: tuple[int, ...], record: list[str], problems: ProblemList
) -> list[str | None] | None:
    """The values of one record in the order of the shape; None if something is wrong with it."""
    if len(record) != len(order):
        message = f"has {len(record)} fields, the header has {len(order)}: {shown(','.join(record))}"
        problems.add(Problem(file=name, line=line, message=message))
        return None
    values: list[str | None] = []
    for column, place in zip(shape.columns, order, strict=True):
        try:
            values.append(column.read(record[place]))
        except FieldError as error:
            problems.add(Problem(file=name, line=line, field=column.name, message=str(error)))
    return values if len(values) == len(order) else None
