"""The rules of `router.triggers`."""

from django.db import migrations

from migrations_sql.operations import Together
from migrations_sql.triggers import add_trigger


class Migration(migrations.Migration):
    dependencies = [("router", "0002_backfill")]

    operations = [
        Together(
            [
                add_trigger(
                    "leadassignmentlog",
                    "append_only",
                    table="lead_assignment_logs",
                    pgid="pgtrigger_append_only_b58aa",
                    when="BEFORE",
                    operation="UPDATE OR DELETE",
                    func="\n        IF TG_OP = 'DELETE' AND EXISTS (SELECT FROM rule_exemptions WHERE transaction_id = pg_current_xact_id() AND exempts = 'decisions') THEN\n            RETURN OLD;\n        END IF;\n        RAISE EXCEPTION 'decisions are append-only: % on lead_assignment_logs is refused', TG_OP\n            USING ERRCODE = 'restrict_violation';\n    ",
                ),
                add_trigger(
                    "leadassignmentlog",
                    "append_only_truncate",
                    table="lead_assignment_logs",
                    pgid="pgtrigger_append_only_truncate_6f6e2",
                    when="BEFORE",
                    operation="TRUNCATE",
                    level="STATEMENT",
                    func="\n        RAISE EXCEPTION 'decisions are kept: TRUNCATE of lead_assignment_logs is refused'\n            USING ERRCODE = 'restrict_violation', TABLE = 'lead_assignment_logs';\n    ",
                ),
                add_trigger(
                    "routingpolicy",
                    "immutable_version",
                    table="routing_policies",
                    pgid="pgtrigger_immutable_version_142b0",
                    when="BEFORE",
                    operation="UPDATE OR DELETE",
                    func="\n        IF TG_OP = 'DELETE' THEN\n            IF OLD.activated_at IS NOT NULL THEN\n                RAISE EXCEPTION 'routing policy version % was in use and cannot be deleted', OLD.version\n                    USING ERRCODE = 'restrict_violation';\n            END IF;\n            RETURN OLD;\n        END IF;\n        IF to_jsonb(NEW) - '{is_active,activated_at,activated_by_id}'::text[]\n            IS DISTINCT FROM to_jsonb(OLD) - '{is_active,activated_at,activated_by_id}'::text[]\n        THEN\n            RAISE EXCEPTION 'routing policy version % cannot be edited: save a new version', OLD.version\n                USING ERRCODE = 'restrict_violation';\n        END IF;\n        RETURN NEW;\n    ",
                ),
                add_trigger(
                    "routingpolicy",
                    "one_active",
                    table="routing_policies",
                    pgid="pgtrigger_one_active_9cab4",
                    when="AFTER",
                    operation="UPDATE OR DELETE",
                    constraint="CONSTRAINT",
                    timing="DEFERRABLE INITIALLY DEFERRED",
                    func="\n        IF NOT EXISTS (SELECT FROM routing_policies WHERE is_active) THEN\n            RAISE EXCEPTION 'one routing policy version has to be active'\n                USING ERRCODE = 'check_violation', TABLE = 'routing_policies';\n        END IF;\n        RETURN NULL;\n    ",
                ),
                add_trigger(
                    "routingpolicy",
                    "keep_policies",
                    table="routing_policies",
                    pgid="pgtrigger_keep_policies_8d292",
                    when="BEFORE",
                    operation="TRUNCATE",
                    level="STATEMENT",
                    func="\n        RAISE EXCEPTION 'policy versions are kept: TRUNCATE of routing_policies is refused'\n            USING ERRCODE = 'restrict_violation', TABLE = 'routing_policies';\n    ",
                ),
                add_trigger(
                    "policyactivation",
                    "keep_activations",
                    table="routing_policy_activations",
                    pgid="pgtrigger_keep_activations_67622",
                    when="BEFORE",
                    operation="UPDATE OR DELETE",
                    func="\n        RAISE EXCEPTION 'activations are append-only: % on routing_policy_activations is refused', TG_OP\n            USING ERRCODE = 'restrict_violation';\n    ",
                ),
                add_trigger(
                    "policyactivation",
                    "keep_all_activations",
                    table="routing_policy_activations",
                    pgid="pgtrigger_keep_all_activations_0c194",
                    when="BEFORE",
                    operation="TRUNCATE",
                    level="STATEMENT",
                    func="\n        RAISE EXCEPTION 'activations are kept: TRUNCATE of routing_policy_activations is refused'\n            USING ERRCODE = 'restrict_violation', TABLE = 'routing_policy_activations';\n    ",
                ),
            ]
        ),
    ]
