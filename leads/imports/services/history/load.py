"""Import of a marketplace's history from four CSV files, all or nothing."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper
from django.utils import timezone
from psycopg import sql

from leads.imports.services.history import statements
from leads.imports.services.history.files import UTF_8, Row, find_file, read_rows
from leads.imports.services.history.results import (
    Differences,
    DifferingRow,
    HistoryRefusedError,
    ImportResult,
    OnProgress,
    Problem,
    ProblemList,
    Progress,
    TableCount,
)
from leads.imports.services.history.tables import FileShape, file_shapes
from leads.imports.services.times import TimeReader

MOST_DIFFERENCES_SHOWN = 3
_MICROSECOND = timedelta(microseconds=1)

ReadRows = Callable[[FileShape, ProblemList], Iterator[Row]]


def import_history(
    *,
    folder: Path,
    zone: ZoneInfo | None = None,
    encoding: str = UTF_8,
    shift_to_now: bool = False,
    on_progress: OnProgress | None = None,
) -> ImportResult:
    """Load `profiles`, `leads`, `lead_activities` and `outcomes`, each as `.csv` or `.csv.gz`, from the folder.

    Rows whose id already exists are skipped, so a second import of the same files adds nothing; those that differ from
    the database are reported. `zone` applies to times without an offset (None: they are refused), `encoding` is one of
    `files.ENCODINGS`. `shift_to_now` moves every time by the same amount, so that the newest is now. The first contact
    of a lead is the one in the file, or else its earliest contact activity (the trigger's rule).

    Raises `HistoryRefusedError`, with nothing changed, if anything in the files is wrong; `django.db.Error` if the
    database refuses or is unavailable.
    """
    report = on_progress or (lambda _: None)
    time = TimeReader(latest=None if shift_to_now else timezone.now(), zone=zone)
    shapes = file_shapes(time)
    paths = _find_files(folder=folder, shapes=shapes)

    def rows(shape: FileShape, problems: ProblemList) -> Iterator[Row]:
        path = paths[shape.name]

        def on_bytes(done: int, total: int) -> None:
            report(Progress(step=path.name, done=done, total=total))

        return read_rows(path=path, shape=shape, problems=problems, on_bytes=on_bytes, encoding=encoding)

    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statements.NO_TIME_LIMIT)
        with _step(report=report, name="waiting for other imports"):
            cursor.execute(statements.ONE_AT_A_TIME)
        for statement in statements.TEMPORARY_TABLES:
            cursor.execute(statement)
        read = _copy_files(cursor=cursor, shapes=shapes, rows=rows)
        with _step(report=report, name="checking"):
            cursor.execute(statements.ANALYZE_TEMPORARY)
            _check_rows(statements.CHECKS, cursor=cursor, paths=paths)
            differences = _differences(cursor=cursor, paths=paths, with_times=not shift_to_now)
        shift = _shift_to_now(cursor=cursor, paths=paths) if shift_to_now else None
        tables = _insert(cursor=cursor, read=read, shift=shift or timedelta(), report=report)
        clamped = _count(cursor=cursor, statement=statements.COUNT_CLAMPED)
        cursor.execute(statements.DROP_TEMPORARY)
    return ImportResult(
        tables=tables, shift=shift, clamped_first_contacts=clamped, times_twice=time.twice, differences=differences
    )


@contextmanager
def _step(*, report: OnProgress, name: str) -> Iterator[None]:
    """Report the beginning and the end of a step without measurable progress."""
    report(Progress(step=name, done=0, total=1))
    yield
    report(Progress(step=name, done=1, total=1))


def _find_files(*, folder: Path, shapes: Sequence[FileShape]) -> dict[str, Path]:
    """Return the path of each file by its name. Raises `HistoryRefusedError` if one is missing."""
    paths: dict[str, Path] = {}
    problems = ProblemList()
    try:
        if not folder.is_dir():
            raise HistoryRefusedError([Problem(file=str(folder), message="is no folder")])
        for shape in shapes:
            found = find_file(folder=folder, name=shape.name)
            if isinstance(found, Problem):
                problems.add(found)
            else:
                paths[shape.name] = found
    except OSError as error:
        raise HistoryRefusedError([Problem(file=str(folder), message=f"cannot be read: {error.strerror}")]) from error
    problems.refuse_if_any()
    return paths


def _copy_files(*, cursor: CursorWrapper, shapes: Sequence[FileShape], rows: ReadRows) -> dict[str, int]:
    """Copy the files into the temporary tables; return the rows of each. Raises `HistoryRefusedError`."""
    problems = ProblemList()
    read: dict[str, int] = {}
    for shape in shapes:
        statement = sql.SQL("COPY {} FROM STDIN").format(sql.Identifier(f"import_{shape.name}"))
        count = 0
        # Django passes `copy` through, so psycopg's own exceptions are raised.
        with connection.wrap_database_errors, cursor.copy(statement) as copy:
            for line, values in rows(shape, problems):
                copy.write_row((line, *values))
                count += 1
        read[shape.name] = count
    problems.refuse_if_any()
    return read


def _check_rows(
    checks: Iterable[statements.Check], *, cursor: CursorWrapper, paths: Mapping[str, Path], shift: int = 0
) -> None:
    """Refuse rows that contradict others, have unknown references, or are too early. Raises `HistoryRefusedError`."""
    problems = ProblemList()
    for check in checks:
        cursor.execute(check.query, {"most": problems.room, "shift": shift})
        problems.extend(
            Problem(file=paths[check.file].name, line=line, field=check.field, message=f"{value} {check.message}")
            for line, value in cursor.fetchall()
        )
    problems.refuse_if_any()


def _differences(*, cursor: CursorWrapper, paths: Mapping[str, Path], with_times: bool) -> tuple[Differences, ...]:
    """Return the existing rows that differ."""
    values: dict[str, int | list[str]] = {
        "most": MOST_DIFFERENCES_SHOWN,
        "times": with_times,
        "decided_statuses": statements.DECIDED_STATUS_VALUES,
    }
    found: list[Differences] = []
    for comparison in statements.COMPARISONS:
        cursor.execute(comparison.query, values)
        rows = cursor.fetchall()
        if rows:
            examples = tuple(DifferingRow(line=line, id=id_, fields=tuple(fields)) for line, id_, fields, _ in rows)
            found.append(Differences(file=paths[comparison.file].name, count=rows[0][3], examples=examples))
    return tuple(found)


def _shift_to_now(*, cursor: CursorWrapper, paths: Mapping[str, Path]) -> timedelta | None:
    """Return the interval to add so that the newest time of the files is now; None without any time.

    Raises `HistoryRefusedError` for times that would become earlier than the database accepts.
    """
    cursor.execute(statements.MICROSECONDS_TO_NOW)
    microseconds: int | None = cursor.fetchone()[0]
    if microseconds is None:
        return None
    _check_rows(statements.TOO_EARLY, cursor=cursor, paths=paths, shift=microseconds)
    return microseconds * _MICROSECOND


def _insert(
    *, cursor: CursorWrapper, read: Mapping[str, int], shift: timedelta, report: OnProgress
) -> tuple[TableCount, ...]:
    """Insert the new rows, referenced tables first.

    Each table is analysed at once: on a table that was empty, the trigger on activities would otherwise be planned for
    a few leads, and take ten times as long.
    """
    industries = _count(cursor=cursor, statement=statements.COUNT_INDUSTRIES)
    with _step(report=report, name="leaving out what is there"):
        for statement in statements.FORGET_KNOWN:
            cursor.execute(statement)
        cursor.execute(statements.LOCK_LEADS)
    values: dict[str, int | list[str]] = {
        "shift": shift // _MICROSECOND,
        "decided_statuses": statements.DECIDED_STATUS_VALUES,
    }
    tables: list[TableCount] = []
    for table, insert in statements.INSERTS:
        with _step(report=report, name=f"adding {table}"):
            cursor.execute(insert, values)
            tables.append(TableCount(table=table, read=read.get(table, industries), added=cursor.rowcount))
            cursor.execute(sql.SQL("ANALYZE {}").format(sql.Identifier(table)))
    with _step(report=report, name="checking references"):
        cursor.execute(statements.CHECK_REFERENCES)
    return tuple(tables)


def _count(*, cursor: CursorWrapper, statement: str) -> int:
    """Return the single number that a query yields."""
    cursor.execute(statement, {"contact_types": statements.CONTACT_TYPE_VALUES})
    (count,) = cursor.fetchone()
    return int(count)
