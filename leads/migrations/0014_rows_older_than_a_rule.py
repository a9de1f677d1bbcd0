"""Triggers pass over rows that are older than a rule and break it, and make up for it when they are put right."""

import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations

import migrations_sql.triggers


class Migration(migrations.Migration):
    dependencies = [
        ("leads", "0013_fixed_search_path"),
    ]

    operations = [
        pgtrigger.migrations.RemoveTrigger(
            model_name="lead",
            name="write_once",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="lead",
            name="count_open_leads_ins",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="lead",
            name="count_open_leads_upd",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="lead",
            name="count_open_leads_del",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="lead",
            name="count_open_leads_trunc",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="leadactivity",
            name="first_contact",
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="lead",
            trigger=pgtrigger.compiler.Trigger(
                name="write_once",
                sql=migrations_sql.triggers.FixedPathRuleTriggerSql(
                    condition="WHEN ((OLD.first_contact_at IS NOT NULL AND NEW.first_contact_at IS DISTINCT FROM OLD.first_contact_at) OR (OLD.accepted_at IS NOT NULL AND NEW.accepted_at IS DISTINCT FROM OLD.accepted_at) OR (OLD.decided_at IS NOT NULL AND NEW.decided_at IS DISTINCT FROM OLD.decided_at) OR (OLD.user_id IS NOT NULL AND NEW.user_id IS DISTINCT FROM OLD.user_id) OR NEW.tried_partner_ids IS DISTINCT FROM OLD.tried_partner_ids OR (NEW.user_id IS NOT NULL AND NEW.assigned_at IS NULL AND (OLD.user_id IS NULL OR OLD.assigned_at IS NOT NULL)) OR (NEW.status IS DISTINCT FROM OLD.status AND NEW.status IN ('accepted', 'won', 'lost')))",
                    func="\n        -- A row that was read before the assignment and is written back whole: it knows neither partner nor time.\n        -- (To take a lead away from its partner, set user_id alone.)\n        IF NEW.user_id IS NULL AND OLD.user_id IS NOT NULL\n            AND NEW.assigned_at IS NULL AND OLD.assigned_at IS NOT NULL\n        THEN\n            NEW.user_id := OLD.user_id;\n            NEW.status := OLD.status;\n        END IF;\n        -- Likewise one that was read before the lead left a partner: nobody else writes down who had it.\n        IF NEW.tried_partner_ids IS DISTINCT FROM OLD.tried_partner_ids THEN\n            IF NEW.user_id IS DISTINCT FROM OLD.user_id THEN\n                NEW.user_id := OLD.user_id;\n                NEW.status := OLD.status;\n            END IF;\n            NEW.assigned_at := OLD.assigned_at;\n            NEW.tried_partner_ids := OLD.tried_partner_ids;\n        END IF;\n\n        IF OLD.user_id IS NOT NULL AND NEW.user_id IS DISTINCT FROM OLD.user_id THEN\n            -- The lead leaves its partner: the clock starts again for the next one.\n            NEW.tried_partner_ids := array_append(\n                array_remove(OLD.tried_partner_ids, OLD.user_id), OLD.user_id\n            );\n            NEW.first_contact_at := NULL;\n            NEW.accepted_at := NULL;\n            NEW.decided_at := NULL;\n            IF NEW.user_id IS NULL THEN\n                NEW.assigned_at := NULL;\n            ELSIF NEW.assigned_at IS NOT DISTINCT FROM OLD.assigned_at THEN\n                NEW.assigned_at := now();\n            END IF;\n        ELSE\n            -- A first contact before the lead, which no rule forbade once, may be put right.\n            IF OLD.first_contact_at IS NOT NULL AND (OLD.first_contact_at < OLD.created_at) IS NOT TRUE THEN\n                NEW.first_contact_at := OLD.first_contact_at;\n            END IF;\n            NEW.accepted_at := coalesce(OLD.accepted_at, NEW.accepted_at);\n            NEW.decided_at := coalesce(OLD.decided_at, NEW.decided_at);\n            IF NEW.user_id IS NOT NULL THEN\n                -- Of a lead that came with its partner, the time may be unknown, and is not invented later.\n                NEW.assigned_at := coalesce(\n                    NEW.assigned_at, OLD.assigned_at, CASE WHEN OLD.user_id IS NULL THEN now() END\n                );\n            END IF;\n        END IF;\n\n        IF NEW.status IS DISTINCT FROM OLD.status OR NEW.user_id IS DISTINCT FROM OLD.user_id THEN\n            IF NEW.status = 'accepted' THEN\n                NEW.accepted_at := coalesce(NEW.accepted_at, greatest(NEW.created_at, now()));\n            ELSIF NEW.status IN ('won', 'lost') THEN\n                NEW.decided_at := coalesce(NEW.decided_at, greatest(NEW.created_at, now()));\n            END IF;\n        END IF;\n        RETURN NEW;\n    ",
                    hash="e9c42e34d82114526c8b5fab01680d209437271d",
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
                name="contact_mended",
                sql=migrations_sql.triggers.FixedPathRuleTriggerSql(
                    condition="WHEN (NOT ((OLD.status, OLD.created_at) IS NOT NULL AND coalesce(OLD.status IN ('new', 'accepted', 'rejected', 'in_progress', 'completed', 'won', 'lost') AND OLD.deal_value >= 0 AND OLD.first_contact_at >= OLD.created_at, true)))",
                    func="\n        UPDATE leads AS lead\n        SET first_contact_at = greatest(lead.created_at, least(contacted.contact_at, clock_timestamp()))\n        FROM (\n            SELECT min(activity.created_at) AS contact_at\n            FROM lead_activities AS activity\n            WHERE activity.lead_id = NEW.id AND activity.type IN ('phone_call', 'email_sent', 'whatsapp', 'meeting', 'status_change_contacted')\n                AND (NEW.tried_partner_ids IS NULL OR activity.created_at >= NEW.assigned_at)\n        ) AS contacted\n        WHERE lead.id = NEW.id AND lead.first_contact_at IS NULL AND contacted.contact_at IS NOT NULL\n            AND ((lead.status, lead.created_at) IS NOT NULL AND coalesce(lead.status IN ('new', 'accepted', 'rejected', 'in_progress', 'completed', 'won', 'lost') AND lead.deal_value >= 0 AND lead.first_contact_at >= lead.created_at, true));\n        RETURN NULL;\n    ",
                    hash="9a3fc1a43f0159ccc85b6560b074025ddee38c83",
                    operation='UPDATE OF "status", "created_at", "first_contact_at", "deal_value"',
                    pgid="pgtrigger_contact_mended_73c8a",
                    table="leads",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="lead",
            trigger=pgtrigger.compiler.Trigger(
                name="count_open_leads_ins",
                sql=migrations_sql.triggers.FixedPathRuleTriggerSql(
                    declare="DECLARE partner_ids uuid[]; deltas integer[]; latest timestamptz[]; are_locked boolean; counted_partners integer; full_partner uuid;",
                    func="\n        SELECT array_agg(partner_id), array_agg(delta), array_agg(assigned_at) INTO partner_ids, deltas, latest\n        FROM (\n            SELECT user_id AS partner_id,\n                (count(*) FILTER (WHERE status IN ('new', 'accepted', 'in_progress')))::integer AS delta,\n                max(coalesce(assigned_at, created_at)) AS assigned_at\n            FROM inserted WHERE user_id IS NOT NULL\n            GROUP BY user_id\n        ) AS change;\n        \n        IF partner_ids IS NULL THEN\n            RETURN NULL;\n        END IF;\n        -- The UPDATE locks one partner by itself, so only several need a lock first, for the order. But where it finds\n        -- nothing to count on, the row may be one that somebody is just putting right: lock it, and look again.\n        are_locked := cardinality(partner_ids) > 1;\n        LOOP\n            IF are_locked THEN\n                PERFORM 1 FROM profiles WHERE id = ANY(partner_ids) ORDER BY id FOR NO KEY UPDATE;\n            END IF;\n            WITH counted AS (\n                UPDATE profiles AS partner\n                SET open_leads = partner.open_leads + change.delta,\n                    last_assigned_at = greatest(partner.last_assigned_at, change.assigned_at),\n                    routing_changed_at = CASE\n                        WHEN change.delta < 0 AND partner.open_leads >= partner.max_open_leads\n                            AND partner.open_leads + change.delta < partner.max_open_leads\n                        THEN clock_timestamp() ELSE partner.routing_changed_at\n                    END\n                FROM unnest(partner_ids, deltas, latest) AS change (partner_id, delta, assigned_at)\n                WHERE partner.id = change.partner_id AND coalesce(partner.max_open_leads >= 0 AND partner.ai_risk_score BETWEEN 0 AND 100 AND partner.ai_risk_level IN ('low', 'medium', 'high'), true)\n                RETURNING partner.id, partner.open_leads, partner.max_open_leads, change.delta, change.assigned_at\n            )\n            SELECT count(*), (array_agg(counted.id) FILTER (\n                WHERE counted.open_leads > counted.max_open_leads\n                    AND counted.delta > 0 AND counted.assigned_at IS NOT NULL\n            ))[1]\n            INTO counted_partners, full_partner FROM counted;\n            EXIT WHEN are_locked OR counted_partners > 0;\n            are_locked := true;\n        END LOOP;\n\n        RETURN NULL;\n    ",
                    hash="b5b310a6e45ea7358c4467354a7ef89a3dff966f",
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
                    declare="DECLARE partner_ids uuid[]; deltas integer[]; latest timestamptz[]; are_locked boolean; counted_partners integer; full_partner uuid;",
                    func="\n        SELECT array_agg(partner_id), array_agg(delta), array_agg(assigned_at) INTO partner_ids, deltas, latest\n        FROM (\n            SELECT partner_id, sum(delta)::integer AS delta, max(assigned_at) AS assigned_at\n            FROM (\n                SELECT after.id, after.user_id AS partner_id,\n                    (after.status IN ('new', 'accepted', 'in_progress'))::integer AS delta,\n                    CASE WHEN after.user_id IS DISTINCT FROM before.user_id\n                        THEN coalesce(after.assigned_at, after.created_at) END AS assigned_at\n                FROM after JOIN before ON before.id = after.id\n                WHERE after.user_id IS NOT NULL\n                    AND (after.user_id IS DISTINCT FROM before.user_id OR after.status IS DISTINCT FROM before.status)\n                UNION ALL\n                SELECT before.id, before.user_id, -(before.status IN ('new', 'accepted', 'in_progress'))::integer, NULL\n                FROM before JOIN after ON before.id = after.id\n                WHERE before.user_id IS NOT NULL\n                    AND (after.user_id IS DISTINCT FROM before.user_id OR after.status IS DISTINCT FROM before.status)\n            ) AS moves\n            GROUP BY partner_id\n            HAVING sum(delta) <> 0 OR max(assigned_at) IS NOT NULL\n        ) AS change;\n        \n        IF partner_ids IS NULL THEN\n            RETURN NULL;\n        END IF;\n        -- The UPDATE locks one partner by itself, so only several need a lock first, for the order. But where it finds\n        -- nothing to count on, the row may be one that somebody is just putting right: lock it, and look again.\n        are_locked := cardinality(partner_ids) > 1;\n        LOOP\n            IF are_locked THEN\n                PERFORM 1 FROM profiles WHERE id = ANY(partner_ids) ORDER BY id FOR NO KEY UPDATE;\n            END IF;\n            WITH counted AS (\n                UPDATE profiles AS partner\n                SET open_leads = partner.open_leads + change.delta,\n                    last_assigned_at = greatest(partner.last_assigned_at, change.assigned_at),\n                    routing_changed_at = CASE\n                        WHEN change.delta < 0 AND partner.open_leads >= partner.max_open_leads\n                            AND partner.open_leads + change.delta < partner.max_open_leads\n                        THEN clock_timestamp() ELSE partner.routing_changed_at\n                    END\n                FROM unnest(partner_ids, deltas, latest) AS change (partner_id, delta, assigned_at)\n                WHERE partner.id = change.partner_id AND coalesce(partner.max_open_leads >= 0 AND partner.ai_risk_score BETWEEN 0 AND 100 AND partner.ai_risk_level IN ('low', 'medium', 'high'), true)\n                RETURNING partner.id, partner.open_leads, partner.max_open_leads, change.delta, change.assigned_at\n            )\n            SELECT count(*), (array_agg(counted.id) FILTER (\n                WHERE counted.open_leads > counted.max_open_leads\n                    AND counted.delta > 0 AND counted.assigned_at IS NOT NULL\n            ))[1]\n            INTO counted_partners, full_partner FROM counted;\n            EXIT WHEN are_locked OR counted_partners > 0;\n            are_locked := true;\n        END LOOP;\n\n        IF counted_partners < cardinality(partner_ids) AND full_partner IS NULL THEN\n            -- Whose counter is not kept has a cap all the same.\n            SELECT partner.id INTO full_partner\n            FROM unnest(partner_ids, deltas, latest) AS change (partner_id, delta, assigned_at)\n            JOIN profiles AS partner ON partner.id = change.partner_id\n            WHERE change.delta > 0 AND change.assigned_at IS NOT NULL AND NOT coalesce(partner.max_open_leads >= 0 AND partner.ai_risk_score BETWEEN 0 AND 100 AND partner.ai_risk_level IN ('low', 'medium', 'high'), true)\n                AND partner.max_open_leads < (\n                    SELECT count(*) FROM leads WHERE leads.user_id = partner.id AND leads.status IN ('new', 'accepted', 'in_progress')\n                )\n            LIMIT 1;\n        END IF;\n        IF full_partner IS NOT NULL THEN\n            RAISE EXCEPTION 'partner % is at its cap: the lead cannot be handed over', full_partner\n                USING ERRCODE = 'check_violation', CONSTRAINT = 'profiles_open_leads_within_cap', TABLE = 'profiles';\n        END IF;\n        RETURN NULL;\n    ",
                    hash="48cf0c8297a277fcedb58f4c9ebe87128d22bb15",
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
                    declare="DECLARE partner_ids uuid[]; deltas integer[]; latest timestamptz[]; are_locked boolean; counted_partners integer; full_partner uuid;",
                    func="\n        SELECT array_agg(partner_id), array_agg(delta), array_agg(NULL::timestamptz) INTO partner_ids, deltas, latest\n        FROM (\n            SELECT user_id AS partner_id, -count(*)::integer AS delta\n            FROM deleted WHERE user_id IS NOT NULL AND status IN ('new', 'accepted', 'in_progress')\n            GROUP BY user_id\n        ) AS change;\n        \n        IF partner_ids IS NULL THEN\n            RETURN NULL;\n        END IF;\n        -- The UPDATE locks one partner by itself, so only several need a lock first, for the order. But where it finds\n        -- nothing to count on, the row may be one that somebody is just putting right: lock it, and look again.\n        are_locked := cardinality(partner_ids) > 1;\n        LOOP\n            IF are_locked THEN\n                PERFORM 1 FROM profiles WHERE id = ANY(partner_ids) ORDER BY id FOR NO KEY UPDATE;\n            END IF;\n            WITH counted AS (\n                UPDATE profiles AS partner\n                SET open_leads = partner.open_leads + change.delta,\n                    last_assigned_at = greatest(partner.last_assigned_at, change.assigned_at),\n                    routing_changed_at = CASE\n                        WHEN change.delta < 0 AND partner.open_leads >= partner.max_open_leads\n                            AND partner.open_leads + change.delta < partner.max_open_leads\n                        THEN clock_timestamp() ELSE partner.routing_changed_at\n                    END\n                FROM unnest(partner_ids, deltas, latest) AS change (partner_id, delta, assigned_at)\n                WHERE partner.id = change.partner_id AND coalesce(partner.max_open_leads >= 0 AND partner.ai_risk_score BETWEEN 0 AND 100 AND partner.ai_risk_level IN ('low', 'medium', 'high'), true)\n                RETURNING partner.id, partner.open_leads, partner.max_open_leads, change.delta, change.assigned_at\n            )\n            SELECT count(*), (array_agg(counted.id) FILTER (\n                WHERE counted.open_leads > counted.max_open_leads\n                    AND counted.delta > 0 AND counted.assigned_at IS NOT NULL\n            ))[1]\n            INTO counted_partners, full_partner FROM counted;\n            EXIT WHEN are_locked OR counted_partners > 0;\n            are_locked := true;\n        END LOOP;\n\n        RETURN NULL;\n    ",
                    hash="059e1b170146d57dc9f4c3e60637c39f9f8887a2",
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
                    func="\n        UPDATE profiles SET open_leads = 0 WHERE open_leads <> 0 AND coalesce(profiles.max_open_leads >= 0 AND profiles.ai_risk_score BETWEEN 0 AND 100 AND profiles.ai_risk_level IN ('low', 'medium', 'high'), true);\n        RETURN NULL;\n    ",
                    hash="468556728556f6e850d4c0dcef4d5997d9b2932d",
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
                    func="\n        WITH contacted AS MATERIALIZED (\n            SELECT lead.id, min(activity.created_at) AS contact_at\n            FROM inserted AS activity\n            JOIN leads AS lead ON lead.id = activity.lead_id\n            WHERE activity.type IN ('phone_call', 'email_sent', 'whatsapp', 'meeting', 'status_change_contacted')\n                AND lead.first_contact_at IS NULL\n                AND (lead.tried_partner_ids IS NULL OR activity.created_at >= lead.assigned_at)\n            GROUP BY lead.id\n        ), locked AS MATERIALIZED (\n            SELECT lead.id, ((lead.status, lead.created_at) IS NOT NULL AND coalesce(lead.status IN ('new', 'accepted', 'rejected', 'in_progress', 'completed', 'won', 'lost') AND lead.deal_value >= 0 AND lead.first_contact_at >= lead.created_at, true)) AS is_valid FROM leads AS lead\n            WHERE lead.id IN (SELECT id FROM contacted)\n            ORDER BY lead.id\n            FOR NO KEY UPDATE\n        )\n        UPDATE leads AS lead\n        SET first_contact_at = greatest(lead.created_at, least(contacted.contact_at, clock_timestamp()))\n        FROM contacted\n        JOIN locked ON locked.id = contacted.id\n        WHERE lead.id = contacted.id AND locked.is_valid AND lead.first_contact_at IS NULL;\n        RETURN NULL;\n    ",
                    hash="869ce1e0dce66a4f9d6fa47ed63a21552cec16d8",
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
                name="recount_mended",
                sql=migrations_sql.triggers.FixedPathRuleTriggerSql(
                    condition="WHEN (NOT coalesce(OLD.max_open_leads >= 0 AND OLD.ai_risk_score BETWEEN 0 AND 100 AND OLD.ai_risk_level IN ('low', 'medium', 'high'), true) AND coalesce(NEW.max_open_leads >= 0 AND NEW.ai_risk_score BETWEEN 0 AND 100 AND NEW.ai_risk_level IN ('low', 'medium', 'high'), true))",
                    func="\n        UPDATE profiles AS partner\n        SET open_leads = counted.open_leads,\n            last_assigned_at = greatest(partner.last_assigned_at, counted.last_assigned_at),\n            routing_changed_at = clock_timestamp()\n        FROM (\n            SELECT (count(*) FILTER (WHERE status IN ('new', 'accepted', 'in_progress')))::integer AS open_leads,\n                max(coalesce(assigned_at, created_at)) AS last_assigned_at\n            FROM leads WHERE user_id = NEW.id\n        ) AS counted\n        WHERE partner.id = NEW.id;\n        RETURN NULL;\n    ",
                    hash="e791519b07976cc75f4bf45c8907ce7a42204a24",
                    operation='UPDATE OF "max_open_leads", "ai_risk_score", "ai_risk_level"',
                    pgid="pgtrigger_recount_mended_c6955",
                    table="profiles",
                    when="AFTER",
                ),
            ),
        ),
    ]
