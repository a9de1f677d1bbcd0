"""The audit of channels, and the notifications of an assigned lead."""

from django.db import migrations

from migrations_sql.operations import Together
from migrations_sql.triggers import add_trigger


class Migration(migrations.Migration):
    dependencies = [("notifications", "0001_schema"), ("leads", "0004_triggers")]

    operations = [
        Together(
            [
                add_trigger(
                    "notifiedlead",
                    "notify_partner_ins",
                    table="leads",
                    pgid="pgtrigger_notify_partner_ins_2b00a",
                    when="AFTER",
                    operation="INSERT",
                    level="STATEMENT",
                    referencing="REFERENCING NEW TABLE AS inserted ",
                    func="\n        IF NOT EXISTS (SELECT FROM partner_channels WHERE is_active) THEN\n            RETURN NULL;\n        END IF;\n        INSERT INTO partner_notifications (channel_id, lead_id)\n        SELECT channel.id, inserted.id\n        FROM inserted\n        JOIN partner_channels AS channel ON channel.partner_id = inserted.user_id AND channel.is_active\n        -- An older one is history that is brought in.\n        WHERE inserted.status IN ('new', 'accepted', 'in_progress')\n            AND coalesce(inserted.assigned_at, inserted.created_at) >= now() - interval '5 minutes';\n        RETURN NULL;\n    ",
                ),
                add_trigger(
                    "notifiedlead",
                    "notify_partner_upd",
                    table="leads",
                    pgid="pgtrigger_notify_partner_upd_9572f",
                    when="AFTER",
                    operation="UPDATE",
                    level="STATEMENT",
                    referencing="REFERENCING OLD TABLE AS before  NEW TABLE AS after ",
                    func="\n        IF NOT EXISTS (SELECT FROM partner_channels WHERE is_active) THEN\n            RETURN NULL;\n        END IF;\n        INSERT INTO partner_notifications (channel_id, lead_id)\n        SELECT channel.id, after.id\n        FROM after\n        JOIN before ON before.id = after.id\n        JOIN partner_channels AS channel ON channel.partner_id = after.user_id AND channel.is_active\n        WHERE after.user_id IS DISTINCT FROM before.user_id AND after.status IN ('new', 'accepted', 'in_progress');\n        RETURN NULL;\n    ",
                ),
                add_trigger(
                    "partnerchannel",
                    "audit_insert",
                    table="partner_channels",
                    pgid="pgtrigger_audit_insert_f5138",
                    when="AFTER",
                    operation="INSERT",
                    level="STATEMENT",
                    referencing="REFERENCING NEW TABLE AS written ",
                    func="\n        INSERT INTO audit_events (at, table_name, row_id, operation, changes, context, context_id, database_user)\n        SELECT clock_timestamp(), 'partner_channels', written.partner_id, 'insert',\n            jsonb_strip_nulls(jsonb_build_object('partner_id', CASE WHEN written.partner_id IS NOT NULL THEN jsonb_build_array(NULL, written.partner_id) END, 'kind', CASE WHEN written.kind IS NOT NULL THEN jsonb_build_array(NULL, written.kind) END, 'language', CASE WHEN written.language IS NOT NULL THEN jsonb_build_array(NULL, written.language) END, 'is_active', CASE WHEN written.is_active IS NOT NULL THEN jsonb_build_array(NULL, written.is_active) END)), nullif(current_setting('pghistory.context_metadata', true), '')::jsonb, nullif(current_setting('pghistory.context_id', true), '')::uuid, session_user\n        FROM written;\n        RETURN NULL;\n    ",
                ),
                add_trigger(
                    "partnerchannel",
                    "audit_update",
                    table="partner_channels",
                    pgid="pgtrigger_audit_update_6f129",
                    when="AFTER",
                    operation="UPDATE",
                    condition="WHEN ((OLD.partner_id, OLD.kind, OLD.language, OLD.is_active, OLD.address, OLD.secret_id, OLD.previous_secret_id) IS DISTINCT FROM (NEW.partner_id, NEW.kind, NEW.language, NEW.is_active, NEW.address, NEW.secret_id, NEW.previous_secret_id))",
                    func="\n        INSERT INTO audit_events (at, table_name, row_id, operation, changes, context, context_id, database_user)\n        VALUES (clock_timestamp(), 'partner_channels', NEW.partner_id, 'update', jsonb_strip_nulls(jsonb_build_object('partner_id', CASE WHEN OLD.partner_id IS DISTINCT FROM NEW.partner_id THEN jsonb_build_array(OLD.partner_id, NEW.partner_id) END, 'kind', CASE WHEN OLD.kind IS DISTINCT FROM NEW.kind THEN jsonb_build_array(OLD.kind, NEW.kind) END, 'language', CASE WHEN OLD.language IS DISTINCT FROM NEW.language THEN jsonb_build_array(OLD.language, NEW.language) END, 'is_active', CASE WHEN OLD.is_active IS DISTINCT FROM NEW.is_active THEN jsonb_build_array(OLD.is_active, NEW.is_active) END, 'address', CASE WHEN OLD.address IS DISTINCT FROM NEW.address THEN jsonb_build_array() END, 'secret_id', CASE WHEN OLD.secret_id IS DISTINCT FROM NEW.secret_id THEN jsonb_build_array() END, 'previous_secret_id', CASE WHEN OLD.previous_secret_id IS DISTINCT FROM NEW.previous_secret_id THEN jsonb_build_array() END)), nullif(current_setting('pghistory.context_metadata', true), '')::jsonb, nullif(current_setting('pghistory.context_id', true), '')::uuid, session_user);\n        RETURN NULL;\n    ",
                ),
                add_trigger(
                    "partnerchannel",
                    "audit_delete",
                    table="partner_channels",
                    pgid="pgtrigger_audit_delete_bf762",
                    when="AFTER",
                    operation="DELETE",
                    level="STATEMENT",
                    referencing="REFERENCING OLD TABLE AS deleted ",
                    func="\n        INSERT INTO audit_events (at, table_name, row_id, operation, changes, context, context_id, database_user)\n        SELECT clock_timestamp(), 'partner_channels', deleted.partner_id, 'delete',\n            jsonb_strip_nulls(jsonb_build_object('partner_id', CASE WHEN deleted.partner_id IS NOT NULL THEN jsonb_build_array(deleted.partner_id, NULL) END, 'kind', CASE WHEN deleted.kind IS NOT NULL THEN jsonb_build_array(deleted.kind, NULL) END, 'language', CASE WHEN deleted.language IS NOT NULL THEN jsonb_build_array(deleted.language, NULL) END, 'is_active', CASE WHEN deleted.is_active IS NOT NULL THEN jsonb_build_array(deleted.is_active, NULL) END)), nullif(current_setting('pghistory.context_metadata', true), '')::jsonb, nullif(current_setting('pghistory.context_id', true), '')::uuid, session_user\n        FROM deleted;\n        RETURN NULL;\n    ",
                ),
                add_trigger(
                    "partnerchannel",
                    "audit_truncate",
                    table="partner_channels",
                    pgid="pgtrigger_audit_truncate_1aebe",
                    when="AFTER",
                    operation="TRUNCATE",
                    level="STATEMENT",
                    func="\n        INSERT INTO audit_events (at, table_name, row_id, operation, changes, context, context_id, database_user)\n        VALUES (clock_timestamp(), 'partner_channels', '', 'truncate', '{}', nullif(current_setting('pghistory.context_metadata', true), '')::jsonb, nullif(current_setting('pghistory.context_id', true), '')::uuid, session_user);\n        RETURN NULL;\n    ",
                ),
            ]
        ),
    ]
