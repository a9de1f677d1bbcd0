"""Decisions are removed by one function alone; what is kept for the record cannot be emptied."""

import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations

import migrations_sql.triggers
from migrations_sql import run_sql


class Migration(migrations.Migration):
    dependencies = [
        ("leads", "0026_closed_rules"),
        ("router", "0008_pace"),
    ]

    operations = [
        run_sql("decision_retention_v1"),
        pgtrigger.migrations.RemoveTrigger(
            model_name="leadassignmentlog",
            name="append_only",
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="leadassignmentlog",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=migrations_sql.triggers.FixedPathRuleTriggerSql(
                    func="\n        IF TG_OP = 'DELETE' AND EXISTS (SELECT FROM rule_exemptions WHERE transaction_id = pg_current_xact_id() AND exempts = 'decisions') THEN\n            RETURN OLD;\n        END IF;\n        RAISE EXCEPTION 'decisions are append-only: % on lead_assignment_logs is refused', TG_OP\n            USING ERRCODE = 'restrict_violation';\n    ",
                    hash="46ff80c14c6334b6c4d35ed3c9d3c1e92a101fea",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_b58aa",
                    table="lead_assignment_logs",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="leadassignmentlog",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only_truncate",
                sql=migrations_sql.triggers.FixedPathRuleTriggerSql(
                    func="\n        RAISE EXCEPTION 'decisions are kept: TRUNCATE of lead_assignment_logs is refused'\n            USING ERRCODE = 'restrict_violation', TABLE = 'lead_assignment_logs';\n    ",
                    hash="c22b0c5f49b5717777115d08e82cd66547eeb896",
                    level="STATEMENT",
                    operation="TRUNCATE",
                    pgid="pgtrigger_append_only_truncate_6f6e2",
                    table="lead_assignment_logs",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="policyactivation",
            trigger=pgtrigger.compiler.Trigger(
                name="keep_all_activations",
                sql=migrations_sql.triggers.FixedPathRuleTriggerSql(
                    func="\n        RAISE EXCEPTION 'activations are kept: TRUNCATE of routing_policy_activations is refused'\n            USING ERRCODE = 'restrict_violation', TABLE = 'routing_policy_activations';\n    ",
                    hash="7c10dfb3ee78fa9624246b209e1cb43d7c52b981",
                    level="STATEMENT",
                    operation="TRUNCATE",
                    pgid="pgtrigger_keep_all_activations_0c194",
                    table="routing_policy_activations",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="routingpolicy",
            trigger=pgtrigger.compiler.Trigger(
                name="keep_policies",
                sql=migrations_sql.triggers.FixedPathRuleTriggerSql(
                    func="\n        RAISE EXCEPTION 'policy versions are kept: TRUNCATE of routing_policies is refused'\n            USING ERRCODE = 'restrict_violation', TABLE = 'routing_policies';\n    ",
                    hash="d8b4c8c2c8bf4f0d3ba313b717d1334022d9c973",
                    level="STATEMENT",
                    operation="TRUNCATE",
                    pgid="pgtrigger_keep_policies_8d292",
                    table="routing_policies",
                    when="BEFORE",
                ),
            ),
        ),
    ]
