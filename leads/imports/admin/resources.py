"""Common base of the tables that can be imported and exported.

An import is all or nothing. Existing rows are read and locked with one statement, and changes are written with a few,
however many rows there are.
"""

import copy
import hashlib
import uuid
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, ClassVar

from django.db import DatabaseError, DataError, IntegrityError, connection, models, transaction
from django.utils.translation import gettext as _
from psycopg.errors import RaiseException, UniqueViolation

from core.auth.actors import Actor
from leads.imports.admin.columns import Column, Rule, plain
from leads.imports.services.cells import CellError, Id
from leads.imports.services.files import Table

ROWS_PER_STATEMENT = 1000

MOST_REFUSED = 50
"""Maximum number of refused rows that are named; finding each takes a few statements."""


class Outcome(StrEnum):
    """Action of an import on a row."""

    NEW = "new"
    CHANGED = "changed"
    SAME = "same"


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of the preview: the present value and the new one."""

    before: str
    after: str

    @property
    def changes(self) -> bool:
        """True if the import writes the cell."""
        return self.before != self.after


@dataclass(slots=True, kw_only=True)
class Row:
    """A row of a file: where it begins, what it does, and its problems by column (empty: the row as a whole)."""

    line: int
    instance: Any = None
    outcome: Outcome = Outcome.NEW
    cells: list[Cell] = field(default_factory=list)
    problems: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One problem, with its line (1 is the header) and its column, which is empty for a row as a whole."""

    line: int
    column: str
    message: str


@dataclass(frozen=True, slots=True)
class ImportResult:
    """Result of an import, or of its preview."""

    rows: list[Row]

    @property
    def problems(self) -> list[Problem]:
        """All problems, in the order of the file."""
        return [
            Problem(line=row.line, column=column, message=message)
            for row in self.rows
            for column, message in row.problems.items()
        ]

    def with_outcome(self, *outcomes: Outcome) -> list[Row]:
        """Return the rows with one of these outcomes, in the order of the file."""
        return [row for row in self.rows if row.outcome in outcomes]

    @property
    def fingerprint(self) -> str:
        """A digest that stays the same as long as an import would do the same."""
        digest = hashlib.sha256()
        for row in self.rows:
            digest.update(repr((row.outcome.value, [cell.before for cell in row.cells])).encode())
        return digest.hexdigest()


class TableResource:
    """The columns of a table, and how its rows are read and written."""

    model: ClassVar[type[models.Model]]
    declared: ClassVar[tuple[Column, ...]]

    def __init_subclass__(cls) -> None:
        cls.declared = tuple(value for value in vars(cls).values() if isinstance(value, Column))

    def __init__(self, *, actor: Actor, sees_people: bool = True) -> None:
        """Prepare an import by `actor`; without `sees_people`, columns with personal data are left out."""
        self.actor = actor
        # Copied, since some types learn what is in the database.
        self.fields = {c.name: copy.deepcopy(c) for c in self.declared if sees_people or not c.person}
        self.columns = tuple(self.fields.values())
        self.written: tuple[Column, ...] = ()
        self.left_out: tuple[str, ...] = ()
        self.original: Any = None
        self._changed: set[str] = set()

    # -- Overridable by a table

    def learn(self, file: Table | None) -> None:
        """Read and lock what the cells refer to; an export has no file."""

    def rules(self, instance: Any) -> Iterable[tuple[str, str]]:
        """Return the row's problems as a whole: pairs of column and message. `self.original` is the old row."""
        return ()

    def insert(self, instances: list[Any]) -> None:
        """Write new rows."""
        models.QuerySet[Any](self.model).bulk_create(instances, batch_size=ROWS_PER_STATEMENT)

    def update(self, instances: list[Any]) -> None:
        """Write the columns that any of these rows changes."""
        models.QuerySet[Any](self.model).bulk_update(instances, sorted(self._changed), batch_size=ROWS_PER_STATEMENT)

    def also_changed(self, instance: Any) -> Iterable[str]:
        """Return further columns that the rules have set in an existing row."""
        return ()

    # -- Import

    def import_table(self, file: Table, *, dry_run: bool) -> ImportResult:
        """Import the rows; with `dry_run`, or if anything is wrong, nothing is written."""
        found = [self.fields[name] for name in file.headers]
        self.written = tuple(column for column in found if column.rule not in {Rule.NEVER, Rule.KEY})
        self.left_out = tuple(column.name for column in found if column.rule is Rule.NEVER)
        with transaction.atomic():
            self.learn(file)
            existing = self._locked(file)
            seen: dict[uuid.UUID, int] = {}
            result = ImportResult(
                [
                    self._row(line, dict(zip(file.headers, cells, strict=True)), existing=existing, seen=seen)
                    for line, cells in zip(file.lines, file.rows, strict=True)
                ]
            )
            if not result.problems:
                self._write(result.with_outcome(Outcome.NEW), self.insert, result)
                self._write(result.with_outcome(Outcome.CHANGED), self.update, result)
            if dry_run or result.problems:
                transaction.set_rollback(True)
        return result

    def _locked(self, file: Table) -> dict[uuid.UUID, models.Model]:
        """Return the rows that the file names by id, locked until the end of the transaction."""
        named = ids_in(file, "id")
        rows = models.QuerySet[Any](self.model).filter(pk__in=named).order_by("pk").select_for_update(no_key=True)
        return {row.pk: row for row in rows} if named else {}

    def _row(
        self,
        line: int,
        cells: Mapping[str, str],
        *,
        existing: Mapping[uuid.UUID, models.Model],
        seen: dict[uuid.UUID, int],
    ) -> Row:
        """Store the cells of a row in its instance, and note what changes or is wrong."""
        key = as_id(cells.get("id", ""))
        if key is not None and seen.setdefault(key, line) != line:
            return Row(line=line, problems={"id": _("Line %(line)d is about the same row.") % {"line": seen[key]}})
        old = None if key is None else existing.get(key)
        row = Row(line=line, instance=self.model() if old is None else old)
        before = ["" if old is None else column.text_of(old) for column in self.written]
        self.original = copy.deepcopy(row.instance)
        for column in self.columns:
            if column.name in cells:
                try:
                    column.store(row.instance, cells[column.name])
                except CellError as error:
                    row.problems[column.name] = str(error)
        changed = {
            column.attribute
            for column in self.written
            if column.value_of(row.instance) != column.value_of(self.original)
        }
        if old is not None:
            row.outcome = Outcome.CHANGED if changed or row.problems else Outcome.SAME
        if row.outcome is not Outcome.SAME:
            for name, message in self.rules(row.instance):
                row.problems.setdefault(name, message)
        if row.problems:
            return row
        if row.outcome is Outcome.CHANGED:
            self._changed.update(changed, self.also_changed(row.instance))
        after = [column.text_of(row.instance) for column in self.written]
        row.cells = [Cell(*texts) for texts in zip(before, after, strict=True)]
        return row

    def _write(self, rows: list[Row], write: Callable[[list[Any]], None], result: ImportResult) -> None:
        """Write the rows; find those that the database refuses by bisection, so that their lines can be named."""
        if not rows or len(result.problems) >= MOST_REFUSED:
            return
        try:
            with transaction.atomic():
                write([row.instance for row in rows])
                # Deferred foreign keys must fail now and not at the commit.
                connection.check_constraints()
        except DatabaseError as error:
            if not _is_about_rows(error):
                raise
            if len(rows) == 1:
                rows[0].problems[""] = _refusal(error, model=self.model)
                return
            middle = len(rows) // 2
            self._write(rows[:middle], write, result)
            self._write(rows[middle:], write, result)

    # -- Export

    def export_rows(self, rows: Iterable[Any]) -> Iterable[list[Any]]:
        """Yield the cells of the rows, in the order of `columns`."""
        self.learn(None)
        for row in rows:
            yield [column.export(row) for column in self.columns]


def as_id(text: str) -> uuid.UUID | None:
    """Return the id in a cell; None if there is no valid one."""
    try:
        return Id().parse(plain(text)) if text else None
    except CellError:
        return None


def ids_in(file: Table, column: str) -> set[uuid.UUID]:
    """Return the ids in this column; invalid ones are refused later, with their lines."""
    return {key for text in file.column(column) if (key := as_id(text)) is not None}


def _is_about_rows(error: DatabaseError) -> bool:
    """Return whether the database refused the rows themselves: a constraint, a value, or a trigger."""
    return isinstance(error, (IntegrityError, DataError)) or isinstance(error.__cause__, RaiseException)


def _refusal(error: Exception, *, model: type[models.Model]) -> str:
    """Return the database's error in our own words if possible."""
    cause = error.__cause__
    diagnosis = getattr(cause, "diag", None)
    name = getattr(diagnosis, "constraint_name", None)
    for constraint in model._meta.constraints:
        if constraint.name == name:
            return str(constraint.violation_error_message)
    if isinstance(cause, UniqueViolation):
        return _("There is such a row already: %(detail)s") % {"detail": getattr(diagnosis, "message_detail", "")}
    return _("The database refuses this row: %(reason)s.") % {"reason": getattr(diagnosis, "message_primary", cause)}
