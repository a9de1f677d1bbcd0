"""How this project's triggers are installed: pgtrigger's declarations, with a template of our own.

It differs from the library's in three points. A rule cannot be switched off by a session setting (the library lets any
session do so, with an exception block on every row). The function runs with its owner's rights and a fixed search
path, so that a rule also holds for a writer who may not touch the second table, or from whom row-level security hides
it. And it serves its own table alone.
Migrations import this module: a template is part of their text.
"""

from typing import Any

import pgtrigger
from django.db import models
from pgtrigger import compiler
from pgtrigger.migrations import AddTrigger

from migrations_sql.rights import close_functions


class RuleTriggerSql(compiler.UpsertTriggerSql):
    """The SQL that installs a rule; its function sees the schema it is made in, and PostgreSQL's own names before that.

    PostgreSQL looks for tables and types in the temporary schema of the session first, unless the path names it. There
    a writer could put a table or a type of its own in the place of ours, to dodge the rule, or to have a trigger or a
    check of its own run with the rights of our function's owner. So the path names it last.

    For the same reason nobody but its owner may hang the function on a table (PostgreSQL asks for EXECUTE then, and
    never again), and it looks first whether it runs on the table that it was made for.
    """

    def get_template(self) -> str:
        """The text, with pgtrigger's place holders."""
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
"""SQL, of a trigger's condition: whether the statement runs with the rights of the tables' owner.

That is so within our own functions. The depth of triggers alone says nothing: anybody can hang a trigger on a table of
their own, and write from there.
"""


def exempts(rule: str) -> str:
    """SQL, of a trigger's body: whether a function that may make such changes is at work in this transaction."""
    return f"EXISTS (SELECT FROM rule_exemptions WHERE transaction_id = pg_current_xact_id() AND exempts = '{rule}')"


class RuleTrigger(pgtrigger.Trigger):
    """A trigger that holds for every writer."""

    def compile(self, model: type[models.Model]) -> compiler.Trigger:  # type: ignore[override]  # the library's annotation names an instance and is given a class
        """The trigger as it stands in a migration."""
        arguments: dict[str, Any] = super().compile(model).sql.kwargs  # type: ignore[arg-type]  # as above
        arguments.pop("ignore_func_name", None)
        return compiler.Trigger(name=self.name, sql=RuleTriggerSql(**arguments))


def add_trigger(model_name: str, name: str, **sql: str) -> AddTrigger:
    """The migration operation that installs a rule; `sql` are the arguments of `RuleTriggerSql`."""
    return AddTrigger(model_name=model_name, trigger=compiler.Trigger(name=name, sql=RuleTriggerSql(**sql)))
