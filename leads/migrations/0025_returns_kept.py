"""The triggers that count open leads also keep the pace of partners that come back from a break."""

import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations

import migrations_sql.triggers


class Migration(migrations.Migration):
    dependencies = [
        ("leads", "0024_returns_backfill"),
    ]

    operations = [
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
            model_name="partner",
            name="guard_counters",
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="lead",
            trigger=pgtrigger.compiler.Trigger(
                name="count_open_leads_ins",
                sql=migrations_sql.triggers.FixedPathRuleTriggerSql(
                    declare="DECLARE partner_ids uuid[]; deltas integer[]; latest timestamptz[]; earliest timestamptz[]; numbers integer[]; are_locked boolean; counted_partners integer; full_partner uuid;",
                    func="\n        SELECT array_agg(partner_id), array_agg(delta), array_agg(assigned_at), array_agg(first_at), array_agg(handed)\n        INTO partner_ids, deltas, latest, earliest, numbers\n        FROM (\n            SELECT user_id AS partner_id,\n                (count(*) FILTER (WHERE status IN ('new', 'accepted', 'in_progress')))::integer AS delta,\n                max(coalesce(assigned_at, created_at)) AS assigned_at,\n                min(coalesce(assigned_at, created_at)) AS first_at,\n                count(*)::integer AS handed\n            FROM inserted WHERE user_id IS NOT NULL\n            GROUP BY user_id\n        ) AS change;\n        \n        IF partner_ids IS NULL THEN\n            RETURN NULL;\n        END IF;\n        -- The UPDATE locks one partner by itself, so only several need a lock first, for the order. But where it finds\n        -- nothing to count on, the row may be one that somebody is just putting right: lock it, and look again.\n        are_locked := cardinality(partner_ids) > 1;\n        LOOP\n            IF are_locked THEN\n                PERFORM 1 FROM profiles WHERE id = ANY(partner_ids) ORDER BY id FOR NO KEY UPDATE;\n            END IF;\n            WITH counted AS (\n                UPDATE profiles AS partner\n                SET open_leads = partner.open_leads + change.delta,\n                    last_assigned_at = greatest(partner.last_assigned_at, change.assigned_at),\n                    returned_at = CASE\n                        WHEN change.first_at - partner.last_assigned_at >= interval '336 hours' THEN change.first_at\n                        ELSE coalesce(partner.returned_at, change.first_at)\n                    END,\n                    leads_since_return = change.handed\n                        + CASE WHEN change.first_at - partner.last_assigned_at >= interval '336 hours' THEN 0 ELSE partner.leads_since_return END,\n                    -- Over at least two weeks: what came within an hour once is no pace.\n                    usual_daily_leads = CASE\n                        WHEN change.first_at - partner.last_assigned_at >= interval '336 hours' AND partner.leads_since_return >= 10\n                        THEN partner.leads_since_return / greatest(\n                            14,\n                            extract(EPOCH FROM partner.last_assigned_at - partner.returned_at) / 86400\n                        )::float8\n                        WHEN change.first_at - partner.last_assigned_at >= interval '336 hours' THEN NULL\n                        ELSE partner.usual_daily_leads\n                    END,\n                    routing_changed_at = CASE\n                        WHEN change.delta < 0 AND partner.open_leads >= partner.max_open_leads\n                            AND partner.open_leads + change.delta < partner.max_open_leads\n                        THEN clock_timestamp() ELSE partner.routing_changed_at\n                    END\n                FROM unnest(partner_ids, deltas, latest, earliest, numbers)\n                    AS change (partner_id, delta, assigned_at, first_at, handed)\n                WHERE partner.id = change.partner_id AND coalesce(partner.max_open_leads >= 0 AND partner.ai_risk_score BETWEEN 0 AND 100 AND partner.ai_risk_level IN ('low', 'medium', 'high'), true)\n                RETURNING partner.id, partner.open_leads, partner.max_open_leads, change.delta, change.assigned_at\n            )\n            SELECT count(*), (array_agg(counted.id) FILTER (\n                WHERE counted.open_leads > counted.max_open_leads\n                    AND counted.delta > 0 AND counted.assigned_at IS NOT NULL\n            ))[1]\n            INTO counted_partners, full_partner FROM counted;\n            EXIT WHEN are_locked OR counted_partners > 0;\n            are_locked := true;\n        END LOOP;\n\n        RETURN NULL;\n    ",
                    hash="ddda557d257ae2ad64710d999fc7e013fd8c71bf",
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
                    declare="DECLARE partner_ids uuid[]; deltas integer[]; latest timestamptz[]; earliest timestamptz[]; numbers integer[]; are_locked boolean; counted_partners integer; full_partner uuid;",
                    func="\n        SELECT array_agg(partner_id), array_agg(delta), array_agg(assigned_at), array_agg(first_at), array_agg(handed)\n        INTO partner_ids, deltas, latest, earliest, numbers\n        FROM (\n            SELECT partner_id, sum(delta)::integer AS delta, max(assigned_at) AS assigned_at,\n                min(assigned_at) AS first_at, count(assigned_at)::integer AS handed\n            FROM (\n                SELECT after.id, after.user_id AS partner_id,\n                    (after.status IN ('new', 'accepted', 'in_progress'))::integer AS delta,\n                    CASE WHEN after.user_id IS DISTINCT FROM before.user_id\n                        THEN coalesce(after.assigned_at, after.created_at) END AS assigned_at\n                FROM after JOIN before ON before.id = after.id\n                WHERE after.user_id IS NOT NULL\n                    AND (after.user_id IS DISTINCT FROM before.user_id OR after.status IS DISTINCT FROM before.status)\n                UNION ALL\n                SELECT before.id, before.user_id, -(before.status IN ('new', 'accepted', 'in_progress'))::integer, NULL\n                FROM before JOIN after ON before.id = after.id\n                WHERE before.user_id IS NOT NULL\n                    AND (after.user_id IS DISTINCT FROM before.user_id OR after.status IS DISTINCT FROM before.status)\n            ) AS moves\n            GROUP BY partner_id\n            HAVING sum(delta) <> 0 OR max(assigned_at) IS NOT NULL\n        ) AS change;\n        \n        IF partner_ids IS NULL THEN\n            RETURN NULL;\n        END IF;\n        -- The UPDATE locks one partner by itself, so only several need a lock first, for the order. But where it finds\n        -- nothing to count on, the row may be one that somebody is just putting right: lock it, and look again.\n        are_locked := cardinality(partner_ids) > 1;\n        LOOP\n            IF are_locked THEN\n                PERFORM 1 FROM profiles WHERE id = ANY(partner_ids) ORDER BY id FOR NO KEY UPDATE;\n            END IF;\n            WITH counted AS (\n                UPDATE profiles AS partner\n                SET open_leads = partner.open_leads + change.delta,\n                    last_assigned_at = greatest(partner.last_assigned_at, change.assigned_at),\n                    returned_at = CASE\n                        WHEN change.first_at - partner.last_assigned_at >= interval '336 hours' THEN change.first_at\n                        ELSE coalesce(partner.returned_at, change.first_at)\n                    END,\n                    leads_since_return = change.handed\n                        + CASE WHEN change.first_at - partner.last_assigned_at >= interval '336 hours' THEN 0 ELSE partner.leads_since_return END,\n                    -- Over at least two weeks: what came within an hour once is no pace.\n                    usual_daily_leads = CASE\n                        WHEN change.first_at - partner.last_assigned_at >= interval '336 hours' AND partner.leads_since_return >= 10\n                        THEN partner.leads_since_return / greatest(\n                            14,\n                            extract(EPOCH FROM partner.last_assigned_at - partner.returned_at) / 86400\n                        )::float8\n                        WHEN change.first_at - partner.last_assigned_at >= interval '336 hours' THEN NULL\n                        ELSE partner.usual_daily_leads\n                    END,\n                    routing_changed_at = CASE\n                        WHEN change.delta < 0 AND partner.open_leads >= partner.max_open_leads\n                            AND partner.open_leads + change.delta < partner.max_open_leads\n                        THEN clock_timestamp() ELSE partner.routing_changed_at\n                    END\n                FROM unnest(partner_ids, deltas, latest, earliest, numbers)\n                    AS change (partner_id, delta, assigned_at, first_at, handed)\n                WHERE partner.id = change.partner_id AND coalesce(partner.max_open_leads >= 0 AND partner.ai_risk_score BETWEEN 0 AND 100 AND partner.ai_risk_level IN ('low', 'medium', 'high'), true)\n                RETURNING partner.id, partner.open_leads, partner.max_open_leads, change.delta, change.assigned_at\n            )\n            SELECT count(*), (array_agg(counted.id) FILTER (\n                WHERE counted.open_leads > counted.max_open_leads\n                    AND counted.delta > 0 AND counted.assigned_at IS NOT NULL\n            ))[1]\n            INTO counted_partners, full_partner FROM counted;\n            EXIT WHEN are_locked OR counted_partners > 0;\n            are_locked := true;\n        END LOOP;\n\n        IF counted_partners < cardinality(partner_ids) AND full_partner IS NULL THEN\n            -- Whose counter is not kept has a cap all the same.\n            SELECT partner.id INTO full_partner\n            FROM unnest(partner_ids, deltas, latest) AS change (partner_id, delta, assigned_at)\n            JOIN profiles AS partner ON partner.id = change.partner_id\n            WHERE change.delta > 0 AND change.assigned_at IS NOT NULL AND NOT coalesce(partner.max_open_leads >= 0 AND partner.ai_risk_score BETWEEN 0 AND 100 AND partner.ai_risk_level IN ('low', 'medium', 'high'), true)\n                AND partner.max_open_leads < (\n                    SELECT count(*) FROM leads WHERE leads.user_id = partner.id AND leads.status IN ('new', 'accepted', 'in_progress')\n                )\n            LIMIT 1;\n        END IF;\n        IF full_partner IS NOT NULL THEN\n            RAISE EXCEPTION 'partner % is at its cap: the lead cannot be handed over', full_partner\n                USING ERRCODE = 'check_violation', CONSTRAINT = 'profiles_open_leads_within_cap', TABLE = 'profiles';\n        END IF;\n        RETURN NULL;\n    ",
                    hash="7babbd3f956dcc5b757f610ff5f522cea3039d6b",
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
                    declare="DECLARE partner_ids uuid[]; deltas integer[]; latest timestamptz[]; earliest timestamptz[]; numbers integer[]; are_locked boolean; counted_partners integer; full_partner uuid;",
                    func="\n        SELECT array_agg(partner_id), array_agg(delta), array_agg(NULL::timestamptz), array_agg(NULL::timestamptz),\n            array_agg(0)\n        INTO partner_ids, deltas, latest, earliest, numbers\n        FROM (\n            SELECT user_id AS partner_id, -count(*)::integer AS delta\n            FROM deleted WHERE user_id IS NOT NULL AND status IN ('new', 'accepted', 'in_progress')\n            GROUP BY user_id\n        ) AS change;\n        \n        IF partner_ids IS NULL THEN\n            RETURN NULL;\n        END IF;\n        -- The UPDATE locks one partner by itself, so only several need a lock first, for the order. But where it finds\n        -- nothing to count on, the row may be one that somebody is just putting right: lock it, and look again.\n        are_locked := cardinality(partner_ids) > 1;\n        LOOP\n            IF are_locked THEN\n                PERFORM 1 FROM profiles WHERE id = ANY(partner_ids) ORDER BY id FOR NO KEY UPDATE;\n            END IF;\n            WITH counted AS (\n                UPDATE profiles AS partner\n                SET open_leads = partner.open_leads + change.delta,\n                    last_assigned_at = greatest(partner.last_assigned_at, change.assigned_at),\n                    returned_at = CASE\n                        WHEN change.first_at - partner.last_assigned_at >= interval '336 hours' THEN change.first_at\n                        ELSE coalesce(partner.returned_at, change.first_at)\n                    END,\n                    leads_since_return = change.handed\n                        + CASE WHEN change.first_at - partner.last_assigned_at >= interval '336 hours' THEN 0 ELSE partner.leads_since_return END,\n                    -- Over at least two weeks: what came within an hour once is no pace.\n                    usual_daily_leads = CASE\n                        WHEN change.first_at - partner.last_assigned_at >= interval '336 hours' AND partner.leads_since_return >= 10\n                        THEN partner.leads_since_return / greatest(\n                            14,\n                            extract(EPOCH FROM partner.last_assigned_at - partner.returned_at) / 86400\n                        )::float8\n                        WHEN change.first_at - partner.last_assigned_at >= interval '336 hours' THEN NULL\n                        ELSE partner.usual_daily_leads\n                    END,\n                    routing_changed_at = CASE\n                        WHEN change.delta < 0 AND partner.open_leads >= partner.max_open_leads\n                            AND partner.open_leads + change.delta < partner.max_open_leads\n                        THEN clock_timestamp() ELSE partner.routing_changed_at\n                    END\n                FROM unnest(partner_ids, deltas, latest, earliest, numbers)\n                    AS change (partner_id, delta, assigned_at, first_at, handed)\n                WHERE partner.id = change.partner_id AND coalesce(partner.max_open_leads >= 0 AND partner.ai_risk_score BETWEEN 0 AND 100 AND partner.ai_risk_level IN ('low', 'medium', 'high'), true)\n                RETURNING partner.id, partner.open_leads, partner.max_open_leads, change.delta, change.assigned_at\n            )\n            SELECT count(*), (array_agg(counted.id) FILTER (\n                WHERE counted.open_leads > counted.max_open_leads\n                    AND counted.delta > 0 AND counted.assigned_at IS NOT NULL\n            ))[1]\n            INTO counted_partners, full_partner FROM counted;\n            EXIT WHEN are_locked OR counted_partners > 0;\n            are_locked := true;\n        END LOOP;\n\n        RETURN NULL;\n    ",
                    hash="c383ed0e4303508973732fc53a40777fcd8a56ea",
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
            model_name="partner",
            trigger=pgtrigger.compiler.Trigger(
                name="guard_counters",
                sql=migrations_sql.triggers.FixedPathRuleTriggerSql(
                    condition="WHEN (pg_trigger_depth() = 0 AND coalesce(current_setting('leads.recount', true), '') <> 'on' AND (NEW.open_leads, NEW.last_assigned_at, NEW.returned_at, NEW.leads_since_return, NEW.usual_daily_leads) IS DISTINCT FROM (OLD.open_leads, OLD.last_assigned_at, OLD.returned_at, OLD.leads_since_return, OLD.usual_daily_leads))",
                    func="\n        NEW.open_leads := OLD.open_leads;\n        NEW.last_assigned_at := OLD.last_assigned_at;\n        NEW.returned_at := OLD.returned_at;\n        NEW.leads_since_return := OLD.leads_since_return;\n        NEW.usual_daily_leads := OLD.usual_daily_leads;\n        RETURN NEW;\n    ",
                    hash="6eae49d4aa492a22d36e406ff4a5784fec021d58",
                    operation="UPDATE",
                    pgid="pgtrigger_guard_counters_1cae6",
                    table="profiles",
                    when="BEFORE",
                ),
            ),
        ),
    ]
