"""Rules of the router's tables that hold for every writer."""

import pgtrigger

from migrations_sql.triggers import RuleTrigger

append_only = RuleTrigger(
    name="append_only",
    when=pgtrigger.Before,
    operation=pgtrigger.Update | pgtrigger.Delete,
    condition=pgtrigger.Condition("coalesce(current_setting('router.retention', true), '') <> 'on'"),
    func="""
        RAISE EXCEPTION 'decisions are append-only: % on lead_assignment_logs is refused', TG_OP
            USING ERRCODE = 'restrict_violation';
    """,
)
"""A decision stays as it was taken. Only the retention job, which says so for its transaction, may touch one."""

LOG_TRIGGERS = (append_only,)

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
"""A saved version keeps its values; only whether it is the active one can change."""

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
"""At the end of a transaction one version is active; that it is no more than one is a unique index."""

POLICY_TRIGGERS = (versions_are_immutable, one_active)

activations_are_kept = RuleTrigger(
    name="keep_activations",
    when=pgtrigger.Before,
    operation=pgtrigger.Update | pgtrigger.Delete,
    func="""
        RAISE EXCEPTION 'activations are append-only: % on routing_policy_activations is refused', TG_OP
            USING ERRCODE = 'restrict_violation';
    """,
)
"""Which version decided when stays known."""

ACTIVATION_TRIGGERS = (activations_are_kept,)
