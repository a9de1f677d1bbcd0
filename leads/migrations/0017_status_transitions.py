"""The state machine of a lead holds for every writer; who corrects a mistaken status may take times back."""

import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations

import migrations_sql.triggers


class Migration(migrations.Migration):
    dependencies = [
        ("leads", "0016_notifications"),
    ]

    operations = [
        migrations.AlterModelOptions(
            name="lead",
            options={
                "ordering": ("-created_at", "id"),
                "permissions": (("correct_lead_status", "Can correct the status of a lead"),),
                "verbose_name": "lead",
                "verbose_name_plural": "leads",
            },
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="lead",
            name="write_once",
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="lead",
            trigger=pgtrigger.compiler.Trigger(
                name="write_once",
                sql=migrations_sql.triggers.FixedPathRuleTriggerSql(
                    condition="WHEN ((OLD.first_contact_at IS NOT NULL AND NEW.first_contact_at IS DISTINCT FROM OLD.first_contact_at) OR (OLD.accepted_at IS NOT NULL AND NEW.accepted_at IS DISTINCT FROM OLD.accepted_at) OR (OLD.decided_at IS NOT NULL AND NEW.decided_at IS DISTINCT FROM OLD.decided_at) OR (OLD.user_id IS NOT NULL AND NEW.user_id IS DISTINCT FROM OLD.user_id) OR NEW.tried_partner_ids IS DISTINCT FROM OLD.tried_partner_ids OR (NEW.user_id IS NOT NULL AND NEW.assigned_at IS NULL AND (OLD.user_id IS NULL OR OLD.assigned_at IS NOT NULL)) OR (NEW.status IS DISTINCT FROM OLD.status AND NEW.status IN ('accepted', 'won', 'lost')))",
                    func="\n        -- A row that was read before the assignment and is written back whole: it knows neither partner nor time.\n        -- (To take a lead away from its partner, set user_id alone.)\n        IF NEW.user_id IS NULL AND OLD.user_id IS NOT NULL\n            AND NEW.assigned_at IS NULL AND OLD.assigned_at IS NOT NULL\n        THEN\n            NEW.user_id := OLD.user_id;\n            NEW.status := OLD.status;\n        END IF;\n        -- Likewise one that was read before the lead left a partner: nobody else writes down who had it.\n        IF NEW.tried_partner_ids IS DISTINCT FROM OLD.tried_partner_ids THEN\n            IF NEW.user_id IS DISTINCT FROM OLD.user_id THEN\n                NEW.user_id := OLD.user_id;\n                NEW.status := OLD.status;\n            END IF;\n            NEW.assigned_at := OLD.assigned_at;\n            NEW.tried_partner_ids := OLD.tried_partner_ids;\n        END IF;\n\n        IF OLD.user_id IS NOT NULL AND NEW.user_id IS DISTINCT FROM OLD.user_id THEN\n            -- The lead leaves its partner: the clock starts again for the next one.\n            NEW.tried_partner_ids := array_append(\n                array_remove(OLD.tried_partner_ids, OLD.user_id), OLD.user_id\n            );\n            NEW.first_contact_at := NULL;\n            NEW.accepted_at := NULL;\n            NEW.decided_at := NULL;\n            IF NEW.user_id IS NULL THEN\n                NEW.assigned_at := NULL;\n            ELSIF NEW.assigned_at IS NOT DISTINCT FROM OLD.assigned_at THEN\n                NEW.assigned_at := now();\n            END IF;\n        ELSE\n            -- A first contact before the lead, which no rule forbade once, may be put right.\n            IF OLD.first_contact_at IS NOT NULL AND (OLD.first_contact_at < OLD.created_at) IS NOT TRUE THEN\n                NEW.first_contact_at := OLD.first_contact_at;\n            END IF;\n            -- Who corrects a mistaken status also says which of its times never were.\n            IF current_setting('leads.correct_status', true) IS DISTINCT FROM 'on' THEN\n                NEW.accepted_at := coalesce(OLD.accepted_at, NEW.accepted_at);\n                NEW.decided_at := coalesce(OLD.decided_at, NEW.decided_at);\n            END IF;\n            IF NEW.user_id IS NOT NULL THEN\n                -- Of a lead that came with its partner, the time may be unknown, and is not invented later.\n                NEW.assigned_at := coalesce(\n                    NEW.assigned_at, OLD.assigned_at, CASE WHEN OLD.user_id IS NULL THEN now() END\n                );\n            END IF;\n        END IF;\n\n        IF NEW.status IS DISTINCT FROM OLD.status OR NEW.user_id IS DISTINCT FROM OLD.user_id THEN\n            IF NEW.status = 'accepted' THEN\n                NEW.accepted_at := coalesce(NEW.accepted_at, greatest(NEW.created_at, now()));\n            ELSIF NEW.status IN ('won', 'lost') THEN\n                NEW.decided_at := coalesce(NEW.decided_at, greatest(NEW.created_at, now()));\n            END IF;\n        END IF;\n        RETURN NEW;\n    ",
                    hash="8190fffaf60cb12634cd6d5f90df5e66b13e8427",
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
                    condition="WHEN (NEW.status IS DISTINCT FROM OLD.status AND OLD.status IS NOT NULL AND (\n    OLD.status NOT IN ('new', 'accepted', 'rejected', 'in_progress', 'completed', 'won', 'lost')\n    OR (OLD.status, NEW.status) IN (('accepted', 'completed'), ('accepted', 'in_progress'), ('accepted', 'lost'), ('accepted', 'rejected'), ('accepted', 'won'), ('completed', 'lost'), ('completed', 'won'), ('in_progress', 'completed'), ('in_progress', 'lost'), ('in_progress', 'rejected'), ('in_progress', 'won'), ('new', 'lost'), ('new', 'rejected'))\n    OR ((OLD.status, NEW.status) IN (('new', 'accepted'), ('new', 'completed'), ('new', 'in_progress'), ('new', 'rejected'), ('new', 'won')) AND NEW.user_id IS NOT NULL)\n    OR (\n        OLD.status IN ('accepted', 'rejected', 'in_progress', 'completed') AND NEW.user_id IS DISTINCT FROM OLD.user_id\n        AND (NEW.status IN ('new', 'lost', 'rejected') OR (NEW.status IN ('accepted', 'rejected', 'in_progress', 'completed', 'won') AND NEW.user_id IS NOT NULL))\n    )\n    OR current_setting('leads.correct_status', true) = 'on'\n) IS NOT TRUE)",
                    func="\n        RAISE EXCEPTION 'the status of lead % cannot go from % to %', NEW.id, OLD.status, NEW.status\n            USING ERRCODE = 'check_violation', CONSTRAINT = 'leads_status_transition', TABLE = 'leads',\n                HINT = CASE WHEN NEW.user_id IS NULL AND OLD.status = 'new' THEN 'Without a partner it can become: rejected, lost.'\n                    ELSE CASE OLD.status WHEN 'new' THEN 'It can become: accepted, rejected, in_progress, completed, won, lost.' WHEN 'accepted' THEN 'It can become: rejected, in_progress, completed, won, lost.' WHEN 'rejected' THEN 'It can become: nothing else.' WHEN 'in_progress' THEN 'It can become: rejected, completed, won, lost.' WHEN 'completed' THEN 'It can become: won, lost.' WHEN 'won' THEN 'It can become: nothing else.' WHEN 'lost' THEN 'It can become: nothing else.' END END;\n    ",
                    hash="81125b0a5a690de31886bb5ada42d02b84a9670e",
                    operation="UPDATE",
                    pgid="pgtrigger_status_transition_8a6ff",
                    table="leads",
                    when="AFTER",
                ),
            ),
        ),
    ]
