"""Migration operations: SQL files in whatever schema the tables are, and constraints for tables that are in use."""

import re
from collections.abc import Sequence

from django.contrib.postgres.operations import AddConstraintNotValid
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations import RunSQL
from django.db.migrations.operations.base import Operation, OperationCategory
from django.db.migrations.state import ProjectState

from migrations_sql.rights import close_what_is_made

# The SQL files write `public.` for the schema of our tables; tests hold them to it.
SCHEMA_PREFIX = re.compile(r'(?<![\w."$])public\.(?=[a-z_])')
# The prefix also stands in string literals, format strings and comments, so a name must be harmless in each of them.
_SAFE_SCHEMA_NAME = re.compile(r"(?!pg_)[\w -]+")


class NoUsableSchema(Exception):
    """The search path of the session names no schema in which our tables can be."""


class RunSqlInSchema(RunSQL):
    """Runs SQL in which `public.` stands for the schema where Django makes its tables: the first of the search path.

    What it makes is closed to others: see `migrations_sql.rights`.

    The schema is looked up when the operation runs, or is printed by `sqlmigrate`. Raises NoUsableSchema when the
    search path names none that exists, or one whose name cannot be put in safely.
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
        """Run the way back."""
        self._in_schema(schema_editor).database_backwards(app_label, schema_editor, from_state, to_state)

    def _in_schema(self, schema_editor: BaseDatabaseSchemaEditor) -> RunSQL:
        prefix = f"{quoted_schema(schema_editor.connection)}."
        sql, reverse_sql = (
            "\n".join([SCHEMA_PREFIX.sub(prefix, text), *(f"{statement};" for statement in close_what_is_made(text))])
            for text in self._texts
        )
        return RunSQL(sql=sql, reverse_sql=reverse_sql)


def quoted_schema(connection: BaseDatabaseWrapper) -> str:
    """The first schema of the session's search path, quoted where it needs to be. Raises NoUsableSchema."""
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
    """Add a check constraint that binds every new row, and every old one too if all of them meet it.

    Rows that do not meet it stay as they are, and the constraint stays `NOT VALID` until somebody has cleaned them.
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
    """Several operations after which Django renders its models once, and not after each: that takes seconds.

    For operations that look at the models as they are when all of them are done: constraints and triggers.
    """

    reduces_to_sql = True
    reversible = True
    category = OperationCategory.MIXED

    def __init__(self, operations: Sequence[Operation]) -> None:
        self.operations = operations

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        """Change the state for all of them."""
        # Rendered again when somebody asks for it.
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
        """Undo them, the last one first."""
        for operation in reversed(self.operations):
            operation.database_backwards(app_label, schema_editor, from_state, to_state)

    def describe(self) -> str:
        """What `migrate --plan` prints."""
        return f"{self.operations[0].describe()}, and {len(self.operations) - 1} more"


def validate_if_met(*, table: str, constraint: str) -> str:
    """The statement that makes a constraint hold for old rows too, unless one of them breaks it; names are quoted.

    One statement, so that `sqlmigrate` prints what is run, and a refusal leaves the transaction as it was.
    """
    return _VALIDATE_IF_MET.format(table=table, constraint=constraint)


_VALIDATE_IF_MET = """DO $validate$
BEGIN
    ALTER TABLE {table} VALIDATE CONSTRAINT {constraint};
EXCEPTION WHEN check_violation OR foreign_key_violation THEN
    RAISE NOTICE 'The constraint stays NOT VALID: %', SQLERRM;
END;
$validate$"""
