"""Installation of this project's triggers: pgtrigger's declarations, with a template of our own.

It differs from the library's in three points. A rule cannot be disabled by a session setting (the library allows that
in any session, with an exception block on every row). The function is SECURITY DEFINER with a fixed search path, so a
rule also holds for a writer without privileges on the second table, or from whom row-level security hides it. And it
works for its own table only.

Migrations import this module: a template is part of their text.
"""

from collections.abc import Sequence
from typing import Any, cast

import pgtrigger
from django.db import models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.operations.base import Operation, OperationCategory
from django.db.migrations.state import ModelState, ProjectState
from pgtrigger import compiler

from migrations_sql.rights import close_functions


class RuleTriggerSql(compiler.UpsertTriggerSql):
    """SQL that installs a rule. Its function's search path is `pg_catalog`, then its own schema.

    PostgreSQL looks for tables and types in the session's temporary schema first, unless the path names it. A writer
    could put a table or a type of its own there in place of ours, to evade the rule, or to run a trigger or a check of
    its own with the privileges of our function's owner. So the path names it last.

    For the same reason only its owner may attach the function to a table (PostgreSQL checks EXECUTE at that time, and
    never again), and it first checks that it runs on the table that it was created for.
    """

    def get_template(self) -> str:
        """Return the text, with pgtrigger's placeholders."""
        return _TEMPLATE.replace("{close}", close_functions(["{pgid}"]))


_TEMPLATE = """
            CREATE OR REPLACE FUNCTION {pgid}() RETURNS TRIGGER
            LANGUAGE plpgsql SECURITY DEFINER AS $$
                {declare}
                BEGIN
                    IF TG_RELID <> '{table}'::regclass::oid THEN
                        RAISE EXCEPTION 'the function % serves the table % alone', '{pgid}', '{table}'
                            USING ERRCODE = 'insufficient_privilege';
                    END IF;
                    {func}
                END;
            $$;

            DO $$
                BEGIN
                    EXECUTE format(
                        'ALTER FUNCTION %I.{pgid}() SET search_path = %I, pg_temp', current_schema(), current_schema()
                    );
                END;
            $$;

            {close};

            DROP TRIGGER IF EXISTS {pgid} ON {table};
            CREATE {constraint} TRIGGER {pgid}
                {when} {operation} ON {table}
                {timing}
                {referencing}
                FOR EACH {level} {condition}
                EXECUTE FUNCTION {execute};

            COMMENT ON TRIGGER {pgid} ON {table} IS '{hash}';
        """


OWNER_WRITES = "has_table_privilege('rule_exemptions'::regclass::oid, 'INSERT')"
"""SQL for a trigger's condition: whether the statement runs with the privileges of the tables' owner.

That is so within our own functions. The depth of triggers alone proves nothing: anybody can attach a trigger to a table
of their own, and write from there.
"""


def exempts(rule: str) -> str:
    """Return SQL for a trigger's body: whether a function that may make such changes runs in this transaction."""
    return f"EXISTS (SELECT FROM rule_exemptions WHERE transaction_id = pg_current_xact_id() AND exempts = '{rule}')"


class RuleTrigger(pgtrigger.Trigger):
    """A trigger that holds for every writer."""

    def compile(self, model: type[models.Model]) -> compiler.Trigger:  # type: ignore[override]  # the library's annotation names an instance and is given a class
        """Return the trigger as a migration contains it."""
        arguments: dict[str, Any] = super().compile(model).sql.kwargs  # type: ignore[arg-type]  # as above
        arguments.pop("ignore_func_name", None)
        return compiler.Trigger(name=self.name, sql=RuleTriggerSql(**arguments))


class AddTriggers(Operation):
    """Install triggers on the table of a model, in their current text, which stands in a module `triggers` alone.

    `table` is that of a proxy's base. `makemigrations` compares the text with that of the models' declarations, as it
    does for migrations of its own making.
    """

    reversible = True
    category = OperationCategory.ADDITION

    def __init__(self, model_name: str, triggers: Sequence[pgtrigger.Trigger], *, table: str = "") -> None:
        self.model_name = model_name
        self.triggers = triggers
        self.table = table

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        """Add them to the model's state, compiled."""
        model_state = state.models[app_label, self.model_name]
        model_state.options["triggers"] = [*model_state.options.get("triggers", ()), *self._compiled(model_state)]
        state.reload_model(app_label, self.model_name, delay=True)

    def database_forwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        """Install them."""
        if self._concerns(schema_editor, to_state.apps.get_model(app_label, self.model_name)):
            for trigger in self._compiled(to_state.models[app_label, self.model_name]):
                # Without parameters, so that a % stays one.
                schema_editor.execute(trigger.install_sql, params=None)

    def database_backwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        """Drop them, and their functions."""
        if self._concerns(schema_editor, to_state.apps.get_model(app_label, self.model_name)):
            for trigger in reversed(self._compiled(to_state.models[app_label, self.model_name])):
                schema_editor.execute(trigger.uninstall_sql, params=None)
                # The library would leave it behind.
                schema_editor.execute(f"DROP FUNCTION IF EXISTS {trigger.sql.pgid}();", params=None)

    def describe(self) -> str:
        """Return the line for `migrate --plan`."""
        return f"Create triggers on model {self.model_name}: {', '.join(str(each.name) for each in self.triggers)}"

    def _concerns(self, schema_editor: BaseDatabaseSchemaEditor, model: type[models.Model]) -> bool:
        # Of a proxy, Django migrates nothing itself.
        return self.allow_migrate_model(schema_editor.connection.alias, model._meta.concrete_model or model)

    def _compiled(self, model_state: ModelState) -> list[compiler.Trigger]:
        described = cast("models.Model", _Described(model_state, table=self.table))
        return [each.compile(described) for each in self.triggers]


class _Described:
    """As much of a model as a trigger is compiled from, without the seconds that Django takes to render the model."""

    def __init__(self, model_state: ModelState, *, table: str) -> None:
        self._meta = self
        self.app_label = model_state.app_label
        self.object_name = model_state.name
        self.db_table = table or model_state.options["db_table"]
        self._fields = model_state.fields

    def get_field(self, name: str) -> "models.Field[Any, Any]":
        """Return the field, bound to its column."""
        field = self._fields[name].clone()
        field.set_attributes_from_name(name)
        return field
