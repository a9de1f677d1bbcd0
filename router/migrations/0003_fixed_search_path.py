"""The rules of `router/triggers.py` look into the schema of their tables only, never into temporary tables first."""

import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations

import migrations_sql.triggers


class Migration(migrations.Migration):
    dependencies = [
        ("router", "0002_first_policy"),
    ]

    operations = [
        pgtrigger.migrations.RemoveTrigger(
            model_name="leadassignmentlog",
            name="append_only",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="routingpolicy",
            name="immutable_version",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="routingpolicy",
            name="one_active",
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="leadassignmentlog",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=migrations_sql.triggers.FixedPathRuleTriggerSql(
                    condition="WHEN (coalesce(current_setting('router.retention', true), '') <> 'on')",
                    func="\n        RAISE EXCEPTION 'decisions are append-only: % on lead_assignment_logs is refused', TG_OP\n            USING ERRCODE = 'restrict_violation';\n    ",
                    hash="1b79244d34d471351c00d16ccd4b74d25e4d91eb",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_b58aa",
                    table="lead_assignment_logs",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="routingpolicy",
            trigger=pgtrigger.compiler.Trigger(
                name="immutable_version",
                sql=migrations_sql.triggers.FixedPathRuleTriggerSql(
                    func="\n        IF TG_OP = 'DELETE' THEN\n            IF OLD.activated_at IS NOT NULL THEN\n                RAISE EXCEPTION 'routing policy version % was in use and cannot be deleted', OLD.version\n                    USING ERRCODE = 'restrict_violation';\n            END IF;\n            RETURN OLD;\n        END IF;\n        IF to_jsonb(NEW) - '{is_active,activated_at,activated_by_id}'::text[]\n            IS DISTINCT FROM to_jsonb(OLD) - '{is_active,activated_at,activated_by_id}'::text[]\n        THEN\n            RAISE EXCEPTION 'routing policy version % cannot be edited: save a new version', OLD.version\n                USING ERRCODE = 'restrict_violation';\n        END IF;\n        RETURN NEW;\n    ",
                    hash="e2378b08718fbbb6d73b59a30f3f8f51f57e4cca",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_immutable_version_142b0",
                    table="routing_policies",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="routingpolicy",
            trigger=pgtrigger.compiler.Trigger(
                name="one_active",
                sql=migrations_sql.triggers.FixedPathRuleTriggerSql(
                    constraint="CONSTRAINT",
                    func="\n        IF NOT EXISTS (SELECT FROM routing_policies WHERE is_active) THEN\n            RAISE EXCEPTION 'one routing policy version has to be active'\n                USING ERRCODE = 'check_violation', TABLE = 'routing_policies';\n        END IF;\n        RETURN NULL;\n    ",
                    hash="e72a0270f24ab227d8622bed031949e6b0e308b3",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_one_active_9cab4",
                    table="routing_policies",
                    timing="DEFERRABLE INITIALLY DEFERRED",
                    when="AFTER",
                ),
            ),
        ),
    ]
