"""Common base of the tables that can be imported and exported.

An import is all or nothing. Existing rows are read and locked with one statement, and changes are written with a few,
however many rows there are.
"""

import uuid
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import tablib
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import DatabaseError, DataError, IntegrityError, connection, models, transaction
from django.utils.translation import gettext as _
from import_export.instance_loaders import BaseInstanceLoader
from import_export.resources import ModelResource
from import_export.results import Result
from psycopg.errors import RaiseException, UniqueViolation

from core.auth.actors import Actor
from leads.imports.admin.changes import Changes
from leads.imports.admin.columns import Column, Rule, plain
from leads.imports.services.cells import CellError, Id
from leads.imports.services.files import Table
from leads.imports.services.problems import Problem

ROWS_PER_STATEMENT = 1000

MOST_REFUSED = 50
"""Maximum number of refused rows that are named; finding each takes a few statements."""


class LockedRows(BaseInstanceLoader):  # type: ignore[misc]  # the package has no types
    """Rows that the file names by id: read at once, and locked until the end of the transaction."""

    def __init__(self, resource: "TableResource", dataset: tablib.Dataset) -> None:
        super().__init__(resource, dataset)
        self.rows: dict[uuid.UUID, models.Model] = {}
        named = ids_in(dataset, "id")
        if named:
            rows = resource.get_queryset().filter(pk__in=named).order_by("pk")
            self.rows = {row.pk: row for row in rows.select_for_update(no_key=True)}

    def get_instance(self, row: Any) -> models.Model | None:
        key = as_id(row["id"])
        return None if key is None else self.rows.get(key)


@dataclass(frozen=True, slots=True)
class _Pending:
    """A row to be written; `number` is its place in the table, from 1."""

    number: int
    instance: Any


class TableResource(ModelResource):  # type: ignore[misc]  # the package has no types
    """The columns of a table, and how its rows are read and written."""

    fields: dict[str, Column]

    class Meta:
        import_id_fields = ["id"]
        instance_loader_class = LockedRows
        use_transactions = True
        use_bulk = True
        # Everything is written at the end, and in `bulk_create` below.
        batch_size = None
        skip_unchanged = True
        # For the history of the rows.
        store_instance = True

    def __init__(self, *, actor: Actor, sees_people: bool = True) -> None:
        """Prepare an import by `actor`; without `sees_people`, columns with personal data are left out."""
        super().__init__()
        self.actor = actor
        self.fields = {name: column for name, column in self.fields.items() if sees_people or not column.person}
        for name, column in self.fields.items():
            column.attribute = column.attribute or name
        self.columns: tuple[Column, ...] = tuple(
            self.fields[name] for name in self.get_export_order() if name in self.fields
        )
        self.written: tuple[Column, ...] = ()
        self.left_out: tuple[str, ...] = ()
        self.original: Any = None
        self._lines: Sequence[int] = ()
        self._first_line: dict[uuid.UUID, int] = {}
        self._changed: set[str] = set()
        self._new: list[_Pending] = []
        self._old: list[_Pending] = []

    # -- Overridable by a table

    def learn(self, dataset: tablib.Dataset | None) -> None:
        """Read and lock what the cells refer to; an export has no dataset."""

    def rules(self, instance: Any) -> Iterable[tuple[str, str]]:
        """Return the row's problems as a whole: pairs of column and message. `self.original` is the old row."""
        return ()

    def insert(self, instances: list[Any]) -> None:
        """Write new rows."""
        self._meta.model.objects.bulk_create(instances, batch_size=ROWS_PER_STATEMENT)

    def update(self, instances: list[Any]) -> None:
        """Write the columns that any of these rows changes."""
        self._meta.model.objects.bulk_update(instances, sorted(self._changed), batch_size=ROWS_PER_STATEMENT)

    # -- Import

    def import_table(self, table: Table, *, dry_run: bool) -> Result:
        """Import the rows; with `dry_run`, or if anything is wrong, nothing is written."""
        self._lines = table.lines
        found = [self.fields[name] for name in table.headers]
        self.written = tuple(column for column in found if column.rule not in {Rule.NEVER, Rule.KEY})
        self.left_out = tuple(column.column_name for column in found if column.rule is Rule.NEVER)
        result = self.import_data(
            tablib.Dataset(*table.rows, headers=table.headers),
            dry_run=dry_run,
            use_transactions=True,
            rollback_on_validation_errors=True,
        )
        # Not an error in the file: an error of ours must not be shown as the user's.
        for error in (*result.base_errors, *(error for row in result.error_rows for error in row.errors)):
            raise error.error
        return result

    def problems_of(self, result: Result) -> list[Problem]:
        """Return the problems in the order of the file."""
        problems = [
            Problem(
                line=self._lines[row.number - 1],
                column="" if column == NON_FIELD_ERRORS else column,
                message=message,
            )
            for row in result.invalid_rows
            for column, messages in row.error_dict.items()
            for message in messages
        ]
        return sorted(problems, key=lambda problem: problem.line)

    def cells_of(self, instance: models.Model) -> list[str]:
        """Return the row as text, in the columns that the file writes."""
        return [plain(str(column.export(instance))) for column in self.written]

    def before_import(self, dataset: tablib.Dataset, **kwargs: Any) -> None:
        self.learn(dataset)

    def before_import_row(self, row: Any, **kwargs: Any) -> None:
        """Refuse a second row with the same id."""
        key = as_id(row.get("id", ""))
        if key is None:
            return
        line = self._lines[kwargs["row_number"] - 1]
        if self._first_line.setdefault(key, line) != line:
            raise ValidationError({"id": _("Line %(line)d is about the same row.") % {"line": self._first_line[key]}})

    @classmethod
    def get_diff_class(cls) -> type[Changes]:
        return Changes

    def import_instance(self, instance: Any, row: Any, **kwargs: Any) -> None:
        """Store the cells in the instance; raises all of their problems, by column."""
        errors = {}
        for column in self.columns:
            if column.column_name not in row:
                continue
            try:
                column.save(instance, row)
            except CellError as error:
                errors[column.column_name] = ValidationError(str(error))
        if errors:
            raise ValidationError(errors)

    def skip_row(self, instance: Any, original: Any, row: Any, import_validation_errors: Any = None) -> bool:
        """Return whether an existing row stays unchanged."""
        self.original = original
        if import_validation_errors or instance._state.adding:  # noqa: SLF001  # documented by Django
            return False
        return all(column.get_value(instance) == column.get_value(original) for column in self.written)

    def validate_instance(
        self,
        instance: Any,
        import_validation_errors: Any = None,
        validate_unique: bool = True,  # noqa: FBT001, FBT002
    ) -> None:
        """Apply the rules without a query for each row, unlike Django's own validation."""
        errors = dict(import_validation_errors or {})
        for column, message in self.rules(instance):
            if column not in errors:
                errors[column] = [ValidationError(message)]
        if errors:
            raise ValidationError(errors)

    def save_instance(self, instance: Any, is_create: Any, row: Any, **kwargs: Any) -> None:
        """Collect the row until all have been read."""
        pending = _Pending(kwargs["row_number"], instance)
        if is_create:
            self._new.append(pending)
            return
        self._old.append(pending)
        self._changed.update(
            str(column.attribute)
            for column in self.written
            if column.get_value(instance) != column.get_value(self.original)
        )
        self._changed.update(self.also_changed(instance))

    def also_changed(self, instance: Any) -> Iterable[str]:
        """Return further columns that the rules have set in an existing row."""
        return ()

    def bulk_create(
        self, using_transactions: Any, dry_run: Any, raise_errors: Any, batch_size: Any = None, result: Any = None
    ) -> None:
        """Write everything, unless there is a problem already."""
        if not result.has_validation_errors() and not result.has_errors():
            self._write(self._new, self.insert, result)
            self._write(self._old, self.update, result)

    def _write(self, rows: list[_Pending], write: Callable[[list[Any]], None], result: Result) -> None:
        """Write the rows; find those that the database refuses by bisection, so that their lines can be named."""
        if not rows or len(result.invalid_rows) >= MOST_REFUSED:
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
                message = _refusal(error, model=self._meta.model)
                result.append_invalid_row(rows[0].number, {}, ValidationError(message))
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


def ids_in(dataset: tablib.Dataset, column: str) -> set[uuid.UUID]:
    """Return the ids in this column; invalid ones are refused later, with their lines."""
    if column not in dataset.headers:
        return set()
    return {key for text in dataset[column] if (key := as_id(text)) is not None}


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
