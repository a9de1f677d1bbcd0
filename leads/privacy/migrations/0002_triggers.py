"""Nothing about an anonymised lead says who asked."""

from django.db import migrations

from migrations_sql.operations import Together
from migrations_sql.triggers import add_trigger


class Migration(migrations.Migration):
    dependencies = [("privacy", "0001_schema"), ("leads", "0004_triggers")]

    operations = [
        Together(
            [
                add_trigger(
                    "anonymisedlead",
                    "anonymised_ins",
                    table="leads",
                    pgid="pgtrigger_anonymised_ins_e36bf",
                    when="BEFORE",
                    operation="INSERT",
                    condition="WHEN (NEW.anonymised_at IS NOT NULL AND ((NEW.contact_name, NEW.contact_email, NEW.contact_phone, NEW.message, NEW.postcode) IS DISTINCT FROM ('', '', '', '', substring(NEW.postcode FROM '[1-9][0-9]{3}'))))",
                    func="\n        NEW.contact_name := ''; NEW.contact_email := ''; NEW.contact_phone := ''; NEW.message := ''; NEW.postcode := substring(NEW.postcode FROM '[1-9][0-9]{3}');\n        RETURN NEW;\n    ",
                ),
                add_trigger(
                    "anonymisedlead",
                    "anonymised_upd",
                    table="leads",
                    pgid="pgtrigger_anonymised_upd_baca1",
                    when="BEFORE",
                    operation="UPDATE",
                    condition="WHEN (OLD.anonymised_at IS NOT NULL OR NEW.anonymised_at IS NOT NULL)",
                    func="\n        NEW.anonymised_at := coalesce(OLD.anonymised_at, NEW.anonymised_at);\n        NEW.contact_name := ''; NEW.contact_email := ''; NEW.contact_phone := ''; NEW.message := ''; NEW.postcode := substring(NEW.postcode FROM '[1-9][0-9]{3}');\n        -- Nobody can be asked any more whether there is still a wish, so nobody gets the lead.\n        IF NEW.user_id IS NULL AND NEW.status = 'new' THEN\n            NEW.status := 'lost';\n        END IF;\n        RETURN NEW;\n    ",
                ),
                add_trigger(
                    "anonymisedlead",
                    "anonymised_around",
                    table="leads",
                    pgid="pgtrigger_anonymised_around_b536e",
                    when="AFTER",
                    operation='UPDATE OF "anonymised_at"',
                    condition="WHEN (OLD.anonymised_at IS NULL AND NEW.anonymised_at IS NOT NULL)",
                    func="\n        -- Who writes about the lead just now holds its key: see `blank_inserted`.\n        PERFORM FROM leads WHERE id = NEW.id FOR UPDATE;\n        UPDATE lead_repeats AS told SET contact_name = '', contact_email = '', contact_phone = '', message = '', postcode = substring(told.postcode FROM '[1-9][0-9]{3}') WHERE told.lead_id = NEW.id; UPDATE lead_activities AS told SET description = NULL, metadata = '{}'::jsonb WHERE told.lead_id = NEW.id; UPDATE lead_feedback AS told SET comment = '' WHERE told.lead_id = NEW.id; UPDATE support_tickets AS told SET subject = '', body = '' WHERE told.lead_id = NEW.id; DELETE FROM intake_keys WHERE lead_id = NEW.id; DELETE FROM lead_contact_digests WHERE lead_id = NEW.id;\n        RETURN NULL;\n    ",
                ),
                add_trigger(
                    "blankedactivity",
                    "blank_inserted",
                    table="lead_activities",
                    pgid="pgtrigger_blank_inserted_6e0a1",
                    when="AFTER",
                    operation="INSERT",
                    level="STATEMENT",
                    referencing="REFERENCING NEW TABLE AS inserted ",
                    declare="DECLARE anonymised uuid[];",
                    func="\n        SELECT array_agg(id) FILTER (WHERE anonymised_at IS NOT NULL) INTO anonymised\n        FROM (\n            SELECT id, anonymised_at FROM leads\n            WHERE id IN (SELECT lead_id FROM inserted WHERE ((inserted.description, inserted.metadata) IS DISTINCT FROM (NULL, '{}'::jsonb)))\n            ORDER BY id\n            FOR KEY SHARE\n        ) AS locked;\n        IF anonymised IS NOT NULL THEN\n            UPDATE lead_activities AS told SET description = NULL, metadata = '{}'::jsonb\n            WHERE told.lead_id = ANY(anonymised) AND ((told.description, told.metadata) IS DISTINCT FROM (NULL, '{}'::jsonb));\n        END IF;\n        RETURN NULL;\n    ",
                ),
                add_trigger(
                    "blankedactivity",
                    "blank_updated",
                    table="lead_activities",
                    pgid="pgtrigger_blank_updated_008fe",
                    when="BEFORE",
                    operation='UPDATE OF "lead_id", "description", "metadata"',
                    condition="WHEN ((NEW.description, NEW.metadata) IS DISTINCT FROM (NULL, '{}'::jsonb))",
                    func="\n        IF EXISTS (SELECT FROM leads WHERE id = NEW.lead_id AND anonymised_at IS NOT NULL) THEN\n            NEW.description := NULL; NEW.metadata := '{}'::jsonb;\n        END IF;\n        RETURN NEW;\n    ",
                ),
                add_trigger(
                    "blankedrepeat",
                    "blank_inserted",
                    table="lead_repeats",
                    pgid="pgtrigger_blank_inserted_8beba",
                    when="AFTER",
                    operation="INSERT",
                    level="STATEMENT",
                    referencing="REFERENCING NEW TABLE AS inserted ",
                    declare="DECLARE anonymised uuid[];",
                    func="\n        SELECT array_agg(id) FILTER (WHERE anonymised_at IS NOT NULL) INTO anonymised\n        FROM (\n            SELECT id, anonymised_at FROM leads\n            WHERE id IN (SELECT lead_id FROM inserted WHERE ((inserted.contact_name, inserted.contact_email, inserted.contact_phone, inserted.message, inserted.postcode) IS DISTINCT FROM ('', '', '', '', substring(inserted.postcode FROM '[1-9][0-9]{3}'))))\n            ORDER BY id\n            FOR KEY SHARE\n        ) AS locked;\n        IF anonymised IS NOT NULL THEN\n            UPDATE lead_repeats AS told SET contact_name = '', contact_email = '', contact_phone = '', message = '', postcode = substring(told.postcode FROM '[1-9][0-9]{3}')\n            WHERE told.lead_id = ANY(anonymised) AND ((told.contact_name, told.contact_email, told.contact_phone, told.message, told.postcode) IS DISTINCT FROM ('', '', '', '', substring(told.postcode FROM '[1-9][0-9]{3}')));\n        END IF;\n        RETURN NULL;\n    ",
                ),
                add_trigger(
                    "blankedrepeat",
                    "blank_updated",
                    table="lead_repeats",
                    pgid="pgtrigger_blank_updated_9456e",
                    when="BEFORE",
                    operation='UPDATE OF "lead_id", "contact_name", "contact_email", "contact_phone", "message", "postcode"',
                    condition="WHEN ((NEW.contact_name, NEW.contact_email, NEW.contact_phone, NEW.message, NEW.postcode) IS DISTINCT FROM ('', '', '', '', substring(NEW.postcode FROM '[1-9][0-9]{3}')))",
                    func="\n        IF EXISTS (SELECT FROM leads WHERE id = NEW.lead_id AND anonymised_at IS NOT NULL) THEN\n            NEW.contact_name := ''; NEW.contact_email := ''; NEW.contact_phone := ''; NEW.message := ''; NEW.postcode := substring(NEW.postcode FROM '[1-9][0-9]{3}');\n        END IF;\n        RETURN NEW;\n    ",
                ),
            ]
        ),
        Together(
            [
                add_trigger(
                    "blankedfeedback",
                    "blank_inserted",
                    table="lead_feedback",
                    pgid="pgtrigger_blank_inserted_e278e",
                    when="AFTER",
                    operation="INSERT",
                    level="STATEMENT",
                    referencing="REFERENCING NEW TABLE AS inserted ",
                    declare="DECLARE anonymised uuid[];",
                    func="\n        SELECT array_agg(id) FILTER (WHERE anonymised_at IS NOT NULL) INTO anonymised\n        FROM (\n            SELECT id, anonymised_at FROM leads\n            WHERE id IN (SELECT lead_id FROM inserted WHERE ((inserted.comment) IS DISTINCT FROM ('')))\n            ORDER BY id\n            FOR KEY SHARE\n        ) AS locked;\n        IF anonymised IS NOT NULL THEN\n            UPDATE lead_feedback AS told SET comment = ''\n            WHERE told.lead_id = ANY(anonymised) AND ((told.comment) IS DISTINCT FROM (''));\n        END IF;\n        RETURN NULL;\n    ",
                ),
                add_trigger(
                    "blankedfeedback",
                    "blank_updated",
                    table="lead_feedback",
                    pgid="pgtrigger_blank_updated_bd51e",
                    when="BEFORE",
                    operation='UPDATE OF "lead_id", "comment"',
                    condition="WHEN ((NEW.comment) IS DISTINCT FROM (''))",
                    func="\n        IF EXISTS (SELECT FROM leads WHERE id = NEW.lead_id AND anonymised_at IS NOT NULL) THEN\n            NEW.comment := '';\n        END IF;\n        RETURN NEW;\n    ",
                ),
            ]
        ),
        Together(
            [
                add_trigger(
                    "blankedticket",
                    "blank_inserted",
                    table="support_tickets",
                    pgid="pgtrigger_blank_inserted_59340",
                    when="AFTER",
                    operation="INSERT",
                    level="STATEMENT",
                    referencing="REFERENCING NEW TABLE AS inserted ",
                    declare="DECLARE anonymised uuid[];",
                    func="\n        SELECT array_agg(id) FILTER (WHERE anonymised_at IS NOT NULL) INTO anonymised\n        FROM (\n            SELECT id, anonymised_at FROM leads\n            WHERE id IN (SELECT lead_id FROM inserted WHERE ((inserted.subject, inserted.body) IS DISTINCT FROM ('', '')))\n            ORDER BY id\n            FOR KEY SHARE\n        ) AS locked;\n        IF anonymised IS NOT NULL THEN\n            UPDATE support_tickets AS told SET subject = '', body = ''\n            WHERE told.lead_id = ANY(anonymised) AND ((told.subject, told.body) IS DISTINCT FROM ('', ''));\n        END IF;\n        RETURN NULL;\n    ",
                ),
                add_trigger(
                    "blankedticket",
                    "blank_updated",
                    table="support_tickets",
                    pgid="pgtrigger_blank_updated_3a46e",
                    when="BEFORE",
                    operation='UPDATE OF "lead_id", "subject", "body"',
                    condition="WHEN ((NEW.subject, NEW.body) IS DISTINCT FROM ('', ''))",
                    func="\n        IF EXISTS (SELECT FROM leads WHERE id = NEW.lead_id AND anonymised_at IS NOT NULL) THEN\n            NEW.subject := ''; NEW.body := '';\n        END IF;\n        RETURN NEW;\n    ",
                ),
            ]
        ),
    ]
