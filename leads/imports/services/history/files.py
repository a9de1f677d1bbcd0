"""Rows of one CSV file, streamed and checked field by field."""

import csv
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from leads.imports.services.history.fields import Column
from leads.imports.services.history.lines import UTF_8, OnBytes, read_lines
from leads.imports.services.history.problems import FieldError, Problem, ProblemList, UnreadableError, shown
from leads.imports.services.history.tables import FileShape

Row = tuple[int, Sequence[str | None]]
"""Line number and values, in the order of the shape's columns."""

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
        columns = [(column, order[column.name]) for column in shape.columns]
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
    expected = [column.name for column in shape.columns]
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
    *, name: str, line: int, columns: Sequence[tuple[Column, int]], record: list[str], problems: ProblemList
) -> list[str | None] | None:
    """Return the values of one record in the order of the shape; None if any is invalid."""
    if len(record) != len(columns):
        message = f"has {len(record)} fields, the header has {len(columns)}: {shown(','.join(record))}"
        problems.add(Problem(file=name, line=line, message=message))
        return None
    values: list[str | None] = []
    for column, place in columns:
        try:
            values.append(column.read(record[place]))
        except FieldError as error:
            problems.add(Problem(file=name, line=line, field=column.name, message=str(error)))
    return values if len(values) == len(columns) else None
