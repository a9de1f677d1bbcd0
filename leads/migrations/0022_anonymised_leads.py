"""An anonymised lead says nothing of who asked, and what is written about it later says nothing of it, either."""

import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models

import migrations_sql.triggers


class Migration(migrations.Migration):
    dependencies = [
        ("leads", "0021_restored_digests"),
    ]

    operations = [
        migrations.AlterModelOptions(
            name="lead",
            options={
                "ordering": ("-created_at", "id"),
                "permissions": (
                    ("correct_lead_status", "Can correct the status of a lead"),
                    ("erase_personal_data", "Can hand out and erase what is known of a person"),
                ),
                "verbose_name": "lead",
                "verbose_name_plural": "leads",
            },
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="lead",
            name="audit_update",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="lead",
            name="audit_delete",
        ),
        migrations.AddField(
            model_name="lead",
            name="anonymised_at",
            field=models.DateTimeField(
                blank=True,
                editable=False,
                help_text="Since then nothing says who asked, and it stays so.",
                null=True,
                verbose_name="anonymised at",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="lead",
            trigger=pgtrigger.compiler.Trigger(
                name="audit_update",
                sql=migrations_sql.triggers.FixedPathRuleTriggerSql(
                    condition="WHEN ((OLD.status, OLD.user_id, OLD.industry_id, OLD.province, OLD.source, OLD.intake_client_id, OLD.price_at_purchase, OLD.deal_value, OLD.created_at, OLD.assigned_at, OLD.first_contact_at, OLD.accepted_at, OLD.decided_at, OLD.anonymised_at, OLD.postcode, OLD.contact_name, OLD.contact_email, OLD.contact_phone, OLD.message) IS DISTINCT FROM (NEW.status, NEW.user_id, NEW.industry_id, NEW.province, NEW.source, NEW.intake_client_id, NEW.price_at_purchase, NEW.deal_value, NEW.created_at, NEW.assigned_at, NEW.first_contact_at, NEW.accepted_at, NEW.decided_at, NEW.anonymised_at, NEW.postcode, NEW.contact_name, NEW.contact_email, NEW.contact_phone, NEW.message))",
                    func="\n        INSERT INTO audit_events (at, table_name, row_id, operation, changes, context, context_id, database_user)\n        VALUES (clock_timestamp(), 'leads', NEW.id, 'update', jsonb_strip_nulls(jsonb_build_object('status', CASE WHEN OLD.status IS DISTINCT FROM NEW.status THEN jsonb_build_array(OLD.status, NEW.status) END, 'user_id', CASE WHEN OLD.user_id IS DISTINCT FROM NEW.user_id THEN jsonb_build_array(OLD.user_id, NEW.user_id) END, 'industry_id', CASE WHEN OLD.industry_id IS DISTINCT FROM NEW.industry_id THEN jsonb_build_array(OLD.industry_id, NEW.industry_id) END, 'province', CASE WHEN OLD.province IS DISTINCT FROM NEW.province THEN jsonb_build_array(OLD.province, NEW.province) END, 'source', CASE WHEN OLD.source IS DISTINCT FROM NEW.source THEN jsonb_build_array(OLD.source, NEW.source) END, 'intake_client_id', CASE WHEN OLD.intake_client_id IS DISTINCT FROM NEW.intake_client_id THEN jsonb_build_array(OLD.intake_client_id, NEW.intake_client_id) END, 'price_at_purchase', CASE WHEN OLD.price_at_purchase IS DISTINCT FROM NEW.price_at_purchase THEN jsonb_build_array(OLD.price_at_purchase, NEW.price_at_purchase) END, 'deal_value', CASE WHEN OLD.deal_value IS DISTINCT FROM NEW.deal_value THEN jsonb_build_array(OLD.deal_value, NEW.deal_value) END, 'created_at', CASE WHEN OLD.created_at IS DISTINCT FROM NEW.created_at THEN jsonb_build_array(OLD.created_at, NEW.created_at) END, 'assigned_at', CASE WHEN OLD.assigned_at IS DISTINCT FROM NEW.assigned_at THEN jsonb_build_array(OLD.assigned_at, NEW.assigned_at) END, 'first_contact_at', CASE WHEN OLD.first_contact_at IS DISTINCT FROM NEW.first_contact_at THEN jsonb_build_array(OLD.first_contact_at, NEW.first_contact_at) END, 'accepted_at', CASE WHEN OLD.accepted_at IS DISTINCT FROM NEW.accepted_at THEN jsonb_build_array(OLD.accepted_at, NEW.accepted_at) END, 'decided_at', CASE WHEN OLD.decided_at IS DISTINCT FROM NEW.decided_at THEN jsonb_build_array(OLD.decided_at, NEW.decided_at) END, 'anonymised_at', CASE WHEN OLD.anonymised_at IS DISTINCT FROM NEW.anonymised_at THEN jsonb_build_array(OLD.anonymised_at, NEW.anonymised_at) END, 'postcode', CASE WHEN OLD.postcode IS DISTINCT FROM NEW.postcode THEN jsonb_build_array() END, 'contact_name', CASE WHEN OLD.contact_name IS DISTINCT FROM NEW.contact_name THEN jsonb_build_array() END, 'contact_email', CASE WHEN OLD.contact_email IS DISTINCT FROM NEW.contact_email THEN jsonb_build_array() END, 'contact_phone', CASE WHEN OLD.contact_phone IS DISTINCT FROM NEW.contact_phone THEN jsonb_build_array() END, 'message', CASE WHEN OLD.message IS DISTINCT FROM NEW.message THEN jsonb_build_array() END)), nullif(current_setting('pghistory.context_metadata', true), '')::jsonb, nullif(current_setting('pghistory.context_id', true), '')::uuid, session_user);\n        RETURN NULL;\n    ",
                    hash="2b5990dac4492457c0cba8b02ce9dbfb264ed596",
                    operation="UPDATE",
                    pgid="pgtrigger_audit_update_f42a2",
                    table="leads",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="lead",
            trigger=pgtrigger.compiler.Trigger(
                name="audit_delete",
                sql=migrations_sql.triggers.FixedPathRuleTriggerSql(
                    func="\n        INSERT INTO audit_events (at, table_name, row_id, operation, changes, context, context_id, database_user)\n        SELECT clock_timestamp(), 'leads', deleted.id, 'delete',\n            jsonb_strip_nulls(jsonb_build_object('status', CASE WHEN deleted.status IS NOT NULL THEN jsonb_build_array(deleted.status, NULL) END, 'user_id', CASE WHEN deleted.user_id IS NOT NULL THEN jsonb_build_array(deleted.user_id, NULL) END, 'industry_id', CASE WHEN deleted.industry_id IS NOT NULL THEN jsonb_build_array(deleted.industry_id, NULL) END, 'province', CASE WHEN deleted.province IS NOT NULL THEN jsonb_build_array(deleted.province, NULL) END, 'source', CASE WHEN deleted.source IS NOT NULL THEN jsonb_build_array(deleted.source, NULL) END, 'intake_client_id', CASE WHEN deleted.intake_client_id IS NOT NULL THEN jsonb_build_array(deleted.intake_client_id, NULL) END, 'price_at_purchase', CASE WHEN deleted.price_at_purchase IS NOT NULL THEN jsonb_build_array(deleted.price_at_purchase, NULL) END, 'deal_value', CASE WHEN deleted.deal_value IS NOT NULL THEN jsonb_build_array(deleted.deal_value, NULL) END, 'created_at', CASE WHEN deleted.created_at IS NOT NULL THEN jsonb_build_array(deleted.created_at, NULL) END, 'assigned_at', CASE WHEN deleted.assigned_at IS NOT NULL THEN jsonb_build_array(deleted.assigned_at, NULL) END, 'first_contact_at', CASE WHEN deleted.first_contact_at IS NOT NULL THEN jsonb_build_array(deleted.first_contact_at, NULL) END, 'accepted_at', CASE WHEN deleted.accepted_at IS NOT NULL THEN jsonb_build_array(deleted.accepted_at, NULL) END, 'decided_at', CASE WHEN deleted.decided_at IS NOT NULL THEN jsonb_build_array(deleted.decided_at, NULL) END, 'anonymised_at', CASE WHEN deleted.anonymised_at IS NOT NULL THEN jsonb_build_array(deleted.anonymised_at, NULL) END)), nullif(current_setting('pghistory.context_metadata', true), '')::jsonb, nullif(current_setting('pghistory.context_id', true), '')::uuid, session_user\n        FROM deleted;\n        RETURN NULL;\n    ",
                    hash="e26fe272fc678709cb1c759291de7a4c2f675b8a",
                    level="STATEMENT",
                    operation="DELETE",
                    pgid="pgtrigger_audit_delete_bd895",
                    referencing="REFERENCING OLD TABLE AS deleted ",
                    table="leads",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="lead",
            trigger=pgtrigger.compiler.Trigger(
                name="anonymised_ins",
                sql=migrations_sql.triggers.FixedPathRuleTriggerSql(
                    condition="WHEN (NEW.anonymised_at IS NOT NULL AND ((NEW.contact_name, NEW.contact_email, NEW.contact_phone, NEW.message, NEW.postcode) IS DISTINCT FROM ('', '', '', '', substring(NEW.postcode FROM '[1-9][0-9]{3}'))))",
                    func="\n        NEW.contact_name := ''; NEW.contact_email := ''; NEW.contact_phone := ''; NEW.message := ''; NEW.postcode := substring(NEW.postcode FROM '[1-9][0-9]{3}');\n        RETURN NEW;\n    ",
                    hash="1c96736fcbc11e7f71f8dba0ecbe2bb033ad453f",
                    operation="INSERT",
                    pgid="pgtrigger_anonymised_ins_31b56",
                    table="leads",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="lead",
            trigger=pgtrigger.compiler.Trigger(
                name="anonymised_upd",
                sql=migrations_sql.triggers.FixedPathRuleTriggerSql(
                    condition="WHEN (OLD.anonymised_at IS NOT NULL OR NEW.anonymised_at IS NOT NULL)",
                    func="\n        NEW.anonymised_at := coalesce(OLD.anonymised_at, NEW.anonymised_at);\n        NEW.contact_name := ''; NEW.contact_email := ''; NEW.contact_phone := ''; NEW.message := ''; NEW.postcode := substring(NEW.postcode FROM '[1-9][0-9]{3}');\n        -- Nobody can be asked any more whether there is still a wish, so nobody gets the lead.\n        IF NEW.user_id IS NULL AND NEW.status = 'new' THEN\n            NEW.status := 'lost';\n        END IF;\n        RETURN NEW;\n    ",
                    hash="99180f73d719327d9215acd53fa1277bbd5fccf0",
                    operation="UPDATE",
                    pgid="pgtrigger_anonymised_upd_a2770",
                    table="leads",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="lead",
            trigger=pgtrigger.compiler.Trigger(
                name="anonymised_around",
                sql=migrations_sql.triggers.FixedPathRuleTriggerSql(
                    condition="WHEN (OLD.anonymised_at IS NULL AND NEW.anonymised_at IS NOT NULL)",
                    func="\n        -- Who writes about the lead just now holds its key: see `blank_inserted`.\n        PERFORM FROM leads WHERE id = NEW.id FOR UPDATE;\n        UPDATE lead_repeats AS told SET contact_name = '', contact_email = '', contact_phone = '', message = '', postcode = substring(told.postcode FROM '[1-9][0-9]{3}') WHERE told.lead_id = NEW.id; UPDATE lead_activities AS told SET description = NULL, metadata = '{}'::jsonb WHERE told.lead_id = NEW.id; UPDATE lead_feedback AS told SET comment = '' WHERE told.lead_id = NEW.id; UPDATE support_tickets AS told SET subject = '', body = '' WHERE told.lead_id = NEW.id; DELETE FROM intake_keys WHERE lead_id = NEW.id; DELETE FROM lead_contact_digests WHERE lead_id = NEW.id;\n        RETURN NULL;\n    ",
                    hash="5daa1172156a46e737f960de5158627fba87f611",
                    operation='UPDATE OF "anonymised_at"',
                    pgid="pgtrigger_anonymised_around_d4664",
                    table="leads",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="leadactivity",
            trigger=pgtrigger.compiler.Trigger(
                name="blank_inserted",
                sql=migrations_sql.triggers.FixedPathRuleTriggerSql(
                    declare="DECLARE anonymised uuid[];",
                    func="\n        SELECT array_agg(id) FILTER (WHERE anonymised_at IS NOT NULL) INTO anonymised\n        FROM (\n            SELECT id, anonymised_at FROM leads\n            WHERE id IN (SELECT lead_id FROM inserted WHERE ((inserted.description, inserted.metadata) IS DISTINCT FROM (NULL, '{}'::jsonb)))\n            ORDER BY id\n            FOR KEY SHARE\n        ) AS locked;\n        IF anonymised IS NOT NULL THEN\n            UPDATE lead_activities AS told SET description = NULL, metadata = '{}'::jsonb\n            WHERE told.lead_id = ANY(anonymised) AND ((told.description, told.metadata) IS DISTINCT FROM (NULL, '{}'::jsonb));\n        END IF;\n        RETURN NULL;\n    ",
                    hash="4189987de44acd290bf6d533998b81c09634cc24",
                    level="STATEMENT",
                    operation="INSERT",
                    pgid="pgtrigger_blank_inserted_bdb7f",
                    referencing="REFERENCING NEW TABLE AS inserted ",
                    table="lead_activities",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="leadactivity",
            trigger=pgtrigger.compiler.Trigger(
                name="blank_updated",
                sql=migrations_sql.triggers.FixedPathRuleTriggerSql(
                    condition="WHEN ((NEW.description, NEW.metadata) IS DISTINCT FROM (NULL, '{}'::jsonb))",
                    func="\n        IF EXISTS (SELECT FROM leads WHERE id = NEW.lead_id AND anonymised_at IS NOT NULL) THEN\n            NEW.description := NULL; NEW.metadata := '{}'::jsonb;\n        END IF;\n        RETURN NEW;\n    ",
                    hash="8dd3da0430fcbe73597eab789de6c64740e02bec",
                    operation='UPDATE OF "lead_id", "description", "metadata"',
                    pgid="pgtrigger_blank_updated_ca25d",
                    table="lead_activities",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="leadrepeat",
            trigger=pgtrigger.compiler.Trigger(
                name="blank_inserted",
                sql=migrations_sql.triggers.FixedPathRuleTriggerSql(
                    declare="DECLARE anonymised uuid[];",
                    func="\n        SELECT array_agg(id) FILTER (WHERE anonymised_at IS NOT NULL) INTO anonymised\n        FROM (\n            SELECT id, anonymised_at FROM leads\n            WHERE id IN (SELECT lead_id FROM inserted WHERE ((inserted.contact_name, inserted.contact_email, inserted.contact_phone, inserted.message, inserted.postcode) IS DISTINCT FROM ('', '', '', '', substring(inserted.postcode FROM '[1-9][0-9]{3}'))))\n            ORDER BY id\n            FOR KEY SHARE\n        ) AS locked;\n        IF anonymised IS NOT NULL THEN\n            UPDATE lead_repeats AS told SET contact_name = '', contact_email = '', contact_phone = '', message = '', postcode = substring(told.postcode FROM '[1-9][0-9]{3}')\n            WHERE told.lead_id = ANY(anonymised) AND ((told.contact_name, told.contact_email, told.contact_phone, told.message, told.postcode) IS DISTINCT FROM ('', '', '', '', substring(told.postcode FROM '[1-9][0-9]{3}')));\n        END IF;\n        RETURN NULL;\n    ",
                    hash="60d56aa7c3064323e62939a4f53a4259439a00d2",
                    level="STATEMENT",
                    operation="INSERT",
                    pgid="pgtrigger_blank_inserted_16a77",
                    referencing="REFERENCING NEW TABLE AS inserted ",
                    table="lead_repeats",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="leadrepeat",
            trigger=pgtrigger.compiler.Trigger(
                name="blank_updated",
                sql=migrations_sql.triggers.FixedPathRuleTriggerSql(
                    condition="WHEN ((NEW.contact_name, NEW.contact_email, NEW.contact_phone, NEW.message, NEW.postcode) IS DISTINCT FROM ('', '', '', '', substring(NEW.postcode FROM '[1-9][0-9]{3}')))",
                    func="\n        IF EXISTS (SELECT FROM leads WHERE id = NEW.lead_id AND anonymised_at IS NOT NULL) THEN\n            NEW.contact_name := ''; NEW.contact_email := ''; NEW.contact_phone := ''; NEW.message := ''; NEW.postcode := substring(NEW.postcode FROM '[1-9][0-9]{3}');\n        END IF;\n        RETURN NEW;\n    ",
                    hash="a3ed69be86ce05e9baba7f51078bc7c4da1ee235",
                    operation='UPDATE OF "lead_id", "contact_name", "contact_email", "contact_phone", "message", "postcode"',
                    pgid="pgtrigger_blank_updated_9ef38",
                    table="lead_repeats",
                    when="BEFORE",
                ),
            ),
        ),
    ]
