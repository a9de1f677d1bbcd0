"""Migration operations: SQL files in the schema of the tables, and constraints for tables in use."""

import re
from collections.abc import Sequence

from django.contrib.postgres.operations import AddConstraintNotValid
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations import RunSQL
from django.db.migrations.operations.base import Operation, OperationCategory
from django.db.migrations.state import ProjectState

from migrations_sql.rights import close_what_is_made

# The SQL files write `public.` for the schema of our tables; tests verify that.
SCHEMA_PREFIX = re.compile(r'(?<![\w."$])public\.(?=[a-z_])')
# The prefix also occurs in string literals, format strings and comments, so a name must be harmless in each of them.
_SAFE_SCHEMA_NAME = re.compile(r"(?!pg_)[\w -]+")


class NoUsableSchema(Exception):
    """The session's search path names no schema that can hold our tables."""


class RunSqlInSchema(RunSQL):
    """Run SQL in which `public.` stands for the schema where Django creates its tables: the first of the search path.

    New objects are closed to others: see `migrations_sql.rights`.

    The schema is looked up when the operation runs, or is printed by `sqlmigrate`. Raises NoUsableSchema if the search
    path names none that exists, or one whose name cannot be inserted safely.
    """

    def __init__(self, *, sql: str, reverse_sql: str) -> None:
        super().__init__(sql=sql, reverse_sql=reverse_sql)
        self._texts = (sql, reverse_sql)

    def database_forwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        """Run the SQL."""
        self._in_schema(schema_editor).database_forwards(app_label, schema_editor, from_state, to_state)

    def database_backwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        """Run the reverse SQL."""
        self._in_schema(schema_editor).database_backwards(app_label, schema_editor, from_state, to_state)

    def _in_schema(self, schema_editor: BaseDatabaseSchemaEditor) -> RunSQL:
        prefix = f"{quoted_schema(schema_editor.connection)}."
        sql, reverse_sql = (
            "\n".join([SCHEMA_PREFIX.sub(prefix, text), *(f"{statement};" for statement in close_what_is_made(text))])
            for text in self._texts
        )
        return RunSQL(sql=sql, reverse_sql=reverse_sql)


def quoted_schema(connection: BaseDatabaseWrapper) -> str:
    """Return the first schema of the session's search path, quoted if needed. Raises NoUsableSchema."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT current_schema(), quote_ident(current_schema()), pg_catalog.current_setting('search_path')"
        )
        name, quoted, search_path = cursor.fetchone()
    if name is None:
        raise NoUsableSchema(
            f"The search path ({search_path}) names no schema that exists and that this role may use: there is no place"
            " for the tables. Create the schema, grant USAGE on it, or set another search_path."
        )
    if _SAFE_SCHEMA_NAME.fullmatch(name) is None:
        raise NoUsableSchema(
            f"The tables would be in the schema {quoted}, the first of the search path ({search_path}). Its name may"
            " have letters, digits, spaces, - and _ only, and may not start with pg_. Set another search_path, or"
            " rename the schema."
        )
    return str(quoted)


class AddConstraintToLiveTable(AddConstraintNotValid):
    """Add a check constraint for every new row, and validate it if all old rows satisfy it.

    Rows that violate it remain, and the constraint stays `NOT VALID` until they are corrected.
    """

    def database_forwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        """Add it `NOT VALID`, then try to validate it."""
        super().database_forwards(app_label, schema_editor, from_state, to_state)
        model = to_state.apps.get_model(app_label, self.model_name)
        if not self.allow_migrate_model(schema_editor.connection.alias, model):
            return
        statement = validate_if_met(
            table=schema_editor.quote_name(model._meta.db_table),
            constraint=schema_editor.quote_name(self.constraint.name),
        )
        schema_editor.execute(statement, params=None)


class Together(Operation):
    """Group of operations after which Django renders its models once instead of after each, which takes seconds.

    For operations that need only the final state of the models: constraints and triggers.
    """

    reduces_to_sql = True
    reversible = True
    category = OperationCategory.MIXED

    def __init__(self, operations: Sequence[Operation]) -> None:
        self.operations = operations

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        """Apply all of them to the state."""
        # Rendered again on demand.
        state.__dict__.pop("apps", None)
        for operation in self.operations:
            operation.state_forwards(app_label, state)

    def database_forwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        """Run them in order."""
        for operation in self.operations:
            operation.database_forwards(app_label, schema_editor, from_state, to_state)

    def database_backwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        """Reverse them, the last one first."""
        for operation in reversed(self.operations):
            operation.database_backwards(app_label, schema_editor, from_state, to_state)

    def describe(self) -> str:
        """Return the line for `migrate --plan`."""
        return f"{self.operations[0].describe()}, and {len(self.operations) - 1} more"


def validate_if_met(*, table: str, constraint: str) -> str:
    """Return SQL that validates a constraint unless an old row violates it; names are quoted.

    It is one statement, so that `sqlmigrate` prints what is run, and a violation leaves the transaction usable.
    """
    return _VALIDATE_IF_MET.format(table=table, constraint=constraint)


_VALIDATE_IF_MET = """DO $validate$
BEGIN
    ALTER TABLE {table} VALIDATE CONSTRAINT {constraint};
EXCEPTION WHEN check_violation OR foreign_key_violation THEN
    RAISE NOTICE 'The constraint stays NOT VALID: %', SQLERRM;
END;
$validate$"""
