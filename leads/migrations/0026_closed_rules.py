"""Rules are opened by functions that do precisely what is allowed; ids of leads and partners stay."""

import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations

import migrations_sql.triggers
from migrations_sql import run_sql


class Migration(migrations.Migration):
    dependencies = [
        ("leads", "0025_returns_kept"),
    ]

    operations = [
        run_sql("rule_exemptions_v1"),
        pgtrigger.migrations.RemoveTrigger(
            model_name="auditevent",
            name="append_only",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="auditevent",
            name="append_only_truncate",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="lead",
            name="write_once",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="lead",
            name="status_transition",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="partner",
            name="note_routing_change",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="partner",
            name="guard_counters",
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="auditevent",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=migrations_sql.triggers.FixedPathRuleTriggerSql(
                    func="\n        IF TG_OP = 'DELETE' AND EXISTS (SELECT FROM rule_exemptions WHERE transaction_id = pg_current_xact_id() AND exempts = 'audit') THEN\n            RETURN OLD;\n        END IF;\n        \n        RAISE EXCEPTION 'events of the audit are append-only: % on audit_events is refused', TG_OP\n            USING ERRCODE = 'restrict_violation';\n    \n    ",
                    hash="8f8332c5688506788aa66a4acdb1d69b7165936c",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_d1109",
                    table="audit_events",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="auditevent",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only_truncate",
                sql=migrations_sql.triggers.FixedPathRuleTriggerSql(
                    func="\n        RAISE EXCEPTION 'events of the audit are append-only: % on audit_events is refused', TG_OP\n            USING ERRCODE = 'restrict_violation';\n    ",
                    hash="9b9fd32b890c676e382e846a736053a3311641b3",
                    level="STATEMENT",
                    operation="TRUNCATE",
                    pgid="pgtrigger_append_only_truncate_478cf",
                    table="audit_events",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="lead",
            trigger=pgtrigger.compiler.Trigger(
                name="keep_id",
                sql=migrations_sql.triggers.FixedPathRuleTriggerSql(
                    condition="WHEN (NEW.id <> OLD.id)",
                    func="\n        RAISE EXCEPTION 'the id of a row of leads stays as it is: % cannot become %', OLD.id, NEW.id\n            USING ERRCODE = 'restrict_violation', TABLE = 'leads', COLUMN = 'id';\n    ",
                    hash="288338a6912f571aeb1963cac43fa2432fc049e4",
                    operation="UPDATE",
                    pgid="pgtrigger_keep_id_9b2f8",
                    table="leads",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="lead",
            trigger=pgtrigger.compiler.Trigger(
                name="write_once",
                sql=migrations_sql.triggers.FixedPathRuleTriggerSql(
                    condition="WHEN ((OLD.first_contact_at IS NOT NULL AND NEW.first_contact_at IS DISTINCT FROM OLD.first_contact_at) OR (OLD.accepted_at IS NOT NULL AND NEW.accepted_at IS DISTINCT FROM OLD.accepted_at) OR (OLD.decided_at IS NOT NULL AND NEW.decided_at IS DISTINCT FROM OLD.decided_at) OR (OLD.user_id IS NOT NULL AND NEW.user_id IS DISTINCT FROM OLD.user_id) OR NEW.tried_partner_ids IS DISTINCT FROM OLD.tried_partner_ids OR (NEW.user_id IS NOT NULL AND NEW.assigned_at IS NULL AND (OLD.user_id IS NULL OR OLD.assigned_at IS NOT NULL)) OR (NEW.status IS DISTINCT FROM OLD.status AND NEW.status IN ('accepted', 'won', 'lost')))",
                    func="\n        -- A row that was read before the assignment and is written back whole: it knows neither partner nor time.\n        -- (To take a lead away from its partner, set user_id alone.)\n        IF NEW.user_id IS NULL AND OLD.user_id IS NOT NULL\n            AND NEW.assigned_at IS NULL AND OLD.assigned_at IS NOT NULL\n        THEN\n            NEW.user_id := OLD.user_id;\n            NEW.status := OLD.status;\n        END IF;\n        -- Likewise one that was read before the lead left a partner: nobody else writes down who had it.\n        IF NEW.tried_partner_ids IS DISTINCT FROM OLD.tried_partner_ids THEN\n            IF NEW.user_id IS DISTINCT FROM OLD.user_id THEN\n                NEW.user_id := OLD.user_id;\n                NEW.status := OLD.status;\n            END IF;\n            NEW.assigned_at := OLD.assigned_at;\n            NEW.tried_partner_ids := OLD.tried_partner_ids;\n        END IF;\n\n        IF OLD.user_id IS NOT NULL AND NEW.user_id IS DISTINCT FROM OLD.user_id THEN\n            -- The lead leaves its partner: the clock starts again for the next one.\n            NEW.tried_partner_ids := array_append(\n                array_remove(OLD.tried_partner_ids, OLD.user_id), OLD.user_id\n            );\n            NEW.first_contact_at := NULL;\n            NEW.accepted_at := NULL;\n            NEW.decided_at := NULL;\n            IF NEW.user_id IS NULL THEN\n                NEW.assigned_at := NULL;\n            ELSIF NEW.assigned_at IS NOT DISTINCT FROM OLD.assigned_at THEN\n                NEW.assigned_at := now();\n            END IF;\n        ELSE\n            -- A first contact before the lead, which no rule forbade once, may be put right.\n            IF OLD.first_contact_at IS NOT NULL AND (OLD.first_contact_at < OLD.created_at) IS NOT TRUE THEN\n                NEW.first_contact_at := OLD.first_contact_at;\n            END IF;\n            -- Who corrects a mistaken status also says which of its times never were.\n            IF (NEW.accepted_at, NEW.decided_at) IS DISTINCT FROM (\n                coalesce(OLD.accepted_at, NEW.accepted_at), coalesce(OLD.decided_at, NEW.decided_at)\n            ) AND NOT EXISTS (SELECT FROM rule_exemptions WHERE transaction_id = pg_current_xact_id() AND exempts = 'status') THEN\n                NEW.accepted_at := coalesce(OLD.accepted_at, NEW.accepted_at);\n                NEW.decided_at := coalesce(OLD.decided_at, NEW.decided_at);\n            END IF;\n            IF NEW.user_id IS NOT NULL THEN\n                -- Of a lead that came with its partner, the time may be unknown, and is not invented later.\n                NEW.assigned_at := coalesce(\n                    NEW.assigned_at, OLD.assigned_at, CASE WHEN OLD.user_id IS NULL THEN now() END\n                );\n            END IF;\n        END IF;\n\n        IF NEW.status IS DISTINCT FROM OLD.status OR NEW.user_id IS DISTINCT FROM OLD.user_id THEN\n            IF NEW.status = 'accepted' THEN\n                NEW.accepted_at := coalesce(NEW.accepted_at, greatest(NEW.created_at, now()));\n            ELSIF NEW.status IN ('won', 'lost') THEN\n                NEW.decided_at := coalesce(NEW.decided_at, greatest(NEW.created_at, now()));\n            END IF;\n        END IF;\n        RETURN NEW;\n    ",
                    hash="8935c06475a67b0f7a33e7af4b4a67a78df7a2a3",
                    operation="UPDATE",
                    pgid="pgtrigger_write_once_e66fa",
                    table="leads",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="lead",
            trigger=pgtrigger.compiler.Trigger(
                name="status_transition",
                sql=migrations_sql.triggers.FixedPathRuleTriggerSql(
                    condition="WHEN (NEW.status IS DISTINCT FROM OLD.status AND OLD.status IS NOT NULL AND (\n    OLD.status NOT IN ('new', 'accepted', 'rejected', 'in_progress', 'completed', 'won', 'lost')\n    OR (OLD.status, NEW.status) IN (('accepted', 'completed'), ('accepted', 'in_progress'), ('accepted', 'lost'), ('accepted', 'rejected'), ('accepted', 'won'), ('completed', 'lost'), ('completed', 'won'), ('in_progress', 'completed'), ('in_progress', 'lost'), ('in_progress', 'rejected'), ('in_progress', 'won'), ('new', 'lost'), ('new', 'rejected'))\n    OR ((OLD.status, NEW.status) IN (('new', 'accepted'), ('new', 'completed'), ('new', 'in_progress'), ('new', 'rejected'), ('new', 'won')) AND NEW.user_id IS NOT NULL)\n    OR (\n        OLD.status IN ('accepted', 'rejected', 'in_progress', 'completed') AND NEW.user_id IS DISTINCT FROM OLD.user_id\n        AND (NEW.status IN ('new', 'lost', 'rejected') OR (NEW.status IN ('accepted', 'rejected', 'in_progress', 'completed', 'won') AND NEW.user_id IS NOT NULL))\n    )\n) IS NOT TRUE)",
                    func="\n        IF EXISTS (SELECT FROM rule_exemptions WHERE transaction_id = pg_current_xact_id() AND exempts = 'status') THEN\n            RETURN NULL;\n        END IF;\n        RAISE EXCEPTION 'the status of lead % cannot go from % to %', NEW.id, OLD.status, NEW.status\n            USING ERRCODE = 'check_violation', CONSTRAINT = 'leads_status_transition', TABLE = 'leads',\n                HINT = CASE WHEN NEW.user_id IS NULL AND OLD.status = 'new' THEN 'Without a partner it can become: rejected, lost.'\n                    ELSE CASE OLD.status WHEN 'new' THEN 'It can become: accepted, rejected, in_progress, completed, won, lost.' WHEN 'accepted' THEN 'It can become: rejected, in_progress, completed, won, lost.' WHEN 'rejected' THEN 'It can become: nothing else.' WHEN 'in_progress' THEN 'It can become: rejected, completed, won, lost.' WHEN 'completed' THEN 'It can become: won, lost.' WHEN 'won' THEN 'It can become: nothing else.' WHEN 'lost' THEN 'It can become: nothing else.' END END;\n    ",
                    hash="2a64990381d88275c1dcbdf534054c657ed74e72",
                    operation="UPDATE",
                    pgid="pgtrigger_status_transition_8a6ff",
                    table="leads",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="partner",
            trigger=pgtrigger.compiler.Trigger(
                name="keep_id",
                sql=migrations_sql.triggers.FixedPathRuleTriggerSql(
                    condition="WHEN (NEW.id <> OLD.id)",
                    func="\n        RAISE EXCEPTION 'the id of a row of profiles stays as it is: % cannot become %', OLD.id, NEW.id\n            USING ERRCODE = 'restrict_violation', TABLE = 'profiles', COLUMN = 'id';\n    ",
                    hash="aeba223cdc5e642e368c7a095be89eff23bb359f",
                    operation="UPDATE",
                    pgid="pgtrigger_keep_id_ef58d",
                    table="profiles",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="partner",
            trigger=pgtrigger.compiler.Trigger(
                name="guard_counters",
                sql=migrations_sql.triggers.FixedPathRuleTriggerSql(
                    condition="WHEN (NOT (pg_trigger_depth() > 0 AND has_table_privilege('rule_exemptions'::regclass::oid, 'INSERT')) AND (NEW.open_leads, NEW.last_assigned_at, NEW.returned_at, NEW.leads_since_return, NEW.usual_daily_leads) IS DISTINCT FROM (OLD.open_leads, OLD.last_assigned_at, OLD.returned_at, OLD.leads_since_return, OLD.usual_daily_leads))",
                    func="\n        IF EXISTS (SELECT FROM rule_exemptions WHERE transaction_id = pg_current_xact_id() AND exempts = 'counters') THEN\n            RETURN NEW;\n        END IF;\n        NEW.open_leads := OLD.open_leads;\n        NEW.last_assigned_at := OLD.last_assigned_at;\n        NEW.returned_at := OLD.returned_at;\n        NEW.leads_since_return := OLD.leads_since_return;\n        NEW.usual_daily_leads := OLD.usual_daily_leads;\n        RETURN NEW;\n    ",
                    hash="a31e15ca4deddde3d6fb30b8715c1b0d15619aef",
                    operation="UPDATE",
                    pgid="pgtrigger_guard_counters_1cae6",
                    table="profiles",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="partner",
            trigger=pgtrigger.compiler.Trigger(
                name="note_routing_change",
                sql=migrations_sql.triggers.FixedPathRuleTriggerSql(
                    condition="WHEN (NOT (pg_trigger_depth() > 0 AND has_table_privilege('rule_exemptions'::regclass::oid, 'INSERT')) AND (NEW.routing_changed_at IS DISTINCT FROM OLD.routing_changed_at OR (NEW.is_active_for_routing, NEW.max_open_leads, NEW.regions, NEW.lead_locations, NEW.lead_industries, NEW.primary_branch) IS DISTINCT FROM (OLD.is_active_for_routing, OLD.max_open_leads, OLD.regions, OLD.lead_locations, OLD.lead_industries, OLD.primary_branch)))",
                    func="\n        IF EXISTS (SELECT FROM rule_exemptions WHERE transaction_id = pg_current_xact_id() AND exempts = 'counters') THEN\n            RETURN NEW;\n        END IF;\n        IF (NEW.is_active_for_routing, NEW.max_open_leads, NEW.regions, NEW.lead_locations, NEW.lead_industries,\n            NEW.primary_branch) IS DISTINCT FROM (OLD.is_active_for_routing, OLD.max_open_leads, OLD.regions,\n            OLD.lead_locations, OLD.lead_industries, OLD.primary_branch)\n        THEN\n            NEW.routing_changed_at := clock_timestamp();\n        ELSE\n            NEW.routing_changed_at := OLD.routing_changed_at;\n        END IF;\n        RETURN NEW;\n    ",
                    hash="7fa8e8965b11af89813cdec924a32bfe2885dc43",
                    operation="UPDATE",
                    pgid="pgtrigger_note_routing_change_57c04",
                    table="profiles",
                    when="BEFORE",
                ),
            ),
        ),
    ]
