"""Installation of this project's triggers: pgtrigger's declarations, with a template of our own.

It differs from the library's in three points. A rule cannot be disabled by a session setting (the library allows that
in any session, with an exception block on every row). The function is SECURITY DEFINER with a fixed search path, so a
rule also holds for a writer without privileges on the second table, or from whom row-level security hides it. And it
works for its own table only.

Migrations import this module: a template is part of their text.
"""

from typing import Any

import pgtrigger
from django.db import models
from pgtrigger import compiler
from pgtrigger.migrations import AddTrigger

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


def add_trigger(model_name: str, name: str, **sql: str) -> AddTrigger:
    """Return the migration operation that installs a rule; `sql` are the arguments of `RuleTriggerSql`."""
    return AddTrigger(model_name=model_name, trigger=compiler.Trigger(name=name, sql=RuleTriggerSql(**sql)))
