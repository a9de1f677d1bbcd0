"""Every writer is held to what Python, JSON and a page can hold, and no counter takes over a time in the future."""

from decimal import Decimal

import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations

import migrations_sql.triggers
from migrations_sql.checks import JsonObject, NumberRange, PlainList, TextLength, TimeRange
from migrations_sql.operations import AddChecksToLiveTable


class Migration(migrations.Migration):
    dependencies = [
        ("leads", "0025_returns_kept"),
    ]

    operations = [
        AddChecksToLiveTable(
            model_name="auditevent",
            constraints=(TimeRange(field="at", name="audit_events_at_range"),),
        ),
        AddChecksToLiveTable(
            model_name="industry",
            constraints=(TextLength(field="name", most=1000, name="industries_name_length"),),
        ),
        AddChecksToLiveTable(
            model_name="intakeclient",
            constraints=(
                TimeRange(field="created_at", name="intake_clients_created_at_range"),
                PlainList(
                    characters=100000,
                    entries=10000,
                    field="allowed_origins",
                    name="intake_clients_allowed_origins_plain",
                ),
            ),
        ),
        AddChecksToLiveTable(
            model_name="intakekey",
            constraints=(TimeRange(field="created_at", name="intake_keys_created_at_range"),),
        ),
        AddChecksToLiveTable(
            model_name="intakerate",
            constraints=(
                PlainList(characters=100000, entries=10000, field="recent", name="intake_rates_recent_plain"),
            ),
        ),
        AddChecksToLiveTable(
            model_name="lead",
            constraints=(
                TimeRange(field="created_at", name="leads_created_at_range"),
                TimeRange(field="accepted_at", name="leads_accepted_at_range"),
                TimeRange(field="first_contact_at", name="leads_first_contact_at_range"),
                TimeRange(field="assigned_at", name="leads_assigned_at_range"),
                TimeRange(field="decided_at", name="leads_decided_at_range"),
                TimeRange(field="routing_attempted_at", name="leads_routing_attempted_at_range"),
                TimeRange(field="anonymised_at", name="leads_anonymised_at_range"),
                TextLength(field="province", most=1000, name="leads_province_length"),
                TextLength(field="postcode", most=1000, name="leads_postcode_length"),
                TextLength(field="contact_name", most=1000, name="leads_contact_name_length"),
                TextLength(field="contact_email", most=1000, name="leads_contact_email_length"),
                TextLength(field="contact_phone", most=1000, name="leads_contact_phone_length"),
                TextLength(field="source", most=1000, name="leads_source_length"),
                TextLength(field="message", most=100000, name="leads_message_length"),
                PlainList(
                    characters=100000, entries=10000, field="tried_partner_ids", name="leads_tried_partner_ids_plain"
                ),
                NumberRange(
                    field="price_at_purchase",
                    least=Decimal("-999999999999.99"),
                    most=Decimal("999999999999.99"),
                    name="leads_price_at_purchase_range",
                ),
                NumberRange(
                    field="deal_value",
                    least=Decimal("-999999999999.99"),
                    most=Decimal("999999999999.99"),
                    name="leads_deal_value_range",
                ),
                NumberRange(field="routing_attempts", least=0, most=1000000000, name="leads_routing_attempts_range"),
            ),
        ),
        AddChecksToLiveTable(
            model_name="leadactivity",
            constraints=(
                TimeRange(field="created_at", name="lead_activities_created_at_range"),
                TextLength(field="description", most=100000, name="lead_activities_description_length"),
                JsonObject(field="metadata", levels=20, name="lead_activities_metadata_object", size=65536),
            ),
        ),
        AddChecksToLiveTable(
            model_name="leadcontactdigest",
            constraints=(TimeRange(field="created_at", name="lead_contact_digests_created_at_range"),),
        ),
        AddChecksToLiveTable(
            model_name="leadrepeat",
            constraints=(
                TimeRange(field="received_at", name="lead_repeats_received_at_range"),
                TextLength(field="source", most=1000, name="lead_repeats_source_length"),
                TextLength(field="province", most=1000, name="lead_repeats_province_length"),
                TextLength(field="postcode", most=1000, name="lead_repeats_postcode_length"),
                TextLength(field="contact_name", most=1000, name="lead_repeats_contact_name_length"),
                TextLength(field="contact_email", most=1000, name="lead_repeats_contact_email_length"),
                TextLength(field="contact_phone", most=1000, name="lead_repeats_contact_phone_length"),
                TextLength(field="message", most=100000, name="lead_repeats_message_length"),
            ),
        ),
        AddChecksToLiveTable(
            model_name="notification",
            constraints=(
                TimeRange(field="created_at", name="partner_notifications_created_at_range"),
                TimeRange(field="started_at", name="partner_notifications_started_at_range"),
                TimeRange(field="due_at", name="partner_notifications_due_at_range"),
                TimeRange(field="leased_until", name="partner_notifications_leased_until_range"),
                TimeRange(field="finished_at", name="partner_notifications_finished_at_range"),
            ),
        ),
        AddChecksToLiveTable(
            model_name="notificationattempt",
            constraints=(
                TimeRange(field="started_at", name="partner_notification_attempts_started_at_range"),
                TimeRange(field="finished_at", name="partner_notification_attempts_finished_at_range"),
            ),
        ),
        AddChecksToLiveTable(
            model_name="partner",
            constraints=(
                TimeRange(field="ai_risk_assessed_at", name="profiles_ai_risk_assessed_at_range"),
                TimeRange(field="last_assigned_at", name="profiles_last_assigned_at_range"),
                TimeRange(field="returned_at", name="profiles_returned_at_range"),
                TimeRange(field="routing_changed_at", name="profiles_routing_changed_at_range"),
                TextLength(field="company_name", most=1000, name="profiles_company_name_length"),
                TextLength(field="primary_branch", most=1000, name="profiles_primary_branch_length"),
                PlainList(characters=100000, entries=10000, field="regions", name="profiles_regions_plain"),
                PlainList(
                    characters=100000, entries=10000, field="lead_industries", name="profiles_lead_industries_plain"
                ),
                PlainList(
                    characters=100000, entries=10000, field="lead_locations", name="profiles_lead_locations_plain"
                ),
                NumberRange(
                    field="max_open_leads", least=-2147483648, most=2147483647, name="profiles_max_open_leads_range"
                ),
                NumberRange(
                    field="routing_priority", least=-2147483648, most=2147483647, name="profiles_routing_priority_range"
                ),
                NumberRange(field="open_leads", least=-1000000000, most=1000000000, name="profiles_open_leads_range"),
                NumberRange(
                    field="leads_since_return",
                    least=-1000000000,
                    most=1000000000,
                    name="profiles_leads_since_return_range",
                ),
                NumberRange(
                    field="usual_daily_leads", least=0, most=1000000000, name="profiles_usual_daily_leads_range"
                ),
            ),
        ),
        AddChecksToLiveTable(
            model_name="partnerchange",
            constraints=(TimeRange(field="changed_at", name="partner_changes_changed_at_range"),),
        ),
        AddChecksToLiveTable(
            model_name="partnerchannel",
            constraints=(
                TimeRange(field="previous_secret_until", name="partner_channels_previous_secret_until_range"),
                TimeRange(field="paused_until", name="partner_channels_paused_until_range"),
                TimeRange(field="created_at", name="partner_channels_created_at_range"),
                TextLength(field="address", most=1000, name="partner_channels_address_length"),
            ),
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
            model_name="partner",
            name="recount_mended",
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="lead",
            trigger=pgtrigger.compiler.Trigger(
                name="count_open_leads_ins",
                sql=migrations_sql.triggers.FixedPathRuleTriggerSql(
                    declare="DECLARE partner_ids uuid[]; deltas integer[]; latest timestamptz[]; earliest timestamptz[]; numbers integer[]; are_locked boolean; counted_partners integer; full_partner uuid;",
                    func="\n        SELECT array_agg(partner_id), array_agg(delta), array_agg(assigned_at), array_agg(first_at), array_agg(handed)\n        INTO partner_ids, deltas, latest, earliest, numbers\n        FROM (\n            SELECT user_id AS partner_id,\n                (count(*) FILTER (WHERE status IN ('new', 'accepted', 'in_progress')))::integer AS delta,\n                max(least(coalesce(assigned_at, created_at), statement_timestamp())) AS assigned_at,\n                min(least(coalesce(assigned_at, created_at), statement_timestamp())) AS first_at,\n                count(*)::integer AS handed\n            FROM inserted WHERE user_id IS NOT NULL\n            GROUP BY user_id\n        ) AS change;\n        \n        IF partner_ids IS NULL THEN\n            RETURN NULL;\n        END IF;\n        -- The UPDATE locks one partner by itself, so only several need a lock first, for the order. But where it finds\n        -- nothing to count on, the row may be one that somebody is just putting right: lock it, and look again.\n        are_locked := cardinality(partner_ids) > 1;\n        LOOP\n            IF are_locked THEN\n                PERFORM 1 FROM profiles WHERE id = ANY(partner_ids) ORDER BY id FOR NO KEY UPDATE;\n            END IF;\n            WITH counted AS (\n                UPDATE profiles AS partner\n                SET open_leads = partner.open_leads + change.delta,\n                    last_assigned_at = greatest(partner.last_assigned_at, change.assigned_at),\n                    returned_at = CASE\n                        WHEN change.first_at - partner.last_assigned_at >= interval '336 hours' THEN change.first_at\n                        ELSE coalesce(partner.returned_at, change.first_at)\n                    END,\n                    leads_since_return = change.handed\n                        + CASE WHEN change.first_at - partner.last_assigned_at >= interval '336 hours' THEN 0 ELSE partner.leads_since_return END,\n                    -- Over at least two weeks: what came within an hour once is no pace.\n                    usual_daily_leads = CASE\n                        WHEN change.first_at - partner.last_assigned_at >= interval '336 hours' AND partner.leads_since_return >= 10\n                        THEN partner.leads_since_return / greatest(\n                            14,\n                            extract(EPOCH FROM partner.last_assigned_at - partner.returned_at) / 86400\n                        )::float8\n                        WHEN change.first_at - partner.last_assigned_at >= interval '336 hours' THEN NULL\n                        ELSE partner.usual_daily_leads\n                    END,\n                    routing_changed_at = CASE\n                        WHEN change.delta < 0 AND partner.open_leads >= partner.max_open_leads\n                            AND partner.open_leads + change.delta < partner.max_open_leads\n                        THEN clock_timestamp() ELSE partner.routing_changed_at\n                    END\n                FROM unnest(partner_ids, deltas, latest, earliest, numbers)\n                    AS change (partner_id, delta, assigned_at, first_at, handed)\n                WHERE partner.id = change.partner_id AND coalesce(partner.max_open_leads >= 0 AND partner.ai_risk_score BETWEEN 0 AND 100 AND partner.ai_risk_level IN ('low', 'medium', 'high'), true)\n                RETURNING partner.id, partner.open_leads, partner.max_open_leads, change.delta, change.assigned_at\n            )\n            SELECT count(*), (array_agg(counted.id) FILTER (\n                WHERE counted.open_leads > counted.max_open_leads\n                    AND counted.delta > 0 AND counted.assigned_at IS NOT NULL\n            ))[1]\n            INTO counted_partners, full_partner FROM counted;\n            EXIT WHEN are_locked OR counted_partners > 0;\n            are_locked := true;\n        END LOOP;\n\n        RETURN NULL;\n    ",
                    hash="4939466131e8117e9662efdab39790931b702cfe",
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
                    func="\n        SELECT array_agg(partner_id), array_agg(delta), array_agg(assigned_at), array_agg(first_at), array_agg(handed)\n        INTO partner_ids, deltas, latest, earliest, numbers\n        FROM (\n            SELECT partner_id, sum(delta)::integer AS delta, max(assigned_at) AS assigned_at,\n                min(assigned_at) AS first_at, count(assigned_at)::integer AS handed\n            FROM (\n                SELECT after.id, after.user_id AS partner_id,\n                    (after.status IN ('new', 'accepted', 'in_progress'))::integer AS delta,\n                    CASE WHEN after.user_id IS DISTINCT FROM before.user_id\n                        THEN least(coalesce(after.assigned_at, after.created_at), statement_timestamp()) END AS assigned_at\n                FROM after JOIN before ON before.id = after.id\n                WHERE after.user_id IS NOT NULL\n                    AND (after.user_id IS DISTINCT FROM before.user_id OR after.status IS DISTINCT FROM before.status)\n                UNION ALL\n                SELECT before.id, before.user_id, -(before.status IN ('new', 'accepted', 'in_progress'))::integer, NULL\n                FROM before JOIN after ON before.id = after.id\n                WHERE before.user_id IS NOT NULL\n                    AND (after.user_id IS DISTINCT FROM before.user_id OR after.status IS DISTINCT FROM before.status)\n            ) AS moves\n            GROUP BY partner_id\n            HAVING sum(delta) <> 0 OR max(assigned_at) IS NOT NULL\n        ) AS change;\n        \n        IF partner_ids IS NULL THEN\n            RETURN NULL;\n        END IF;\n        -- The UPDATE locks one partner by itself, so only several need a lock first, for the order. But where it finds\n        -- nothing to count on, the row may be one that somebody is just putting right: lock it, and look again.\n        are_locked := cardinality(partner_ids) > 1;\n        LOOP\n            IF are_locked THEN\n                PERFORM 1 FROM profiles WHERE id = ANY(partner_ids) ORDER BY id FOR NO KEY UPDATE;\n            END IF;\n            WITH counted AS (\n                UPDATE profiles AS partner\n                SET open_leads = partner.open_leads + change.delta,\n                    last_assigned_at = greatest(partner.last_assigned_at, change.assigned_at),\n                    returned_at = CASE\n                        WHEN change.first_at - partner.last_assigned_at >= interval '336 hours' THEN change.first_at\n                        ELSE coalesce(partner.returned_at, change.first_at)\n                    END,\n                    leads_since_return = change.handed\n                        + CASE WHEN change.first_at - partner.last_assigned_at >= interval '336 hours' THEN 0 ELSE partner.leads_since_return END,\n                    -- Over at least two weeks: what came within an hour once is no pace.\n                    usual_daily_leads = CASE\n                        WHEN change.first_at - partner.last_assigned_at >= interval '336 hours' AND partner.leads_since_return >= 10\n                        THEN partner.leads_since_return / greatest(\n                            14,\n                            extract(EPOCH FROM partner.last_assigned_at - partner.returned_at) / 86400\n                        )::float8\n                        WHEN change.first_at - partner.last_assigned_at >= interval '336 hours' THEN NULL\n                        ELSE partner.usual_daily_leads\n                    END,\n                    routing_changed_at = CASE\n                        WHEN change.delta < 0 AND partner.open_leads >= partner.max_open_leads\n                            AND partner.open_leads + change.delta < partner.max_open_leads\n                        THEN clock_timestamp() ELSE partner.routing_changed_at\n                    END\n                FROM unnest(partner_ids, deltas, latest, earliest, numbers)\n                    AS change (partner_id, delta, assigned_at, first_at, handed)\n                WHERE partner.id = change.partner_id AND coalesce(partner.max_open_leads >= 0 AND partner.ai_risk_score BETWEEN 0 AND 100 AND partner.ai_risk_level IN ('low', 'medium', 'high'), true)\n                RETURNING partner.id, partner.open_leads, partner.max_open_leads, change.delta, change.assigned_at\n            )\n            SELECT count(*), (array_agg(counted.id) FILTER (\n                WHERE counted.open_leads > counted.max_open_leads\n                    AND counted.delta > 0 AND counted.assigned_at IS NOT NULL\n            ))[1]\n            INTO counted_partners, full_partner FROM counted;\n            EXIT WHEN are_locked OR counted_partners > 0;\n            are_locked := true;\n        END LOOP;\n\n        IF counted_partners < cardinality(partner_ids) AND full_partner IS NULL THEN\n            -- Whose counter is not kept has a cap all the same.\n            SELECT partner.id INTO full_partner\n            FROM unnest(partner_ids, deltas, latest) AS change (partner_id, delta, assigned_at)\n            JOIN profiles AS partner ON partner.id = change.partner_id\n            WHERE change.delta > 0 AND change.assigned_at IS NOT NULL AND NOT coalesce(partner.max_open_leads >= 0 AND partner.ai_risk_score BETWEEN 0 AND 100 AND partner.ai_risk_level IN ('low', 'medium', 'high'), true)\n                AND partner.max_open_leads < (\n                    SELECT count(*) FROM leads WHERE leads.user_id = partner.id AND leads.status IN ('new', 'accepted', 'in_progress')\n                )\n            LIMIT 1;\n        END IF;\n        IF full_partner IS NOT NULL THEN\n            RAISE EXCEPTION 'partner % is at its cap: the lead cannot be handed over', full_partner\n                USING ERRCODE = 'check_violation', CONSTRAINT = 'profiles_open_leads_within_cap', TABLE = 'profiles';\n        END IF;\n        RETURN NULL;\n    ",
                    hash="3e7dccf99285a853a385ae861b621e535241e2c0",
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
            model_name="partner",
            trigger=pgtrigger.compiler.Trigger(
                name="recount_mended",
                sql=migrations_sql.triggers.FixedPathRuleTriggerSql(
                    condition="WHEN (NOT coalesce(OLD.max_open_leads >= 0 AND OLD.ai_risk_score BETWEEN 0 AND 100 AND OLD.ai_risk_level IN ('low', 'medium', 'high'), true) AND coalesce(NEW.max_open_leads >= 0 AND NEW.ai_risk_score BETWEEN 0 AND 100 AND NEW.ai_risk_level IN ('low', 'medium', 'high'), true))",
                    func="\n        UPDATE profiles AS partner\n        SET open_leads = counted.open_leads,\n            last_assigned_at = greatest(partner.last_assigned_at, counted.last_assigned_at),\n            routing_changed_at = clock_timestamp()\n        FROM (\n            SELECT (count(*) FILTER (WHERE status IN ('new', 'accepted', 'in_progress')))::integer AS open_leads,\n                max(least(coalesce(assigned_at, created_at), statement_timestamp())) AS last_assigned_at\n            FROM leads WHERE user_id = NEW.id\n        ) AS counted\n        WHERE partner.id = NEW.id;\n        RETURN NULL;\n    ",
                    hash="8daa700acaac5ffda480132903d9f6d2bd0fe6c2",
                    operation='UPDATE OF "max_open_leads", "ai_risk_score", "ai_risk_level"',
                    pgid="pgtrigger_recount_mended_c6955",
                    table="profiles",
                    when="AFTER",
                ),
            ),
        ),
    ]
