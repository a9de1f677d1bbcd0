"""Rules for existing rows and for every writer: constraints on the old tables, and `leads.triggers`."""

from decimal import Decimal

from django.db import migrations, models

import migrations_sql.checks
import migrations_sql.operations
from migrations_sql import run_sql
from migrations_sql.operations import Together
from migrations_sql.triggers import add_trigger


class Migration(migrations.Migration):
    dependencies = [("leads", "0003_backfill")]

    operations = [
        run_sql("activity_types"),
        Together(
            [
                migrations_sql.operations.AddConstraintToLiveTable(
                    model_name="industry",
                    constraint=migrations_sql.checks.TextLength(field="name", most=1000, name="industries_name_length"),
                ),
                migrations_sql.operations.AddConstraintToLiveTable(
                    model_name="leadactivity",
                    constraint=migrations_sql.checks.TimeRange(
                        field="created_at", name="lead_activities_created_at_range"
                    ),
                ),
                migrations_sql.operations.AddConstraintToLiveTable(
                    model_name="leadactivity",
                    constraint=migrations_sql.checks.TextLength(
                        field="description", most=100000, name="lead_activities_description_length"
                    ),
                ),
                migrations_sql.operations.AddConstraintToLiveTable(
                    model_name="leadactivity",
                    constraint=migrations_sql.checks.JsonObject(
                        field="metadata", levels=20, name="lead_activities_metadata_object", size=65536
                    ),
                ),
                migrations_sql.operations.AddConstraintToLiveTable(
                    model_name="partner",
                    constraint=models.CheckConstraint(
                        condition=models.Q(("max_open_leads__gte", 0)),
                        name="profiles_max_open_leads_not_negative",
                        violation_error_message="The cap on open leads cannot be negative.",
                    ),
                ),
                migrations_sql.operations.AddConstraintToLiveTable(
                    model_name="partner",
                    constraint=models.CheckConstraint(
                        condition=models.Q(("ai_risk_score__range", (0, 100))),
                        name="profiles_ai_risk_score_range",
                        violation_error_message="The AI score lies between 0 and 100.",
                    ),
                ),
                migrations_sql.operations.AddConstraintToLiveTable(
                    model_name="partner",
                    constraint=models.CheckConstraint(
                        condition=models.Q(("ai_risk_level__in", ("low", "medium", "high"))),
                        name="profiles_ai_risk_level_known",
                        violation_error_message="The AI risk level is low, medium or high.",
                    ),
                ),
                migrations_sql.operations.AddConstraintToLiveTable(
                    model_name="partner",
                    constraint=migrations_sql.checks.TimeRange(
                        field="ai_risk_assessed_at", name="profiles_ai_risk_assessed_at_range"
                    ),
                ),
                migrations_sql.operations.AddConstraintToLiveTable(
                    model_name="partner",
                    constraint=migrations_sql.checks.TimeRange(
                        field="last_assigned_at", name="profiles_last_assigned_at_range"
                    ),
                ),
                migrations_sql.operations.AddConstraintToLiveTable(
                    model_name="partner",
                    constraint=migrations_sql.checks.TimeRange(field="returned_at", name="profiles_returned_at_range"),
                ),
                migrations_sql.operations.AddConstraintToLiveTable(
                    model_name="partner",
                    constraint=migrations_sql.checks.TimeRange(
                        field="routing_changed_at", name="profiles_routing_changed_at_range"
                    ),
                ),
                migrations_sql.operations.AddConstraintToLiveTable(
                    model_name="partner",
                    constraint=migrations_sql.checks.TextLength(
                        field="company_name", most=1000, name="profiles_company_name_length"
                    ),
                ),
                migrations_sql.operations.AddConstraintToLiveTable(
                    model_name="partner",
                    constraint=migrations_sql.checks.TextLength(
                        field="primary_branch", most=1000, name="profiles_primary_branch_length"
                    ),
                ),
                migrations_sql.operations.AddConstraintToLiveTable(
                    model_name="partner",
                    constraint=migrations_sql.checks.PlainList(
                        characters=100000, entries=10000, field="regions", name="profiles_regions_plain"
                    ),
                ),
                migrations_sql.operations.AddConstraintToLiveTable(
                    model_name="partner",
                    constraint=migrations_sql.checks.PlainList(
                        characters=100000, entries=10000, field="lead_industries", name="profiles_lead_industries_plain"
                    ),
                ),
                migrations_sql.operations.AddConstraintToLiveTable(
                    model_name="partner",
                    constraint=migrations_sql.checks.PlainList(
                        characters=100000, entries=10000, field="lead_locations", name="profiles_lead_locations_plain"
                    ),
                ),
                migrations_sql.operations.AddConstraintToLiveTable(
                    model_name="partner",
                    constraint=migrations_sql.checks.NumberRange(
                        field="max_open_leads", least=-2147483648, most=2147483647, name="profiles_max_open_leads_range"
                    ),
                ),
                migrations_sql.operations.AddConstraintToLiveTable(
                    model_name="partner",
                    constraint=migrations_sql.checks.NumberRange(
                        field="routing_priority",
                        least=-2147483648,
                        most=2147483647,
                        name="profiles_routing_priority_range",
                    ),
                ),
                migrations_sql.operations.AddConstraintToLiveTable(
                    model_name="partner",
                    constraint=migrations_sql.checks.NumberRange(
                        field="open_leads", least=-1000000000, most=1000000000, name="profiles_open_leads_range"
                    ),
                ),
                migrations_sql.operations.AddConstraintToLiveTable(
                    model_name="partner",
                    constraint=migrations_sql.checks.NumberRange(
                        field="leads_since_return",
                        least=-1000000000,
                        most=1000000000,
                        name="profiles_leads_since_return_range",
                    ),
                ),
                migrations_sql.operations.AddConstraintToLiveTable(
                    model_name="partner",
                    constraint=migrations_sql.checks.NumberRange(
                        field="usual_daily_leads", least=0, most=1000000000, name="profiles_usual_daily_leads_range"
                    ),
                ),
                migrations_sql.operations.AddConstraintToLiveTable(
                    model_name="lead",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            ("status__in", ["new", "accepted", "rejected", "in_progress", "completed", "won", "lost"])
                        ),
                        name="leads_status_known",
                        violation_error_message="This is not a status of a lead.",
                    ),
                ),
                migrations_sql.operations.AddConstraintToLiveTable(
                    model_name="lead",
                    constraint=models.CheckConstraint(
                        condition=models.Q(("deal_value__gte", 0)),
                        name="leads_deal_value_not_negative",
                        violation_error_message="The deal value cannot be negative.",
                    ),
                ),
                migrations_sql.operations.AddConstraintToLiveTable(
                    model_name="lead",
                    constraint=models.CheckConstraint(
                        condition=models.Q(("first_contact_at__gte", models.F("created_at"))),
                        name="leads_first_contact_after_creation",
                        violation_error_message="The first contact cannot be earlier than the lead.",
                    ),
                ),
                migrations_sql.operations.AddConstraintToLiveTable(
                    model_name="lead",
                    constraint=migrations_sql.checks.TimeRange(field="created_at", name="leads_created_at_range"),
                ),
                migrations_sql.operations.AddConstraintToLiveTable(
                    model_name="lead",
                    constraint=migrations_sql.checks.TimeRange(field="accepted_at", name="leads_accepted_at_range"),
                ),
                migrations_sql.operations.AddConstraintToLiveTable(
                    model_name="lead",
                    constraint=migrations_sql.checks.TimeRange(
                        field="first_contact_at", name="leads_first_contact_at_range"
                    ),
                ),
                migrations_sql.operations.AddConstraintToLiveTable(
                    model_name="lead",
                    constraint=migrations_sql.checks.TimeRange(field="assigned_at", name="leads_assigned_at_range"),
                ),
                migrations_sql.operations.AddConstraintToLiveTable(
                    model_name="lead",
                    constraint=migrations_sql.checks.TimeRange(field="decided_at", name="leads_decided_at_range"),
                ),
                migrations_sql.operations.AddConstraintToLiveTable(
                    model_name="lead",
                    constraint=migrations_sql.checks.TimeRange(
                        field="routing_attempted_at", name="leads_routing_attempted_at_range"
                    ),
                ),
                migrations_sql.operations.AddConstraintToLiveTable(
                    model_name="lead",
                    constraint=migrations_sql.checks.TimeRange(field="anonymised_at", name="leads_anonymised_at_range"),
                ),
                migrations_sql.operations.AddConstraintToLiveTable(
                    model_name="lead",
                    constraint=migrations_sql.checks.TextLength(
                        field="province", most=1000, name="leads_province_length"
                    ),
                ),
                migrations_sql.operations.AddConstraintToLiveTable(
                    model_name="lead",
                    constraint=migrations_sql.checks.TextLength(
                        field="postcode", most=1000, name="leads_postcode_length"
                    ),
                ),
                migrations_sql.operations.AddConstraintToLiveTable(
                    model_name="lead",
                    constraint=migrations_sql.checks.TextLength(
                        field="contact_name", most=1000, name="leads_contact_name_length"
                    ),
                ),
                migrations_sql.operations.AddConstraintToLiveTable(
                    model_name="lead",
                    constraint=migrations_sql.checks.TextLength(
                        field="contact_email", most=1000, name="leads_contact_email_length"
                    ),
                ),
                migrations_sql.operations.AddConstraintToLiveTable(
                    model_name="lead",
                    constraint=migrations_sql.checks.TextLength(
                        field="contact_phone", most=1000, name="leads_contact_phone_length"
                    ),
                ),
                migrations_sql.operations.AddConstraintToLiveTable(
                    model_name="lead",
                    constraint=migrations_sql.checks.TextLength(field="source", most=1000, name="leads_source_length"),
                ),
                migrations_sql.operations.AddConstraintToLiveTable(
                    model_name="lead",
                    constraint=migrations_sql.checks.TextLength(
                        field="message", most=100000, name="leads_message_length"
                    ),
                ),
                migrations_sql.operations.AddConstraintToLiveTable(
                    model_name="lead",
                    constraint=migrations_sql.checks.PlainList(
                        characters=100000,
                        entries=10000,
                        field="tried_partner_ids",
                        name="leads_tried_partner_ids_plain",
                    ),
                ),
                migrations_sql.operations.AddConstraintToLiveTable(
                    model_name="lead",
                    constraint=migrations_sql.checks.NumberRange(
                        field="price_at_purchase",
                        least=Decimal("-999999999999.99"),
                        most=Decimal("999999999999.99"),
                        name="leads_price_at_purchase_range",
                    ),
                ),
                migrations_sql.operations.AddConstraintToLiveTable(
                    model_name="lead",
                    constraint=migrations_sql.checks.NumberRange(
                        field="deal_value",
                        least=Decimal("-999999999999.99"),
                        most=Decimal("999999999999.99"),
                        name="leads_deal_value_range",
                    ),
                ),
                migrations_sql.operations.AddConstraintToLiveTable(
                    model_name="lead",
                    constraint=migrations_sql.checks.NumberRange(
                        field="routing_attempts", least=0, most=1000000000, name="leads_routing_attempts_range"
                    ),
                ),
                add_trigger(
                    "lead",
                    "keep_id",
                    table="leads",
                    pgid="pgtrigger_keep_id_9b2f8",
                    when="AFTER",
                    operation="UPDATE",
                    condition="WHEN (NEW.id <> OLD.id)",
                    func="\n        RAISE EXCEPTION 'the id of a row of leads stays as it is: % cannot become %', OLD.id, NEW.id\n            USING ERRCODE = 'restrict_violation', TABLE = 'leads', COLUMN = 'id';\n    ",
                ),
                add_trigger(
                    "lead",
                    "status_times_on_insert",
                    table="leads",
                    pgid="pgtrigger_status_times_on_insert_813ae",
                    when="BEFORE",
                    operation="INSERT",
                    condition="WHEN (NEW.status IN ('accepted', 'won', 'lost') AND NEW.created_at >= now() - interval '5 seconds')",
                    func="\n        IF NEW.status = 'accepted' THEN\n            NEW.accepted_at := coalesce(NEW.accepted_at, greatest(NEW.created_at, now()));\n        ELSE\n            NEW.decided_at := coalesce(NEW.decided_at, greatest(NEW.created_at, now()));\n        END IF;\n        RETURN NEW;\n    ",
                ),
                add_trigger(
                    "lead",
                    "write_once",
                    table="leads",
                    pgid="pgtrigger_write_once_e66fa",
                    when="BEFORE",
                    operation="UPDATE",
                    condition="WHEN ((OLD.first_contact_at IS NOT NULL AND NEW.first_contact_at IS DISTINCT FROM OLD.first_contact_at) OR (OLD.accepted_at IS NOT NULL AND NEW.accepted_at IS DISTINCT FROM OLD.accepted_at) OR (OLD.decided_at IS NOT NULL AND NEW.decided_at IS DISTINCT FROM OLD.decided_at) OR (OLD.user_id IS NOT NULL AND NEW.user_id IS DISTINCT FROM OLD.user_id) OR NEW.tried_partner_ids IS DISTINCT FROM OLD.tried_partner_ids OR (NEW.user_id IS NOT NULL AND NEW.assigned_at IS NULL AND (OLD.user_id IS NULL OR OLD.assigned_at IS NOT NULL)) OR (NEW.status IS DISTINCT FROM OLD.status AND NEW.status IN ('accepted', 'won', 'lost')))",
                    func="\n        -- A row that was read before the assignment and is written back whole: it knows neither partner nor time.\n        -- (To take a lead away from its partner, set user_id alone.)\n        IF NEW.user_id IS NULL AND OLD.user_id IS NOT NULL\n            AND NEW.assigned_at IS NULL AND OLD.assigned_at IS NOT NULL\n        THEN\n            NEW.user_id := OLD.user_id;\n            NEW.status := OLD.status;\n        END IF;\n        -- Likewise one that was read before the lead left a partner: nobody else writes down who had it.\n        IF NEW.tried_partner_ids IS DISTINCT FROM OLD.tried_partner_ids THEN\n            IF NEW.user_id IS DISTINCT FROM OLD.user_id THEN\n                NEW.user_id := OLD.user_id;\n                NEW.status := OLD.status;\n            END IF;\n            NEW.assigned_at := OLD.assigned_at;\n            NEW.tried_partner_ids := OLD.tried_partner_ids;\n        END IF;\n\n        IF OLD.user_id IS NOT NULL AND NEW.user_id IS DISTINCT FROM OLD.user_id THEN\n            -- The lead leaves its partner: the clock starts again for the next one.\n            NEW.tried_partner_ids := array_append(\n                array_remove(OLD.tried_partner_ids, OLD.user_id), OLD.user_id\n            );\n            NEW.first_contact_at := NULL;\n            NEW.accepted_at := NULL;\n            NEW.decided_at := NULL;\n            IF NEW.user_id IS NULL THEN\n                NEW.assigned_at := NULL;\n            ELSIF NEW.assigned_at IS NOT DISTINCT FROM OLD.assigned_at THEN\n                NEW.assigned_at := now();\n            END IF;\n        ELSE\n            -- A first contact before the lead, which no rule forbade once, may be put right.\n            IF OLD.first_contact_at IS NOT NULL AND (OLD.first_contact_at < OLD.created_at) IS NOT TRUE THEN\n                NEW.first_contact_at := OLD.first_contact_at;\n            END IF;\n            -- Who corrects a mistaken status also says which of its times never were.\n            IF (NEW.accepted_at, NEW.decided_at) IS DISTINCT FROM (\n                coalesce(OLD.accepted_at, NEW.accepted_at), coalesce(OLD.decided_at, NEW.decided_at)\n            ) AND NOT EXISTS (SELECT FROM rule_exemptions WHERE transaction_id = pg_current_xact_id() AND exempts = 'status') THEN\n                NEW.accepted_at := coalesce(OLD.accepted_at, NEW.accepted_at);\n                NEW.decided_at := coalesce(OLD.decided_at, NEW.decided_at);\n            END IF;\n            IF NEW.user_id IS NOT NULL THEN\n                -- Of a lead that came with its partner, the time may be unknown, and is not invented later.\n                NEW.assigned_at := coalesce(\n                    NEW.assigned_at, OLD.assigned_at, CASE WHEN OLD.user_id IS NULL THEN now() END\n                );\n            END IF;\n        END IF;\n\n        IF NEW.status IS DISTINCT FROM OLD.status OR NEW.user_id IS DISTINCT FROM OLD.user_id THEN\n            IF NEW.status = 'accepted' THEN\n                NEW.accepted_at := coalesce(NEW.accepted_at, greatest(NEW.created_at, now()));\n            ELSIF NEW.status IN ('won', 'lost') THEN\n                NEW.decided_at := coalesce(NEW.decided_at, greatest(NEW.created_at, now()));\n            END IF;\n        END IF;\n        RETURN NEW;\n    ",
                ),
                add_trigger(
                    "lead",
                    "status_transition",
                    table="leads",
                    pgid="pgtrigger_status_transition_8a6ff",
                    when="AFTER",
                    operation="UPDATE",
                    condition="WHEN (NEW.status IS DISTINCT FROM OLD.status AND OLD.status IS NOT NULL AND (\n    OLD.status NOT IN ('new', 'accepted', 'rejected', 'in_progress', 'completed', 'won', 'lost')\n    OR (OLD.status, NEW.status) IN (('accepted', 'completed'), ('accepted', 'in_progress'), ('accepted', 'lost'), ('accepted', 'rejected'), ('accepted', 'won'), ('completed', 'lost'), ('completed', 'won'), ('in_progress', 'completed'), ('in_progress', 'lost'), ('in_progress', 'rejected'), ('in_progress', 'won'), ('new', 'lost'), ('new', 'rejected'))\n    OR ((OLD.status, NEW.status) IN (('new', 'accepted'), ('new', 'completed'), ('new', 'in_progress'), ('new', 'rejected'), ('new', 'won')) AND NEW.user_id IS NOT NULL)\n    OR (\n        OLD.status IN ('accepted', 'rejected', 'in_progress', 'completed') AND NEW.user_id IS DISTINCT FROM OLD.user_id\n        AND (NEW.status IN ('new', 'lost', 'rejected') OR (NEW.status IN ('accepted', 'rejected', 'in_progress', 'completed', 'won') AND NEW.user_id IS NOT NULL))\n    )\n) IS NOT TRUE)",
                    func="\n        IF EXISTS (SELECT FROM rule_exemptions WHERE transaction_id = pg_current_xact_id() AND exempts = 'status') THEN\n            RETURN NULL;\n        END IF;\n        RAISE EXCEPTION 'the status of lead % cannot go from % to %', NEW.id, OLD.status, NEW.status\n            USING ERRCODE = 'check_violation', CONSTRAINT = 'leads_status_transition', TABLE = 'leads',\n                HINT = CASE WHEN NEW.user_id IS NULL AND OLD.status = 'new' THEN 'Without a partner it can become: rejected, lost.'\n                    ELSE CASE OLD.status WHEN 'new' THEN 'It can become: accepted, rejected, in_progress, completed, won, lost.' WHEN 'accepted' THEN 'It can become: rejected, in_progress, completed, won, lost.' WHEN 'rejected' THEN 'It can become: nothing else.' WHEN 'in_progress' THEN 'It can become: rejected, completed, won, lost.' WHEN 'completed' THEN 'It can become: won, lost.' WHEN 'won' THEN 'It can become: nothing else.' WHEN 'lost' THEN 'It can become: nothing else.' END END;\n    ",
                ),
                add_trigger(
                    "lead",
                    "contact_mended",
                    table="leads",
                    pgid="pgtrigger_contact_mended_73c8a",
                    when="AFTER",
                    operation='UPDATE OF "status", "created_at", "first_contact_at", "deal_value"',
                    condition="WHEN (NOT ((OLD.status, OLD.created_at) IS NOT NULL AND coalesce(OLD.status IN ('new', 'accepted', 'rejected', 'in_progress', 'completed', 'won', 'lost') AND OLD.deal_value >= 0 AND OLD.first_contact_at >= OLD.created_at, true)))",
                    func="\n        UPDATE leads AS lead\n        SET first_contact_at = greatest(lead.created_at, least(contacted.contact_at, clock_timestamp()))\n        FROM (\n            SELECT min(activity.created_at) AS contact_at\n            FROM lead_activities AS activity\n            WHERE activity.lead_id = NEW.id AND activity.type IN ('phone_call', 'email_sent', 'whatsapp', 'meeting', 'status_change_contacted')\n                AND (NEW.tried_partner_ids IS NULL OR activity.created_at >= NEW.assigned_at)\n        ) AS contacted\n        WHERE lead.id = NEW.id AND lead.first_contact_at IS NULL AND contacted.contact_at IS NOT NULL\n            AND ((lead.status, lead.created_at) IS NOT NULL AND coalesce(lead.status IN ('new', 'accepted', 'rejected', 'in_progress', 'completed', 'won', 'lost') AND lead.deal_value >= 0 AND lead.first_contact_at >= lead.created_at, true));\n        RETURN NULL;\n    ",
                ),
                add_trigger(
                    "lead",
                    "count_open_leads_ins",
                    table="leads",
                    pgid="pgtrigger_count_open_leads_ins_b779e",
                    when="AFTER",
                    operation="INSERT",
                    level="STATEMENT",
                    referencing="REFERENCING NEW TABLE AS inserted ",
                    declare="DECLARE partner_ids uuid[]; deltas integer[]; latest timestamptz[]; earliest timestamptz[]; numbers integer[]; are_locked boolean; counted_partners integer; full_partner uuid;",
                    func="\n        SELECT array_agg(partner_id), array_agg(delta), array_agg(assigned_at), array_agg(first_at), array_agg(handed)\n        INTO partner_ids, deltas, latest, earliest, numbers\n        FROM (\n            SELECT user_id AS partner_id,\n                (count(*) FILTER (WHERE status IN ('new', 'accepted', 'in_progress')))::integer AS delta,\n                max(least(coalesce(assigned_at, created_at), statement_timestamp())) AS assigned_at,\n                min(least(coalesce(assigned_at, created_at), statement_timestamp())) AS first_at,\n                count(*)::integer AS handed\n            FROM inserted WHERE user_id IS NOT NULL\n            GROUP BY user_id\n        ) AS change;\n        \n        IF partner_ids IS NULL THEN\n            RETURN NULL;\n        END IF;\n        -- The UPDATE locks one partner by itself, so only several need a lock first, for the order. But where it finds\n        -- nothing to count on, the row may be one that somebody is just putting right: lock it, and look again.\n        are_locked := cardinality(partner_ids) > 1;\n        LOOP\n            IF are_locked THEN\n                PERFORM 1 FROM profiles WHERE id = ANY(partner_ids) ORDER BY id FOR NO KEY UPDATE;\n            END IF;\n            WITH counted AS (\n                UPDATE profiles AS partner\n                SET open_leads = partner.open_leads + change.delta,\n                    last_assigned_at = greatest(partner.last_assigned_at, change.assigned_at),\n                    returned_at = CASE\n                        WHEN change.first_at - partner.last_assigned_at >= interval '336 hours' THEN change.first_at\n                        ELSE coalesce(partner.returned_at, change.first_at)\n                    END,\n                    leads_since_return = change.handed\n                        + CASE WHEN change.first_at - partner.last_assigned_at >= interval '336 hours' THEN 0 ELSE partner.leads_since_return END,\n                    -- Over at least two weeks: what came within an hour once is no pace.\n                    usual_daily_leads = CASE\n                        WHEN change.first_at - partner.last_assigned_at >= interval '336 hours' AND partner.leads_since_return >= 10\n                        THEN partner.leads_since_return / greatest(\n                            14,\n                            extract(EPOCH FROM partner.last_assigned_at - partner.returned_at) / 86400\n                        )::float8\n                        WHEN change.first_at - partner.last_assigned_at >= interval '336 hours' THEN NULL\n                        ELSE partner.usual_daily_leads\n                    END,\n                    routing_changed_at = CASE\n                        WHEN change.delta < 0 AND partner.open_leads >= partner.max_open_leads\n                            AND partner.open_leads + change.delta < partner.max_open_leads\n                        THEN clock_timestamp() ELSE partner.routing_changed_at\n                    END\n                FROM unnest(partner_ids, deltas, latest, earliest, numbers)\n                    AS change (partner_id, delta, assigned_at, first_at, handed)\n                WHERE partner.id = change.partner_id AND coalesce(partner.max_open_leads >= 0 AND partner.ai_risk_score BETWEEN 0 AND 100 AND partner.ai_risk_level IN ('low', 'medium', 'high'), true)\n                RETURNING partner.id, partner.open_leads, partner.max_open_leads, change.delta, change.assigned_at\n            )\n            SELECT count(*), (array_agg(counted.id) FILTER (\n                WHERE counted.open_leads > counted.max_open_leads\n                    AND counted.delta > 0 AND counted.assigned_at IS NOT NULL\n            ))[1]\n            INTO counted_partners, full_partner FROM counted;\n            EXIT WHEN are_locked OR counted_partners > 0;\n            are_locked := true;\n        END LOOP;\n\n        RETURN NULL;\n    ",
                ),
                add_trigger(
                    "lead",
                    "count_open_leads_upd",
                    table="leads",
                    pgid="pgtrigger_count_open_leads_upd_95ac9",
                    when="AFTER",
                    operation="UPDATE",
                    level="STATEMENT",
                    referencing="REFERENCING OLD TABLE AS before  NEW TABLE AS after ",
                    declare="DECLARE partner_ids uuid[]; deltas integer[]; latest timestamptz[]; earliest timestamptz[]; numbers integer[]; are_locked boolean; counted_partners integer; full_partner uuid;",
                    func="\n        SELECT array_agg(partner_id), array_agg(delta), array_agg(assigned_at), array_agg(first_at), array_agg(handed)\n        INTO partner_ids, deltas, latest, earliest, numbers\n        FROM (\n            SELECT partner_id, sum(delta)::integer AS delta, max(assigned_at) AS assigned_at,\n                min(assigned_at) AS first_at, count(assigned_at)::integer AS handed\n            FROM (\n                SELECT after.id, after.user_id AS partner_id,\n                    (after.status IN ('new', 'accepted', 'in_progress'))::integer AS delta,\n                    CASE WHEN after.user_id IS DISTINCT FROM before.user_id\n                        THEN least(coalesce(after.assigned_at, after.created_at), statement_timestamp()) END AS assigned_at\n                FROM after JOIN before ON before.id = after.id\n                WHERE after.user_id IS NOT NULL\n                    AND (after.user_id IS DISTINCT FROM before.user_id OR after.status IS DISTINCT FROM before.status)\n                UNION ALL\n                SELECT before.id, before.user_id, -(before.status IN ('new', 'accepted', 'in_progress'))::integer, NULL\n                FROM before JOIN after ON before.id = after.id\n                WHERE before.user_id IS NOT NULL\n                    AND (after.user_id IS DISTINCT FROM before.user_id OR after.status IS DISTINCT FROM before.status)\n            ) AS moves\n            GROUP BY partner_id\n            HAVING sum(delta) <> 0 OR max(assigned_at) IS NOT NULL\n        ) AS change;\n        \n        IF partner_ids IS NULL THEN\n            RETURN NULL;\n        END IF;\n        -- The UPDATE locks one partner by itself, so only several need a lock first, for the order. But where it finds\n        -- nothing to count on, the row may be one that somebody is just putting right: lock it, and look again.\n        are_locked := cardinality(partner_ids) > 1;\n        LOOP\n            IF are_locked THEN\n                PERFORM 1 FROM profiles WHERE id = ANY(partner_ids) ORDER BY id FOR NO KEY UPDATE;\n            END IF;\n            WITH counted AS (\n                UPDATE profiles AS partner\n                SET open_leads = partner.open_leads + change.delta,\n                    last_assigned_at = greatest(partner.last_assigned_at, change.assigned_at),\n                    returned_at = CASE\n                        WHEN change.first_at - partner.last_assigned_at >= interval '336 hours' THEN change.first_at\n                        ELSE coalesce(partner.returned_at, change.first_at)\n                    END,\n                    leads_since_return = change.handed\n                        + CASE WHEN change.first_at - partner.last_assigned_at >= interval '336 hours' THEN 0 ELSE partner.leads_since_return END,\n                    -- Over at least two weeks: what came within an hour once is no pace.\n                    usual_daily_leads = CASE\n                        WHEN change.first_at - partner.last_assigned_at >= interval '336 hours' AND partner.leads_since_return >= 10\n                        THEN partner.leads_since_return / greatest(\n                            14,\n                            extract(EPOCH FROM partner.last_assigned_at - partner.returned_at) / 86400\n                        )::float8\n                        WHEN change.first_at - partner.last_assigned_at >= interval '336 hours' THEN NULL\n                        ELSE partner.usual_daily_leads\n                    END,\n                    routing_changed_at = CASE\n                        WHEN change.delta < 0 AND partner.open_leads >= partner.max_open_leads\n                            AND partner.open_leads + change.delta < partner.max_open_leads\n                        THEN clock_timestamp() ELSE partner.routing_changed_at\n                    END\n                FROM unnest(partner_ids, deltas, latest, earliest, numbers)\n                    AS change (partner_id, delta, assigned_at, first_at, handed)\n                WHERE partner.id = change.partner_id AND coalesce(partner.max_open_leads >= 0 AND partner.ai_risk_score BETWEEN 0 AND 100 AND partner.ai_risk_level IN ('low', 'medium', 'high'), true)\n                RETURNING partner.id, partner.open_leads, partner.max_open_leads, change.delta, change.assigned_at\n            )\n            SELECT count(*), (array_agg(counted.id) FILTER (\n                WHERE counted.open_leads > counted.max_open_leads\n                    AND counted.delta > 0 AND counted.assigned_at IS NOT NULL\n            ))[1]\n            INTO counted_partners, full_partner FROM counted;\n            EXIT WHEN are_locked OR counted_partners > 0;\n            are_locked := true;\n        END LOOP;\n\n        IF counted_partners < cardinality(partner_ids) AND full_partner IS NULL THEN\n            -- Whose counter is not kept has a cap all the same.\n            SELECT partner.id INTO full_partner\n            FROM unnest(partner_ids, deltas, latest) AS change (partner_id, delta, assigned_at)\n            JOIN profiles AS partner ON partner.id = change.partner_id\n            WHERE change.delta > 0 AND change.assigned_at IS NOT NULL AND NOT coalesce(partner.max_open_leads >= 0 AND partner.ai_risk_score BETWEEN 0 AND 100 AND partner.ai_risk_level IN ('low', 'medium', 'high'), true)\n                AND partner.max_open_leads < (\n                    SELECT count(*) FROM leads WHERE leads.user_id = partner.id AND leads.status IN ('new', 'accepted', 'in_progress')\n                )\n            LIMIT 1;\n        END IF;\n        IF full_partner IS NOT NULL THEN\n            RAISE EXCEPTION 'partner % is at its cap: the lead cannot be handed over', full_partner\n                USING ERRCODE = 'check_violation', CONSTRAINT = 'profiles_open_leads_within_cap', TABLE = 'profiles';\n        END IF;\n        RETURN NULL;\n    ",
                ),
                add_trigger(
                    "lead",
                    "count_open_leads_del",
                    table="leads",
                    pgid="pgtrigger_count_open_leads_del_80042",
                    when="AFTER",
                    operation="DELETE",
                    level="STATEMENT",
                    referencing="REFERENCING OLD TABLE AS deleted ",
                    declare="DECLARE partner_ids uuid[]; deltas integer[]; latest timestamptz[]; earliest timestamptz[]; numbers integer[]; are_locked boolean; counted_partners integer; full_partner uuid;",
                    func="\n        SELECT array_agg(partner_id), array_agg(delta), array_agg(NULL::timestamptz), array_agg(NULL::timestamptz),\n            array_agg(0)\n        INTO partner_ids, deltas, latest, earliest, numbers\n        FROM (\n            SELECT user_id AS partner_id, -count(*)::integer AS delta\n            FROM deleted WHERE user_id IS NOT NULL AND status IN ('new', 'accepted', 'in_progress')\n            GROUP BY user_id\n        ) AS change;\n        \n        IF partner_ids IS NULL THEN\n            RETURN NULL;\n        END IF;\n        -- The UPDATE locks one partner by itself, so only several need a lock first, for the order. But where it finds\n        -- nothing to count on, the row may be one that somebody is just putting right: lock it, and look again.\n        are_locked := cardinality(partner_ids) > 1;\n        LOOP\n            IF are_locked THEN\n                PERFORM 1 FROM profiles WHERE id = ANY(partner_ids) ORDER BY id FOR NO KEY UPDATE;\n            END IF;\n            WITH counted AS (\n                UPDATE profiles AS partner\n                SET open_leads = partner.open_leads + change.delta,\n                    last_assigned_at = greatest(partner.last_assigned_at, change.assigned_at),\n                    returned_at = CASE\n                        WHEN change.first_at - partner.last_assigned_at >= interval '336 hours' THEN change.first_at\n                        ELSE coalesce(partner.returned_at, change.first_at)\n                    END,\n                    leads_since_return = change.handed\n                        + CASE WHEN change.first_at - partner.last_assigned_at >= interval '336 hours' THEN 0 ELSE partner.leads_since_return END,\n                    -- Over at least two weeks: what came within an hour once is no pace.\n                    usual_daily_leads = CASE\n                        WHEN change.first_at - partner.last_assigned_at >= interval '336 hours' AND partner.leads_since_return >= 10\n                        THEN partner.leads_since_return / greatest(\n                            14,\n                            extract(EPOCH FROM partner.last_assigned_at - partner.returned_at) / 86400\n                        )::float8\n                        WHEN change.first_at - partner.last_assigned_at >= interval '336 hours' THEN NULL\n                        ELSE partner.usual_daily_leads\n                    END,\n                    routing_changed_at = CASE\n                        WHEN change.delta < 0 AND partner.open_leads >= partner.max_open_leads\n                            AND partner.open_leads + change.delta < partner.max_open_leads\n                        THEN clock_timestamp() ELSE partner.routing_changed_at\n                    END\n                FROM unnest(partner_ids, deltas, latest, earliest, numbers)\n                    AS change (partner_id, delta, assigned_at, first_at, handed)\n                WHERE partner.id = change.partner_id AND coalesce(partner.max_open_leads >= 0 AND partner.ai_risk_score BETWEEN 0 AND 100 AND partner.ai_risk_level IN ('low', 'medium', 'high'), true)\n                RETURNING partner.id, partner.open_leads, partner.max_open_leads, change.delta, change.assigned_at\n            )\n            SELECT count(*), (array_agg(counted.id) FILTER (\n                WHERE counted.open_leads > counted.max_open_leads\n                    AND counted.delta > 0 AND counted.assigned_at IS NOT NULL\n            ))[1]\n            INTO counted_partners, full_partner FROM counted;\n            EXIT WHEN are_locked OR counted_partners > 0;\n            are_locked := true;\n        END LOOP;\n\n        RETURN NULL;\n    ",
                ),
                add_trigger(
                    "lead",
                    "count_open_leads_trunc",
                    table="leads",
                    pgid="pgtrigger_count_open_leads_trunc_6742c",
                    when="AFTER",
                    operation="TRUNCATE",
                    level="STATEMENT",
                    func="\n        UPDATE profiles SET open_leads = 0 WHERE open_leads <> 0 AND coalesce(profiles.max_open_leads >= 0 AND profiles.ai_risk_score BETWEEN 0 AND 100 AND profiles.ai_risk_level IN ('low', 'medium', 'high'), true);\n        RETURN NULL;\n    ",
                ),
                add_trigger(
                    "lead",
                    "audit_insert",
                    table="leads",
                    pgid="pgtrigger_audit_insert_5f6f3",
                    when="AFTER",
                    operation="INSERT",
                    level="STATEMENT",
                    referencing="REFERENCING NEW TABLE AS written ",
                    func="\n        INSERT INTO audit_events (at, table_name, row_id, operation, changes, context, context_id, database_user)\n        SELECT clock_timestamp(), 'leads', written.id, 'insert',\n            jsonb_strip_nulls(jsonb_build_object('status', CASE WHEN written.status IS NOT NULL THEN jsonb_build_array(NULL, written.status) END, 'user_id', CASE WHEN written.user_id IS NOT NULL THEN jsonb_build_array(NULL, written.user_id) END, 'source', CASE WHEN written.source IS NOT NULL THEN jsonb_build_array(NULL, written.source) END, 'intake_client_id', CASE WHEN written.intake_client_id IS NOT NULL THEN jsonb_build_array(NULL, written.intake_client_id) END)), nullif(current_setting('pghistory.context_metadata', true), '')::jsonb, nullif(current_setting('pghistory.context_id', true), '')::uuid, session_user\n        FROM written;\n        RETURN NULL;\n    ",
                ),
                add_trigger(
                    "lead",
                    "audit_update",
                    table="leads",
                    pgid="pgtrigger_audit_update_f42a2",
                    when="AFTER",
                    operation="UPDATE",
                    condition="WHEN ((OLD.status, OLD.user_id, OLD.industry_id, OLD.province, OLD.source, OLD.intake_client_id, OLD.price_at_purchase, OLD.deal_value, OLD.created_at, OLD.assigned_at, OLD.first_contact_at, OLD.accepted_at, OLD.decided_at, OLD.anonymised_at, OLD.postcode, OLD.contact_name, OLD.contact_email, OLD.contact_phone, OLD.message) IS DISTINCT FROM (NEW.status, NEW.user_id, NEW.industry_id, NEW.province, NEW.source, NEW.intake_client_id, NEW.price_at_purchase, NEW.deal_value, NEW.created_at, NEW.assigned_at, NEW.first_contact_at, NEW.accepted_at, NEW.decided_at, NEW.anonymised_at, NEW.postcode, NEW.contact_name, NEW.contact_email, NEW.contact_phone, NEW.message))",
                    func="\n        INSERT INTO audit_events (at, table_name, row_id, operation, changes, context, context_id, database_user)\n        VALUES (clock_timestamp(), 'leads', NEW.id, 'update', jsonb_strip_nulls(jsonb_build_object('status', CASE WHEN OLD.status IS DISTINCT FROM NEW.status THEN jsonb_build_array(OLD.status, NEW.status) END, 'user_id', CASE WHEN OLD.user_id IS DISTINCT FROM NEW.user_id THEN jsonb_build_array(OLD.user_id, NEW.user_id) END, 'industry_id', CASE WHEN OLD.industry_id IS DISTINCT FROM NEW.industry_id THEN jsonb_build_array(OLD.industry_id, NEW.industry_id) END, 'province', CASE WHEN OLD.province IS DISTINCT FROM NEW.province THEN jsonb_build_array(OLD.province, NEW.province) END, 'source', CASE WHEN OLD.source IS DISTINCT FROM NEW.source THEN jsonb_build_array(OLD.source, NEW.source) END, 'intake_client_id', CASE WHEN OLD.intake_client_id IS DISTINCT FROM NEW.intake_client_id THEN jsonb_build_array(OLD.intake_client_id, NEW.intake_client_id) END, 'price_at_purchase', CASE WHEN OLD.price_at_purchase IS DISTINCT FROM NEW.price_at_purchase THEN jsonb_build_array(OLD.price_at_purchase, NEW.price_at_purchase) END, 'deal_value', CASE WHEN OLD.deal_value IS DISTINCT FROM NEW.deal_value THEN jsonb_build_array(OLD.deal_value, NEW.deal_value) END, 'created_at', CASE WHEN OLD.created_at IS DISTINCT FROM NEW.created_at THEN jsonb_build_array(OLD.created_at, NEW.created_at) END, 'assigned_at', CASE WHEN OLD.assigned_at IS DISTINCT FROM NEW.assigned_at THEN jsonb_build_array(OLD.assigned_at, NEW.assigned_at) END, 'first_contact_at', CASE WHEN OLD.first_contact_at IS DISTINCT FROM NEW.first_contact_at THEN jsonb_build_array(OLD.first_contact_at, NEW.first_contact_at) END, 'accepted_at', CASE WHEN OLD.accepted_at IS DISTINCT FROM NEW.accepted_at THEN jsonb_build_array(OLD.accepted_at, NEW.accepted_at) END, 'decided_at', CASE WHEN OLD.decided_at IS DISTINCT FROM NEW.decided_at THEN jsonb_build_array(OLD.decided_at, NEW.decided_at) END, 'anonymised_at', CASE WHEN OLD.anonymised_at IS DISTINCT FROM NEW.anonymised_at THEN jsonb_build_array(OLD.anonymised_at, NEW.anonymised_at) END, 'postcode', CASE WHEN OLD.postcode IS DISTINCT FROM NEW.postcode THEN jsonb_build_array() END, 'contact_name', CASE WHEN OLD.contact_name IS DISTINCT FROM NEW.contact_name THEN jsonb_build_array() END, 'contact_email', CASE WHEN OLD.contact_email IS DISTINCT FROM NEW.contact_email THEN jsonb_build_array() END, 'contact_phone', CASE WHEN OLD.contact_phone IS DISTINCT FROM NEW.contact_phone THEN jsonb_build_array() END, 'message', CASE WHEN OLD.message IS DISTINCT FROM NEW.message THEN jsonb_build_array() END)), nullif(current_setting('pghistory.context_metadata', true), '')::jsonb, nullif(current_setting('pghistory.context_id', true), '')::uuid, session_user);\n        RETURN NULL;\n    ",
                ),
                add_trigger(
                    "lead",
                    "audit_delete",
                    table="leads",
                    pgid="pgtrigger_audit_delete_bd895",
                    when="AFTER",
                    operation="DELETE",
                    level="STATEMENT",
                    referencing="REFERENCING OLD TABLE AS deleted ",
                    func="\n        INSERT INTO audit_events (at, table_name, row_id, operation, changes, context, context_id, database_user)\n        SELECT clock_timestamp(), 'leads', deleted.id, 'delete',\n            jsonb_strip_nulls(jsonb_build_object('status', CASE WHEN deleted.status IS NOT NULL THEN jsonb_build_array(deleted.status, NULL) END, 'user_id', CASE WHEN deleted.user_id IS NOT NULL THEN jsonb_build_array(deleted.user_id, NULL) END, 'industry_id', CASE WHEN deleted.industry_id IS NOT NULL THEN jsonb_build_array(deleted.industry_id, NULL) END, 'province', CASE WHEN deleted.province IS NOT NULL THEN jsonb_build_array(deleted.province, NULL) END, 'source', CASE WHEN deleted.source IS NOT NULL THEN jsonb_build_array(deleted.source, NULL) END, 'intake_client_id', CASE WHEN deleted.intake_client_id IS NOT NULL THEN jsonb_build_array(deleted.intake_client_id, NULL) END, 'price_at_purchase', CASE WHEN deleted.price_at_purchase IS NOT NULL THEN jsonb_build_array(deleted.price_at_purchase, NULL) END, 'deal_value', CASE WHEN deleted.deal_value IS NOT NULL THEN jsonb_build_array(deleted.deal_value, NULL) END, 'created_at', CASE WHEN deleted.created_at IS NOT NULL THEN jsonb_build_array(deleted.created_at, NULL) END, 'assigned_at', CASE WHEN deleted.assigned_at IS NOT NULL THEN jsonb_build_array(deleted.assigned_at, NULL) END, 'first_contact_at', CASE WHEN deleted.first_contact_at IS NOT NULL THEN jsonb_build_array(deleted.first_contact_at, NULL) END, 'accepted_at', CASE WHEN deleted.accepted_at IS NOT NULL THEN jsonb_build_array(deleted.accepted_at, NULL) END, 'decided_at', CASE WHEN deleted.decided_at IS NOT NULL THEN jsonb_build_array(deleted.decided_at, NULL) END, 'anonymised_at', CASE WHEN deleted.anonymised_at IS NOT NULL THEN jsonb_build_array(deleted.anonymised_at, NULL) END)), nullif(current_setting('pghistory.context_metadata', true), '')::jsonb, nullif(current_setting('pghistory.context_id', true), '')::uuid, session_user\n        FROM deleted;\n        RETURN NULL;\n    ",
                ),
                add_trigger(
                    "lead",
                    "audit_truncate",
                    table="leads",
                    pgid="pgtrigger_audit_truncate_ed3f8",
                    when="AFTER",
                    operation="TRUNCATE",
                    level="STATEMENT",
                    func="\n        INSERT INTO audit_events (at, table_name, row_id, operation, changes, context, context_id, database_user)\n        VALUES (clock_timestamp(), 'leads', '', 'truncate', '{}', nullif(current_setting('pghistory.context_metadata', true), '')::jsonb, nullif(current_setting('pghistory.context_id', true), '')::uuid, session_user);\n        RETURN NULL;\n    ",
                ),
                add_trigger(
                    "lead",
                    "note_contact_ins",
                    table="leads",
                    pgid="pgtrigger_note_contact_ins_a4614",
                    when="AFTER",
                    operation="INSERT",
                    level="STATEMENT",
                    referencing="REFERENCING NEW TABLE AS inserted ",
                    func="\n        \n        INSERT INTO lead_contact_digests (lead_id, email_digest, phone_digest, created_at)\n        SELECT id, hashtextextended(email, 0), hashtextextended(phone, 0), coalesce(created_at, now())\n        FROM inserted\n        -- OFFSET, so that each is computed once.\n        CROSS JOIN LATERAL (\n            SELECT lead_email(contact_email) AS email, lead_phone(contact_phone, postcode) AS phone OFFSET 0\n        ) AS contact\n        WHERE (contact_email <> '' OR contact_phone <> '') AND (email IS NOT NULL OR phone IS NOT NULL)\n        ON CONFLICT (lead_id) DO UPDATE\n        SET email_digest = excluded.email_digest, phone_digest = excluded.phone_digest,\n            created_at = excluded.created_at;\n    \n        RETURN NULL;\n    ",
                ),
                add_trigger(
                    "lead",
                    "note_contact_upd",
                    table="leads",
                    pgid="pgtrigger_note_contact_upd_ae664",
                    when="AFTER",
                    operation='UPDATE OF "contact_email", "contact_phone", "postcode", "created_at"',
                    condition="WHEN ((NEW.contact_email, NEW.contact_phone, NEW.postcode, NEW.created_at) IS DISTINCT FROM (OLD.contact_email, OLD.contact_phone, OLD.postcode, OLD.created_at))",
                    func="\n        DELETE FROM lead_contact_digests WHERE lead_id = OLD.id;\n        \n        INSERT INTO lead_contact_digests (lead_id, email_digest, phone_digest, created_at)\n        SELECT id, hashtextextended(email, 0), hashtextextended(phone, 0), coalesce(created_at, now())\n        FROM (SELECT NEW.*) AS changed\n        -- OFFSET, so that each is computed once.\n        CROSS JOIN LATERAL (\n            SELECT lead_email(contact_email) AS email, lead_phone(contact_phone, postcode) AS phone OFFSET 0\n        ) AS contact\n        WHERE (contact_email <> '' OR contact_phone <> '') AND (email IS NOT NULL OR phone IS NOT NULL)\n        ON CONFLICT (lead_id) DO UPDATE\n        SET email_digest = excluded.email_digest, phone_digest = excluded.phone_digest,\n            created_at = excluded.created_at;\n    \n        RETURN NULL;\n    ",
                ),
                add_trigger(
                    "lead",
                    "drop_contact_del",
                    table="leads",
                    pgid="pgtrigger_drop_contact_del_2838e",
                    when="AFTER",
                    operation="DELETE",
                    level="STATEMENT",
                    referencing="REFERENCING OLD TABLE AS deleted ",
                    func="\n        DELETE FROM lead_contact_digests AS digest USING deleted WHERE digest.lead_id = deleted.id;\n        RETURN NULL;\n    ",
                ),
                add_trigger(
                    "leadactivity",
                    "first_contact",
                    table="lead_activities",
                    pgid="pgtrigger_first_contact_dbd8c",
                    when="AFTER",
                    operation="INSERT",
                    level="STATEMENT",
                    referencing="REFERENCING NEW TABLE AS inserted ",
                    func="\n        WITH contacted AS MATERIALIZED (\n            SELECT lead.id, min(activity.created_at) AS contact_at\n            FROM inserted AS activity\n            JOIN leads AS lead ON lead.id = activity.lead_id\n            WHERE activity.type IN ('phone_call', 'email_sent', 'whatsapp', 'meeting', 'status_change_contacted')\n                AND lead.first_contact_at IS NULL\n                AND (lead.tried_partner_ids IS NULL OR activity.created_at >= lead.assigned_at)\n            GROUP BY lead.id\n        ), locked AS MATERIALIZED (\n            SELECT lead.id, ((lead.status, lead.created_at) IS NOT NULL AND coalesce(lead.status IN ('new', 'accepted', 'rejected', 'in_progress', 'completed', 'won', 'lost') AND lead.deal_value >= 0 AND lead.first_contact_at >= lead.created_at, true)) AS is_valid FROM leads AS lead\n            WHERE lead.id IN (SELECT id FROM contacted)\n            ORDER BY lead.id\n            FOR NO KEY UPDATE\n        )\n        UPDATE leads AS lead\n        SET first_contact_at = greatest(lead.created_at, least(contacted.contact_at, clock_timestamp()))\n        FROM contacted\n        JOIN locked ON locked.id = contacted.id\n        WHERE lead.id = contacted.id AND locked.is_valid AND lead.first_contact_at IS NULL;\n        RETURN NULL;\n    ",
                ),
                add_trigger(
                    "partner",
                    "keep_id",
                    table="profiles",
                    pgid="pgtrigger_keep_id_ef58d",
                    when="AFTER",
                    operation="UPDATE",
                    condition="WHEN (NEW.id <> OLD.id)",
                    func="\n        RAISE EXCEPTION 'the id of a row of profiles stays as it is: % cannot become %', OLD.id, NEW.id\n            USING ERRCODE = 'restrict_violation', TABLE = 'profiles', COLUMN = 'id';\n    ",
                ),
                add_trigger(
                    "partner",
                    "guard_counters",
                    table="profiles",
                    pgid="pgtrigger_guard_counters_1cae6",
                    when="BEFORE",
                    operation="UPDATE",
                    condition="WHEN (NOT (pg_trigger_depth() > 0 AND has_table_privilege('rule_exemptions'::regclass::oid, 'INSERT')) AND (NEW.open_leads, NEW.last_assigned_at, NEW.returned_at, NEW.leads_since_return, NEW.usual_daily_leads) IS DISTINCT FROM (OLD.open_leads, OLD.last_assigned_at, OLD.returned_at, OLD.leads_since_return, OLD.usual_daily_leads))",
                    func="\n        IF EXISTS (SELECT FROM rule_exemptions WHERE transaction_id = pg_current_xact_id() AND exempts = 'counters') THEN\n            RETURN NEW;\n        END IF;\n        NEW.open_leads := OLD.open_leads;\n        NEW.last_assigned_at := OLD.last_assigned_at;\n        NEW.returned_at := OLD.returned_at;\n        NEW.leads_since_return := OLD.leads_since_return;\n        NEW.usual_daily_leads := OLD.usual_daily_leads;\n        RETURN NEW;\n    ",
                ),
                add_trigger(
                    "partner",
                    "note_routing_change",
                    table="profiles",
                    pgid="pgtrigger_note_routing_change_57c04",
                    when="BEFORE",
                    operation="UPDATE",
                    condition="WHEN (NOT (pg_trigger_depth() > 0 AND has_table_privilege('rule_exemptions'::regclass::oid, 'INSERT')) AND (NEW.routing_changed_at IS DISTINCT FROM OLD.routing_changed_at OR (NEW.is_active_for_routing, NEW.max_open_leads, NEW.regions, NEW.lead_locations, NEW.lead_industries, NEW.primary_branch) IS DISTINCT FROM (OLD.is_active_for_routing, OLD.max_open_leads, OLD.regions, OLD.lead_locations, OLD.lead_industries, OLD.primary_branch)))",
                    func="\n        IF EXISTS (SELECT FROM rule_exemptions WHERE transaction_id = pg_current_xact_id() AND exempts = 'counters') THEN\n            RETURN NEW;\n        END IF;\n        IF (NEW.is_active_for_routing, NEW.max_open_leads, NEW.regions, NEW.lead_locations, NEW.lead_industries,\n            NEW.primary_branch) IS DISTINCT FROM (OLD.is_active_for_routing, OLD.max_open_leads, OLD.regions,\n            OLD.lead_locations, OLD.lead_industries, OLD.primary_branch)\n        THEN\n            NEW.routing_changed_at := clock_timestamp();\n        ELSE\n            NEW.routing_changed_at := OLD.routing_changed_at;\n        END IF;\n        RETURN NEW;\n    ",
                ),
                add_trigger(
                    "partner",
                    "recount_mended",
                    table="profiles",
                    pgid="pgtrigger_recount_mended_c6955",
                    when="AFTER",
                    operation='UPDATE OF "max_open_leads", "ai_risk_score", "ai_risk_level"',
                    condition="WHEN (NOT coalesce(OLD.max_open_leads >= 0 AND OLD.ai_risk_score BETWEEN 0 AND 100 AND OLD.ai_risk_level IN ('low', 'medium', 'high'), true) AND coalesce(NEW.max_open_leads >= 0 AND NEW.ai_risk_score BETWEEN 0 AND 100 AND NEW.ai_risk_level IN ('low', 'medium', 'high'), true))",
                    func="\n        UPDATE profiles AS partner\n        SET open_leads = counted.open_leads,\n            last_assigned_at = greatest(partner.last_assigned_at, counted.last_assigned_at),\n            routing_changed_at = clock_timestamp()\n        FROM (\n            SELECT (count(*) FILTER (WHERE status IN ('new', 'accepted', 'in_progress')))::integer AS open_leads,\n                max(least(coalesce(assigned_at, created_at), statement_timestamp())) AS last_assigned_at\n            FROM leads WHERE user_id = NEW.id\n        ) AS counted\n        WHERE partner.id = NEW.id;\n        RETURN NULL;\n    ",
                ),
                add_trigger(
                    "partner",
                    "note_insert",
                    table="profiles",
                    pgid="pgtrigger_note_insert_9cc64",
                    when="AFTER",
                    operation="INSERT",
                    level="STATEMENT",
                    referencing="REFERENCING NEW TABLE AS written ",
                    func="\n        INSERT INTO partner_changes (partner_id) SELECT id FROM written ON CONFLICT DO NOTHING;\n        RETURN NULL;\n    ",
                ),
                add_trigger(
                    "partner",
                    "note_update",
                    table="profiles",
                    pgid="pgtrigger_note_update_1b62c",
                    when="AFTER",
                    operation="UPDATE",
                    level="STATEMENT",
                    referencing="REFERENCING OLD TABLE AS before  NEW TABLE AS after ",
                    func="\n        INSERT INTO partner_changes (partner_id) SELECT id FROM before UNION SELECT id FROM after\n        ON CONFLICT DO NOTHING;\n        RETURN NULL;\n    ",
                ),
                add_trigger(
                    "partner",
                    "note_delete",
                    table="profiles",
                    pgid="pgtrigger_note_delete_38ac2",
                    when="AFTER",
                    operation="DELETE",
                    level="STATEMENT",
                    referencing="REFERENCING OLD TABLE AS deleted ",
                    func="\n        INSERT INTO partner_changes (partner_id) SELECT id FROM deleted ON CONFLICT DO NOTHING;\n        RETURN NULL;\n    ",
                ),
                add_trigger(
                    "partner",
                    "audit_insert",
                    table="profiles",
                    pgid="pgtrigger_audit_insert_4e7da",
                    when="AFTER",
                    operation="INSERT",
                    level="STATEMENT",
                    referencing="REFERENCING NEW TABLE AS written ",
                    func="\n        INSERT INTO audit_events (at, table_name, row_id, operation, changes, context, context_id, database_user)\n        SELECT clock_timestamp(), 'profiles', written.id, 'insert',\n            jsonb_strip_nulls(jsonb_build_object('company_name', CASE WHEN written.company_name IS NOT NULL THEN jsonb_build_array(NULL, written.company_name) END, 'primary_branch', CASE WHEN written.primary_branch IS NOT NULL THEN jsonb_build_array(NULL, written.primary_branch) END, 'regions', CASE WHEN written.regions IS NOT NULL THEN jsonb_build_array(NULL, written.regions) END, 'lead_industries', CASE WHEN written.lead_industries IS NOT NULL THEN jsonb_build_array(NULL, written.lead_industries) END, 'lead_locations', CASE WHEN written.lead_locations IS NOT NULL THEN jsonb_build_array(NULL, written.lead_locations) END, 'max_open_leads', CASE WHEN written.max_open_leads IS NOT NULL THEN jsonb_build_array(NULL, written.max_open_leads) END, 'is_active_for_routing', CASE WHEN written.is_active_for_routing IS NOT NULL THEN jsonb_build_array(NULL, written.is_active_for_routing) END, 'routing_priority', CASE WHEN written.routing_priority IS NOT NULL THEN jsonb_build_array(NULL, written.routing_priority) END, 'ai_risk_score', CASE WHEN written.ai_risk_score IS NOT NULL THEN jsonb_build_array(NULL, written.ai_risk_score) END, 'ai_risk_level', CASE WHEN written.ai_risk_level IS NOT NULL THEN jsonb_build_array(NULL, written.ai_risk_level) END)), nullif(current_setting('pghistory.context_metadata', true), '')::jsonb, nullif(current_setting('pghistory.context_id', true), '')::uuid, session_user\n        FROM written;\n        RETURN NULL;\n    ",
                ),
                add_trigger(
                    "partner",
                    "audit_update",
                    table="profiles",
                    pgid="pgtrigger_audit_update_9ae00",
                    when="AFTER",
                    operation="UPDATE",
                    condition="WHEN ((OLD.company_name, OLD.primary_branch, OLD.regions, OLD.lead_industries, OLD.lead_locations, OLD.max_open_leads, OLD.is_active_for_routing, OLD.routing_priority, OLD.ai_risk_score, OLD.ai_risk_level) IS DISTINCT FROM (NEW.company_name, NEW.primary_branch, NEW.regions, NEW.lead_industries, NEW.lead_locations, NEW.max_open_leads, NEW.is_active_for_routing, NEW.routing_priority, NEW.ai_risk_score, NEW.ai_risk_level))",
                    func="\n        INSERT INTO audit_events (at, table_name, row_id, operation, changes, context, context_id, database_user)\n        VALUES (clock_timestamp(), 'profiles', NEW.id, 'update', jsonb_strip_nulls(jsonb_build_object('company_name', CASE WHEN OLD.company_name IS DISTINCT FROM NEW.company_name THEN jsonb_build_array(OLD.company_name, NEW.company_name) END, 'primary_branch', CASE WHEN OLD.primary_branch IS DISTINCT FROM NEW.primary_branch THEN jsonb_build_array(OLD.primary_branch, NEW.primary_branch) END, 'regions', CASE WHEN OLD.regions IS DISTINCT FROM NEW.regions THEN jsonb_build_array(OLD.regions, NEW.regions) END, 'lead_industries', CASE WHEN OLD.lead_industries IS DISTINCT FROM NEW.lead_industries THEN jsonb_build_array(OLD.lead_industries, NEW.lead_industries) END, 'lead_locations', CASE WHEN OLD.lead_locations IS DISTINCT FROM NEW.lead_locations THEN jsonb_build_array(OLD.lead_locations, NEW.lead_locations) END, 'max_open_leads', CASE WHEN OLD.max_open_leads IS DISTINCT FROM NEW.max_open_leads THEN jsonb_build_array(OLD.max_open_leads, NEW.max_open_leads) END, 'is_active_for_routing', CASE WHEN OLD.is_active_for_routing IS DISTINCT FROM NEW.is_active_for_routing THEN jsonb_build_array(OLD.is_active_for_routing, NEW.is_active_for_routing) END, 'routing_priority', CASE WHEN OLD.routing_priority IS DISTINCT FROM NEW.routing_priority THEN jsonb_build_array(OLD.routing_priority, NEW.routing_priority) END, 'ai_risk_score', CASE WHEN OLD.ai_risk_score IS DISTINCT FROM NEW.ai_risk_score THEN jsonb_build_array(OLD.ai_risk_score, NEW.ai_risk_score) END, 'ai_risk_level', CASE WHEN OLD.ai_risk_level IS DISTINCT FROM NEW.ai_risk_level THEN jsonb_build_array(OLD.ai_risk_level, NEW.ai_risk_level) END)), nullif(current_setting('pghistory.context_metadata', true), '')::jsonb, nullif(current_setting('pghistory.context_id', true), '')::uuid, session_user);\n        RETURN NULL;\n    ",
                ),
                add_trigger(
                    "partner",
                    "audit_delete",
                    table="profiles",
                    pgid="pgtrigger_audit_delete_9c80d",
                    when="AFTER",
                    operation="DELETE",
                    level="STATEMENT",
                    referencing="REFERENCING OLD TABLE AS deleted ",
                    func="\n        INSERT INTO audit_events (at, table_name, row_id, operation, changes, context, context_id, database_user)\n        SELECT clock_timestamp(), 'profiles', deleted.id, 'delete',\n            jsonb_strip_nulls(jsonb_build_object('company_name', CASE WHEN deleted.company_name IS NOT NULL THEN jsonb_build_array(deleted.company_name, NULL) END, 'primary_branch', CASE WHEN deleted.primary_branch IS NOT NULL THEN jsonb_build_array(deleted.primary_branch, NULL) END, 'regions', CASE WHEN deleted.regions IS NOT NULL THEN jsonb_build_array(deleted.regions, NULL) END, 'lead_industries', CASE WHEN deleted.lead_industries IS NOT NULL THEN jsonb_build_array(deleted.lead_industries, NULL) END, 'lead_locations', CASE WHEN deleted.lead_locations IS NOT NULL THEN jsonb_build_array(deleted.lead_locations, NULL) END, 'max_open_leads', CASE WHEN deleted.max_open_leads IS NOT NULL THEN jsonb_build_array(deleted.max_open_leads, NULL) END, 'is_active_for_routing', CASE WHEN deleted.is_active_for_routing IS NOT NULL THEN jsonb_build_array(deleted.is_active_for_routing, NULL) END, 'routing_priority', CASE WHEN deleted.routing_priority IS NOT NULL THEN jsonb_build_array(deleted.routing_priority, NULL) END, 'ai_risk_score', CASE WHEN deleted.ai_risk_score IS NOT NULL THEN jsonb_build_array(deleted.ai_risk_score, NULL) END, 'ai_risk_level', CASE WHEN deleted.ai_risk_level IS NOT NULL THEN jsonb_build_array(deleted.ai_risk_level, NULL) END)), nullif(current_setting('pghistory.context_metadata', true), '')::jsonb, nullif(current_setting('pghistory.context_id', true), '')::uuid, session_user\n        FROM deleted;\n        RETURN NULL;\n    ",
                ),
                add_trigger(
                    "partner",
                    "audit_truncate",
                    table="profiles",
                    pgid="pgtrigger_audit_truncate_7dce6",
                    when="AFTER",
                    operation="TRUNCATE",
                    level="STATEMENT",
                    func="\n        INSERT INTO audit_events (at, table_name, row_id, operation, changes, context, context_id, database_user)\n        VALUES (clock_timestamp(), 'profiles', '', 'truncate', '{}', nullif(current_setting('pghistory.context_metadata', true), '')::jsonb, nullif(current_setting('pghistory.context_id', true), '')::uuid, session_user);\n        RETURN NULL;\n    ",
                ),
                add_trigger(
                    "leadcontactdigest",
                    "known_digest",
                    table="lead_contact_digests",
                    pgid="pgtrigger_known_digest_cfb29",
                    when="BEFORE",
                    operation="INSERT",
                    condition="WHEN (pg_trigger_depth() = 0)",
                    func="\n        IF EXISTS (SELECT FROM lead_contact_digests WHERE lead_id = NEW.lead_id) THEN\n            RETURN NULL;\n        END IF;\n        RETURN NEW;\n    ",
                ),
                add_trigger(
                    "intakeclient",
                    "audit_insert",
                    table="intake_clients",
                    pgid="pgtrigger_audit_insert_c53cc",
                    when="AFTER",
                    operation="INSERT",
                    level="STATEMENT",
                    referencing="REFERENCING NEW TABLE AS written ",
                    func="\n        INSERT INTO audit_events (at, table_name, row_id, operation, changes, context, context_id, database_user)\n        SELECT clock_timestamp(), 'intake_clients', written.id, 'insert',\n            jsonb_strip_nulls(jsonb_build_object('name', CASE WHEN written.name IS NOT NULL THEN jsonb_build_array(NULL, written.name) END, 'user_id', CASE WHEN written.user_id IS NOT NULL THEN jsonb_build_array(NULL, written.user_id) END, 'source', CASE WHEN written.source IS NOT NULL THEN jsonb_build_array(NULL, written.source) END, 'allowed_origins', CASE WHEN written.allowed_origins IS NOT NULL THEN jsonb_build_array(NULL, written.allowed_origins) END, 'may_send_feedback', CASE WHEN written.may_send_feedback IS NOT NULL THEN jsonb_build_array(NULL, written.may_send_feedback) END, 'may_open_tickets', CASE WHEN written.may_open_tickets IS NOT NULL THEN jsonb_build_array(NULL, written.may_open_tickets) END, 'requires_contact', CASE WHEN written.requires_contact IS NOT NULL THEN jsonb_build_array(NULL, written.requires_contact) END, 'requires_place', CASE WHEN written.requires_place IS NOT NULL THEN jsonb_build_array(NULL, written.requires_place) END, 'requires_industry', CASE WHEN written.requires_industry IS NOT NULL THEN jsonb_build_array(NULL, written.requires_industry) END, 'leads_per_minute', CASE WHEN written.leads_per_minute IS NOT NULL THEN jsonb_build_array(NULL, written.leads_per_minute) END, 'is_active', CASE WHEN written.is_active IS NOT NULL THEN jsonb_build_array(NULL, written.is_active) END)), nullif(current_setting('pghistory.context_metadata', true), '')::jsonb, nullif(current_setting('pghistory.context_id', true), '')::uuid, session_user\n        FROM written;\n        RETURN NULL;\n    ",
                ),
                add_trigger(
                    "intakeclient",
                    "audit_update",
                    table="intake_clients",
                    pgid="pgtrigger_audit_update_71ec2",
                    when="AFTER",
                    operation="UPDATE",
                    condition="WHEN ((OLD.name, OLD.user_id, OLD.source, OLD.allowed_origins, OLD.may_send_feedback, OLD.may_open_tickets, OLD.requires_contact, OLD.requires_place, OLD.requires_industry, OLD.leads_per_minute, OLD.is_active) IS DISTINCT FROM (NEW.name, NEW.user_id, NEW.source, NEW.allowed_origins, NEW.may_send_feedback, NEW.may_open_tickets, NEW.requires_contact, NEW.requires_place, NEW.requires_industry, NEW.leads_per_minute, NEW.is_active))",
                    func="\n        INSERT INTO audit_events (at, table_name, row_id, operation, changes, context, context_id, database_user)\n        VALUES (clock_timestamp(), 'intake_clients', NEW.id, 'update', jsonb_strip_nulls(jsonb_build_object('name', CASE WHEN OLD.name IS DISTINCT FROM NEW.name THEN jsonb_build_array(OLD.name, NEW.name) END, 'user_id', CASE WHEN OLD.user_id IS DISTINCT FROM NEW.user_id THEN jsonb_build_array(OLD.user_id, NEW.user_id) END, 'source', CASE WHEN OLD.source IS DISTINCT FROM NEW.source THEN jsonb_build_array(OLD.source, NEW.source) END, 'allowed_origins', CASE WHEN OLD.allowed_origins IS DISTINCT FROM NEW.allowed_origins THEN jsonb_build_array(OLD.allowed_origins, NEW.allowed_origins) END, 'may_send_feedback', CASE WHEN OLD.may_send_feedback IS DISTINCT FROM NEW.may_send_feedback THEN jsonb_build_array(OLD.may_send_feedback, NEW.may_send_feedback) END, 'may_open_tickets', CASE WHEN OLD.may_open_tickets IS DISTINCT FROM NEW.may_open_tickets THEN jsonb_build_array(OLD.may_open_tickets, NEW.may_open_tickets) END, 'requires_contact', CASE WHEN OLD.requires_contact IS DISTINCT FROM NEW.requires_contact THEN jsonb_build_array(OLD.requires_contact, NEW.requires_contact) END, 'requires_place', CASE WHEN OLD.requires_place IS DISTINCT FROM NEW.requires_place THEN jsonb_build_array(OLD.requires_place, NEW.requires_place) END, 'requires_industry', CASE WHEN OLD.requires_industry IS DISTINCT FROM NEW.requires_industry THEN jsonb_build_array(OLD.requires_industry, NEW.requires_industry) END, 'leads_per_minute', CASE WHEN OLD.leads_per_minute IS DISTINCT FROM NEW.leads_per_minute THEN jsonb_build_array(OLD.leads_per_minute, NEW.leads_per_minute) END, 'is_active', CASE WHEN OLD.is_active IS DISTINCT FROM NEW.is_active THEN jsonb_build_array(OLD.is_active, NEW.is_active) END)), nullif(current_setting('pghistory.context_metadata', true), '')::jsonb, nullif(current_setting('pghistory.context_id', true), '')::uuid, session_user);\n        RETURN NULL;\n    ",
                ),
                add_trigger(
                    "intakeclient",
                    "audit_delete",
                    table="intake_clients",
                    pgid="pgtrigger_audit_delete_93663",
                    when="AFTER",
                    operation="DELETE",
                    level="STATEMENT",
                    referencing="REFERENCING OLD TABLE AS deleted ",
                    func="\n        INSERT INTO audit_events (at, table_name, row_id, operation, changes, context, context_id, database_user)\n        SELECT clock_timestamp(), 'intake_clients', deleted.id, 'delete',\n            jsonb_strip_nulls(jsonb_build_object('name', CASE WHEN deleted.name IS NOT NULL THEN jsonb_build_array(deleted.name, NULL) END, 'user_id', CASE WHEN deleted.user_id IS NOT NULL THEN jsonb_build_array(deleted.user_id, NULL) END, 'source', CASE WHEN deleted.source IS NOT NULL THEN jsonb_build_array(deleted.source, NULL) END, 'allowed_origins', CASE WHEN deleted.allowed_origins IS NOT NULL THEN jsonb_build_array(deleted.allowed_origins, NULL) END, 'may_send_feedback', CASE WHEN deleted.may_send_feedback IS NOT NULL THEN jsonb_build_array(deleted.may_send_feedback, NULL) END, 'may_open_tickets', CASE WHEN deleted.may_open_tickets IS NOT NULL THEN jsonb_build_array(deleted.may_open_tickets, NULL) END, 'requires_contact', CASE WHEN deleted.requires_contact IS NOT NULL THEN jsonb_build_array(deleted.requires_contact, NULL) END, 'requires_place', CASE WHEN deleted.requires_place IS NOT NULL THEN jsonb_build_array(deleted.requires_place, NULL) END, 'requires_industry', CASE WHEN deleted.requires_industry IS NOT NULL THEN jsonb_build_array(deleted.requires_industry, NULL) END, 'leads_per_minute', CASE WHEN deleted.leads_per_minute IS NOT NULL THEN jsonb_build_array(deleted.leads_per_minute, NULL) END, 'is_active', CASE WHEN deleted.is_active IS NOT NULL THEN jsonb_build_array(deleted.is_active, NULL) END)), nullif(current_setting('pghistory.context_metadata', true), '')::jsonb, nullif(current_setting('pghistory.context_id', true), '')::uuid, session_user\n        FROM deleted;\n        RETURN NULL;\n    ",
                ),
                add_trigger(
                    "intakeclient",
                    "audit_truncate",
                    table="intake_clients",
                    pgid="pgtrigger_audit_truncate_28ce5",
                    when="AFTER",
                    operation="TRUNCATE",
                    level="STATEMENT",
                    func="\n        INSERT INTO audit_events (at, table_name, row_id, operation, changes, context, context_id, database_user)\n        VALUES (clock_timestamp(), 'intake_clients', '', 'truncate', '{}', nullif(current_setting('pghistory.context_metadata', true), '')::jsonb, nullif(current_setting('pghistory.context_id', true), '')::uuid, session_user);\n        RETURN NULL;\n    ",
                ),
                add_trigger(
                    "partneruser",
                    "audit_insert",
                    table="partner_users",
                    pgid="pgtrigger_audit_insert_85d56",
                    when="AFTER",
                    operation="INSERT",
                    level="STATEMENT",
                    referencing="REFERENCING NEW TABLE AS written ",
                    func="\n        INSERT INTO audit_events (at, table_name, row_id, operation, changes, context, context_id, database_user)\n        SELECT clock_timestamp(), 'partner_users', written.partner_id, 'insert',\n            jsonb_strip_nulls(jsonb_build_object('partner_id', CASE WHEN written.partner_id IS NOT NULL THEN jsonb_build_array(NULL, written.partner_id) END, 'user_id', CASE WHEN written.user_id IS NOT NULL THEN jsonb_build_array(NULL, written.user_id) END)), nullif(current_setting('pghistory.context_metadata', true), '')::jsonb, nullif(current_setting('pghistory.context_id', true), '')::uuid, session_user\n        FROM written;\n        RETURN NULL;\n    ",
                ),
                add_trigger(
                    "partneruser",
                    "audit_update",
                    table="partner_users",
                    pgid="pgtrigger_audit_update_407e7",
                    when="AFTER",
                    operation="UPDATE",
                    condition="WHEN ((OLD.partner_id, OLD.user_id) IS DISTINCT FROM (NEW.partner_id, NEW.user_id))",
                    func="\n        INSERT INTO audit_events (at, table_name, row_id, operation, changes, context, context_id, database_user)\n        VALUES (clock_timestamp(), 'partner_users', NEW.partner_id, 'update', jsonb_strip_nulls(jsonb_build_object('partner_id', CASE WHEN OLD.partner_id IS DISTINCT FROM NEW.partner_id THEN jsonb_build_array(OLD.partner_id, NEW.partner_id) END, 'user_id', CASE WHEN OLD.user_id IS DISTINCT FROM NEW.user_id THEN jsonb_build_array(OLD.user_id, NEW.user_id) END)), nullif(current_setting('pghistory.context_metadata', true), '')::jsonb, nullif(current_setting('pghistory.context_id', true), '')::uuid, session_user);\n        RETURN NULL;\n    ",
                ),
                add_trigger(
                    "partneruser",
                    "audit_delete",
                    table="partner_users",
                    pgid="pgtrigger_audit_delete_09c0f",
                    when="AFTER",
                    operation="DELETE",
                    level="STATEMENT",
                    referencing="REFERENCING OLD TABLE AS deleted ",
                    func="\n        INSERT INTO audit_events (at, table_name, row_id, operation, changes, context, context_id, database_user)\n        SELECT clock_timestamp(), 'partner_users', deleted.partner_id, 'delete',\n            jsonb_strip_nulls(jsonb_build_object('partner_id', CASE WHEN deleted.partner_id IS NOT NULL THEN jsonb_build_array(deleted.partner_id, NULL) END, 'user_id', CASE WHEN deleted.user_id IS NOT NULL THEN jsonb_build_array(deleted.user_id, NULL) END)), nullif(current_setting('pghistory.context_metadata', true), '')::jsonb, nullif(current_setting('pghistory.context_id', true), '')::uuid, session_user\n        FROM deleted;\n        RETURN NULL;\n    ",
                ),
                add_trigger(
                    "partneruser",
                    "audit_truncate",
                    table="partner_users",
                    pgid="pgtrigger_audit_truncate_08298",
                    when="AFTER",
                    operation="TRUNCATE",
                    level="STATEMENT",
                    func="\n        INSERT INTO audit_events (at, table_name, row_id, operation, changes, context, context_id, database_user)\n        VALUES (clock_timestamp(), 'partner_users', '', 'truncate', '{}', nullif(current_setting('pghistory.context_metadata', true), '')::jsonb, nullif(current_setting('pghistory.context_id', true), '')::uuid, session_user);\n        RETURN NULL;\n    ",
                ),
            ]
        ),
    ]
