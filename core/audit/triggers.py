"""Audit trail: every writer's changes, as rows of `audit_events`.

The triggers are rules like the others (see `migrations_sql.triggers`): no session can disable them, and they are
SECURITY DEFINER, so a writer needs no privileges on the events. The author is the context that pghistory sends with our
own statements, and in any case the session's login, which the writer cannot choose.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache

import pgtrigger
from django.db import models

from migrations_sql.triggers import RuleTrigger, exempts

AUDIT_INSERT = "audit_insert"
"""Name of a trigger that each audited table has."""

_EVENT = "INSERT INTO audit_events (at, table_name, row_id, operation, changes, context, context_id, database_user)"
_WHO = (
    "nullif(current_setting('pghistory.context_metadata', true), '')::jsonb,"
    " nullif(current_setting('pghistory.context_id', true), '')::uuid, session_user"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditedTable:
    """The audited columns of a table.

    The old and the new value of `recorded` columns are recorded; of `redacted` ones (personal data, secrets) only that
    they changed. A column in neither makes no event. `key` is the column that identifies a row. `recorded_on_insert`
    are the columns recorded on INSERT, if fewer than `recorded`: the others appear as old values of later changes.
    """

    table: str
    key: str = "id"
    recorded: tuple[str, ...]
    redacted: tuple[str, ...] = ()
    recorded_on_insert: tuple[str, ...] | None = None

    def triggers(self) -> tuple[RuleTrigger, ...]:
        """Return the triggers that record the changes of this table."""
        columns = (*self.recorded, *self.redacted)
        old, new = (", ".join(f"{row}.{column}" for column in columns) for row in ("OLD", "NEW"))
        return (
            RuleTrigger(
                name=AUDIT_INSERT,
                level=pgtrigger.Statement,
                when=pgtrigger.After,
                operation=pgtrigger.Insert,
                referencing=pgtrigger.Referencing(new="written"),
                func=f"""
        {_EVENT}
        SELECT clock_timestamp(), '{self.table}', written.{self.key}, 'insert',
            {self._there("written", "NULL, {value}", self.recorded_on_insert or self.recorded)}, {_WHO}
        FROM written;
        RETURN NULL;
    """,
            ),
            RuleTrigger(
                name="audit_update",
                # AFTER, to see the final row; for each row, so that other changes cost one comparison.
                when=pgtrigger.After,
                operation=pgtrigger.Update,
                condition=pgtrigger.Condition(f"(({old}) IS DISTINCT FROM ({new}))"),
                func=f"""
        {_EVENT}
        VALUES (clock_timestamp(), '{self.table}', NEW.{self.key}, 'update', {self._changed()}, {_WHO});
        RETURN NULL;
    """,
            ),
            RuleTrigger(
                name="audit_delete",
                level=pgtrigger.Statement,
                when=pgtrigger.After,
                operation=pgtrigger.Delete,
                referencing=pgtrigger.Referencing(old="deleted"),
                func=f"""
        {_EVENT}
        SELECT clock_timestamp(), '{self.table}', deleted.{self.key}, 'delete',
            {self._there("deleted", "{value}, NULL", self.recorded)}, {_WHO}
        FROM deleted;
        RETURN NULL;
    """,
            ),
            RuleTrigger(
                name="audit_truncate",
                level=pgtrigger.Statement,
                when=pgtrigger.After,
                operation=pgtrigger.Truncate,
                func=f"""
        {_EVENT}
        VALUES (clock_timestamp(), '{self.table}', '', 'truncate', '{{}}', {_WHO});
        RETURN NULL;
    """,
            ),
        )

    def _changed(self) -> str:
        """Return SQL: column -> [old, new] of each change; an empty list for a redacted column."""
        return _object(
            [
                *(
                    (column, f"OLD.{column} IS DISTINCT FROM NEW.{column}", f"OLD.{column}, NEW.{column}")
                    for column in self.recorded
                ),
                *((column, f"OLD.{column} IS DISTINCT FROM NEW.{column}", "") for column in self.redacted),
            ]
        )

    def _there(self, row: str, pair: str, columns: Iterable[str]) -> str:
        """Return the same SQL for an inserted or deleted row: its values in these columns."""
        values = {column: f"{row}.{column}" for column in columns}
        return _object((column, f"{value} IS NOT NULL", pair.format(value=value)) for column, value in values.items())


def _object(columns: Iterable[tuple[str, str, str]]) -> str:
    """Return SQL: an object from (name, condition for including it, arguments of its list)."""
    members = ", ".join(
        f"'{name}', CASE WHEN {condition} THEN jsonb_build_array({values}) END" for name, condition, values in columns
    )
    return f"jsonb_strip_nulls(jsonb_build_object({members}))"


@cache
def audited_models() -> Mapping[str, type[models.Model]]:
    """Return the audited tables of all apps with their models, in the order of the installed apps."""
    declared = (model._meta.concrete_model for model, trigger in pgtrigger.registered() if trigger.name == AUDIT_INSERT)
    return {model._meta.db_table: model for model in declared if model is not None}


TOKENS = AuditedTable(
    table="knox_authtoken", key="token_key", recorded=("user_id", "created", "expiry"), redacted=("digest",)
)
USERS = AuditedTable(
    table="auth_user",
    recorded=("is_active", "is_staff", "is_superuser"),
    redacted=("username", "first_name", "last_name", "email", "password"),
)
GROUPS = AuditedTable(table="auth_group", recorded=("name",))
GROUP_MEMBERS = AuditedTable(table="auth_user_groups", key="group_id", recorded=("group_id", "user_id"))
GROUP_PERMISSIONS = AuditedTable(table="auth_group_permissions", key="group_id", recorded=("group_id", "permission_id"))
USER_PERMISSIONS = AuditedTable(
    table="auth_user_user_permissions", key="user_id", recorded=("user_id", "permission_id")
)

_KEPT = """
        RAISE EXCEPTION 'events of the audit are append-only: % on audit_events is refused', TG_OP
            USING ERRCODE = 'restrict_violation';
    """

EVENT_TRIGGERS = (
    RuleTrigger(
        name="append_only",
        when=pgtrigger.Before,
        operation=pgtrigger.Update | pgtrigger.Delete,
        func=f"""
        IF TG_OP = 'DELETE' AND {exempts("audit")} THEN
            RETURN OLD;
        END IF;
        {_KEPT}
    """,
    ),
    RuleTrigger(
        name="append_only_truncate",
        level=pgtrigger.Statement,
        when=pgtrigger.Before,
        operation=pgtrigger.Truncate,
        func=_KEPT,
    ),
)
"""Events cannot be changed. Only the function `remove_audit_events` deletes old ones."""
