"""Rules of the router's tables for every writer."""

import pgtrigger

from migrations_sql.triggers import RuleTrigger, exempts


def _never_emptied(*, name: str, table: str, what: str) -> RuleTrigger:
    """Return the rule that refuses TRUNCATE, which row triggers do not see."""
    return RuleTrigger(
        name=name,
        level=pgtrigger.Statement,
        when=pgtrigger.Before,
        operation=pgtrigger.Truncate,
        func=f"""
        RAISE EXCEPTION '{what} are kept: TRUNCATE of {table} is refused'
            USING ERRCODE = 'restrict_violation', TABLE = '{table}';
    """,
    )


append_only = RuleTrigger(
    name="append_only",
    when=pgtrigger.Before,
    operation=pgtrigger.Update | pgtrigger.Delete,
    func=f"""
        IF TG_OP = 'DELETE' AND {exempts("decisions")} THEN
            RETURN OLD;
        END IF;
        RAISE EXCEPTION 'decisions are append-only: % on lead_assignment_logs is refused', TG_OP
            USING ERRCODE = 'restrict_violation';
    """,
)
"""A decision cannot be changed. Only the function `remove_decisions` deletes old ones."""

decisions_not_emptied = _never_emptied(name="append_only_truncate", table="lead_assignment_logs", what="decisions")

LOG_TRIGGERS = (append_only, decisions_not_emptied)

versions_are_immutable = RuleTrigger(
    name="immutable_version",
    when=pgtrigger.Before,
    operation=pgtrigger.Update | pgtrigger.Delete,
    func="""
        IF TG_OP = 'DELETE' THEN
            IF OLD.activated_at IS NOT NULL THEN
                RAISE EXCEPTION 'routing policy version % was in use and cannot be deleted', OLD.version
                    USING ERRCODE = 'restrict_violation';
            END IF;
            RETURN OLD;
        END IF;
        IF to_jsonb(NEW) - '{is_active,activated_at,activated_by_id}'::text[]
            IS DISTINCT FROM to_jsonb(OLD) - '{is_active,activated_at,activated_by_id}'::text[]
        THEN
            RAISE EXCEPTION 'routing policy version % cannot be edited: save a new version', OLD.version
                USING ERRCODE = 'restrict_violation';
        END IF;
        RETURN NEW;
    """,
)
"""A saved version keeps its values; only its active flag can change."""

one_active = RuleTrigger(
    name="one_active",
    when=pgtrigger.After,
    operation=pgtrigger.Update | pgtrigger.Delete,
    timing=pgtrigger.Deferred,
    func="""
        IF NOT EXISTS (SELECT FROM routing_policies WHERE is_active) THEN
            RAISE EXCEPTION 'one routing policy version has to be active'
                USING ERRCODE = 'check_violation', TABLE = 'routing_policies';
        END IF;
        RETURN NULL;
    """,
)
"""At the end of a transaction a version is active; a unique index ensures that it is only one."""

policies_not_emptied = _never_emptied(name="keep_policies", table="routing_policies", what="policy versions")

POLICY_TRIGGERS = (versions_are_immutable, one_active, policies_not_emptied)

activations_are_kept = RuleTrigger(
    name="keep_activations",
    when=pgtrigger.Before,
    operation=pgtrigger.Update | pgtrigger.Delete,
    func="""
        RAISE EXCEPTION 'activations are append-only: % on routing_policy_activations is refused', TG_OP
            USING ERRCODE = 'restrict_violation';
    """,
)
"""Activations cannot be changed or deleted."""

activations_not_emptied = _never_emptied(
    name="keep_all_activations", table="routing_policy_activations", what="activations"
)

ACTIVATION_TRIGGERS = (activations_are_kept, activations_not_emptied)
