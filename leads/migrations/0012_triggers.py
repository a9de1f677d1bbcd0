"""The rules of `leads/triggers.py`."""

import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations

import migrations_sql.triggers


class Migration(migrations.Migration):
    dependencies = [
        ("leads", "0011_constraints_and_indexes"),
    ]

    operations = [
        pgtrigger.migrations.AddTrigger(
            model_name="lead",
            trigger=pgtrigger.compiler.Trigger(
                name="status_times_on_insert",
                sql=migrations_sql.triggers.FixedPathRuleTriggerSql(
                    condition="WHEN (NEW.status IN ('accepted', 'won', 'lost') AND NEW.created_at >= now() - interval '5 seconds')",
                    func="\n        IF NEW.status = 'accepted' THEN\n            NEW.accepted_at := coalesce(NEW.accepted_at, greatest(NEW.created_at, now()));\n        ELSE\n            NEW.decided_at := coalesce(NEW.decided_at, greatest(NEW.created_at, now()));\n        END IF;\n        RETURN NEW;\n    ",
                    hash="bfc232e62df2b5d3494fbfe5c56f1e791c4d6191",
                    operation="INSERT",
                    pgid="pgtrigger_status_times_on_insert_813ae",
                    table="leads",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="lead",
            trigger=pgtrigger.compiler.Trigger(
                name="write_once",
                sql=migrations_sql.triggers.FixedPathRuleTriggerSql(
                    condition="WHEN ((OLD.first_contact_at IS NOT NULL AND NEW.first_contact_at IS DISTINCT FROM OLD.first_contact_at) OR (OLD.accepted_at IS NOT NULL AND NEW.accepted_at IS DISTINCT FROM OLD.accepted_at) OR (OLD.decided_at IS NOT NULL AND NEW.decided_at IS DISTINCT FROM OLD.decided_at) OR (OLD.user_id IS NOT NULL AND NEW.user_id IS DISTINCT FROM OLD.user_id) OR NEW.tried_partner_ids IS DISTINCT FROM OLD.tried_partner_ids OR (NEW.user_id IS NOT NULL AND NEW.assigned_at IS NULL AND (OLD.user_id IS NULL OR OLD.assigned_at IS NOT NULL)) OR (NEW.status IS DISTINCT FROM OLD.status AND NEW.status IN ('accepted', 'won', 'lost')))",
                    func="\n        -- A row that was read before the assignment and is written back whole: it knows neither partner nor time.\n        -- (To take a lead away from its partner, set user_id alone.)\n        IF NEW.user_id IS NULL AND OLD.user_id IS NOT NULL\n            AND NEW.assigned_at IS NULL AND OLD.assigned_at IS NOT NULL\n        THEN\n            NEW.user_id := OLD.user_id;\n            NEW.status := OLD.status;\n        END IF;\n        -- Likewise one that was read before the lead left a partner: nobody else writes down who had it.\n        IF NEW.tried_partner_ids IS DISTINCT FROM OLD.tried_partner_ids THEN\n            IF NEW.user_id IS DISTINCT FROM OLD.user_id THEN\n                NEW.user_id := OLD.user_id;\n                NEW.status := OLD.status;\n            END IF;\n            NEW.assigned_at := OLD.assigned_at;\n            NEW.tried_partner_ids := OLD.tried_partner_ids;\n        END IF;\n\n        IF OLD.user_id IS NOT NULL AND NEW.user_id IS DISTINCT FROM OLD.user_id THEN\n            -- The lead leaves its partner: the clock starts again for the next one.\n            NEW.tried_partner_ids := array_append(\n                array_remove(OLD.tried_partner_ids, OLD.user_id), OLD.user_id\n            );\n            NEW.first_contact_at := NULL;\n            NEW.accepted_at := NULL;\n            NEW.decided_at := NULL;\n            IF NEW.user_id IS NULL THEN\n                NEW.assigned_at := NULL;\n            ELSIF NEW.assigned_at IS NOT DISTINCT FROM OLD.assigned_at THEN\n                NEW.assigned_at := now();\n            END IF;\n        ELSE\n            NEW.first_contact_at := coalesce(OLD.first_contact_at, NEW.first_contact_at);\n            NEW.accepted_at := coalesce(OLD.accepted_at, NEW.accepted_at);\n            NEW.decided_at := coalesce(OLD.decided_at, NEW.decided_at);\n            IF NEW.user_id IS NOT NULL THEN\n                -- Of a lead that came with its partner, the time may be unknown, and is not invented later.\n                NEW.assigned_at := coalesce(\n                    NEW.assigned_at, OLD.assigned_at, CASE WHEN OLD.user_id IS NULL THEN now() END\n                );\n            END IF;\n        END IF;\n\n        IF NEW.status IS DISTINCT FROM OLD.status OR NEW.user_id IS DISTINCT FROM OLD.user_id THEN\n            IF NEW.status = 'accepted' THEN\n                NEW.accepted_at := coalesce(NEW.accepted_at, greatest(NEW.created_at, now()));\n            ELSIF NEW.status IN ('won', 'lost') THEN\n                NEW.decided_at := coalesce(NEW.decided_at, greatest(NEW.created_at, now()));\n            END IF;\n        END IF;\n        RETURN NEW;\n    ",
                    hash="74eb709e7ae1fe8698114087d16797dd03be79f5",
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
                name="count_open_leads_ins",
                sql=migrations_sql.triggers.FixedPathRuleTriggerSql(
                    declare="DECLARE partner_ids uuid[]; deltas integer[]; latest timestamptz[]; full_partner uuid;",
                    func="\n        SELECT array_agg(partner_id), array_agg(delta), array_agg(assigned_at) INTO partner_ids, deltas, latest\n        FROM (\n            SELECT user_id AS partner_id,\n                (count(*) FILTER (WHERE status IN ('new', 'accepted', 'in_progress')))::integer AS delta,\n                max(coalesce(assigned_at, created_at)) AS assigned_at\n            FROM inserted WHERE user_id IS NOT NULL\n            GROUP BY user_id\n        ) AS change;\n        \n        IF partner_ids IS NULL THEN\n            RETURN NULL;\n        END IF;\n        IF cardinality(partner_ids) > 1 THEN\n            PERFORM 1 FROM profiles WHERE id = ANY(partner_ids) ORDER BY id FOR NO KEY UPDATE;\n        END IF;\n        WITH counted AS (\n            UPDATE profiles AS partner\n            SET open_leads = partner.open_leads + change.delta,\n                last_assigned_at = greatest(partner.last_assigned_at, change.assigned_at),\n                routing_changed_at = CASE\n                    WHEN change.delta < 0 AND partner.open_leads >= partner.max_open_leads\n                        AND partner.open_leads + change.delta < partner.max_open_leads\n                    THEN clock_timestamp() ELSE partner.routing_changed_at\n                END\n            FROM unnest(partner_ids, deltas, latest) AS change (partner_id, delta, assigned_at)\n            WHERE partner.id = change.partner_id\n            RETURNING partner.id, partner.open_leads, partner.max_open_leads, change.delta, change.assigned_at\n        )\n        SELECT counted.id INTO full_partner FROM counted\n        WHERE counted.open_leads > counted.max_open_leads AND counted.delta > 0\n            AND false\n        LIMIT 1;\n\n        RETURN NULL;\n    ",
                    hash="5fd4f7a90b91322f55a50d90cfc08374057cefe9",
                    level="STATEMENT",
                    operation="INSERT",
                    pgid="pgtrigger_count_open_leads_ins_b779e",
                    referencing="REFERENCING NEW TABLE AS inserted ",
                    table="leads",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="lead",
            trigger=pgtrigger.compiler.Trigger(
                name="count_open_leads_upd",
                sql=migrations_sql.triggers.FixedPathRuleTriggerSql(
                    declare="DECLARE partner_ids uuid[]; deltas integer[]; latest timestamptz[]; full_partner uuid;",
                    func="\n        SELECT array_agg(partner_id), array_agg(delta), array_agg(assigned_at) INTO partner_ids, deltas, latest\n        FROM (\n            SELECT partner_id, sum(delta)::integer AS delta, max(assigned_at) AS assigned_at\n            FROM (\n                SELECT after.id, after.user_id AS partner_id,\n                    (after.status IN ('new', 'accepted', 'in_progress'))::integer AS delta,\n                    CASE WHEN after.user_id IS DISTINCT FROM before.user_id\n                        THEN coalesce(after.assigned_at, after.created_at) END AS assigned_at\n                FROM after JOIN before ON before.id = after.id\n                WHERE after.user_id IS NOT NULL\n                    AND (after.user_id IS DISTINCT FROM before.user_id OR after.status IS DISTINCT FROM before.status)\n                UNION ALL\n                SELECT before.id, before.user_id, -(before.status IN ('new', 'accepted', 'in_progress'))::integer, NULL\n                FROM before JOIN after ON before.id = after.id\n                WHERE before.user_id IS NOT NULL\n                    AND (after.user_id IS DISTINCT FROM before.user_id OR after.status IS DISTINCT FROM before.status)\n            ) AS moves\n            GROUP BY partner_id\n            HAVING sum(delta) <> 0 OR max(assigned_at) IS NOT NULL\n        ) AS change;\n        \n        IF partner_ids IS NULL THEN\n            RETURN NULL;\n        END IF;\n        IF cardinality(partner_ids) > 1 THEN\n            PERFORM 1 FROM profiles WHERE id = ANY(partner_ids) ORDER BY id FOR NO KEY UPDATE;\n        END IF;\n        WITH counted AS (\n            UPDATE profiles AS partner\n            SET open_leads = partner.open_leads + change.delta,\n                last_assigned_at = greatest(partner.last_assigned_at, change.assigned_at),\n                routing_changed_at = CASE\n                    WHEN change.delta < 0 AND partner.open_leads >= partner.max_open_leads\n                        AND partner.open_leads + change.delta < partner.max_open_leads\n                    THEN clock_timestamp() ELSE partner.routing_changed_at\n                END\n            FROM unnest(partner_ids, deltas, latest) AS change (partner_id, delta, assigned_at)\n            WHERE partner.id = change.partner_id\n            RETURNING partner.id, partner.open_leads, partner.max_open_leads, change.delta, change.assigned_at\n        )\n        SELECT counted.id INTO full_partner FROM counted\n        WHERE counted.open_leads > counted.max_open_leads AND counted.delta > 0\n            AND counted.assigned_at IS NOT NULL\n        LIMIT 1;\n\n        IF full_partner IS NOT NULL THEN\n            RAISE EXCEPTION 'partner % is at its cap: the lead cannot be handed over', full_partner\n                USING ERRCODE = 'check_violation', CONSTRAINT = 'profiles_open_leads_within_cap', TABLE = 'profiles';\n        END IF;\n        RETURN NULL;\n    ",
                    hash="e3db9f576caf9e11139bad7a332040a71eaaf383",
                    level="STATEMENT",
                    operation="UPDATE",
                    pgid="pgtrigger_count_open_leads_upd_95ac9",
                    referencing="REFERENCING OLD TABLE AS before  NEW TABLE AS after ",
                    table="leads",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="lead",
            trigger=pgtrigger.compiler.Trigger(
                name="count_open_leads_del",
                sql=migrations_sql.triggers.FixedPathRuleTriggerSql(
                    declare="DECLARE partner_ids uuid[]; deltas integer[]; latest timestamptz[]; full_partner uuid;",
                    func="\n        SELECT array_agg(partner_id), array_agg(delta), array_agg(NULL::timestamptz) INTO partner_ids, deltas, latest\n        FROM (\n            SELECT user_id AS partner_id, -count(*)::integer AS delta\n            FROM deleted WHERE user_id IS NOT NULL AND status IN ('new', 'accepted', 'in_progress')\n            GROUP BY user_id\n        ) AS change;\n        \n        IF partner_ids IS NULL THEN\n            RETURN NULL;\n        END IF;\n        IF cardinality(partner_ids) > 1 THEN\n            PERFORM 1 FROM profiles WHERE id = ANY(partner_ids) ORDER BY id FOR NO KEY UPDATE;\n        END IF;\n        WITH counted AS (\n            UPDATE profiles AS partner\n            SET open_leads = partner.open_leads + change.delta,\n                last_assigned_at = greatest(partner.last_assigned_at, change.assigned_at),\n                routing_changed_at = CASE\n                    WHEN change.delta < 0 AND partner.open_leads >= partner.max_open_leads\n                        AND partner.open_leads + change.delta < partner.max_open_leads\n                    THEN clock_timestamp() ELSE partner.routing_changed_at\n                END\n            FROM unnest(partner_ids, deltas, latest) AS change (partner_id, delta, assigned_at)\n            WHERE partner.id = change.partner_id\n            RETURNING partner.id, partner.open_leads, partner.max_open_leads, change.delta, change.assigned_at\n        )\n        SELECT counted.id INTO full_partner FROM counted\n        WHERE counted.open_leads > counted.max_open_leads AND counted.delta > 0\n            AND false\n        LIMIT 1;\n\n        RETURN NULL;\n    ",
                    hash="e967109d86f37a702959b76bfc0d7999881f48a3",
                    level="STATEMENT",
                    operation="DELETE",
                    pgid="pgtrigger_count_open_leads_del_80042",
                    referencing="REFERENCING OLD TABLE AS deleted ",
                    table="leads",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="lead",
            trigger=pgtrigger.compiler.Trigger(
                name="count_open_leads_trunc",
                sql=migrations_sql.triggers.FixedPathRuleTriggerSql(
                    func="\n        UPDATE profiles SET open_leads = 0 WHERE open_leads <> 0;\n        RETURN NULL;\n    ",
                    hash="c46d341be8d59a2ce2cd8ab22c4904bc900f7c4a",
                    level="STATEMENT",
                    operation="TRUNCATE",
                    pgid="pgtrigger_count_open_leads_trunc_6742c",
                    table="leads",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="leadactivity",
            trigger=pgtrigger.compiler.Trigger(
                name="first_contact",
                sql=migrations_sql.triggers.FixedPathRuleTriggerSql(
                    func="\n        WITH contacted AS MATERIALIZED (\n            SELECT lead.id, min(activity.created_at) AS contact_at\n            FROM inserted AS activity\n            JOIN leads AS lead ON lead.id = activity.lead_id\n            WHERE activity.type IN ('phone_call', 'email_sent', 'whatsapp', 'meeting', 'status_change_contacted')\n                AND lead.first_contact_at IS NULL\n                AND (lead.tried_partner_ids IS NULL OR activity.created_at >= lead.assigned_at)\n            GROUP BY lead.id\n        ), locked AS MATERIALIZED (\n            SELECT lead.id FROM leads AS lead\n            WHERE lead.id IN (SELECT id FROM contacted)\n            ORDER BY lead.id\n            FOR NO KEY UPDATE\n        )\n        UPDATE leads AS lead\n        SET first_contact_at = greatest(lead.created_at, least(contacted.contact_at, clock_timestamp()))\n        FROM contacted\n        JOIN locked ON locked.id = contacted.id\n        WHERE lead.id = contacted.id AND lead.first_contact_at IS NULL;\n        RETURN NULL;\n    ",
                    hash="051b95b3a757c131590bffbc048c60c7a8a7d9bc",
                    level="STATEMENT",
                    operation="INSERT",
                    pgid="pgtrigger_first_contact_dbd8c",
                    referencing="REFERENCING NEW TABLE AS inserted ",
                    table="lead_activities",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="partner",
            trigger=pgtrigger.compiler.Trigger(
                name="guard_counters",
                sql=migrations_sql.triggers.FixedPathRuleTriggerSql(
                    condition="WHEN (pg_trigger_depth() = 0 AND coalesce(current_setting('leads.recount', true), '') <> 'on' AND (NEW.open_leads, NEW.last_assigned_at) IS DISTINCT FROM (OLD.open_leads, OLD.last_assigned_at))",
                    func="\n        NEW.open_leads := OLD.open_leads;\n        NEW.last_assigned_at := OLD.last_assigned_at;\n        RETURN NEW;\n    ",
                    hash="76b23739e9fe2c012c9923ca09b6a655565a0fee",
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
                    condition="WHEN (pg_trigger_depth() = 0 AND coalesce(current_setting('leads.recount', true), '') <> 'on' AND (NEW.routing_changed_at IS DISTINCT FROM OLD.routing_changed_at OR (NEW.is_active_for_routing, NEW.max_open_leads, NEW.regions, NEW.lead_locations, NEW.lead_industries, NEW.primary_branch) IS DISTINCT FROM (OLD.is_active_for_routing, OLD.max_open_leads, OLD.regions, OLD.lead_locations, OLD.lead_industries, OLD.primary_branch)))",
                    func="\n        IF (NEW.is_active_for_routing, NEW.max_open_leads, NEW.regions, NEW.lead_locations, NEW.lead_industries,\n            NEW.primary_branch) IS DISTINCT FROM (OLD.is_active_for_routing, OLD.max_open_leads, OLD.regions,\n            OLD.lead_locations, OLD.lead_industries, OLD.primary_branch)\n        THEN\n            NEW.routing_changed_at := clock_timestamp();\n        ELSE\n            NEW.routing_changed_at := OLD.routing_changed_at;\n        END IF;\n        RETURN NEW;\n    ",
                    hash="13fe949d1f554577fcd69660e1e8791fe118447b",
                    operation="UPDATE",
                    pgid="pgtrigger_note_routing_change_57c04",
                    table="profiles",
                    when="BEFORE",
                ),
            ),
        ),
    ]
