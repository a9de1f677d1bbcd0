"""The expected schema: read from the models and their triggers, plus the few objects that only SQL creates."""

from dataclasses import dataclass
from functools import cache
from typing import Any, cast

from django.apps import apps
from django.db import connection, models
from django.db.models import AutoField, CheckConstraint, ForeignKey, Model, UniqueConstraint
from pgtrigger import registered

from performance.models import PartnerPerformanceStats

OUR_APPS = ("core", "leads", "intake", "notifications", "feedback", "support", "privacy", "performance", "router")

BASELINE = ("profiles", "industries", "leads", "lead_activities")
"""The marketplace's original tables."""

ADOPTABLE = (*BASELINE, "lead_feedback", "support_tickets")
"""Tables of ours that may exist already: the baseline, and two that the marketplace planned itself."""

DECISIONS = "lead_assignment_logs"
"""A table that may exist with another structure; its rows are then kept under another name."""

STATISTICS = "partner_performance_stats"

LIVE_STATISTICS = "partner_performance_stats_live"
"""A plain view with the current metrics."""

REFRESH = "refresh_partner_performance_stats"

FUNCTIONS = {
    "is_contact_activity": "text",
    "decoded_label": "text",
    "visible_text": "text",
    "comparable_text": "text",
    "lead_email": "text",
    "lead_phone": "text, text",
    "partner_performance_stats_at": "timestamp with time zone",
    "partner_performance_stats_as_of": "",
    "partner_performance_stats_latest": "",
    "partner_standing": "profiles",
    "partner_pace": "profiles",
    "partner_paces_since": "pg_snapshot",
    "lock_leads": "uuid[]",
    "hand_over_leads": "timestamp with time zone, uuid[], uuid[], uuid[], bytea[], uuid[]",
    REFRESH: "text",
    "correct_lead_status": "uuid, text",
    "recount_open_leads": "uuid[]",
    "remove_audit_events": "timestamp with time zone",
    "remove_decisions": "timestamp with time zone",
}
"""Functions that SQL files create, with their parameter types."""

SQL_TABLES = ("rule_exemptions", "application_roles")
"""Tables that SQL files create."""

SQL_CHECKS = {"lead_activities": ("lead_activities_type_known",)}

SQL_INDEXES = {
    "leads": (
        "leads_rerouted_clock",
        "leads_partner_latest",
        "leads_partner_open",
        "leads_decided",
        "leads_won_clock",
        "leads_assigned_late",
    ),
    "lead_activities": ("lead_activities_contact",),
    "lead_feedback": ("lead_feedback_created",),
    "support_tickets": ("support_tickets_complaints",),
    STATISTICS: ("partner_performance_stats_partner_id",),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpectedColumn:
    """A column as the models declare it; `type` as PostgreSQL writes it.

    `required`: a row without a value is meaningless. (Where we store an empty string, the marketplace's rows may hold
    NULL.)
    """

    name: str
    type: str
    nullable: bool
    required: bool
    has_default: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpectedTable:
    """A table of ours. `checks` and `indexes` are names; `uniques` are columns; `references`: column -> table."""

    name: str
    model: type[Model]
    columns: dict[str, ExpectedColumn]
    checks: tuple[str, ...]
    uniques: tuple[str, ...]
    references: dict[str, str]
    indexes: tuple[str, ...]
    triggers: dict[str, str]


@cache
def expected_tables() -> dict[str, ExpectedTable]:
    """Return all tables of our apps by name, referenced tables first."""
    triggers: dict[str, dict[str, str]] = {}
    for model, trigger in registered():
        compiled = trigger.compile(model)
        triggers.setdefault(model._meta.db_table, {})[compiled.sql.pgid] = compiled.hash
    found = [
        _expected(model, triggers.get(model._meta.db_table, {}))
        for label in OUR_APPS
        for model in apps.get_app_config(label).get_models()
        if model._meta.managed and not model._meta.proxy
    ]
    first = [table for table in found if table.name in BASELINE]
    first.sort(key=lambda table: BASELINE.index(table.name))
    return {table.name: table for table in (*first, *(table for table in found if table not in first))}


@cache
def view_columns() -> tuple[str, ...]:
    """Return the column names of the statistics."""
    return tuple(cast("str", field.column) for field in PartnerPerformanceStats._meta.concrete_fields)


def _expected(model: type[Model], triggers: dict[str, str]) -> ExpectedTable:
    meta = model._meta
    fields = {cast("str", field.column): field for field in meta.local_concrete_fields}
    return ExpectedTable(
        name=meta.db_table,
        model=model,
        columns={name: _column(name, field) for name, field in fields.items()},
        checks=(
            *(constraint.name for constraint in meta.constraints if isinstance(constraint, CheckConstraint)),
            *SQL_CHECKS.get(meta.db_table, ()),
        ),
        uniques=tuple(name for name, field in fields.items() if field.unique),
        references={
            name: field.remote_field.model._meta.db_table
            for name, field in fields.items()
            if isinstance(field, ForeignKey) and field.db_constraint  # type: ignore[attr-defined]  # not in the stubs
        },
        indexes=(
            *(index.name for index in meta.indexes),
            *(constraint.name for constraint in meta.constraints if isinstance(constraint, UniqueConstraint)),
            *SQL_INDEXES.get(meta.db_table, ()),
        ),
        triggers=triggers,
    )


def _column(name: str, field: "models.Field[Any, Any]") -> ExpectedColumn:
    declared = field.db_type(connection) or ""
    return ExpectedColumn(
        name=name,
        type=declared.replace(", ", ","),
        nullable=field.null,
        required=not (field.null or field.blank or field.primary_key),
        has_default=field.has_db_default() or isinstance(field, AutoField),
    )
