"""Migrations on existing tables: add what is missing, and leave the rest alone."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, cast

from django.db import connection
from django.db.models import BaseConstraint, CheckConstraint, Field, ForeignKey, Index, Model

from config.adoption.catalog import Catalog, Relation
from config.adoption.expected import ADOPTABLE, expected_tables
from migrations_sql.operations import validate_if_met

if TYPE_CHECKING:
    from django.db.backends.postgresql.schema import DatabaseSchemaEditor as _Editor
else:
    _Editor = object


class AdoptingSchemaEditor(_Editor):
    """Schema editor that knows what the database held before; mixed into the connection's own."""

    catalog: Catalog

    # The check on a legacy status has an arbitrary name, or does not exist.
    sql_delete_check = "ALTER TABLE %(table)s DROP CONSTRAINT IF EXISTS %(name)s"

    def create_model(self, model: type[Model]) -> None:
        """Create the table, or add what the existing one lacks."""
        table = self._there(model)
        if table is None:
            super().create_model(model)
            return
        for field in model._meta.local_concrete_fields:
            self.add_field(model, field)
        lasting = expected_tables()[table.name].checks
        for constraint in model._meta.constraints:
            if constraint.name in lasting:
                self.add_constraint(model, constraint)
        for index in model._meta.indexes:
            self.add_index(model, index)

    def add_field(self, model: type[Model], field: "Field[Any, Any]") -> None:
        """Add the column, or give the existing one its default and its foreign keys."""
        table = self._there(model)
        column = cast("str", field.column)
        if table is None or column not in table.columns:
            super().add_field(model, field)
            return
        if field.has_db_default():
            default, params = self.db_default_sql(field)
            self.execute(
                f"ALTER TABLE {self._name(table.name)} ALTER {self._name(column)} SET DEFAULT {default}", params
            )
        if isinstance(field, ForeignKey) and field.db_constraint and not _refers(table, field):  # type: ignore[attr-defined]  # not in the stubs
            statement = self._create_fk_sql(model, field, "_fk_%(to_table)s_%(to_column)s")  # type: ignore[attr-defined]  # as above
            self._add_unless_violated(table.name, str(statement))
        if field.unique and not field.primary_key and not _is_unique(table, column):
            self.execute(self._create_unique_sql(model, [field]))  # type: ignore[attr-defined]  # as above

    def add_constraint(self, model: type[Model], constraint: BaseConstraint) -> None:
        """Add the constraint; add a check constraint even where old rows violate it."""
        table = self._there(model)
        if table is None or not isinstance(constraint, CheckConstraint):
            super().add_constraint(model, constraint)
            return
        self._add_unless_violated(table.name, str(constraint.create_sql(model, self)))

    def add_index(self, model: type[Model], index: Index, concurrently: bool = False) -> None:  # noqa: FBT001, FBT002  # as the parent has it
        """Add the index unless it exists."""
        table = self._there(model)
        if table is None or index.name not in table.indexes:
            super().add_index(model, index, concurrently)

    def _there(self, model: type[Model]) -> Relation | None:
        """Return the table as it was before adoption."""
        return self.catalog.tables.get(model._meta.db_table) if model._meta.db_table in ADOPTABLE else None

    def _name(self, name: str) -> str:
        return self.quote_name(name)

    def _add_unless_violated(self, table: str, statement: str) -> None:
        """Add a constraint for every new row, and validate it if all old rows satisfy it."""
        name = statement.split(" ADD CONSTRAINT ", 1)[1].split(" ", 1)[0]
        self.execute(f"{statement} NOT VALID", params=None)
        self.execute(validate_if_met(table=self._name(table), constraint=name), params=None)


@contextmanager
def adopting(catalog: Catalog) -> Iterator[None]:
    """Let migrations within the block skip what exists according to the catalog."""
    original = connection.SchemaEditorClass
    connection.SchemaEditorClass = type("SchemaEditor", (AdoptingSchemaEditor, original), {"catalog": catalog})
    try:
        yield
    finally:
        del connection.SchemaEditorClass


def _refers(table: Relation, field: "ForeignKey[Any, Any]") -> bool:
    target = field.remote_field.model._meta.db_table
    return any(
        constraint.kind == "f" and constraint.columns == [field.column] and constraint.target == target
        for constraint in table.constraints.values()
    )


def _is_unique(table: Relation, column: str) -> bool:
    return any(index.unique and not index.partial and index.columns == [column] for index in table.indexes.values())
