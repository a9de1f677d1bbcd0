"""Loads the history of a marketplace from four CSV files, all or nothing."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from pathlib import Path

from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper
from django.utils import timezone
from psycopg import sql

from leads.services.history_import import statements
from leads.services.history_import.files import find_file, read_rows
from leads.services.history_import.problems import HistoryRefusedError, Problem, ProblemList
from leads.services.history_import.results import ImportResult, OnProgress, Progress, TableCount
from leads.services.history_import.tables import FileShape, file_shapes

DATABASE_STEP = "database"
_MICROSECOND = timedelta(microseconds=1)


def import_history(*, folder: Path, shift_to_now: bool = False, on_progress: OnProgress | None = None) -> ImportResult:
    """Load `profiles`, `leads`, `lead_activities` and `outcomes`, each as `.csv` or `.csv.gz`, from the folder.

    Rows whose id is there already are left out, so a second import of the same files adds nothing.
    `shift_to_now` moves every time by the same amount, such that the newest of them is now. The first contact of a lead
    is the one of the file, or else its earliest contact activity (the trigger's rule).
    Raises `HistoryRefusedError`, and then nothing was changed, when anything in the files is wrong.
    """
    report = on_progress or (lambda _: None)
    shapes = file_shapes(latest=None if shift_to_now else timezone.now())
    paths = _find_files(folder=folder, shapes=shapes)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statements.ONE_AT_A_TIME)
        for statement in statements.TEMPORARY_TABLES:
            cursor.execute(statement)
        read = _copy_files(cursor=cursor, shapes=shapes, paths=paths, report=report)
        cursor.execute(statements.ANALYZE_TEMPORARY)
        _check_across_rows(cursor=cursor, paths=paths)
        shift = _shift_to_now(cursor=cursor) if shift_to_now else None
        tables = _insert(cursor=cursor, read=read, shift=shift or timedelta(), report=report)
        clamped = _count(cursor=cursor, statement=statements.COUNT_CLAMPED)
        cursor.execute(statements.DROP_TEMPORARY)
    return ImportResult(tables=tables, shift=shift, clamped_first_contacts=clamped)


def _find_files(*, folder: Path, shapes: Sequence[FileShape]) -> dict[str, Path]:
    """The path of each file by its name. Raises `HistoryRefusedError` when one is missing."""
    if not folder.is_dir():
        raise HistoryRefusedError([Problem(file=str(folder), message="is no folder")])
    paths: dict[str, Path] = {}
    problems = ProblemList()
    for shape in shapes:
        found = find_file(folder=folder, name=shape.name)
        if isinstance(found, Problem):
            problems.add(found)
        else:
            paths[shape.name] = found
    problems.refuse_if_any()
    return paths


def _copy_files(
    *, cursor: CursorWrapper, shapes: Sequence[FileShape], paths: Mapping[str, Path], report: OnProgress
) -> dict[str, int]:
    """Copy the files into the temporary tables; the number of rows of each. Raises `HistoryRefusedError`."""
    problems = ProblemList()
    read = {
        shape.name: _copy_file(cursor=cursor, shape=shape, path=paths[shape.name], problems=problems, report=report)
        for shape in shapes
    }
    problems.refuse_if_any()
    return read


def _copy_file(
    *, cursor: CursorWrapper, shape: FileShape, path: Path, problems: ProblemList, report: OnProgress
) -> int:
    """Copy the valid rows of one file into its temporary table; their number."""

    def on_bytes(done: int, total: int) -> None:
        report(Progress(step=path.name, done=done, total=total))

    count = 0
    with cursor.copy(sql.SQL("COPY {} FROM STDIN").format(sql.Identifier(f"import_{shape.name}"))) as copy:
        for line, values in read_rows(path=path, shape=shape, problems=problems, on_bytes=on_bytes):
            copy.write_row((line, *values))
            count += 1
    return count


def _check_across_rows(*, cursor: CursorWrapper, paths: Mapping[str, Path]) -> None:
    """Refuse rows that contradict each other or name what is nowhere. Raises `HistoryRefusedError`."""
    problems = ProblemList()
    for check in statements.CHECKS:
        cursor.execute(check.query, {"most": problems.room})
        problems.extend(
            Problem(file=paths[check.file].name, line=line, field=check.field, message=f"{value} {check.message}")
            for line, value in cursor.fetchall()
        )
    problems.refuse_if_any()


def _shift_to_now(*, cursor: CursorWrapper) -> timedelta | None:
    """What has to be added to the times of the files so that the newest is now; None without any time."""
    cursor.execute(statements.MICROSECONDS_TO_NOW)
    (microseconds,) = cursor.fetchone()
    return None if microseconds is None else microseconds * _MICROSECOND


def _insert(
    *, cursor: CursorWrapper, read: Mapping[str, int], shift: timedelta, report: OnProgress
) -> tuple[TableCount, ...]:
    """Insert what is new, tables that others refer to first.

    Each is analysed at once: on tables that were empty, the trigger on activities is planned for a few leads otherwise,
    and takes ten times as long.
    """
    industries = _count(cursor=cursor, statement=statements.COUNT_INDUSTRIES)
    for statement in statements.FORGET_KNOWN:
        cursor.execute(statement)
    cursor.execute(statements.LOCK_LEADS)
    values: dict[str, int | list[str]] = {
        "shift": shift // _MICROSECOND,
        "decided_statuses": statements.DECIDED_STATUS_VALUES,
    }
    tables: list[TableCount] = []
    for done, (table, insert) in enumerate(statements.INSERTS, start=1):
        cursor.execute(insert, values)
        tables.append(TableCount(table=table, read=read.get(table, industries), added=cursor.rowcount))
        cursor.execute(sql.SQL("ANALYZE {}").format(sql.Identifier(table)))
        report(Progress(step=DATABASE_STEP, done=done, total=len(statements.INSERTS)))
    return tuple(tables)


def _count(*, cursor: CursorWrapper, statement: str) -> int:
    """The single number that a query gives."""
    cursor.execute(statement, {"contact_types": statements.CONTACT_TYPE_VALUES})
    (count,) = cursor.fetchone()
    return int(count)
