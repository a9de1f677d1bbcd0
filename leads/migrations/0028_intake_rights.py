"""Intake clients have rights and requirements; API tokens end with a change of password."""

import django.contrib.postgres.fields
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models

import migrations_sql.triggers


class Migration(migrations.Migration):
    dependencies = [
        ("leads", "0025_returns_kept"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        pgtrigger.migrations.RemoveTrigger(
            model_name="intakeclient",
            name="audit_insert",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="intakeclient",
            name="audit_update",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="intakeclient",
            name="audit_delete",
        ),
        migrations.AddField(
            model_name="intakeclient",
            name="may_open_tickets",
            field=models.BooleanField(
                db_default=False,
                default=False,
                help_text="About the leads that it sent. For a server alone, likewise.",
                verbose_name="may open tickets",
            ),
        ),
        migrations.AddField(
            model_name="intakeclient",
            name="may_send_feedback",
            field=models.BooleanField(
                db_default=False,
                default=False,
                help_text="Of the leads that it sent. For a server alone: a page's token is in everybody's hands.",
                verbose_name="may send ratings",
            ),
        ),
        migrations.AddField(
            model_name="intakeclient",
            name="requires_contact",
            field=models.BooleanField(
                db_default=True,
                default=True,
                help_text="A lead without an e-mail address and a phone number is refused.",
                verbose_name="requires a contact",
            ),
        ),
        migrations.AddField(
            model_name="intakeclient",
            name="requires_industry",
            field=models.BooleanField(
                db_default=True,
                default=True,
                help_text="A lead without an industry is refused.",
                verbose_name="requires an industry",
            ),
        ),
        migrations.AddField(
            model_name="intakeclient",
            name="requires_place",
            field=models.BooleanField(
                db_default=True,
                default=True,
                help_text="A lead without a postcode and a province is refused.",
                verbose_name="requires a place",
            ),
        ),
        migrations.AlterField(
            model_name="intakeclient",
            name="allowed_origins",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.TextField(),
                blank=True,
                db_default=[],
                default=list,
                help_text="Pages that may send leads from a browser, such as https://www.example.com; separate several with commas. Empty: no page may, only a server.",
                size=None,
                verbose_name="allowed origins",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="intakeclient",
            trigger=pgtrigger.compiler.Trigger(
                name="audit_insert",
                sql=migrations_sql.triggers.FixedPathRuleTriggerSql(
                    func="\n        INSERT INTO audit_events (at, table_name, row_id, operation, changes, context, context_id, database_user)\n        SELECT clock_timestamp(), 'intake_clients', written.id, 'insert',\n            jsonb_strip_nulls(jsonb_build_object('name', CASE WHEN written.name IS NOT NULL THEN jsonb_build_array(NULL, written.name) END, 'user_id', CASE WHEN written.user_id IS NOT NULL THEN jsonb_build_array(NULL, written.user_id) END, 'source', CASE WHEN written.source IS NOT NULL THEN jsonb_build_array(NULL, written.source) END, 'allowed_origins', CASE WHEN written.allowed_origins IS NOT NULL THEN jsonb_build_array(NULL, written.allowed_origins) END, 'may_send_feedback', CASE WHEN written.may_send_feedback IS NOT NULL THEN jsonb_build_array(NULL, written.may_send_feedback) END, 'may_open_tickets', CASE WHEN written.may_open_tickets IS NOT NULL THEN jsonb_build_array(NULL, written.may_open_tickets) END, 'requires_contact', CASE WHEN written.requires_contact IS NOT NULL THEN jsonb_build_array(NULL, written.requires_contact) END, 'requires_place', CASE WHEN written.requires_place IS NOT NULL THEN jsonb_build_array(NULL, written.requires_place) END, 'requires_industry', CASE WHEN written.requires_industry IS NOT NULL THEN jsonb_build_array(NULL, written.requires_industry) END, 'leads_per_minute', CASE WHEN written.leads_per_minute IS NOT NULL THEN jsonb_build_array(NULL, written.leads_per_minute) END, 'is_active', CASE WHEN written.is_active IS NOT NULL THEN jsonb_build_array(NULL, written.is_active) END)), nullif(current_setting('pghistory.context_metadata', true), '')::jsonb, nullif(current_setting('pghistory.context_id', true), '')::uuid, session_user\n        FROM written;\n        RETURN NULL;\n    ",
                    hash="1803f140f108e17138ccd351c7fbcf7ba72ec40d",
                    level="STATEMENT",
                    operation="INSERT",
                    pgid="pgtrigger_audit_insert_c53cc",
                    referencing="REFERENCING NEW TABLE AS written ",
                    table="intake_clients",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="intakeclient",
            trigger=pgtrigger.compiler.Trigger(
                name="audit_update",
                sql=migrations_sql.triggers.FixedPathRuleTriggerSql(
                    condition="WHEN ((OLD.name, OLD.user_id, OLD.source, OLD.allowed_origins, OLD.may_send_feedback, OLD.may_open_tickets, OLD.requires_contact, OLD.requires_place, OLD.requires_industry, OLD.leads_per_minute, OLD.is_active) IS DISTINCT FROM (NEW.name, NEW.user_id, NEW.source, NEW.allowed_origins, NEW.may_send_feedback, NEW.may_open_tickets, NEW.requires_contact, NEW.requires_place, NEW.requires_industry, NEW.leads_per_minute, NEW.is_active))",
                    func="\n        INSERT INTO audit_events (at, table_name, row_id, operation, changes, context, context_id, database_user)\n        VALUES (clock_timestamp(), 'intake_clients', NEW.id, 'update', jsonb_strip_nulls(jsonb_build_object('name', CASE WHEN OLD.name IS DISTINCT FROM NEW.name THEN jsonb_build_array(OLD.name, NEW.name) END, 'user_id', CASE WHEN OLD.user_id IS DISTINCT FROM NEW.user_id THEN jsonb_build_array(OLD.user_id, NEW.user_id) END, 'source', CASE WHEN OLD.source IS DISTINCT FROM NEW.source THEN jsonb_build_array(OLD.source, NEW.source) END, 'allowed_origins', CASE WHEN OLD.allowed_origins IS DISTINCT FROM NEW.allowed_origins THEN jsonb_build_array(OLD.allowed_origins, NEW.allowed_origins) END, 'may_send_feedback', CASE WHEN OLD.may_send_feedback IS DISTINCT FROM NEW.may_send_feedback THEN jsonb_build_array(OLD.may_send_feedback, NEW.may_send_feedback) END, 'may_open_tickets', CASE WHEN OLD.may_open_tickets IS DISTINCT FROM NEW.may_open_tickets THEN jsonb_build_array(OLD.may_open_tickets, NEW.may_open_tickets) END, 'requires_contact', CASE WHEN OLD.requires_contact IS DISTINCT FROM NEW.requires_contact THEN jsonb_build_array(OLD.requires_contact, NEW.requires_contact) END, 'requires_place', CASE WHEN OLD.requires_place IS DISTINCT FROM NEW.requires_place THEN jsonb_build_array(OLD.requires_place, NEW.requires_place) END, 'requires_industry', CASE WHEN OLD.requires_industry IS DISTINCT FROM NEW.requires_industry THEN jsonb_build_array(OLD.requires_industry, NEW.requires_industry) END, 'leads_per_minute', CASE WHEN OLD.leads_per_minute IS DISTINCT FROM NEW.leads_per_minute THEN jsonb_build_array(OLD.leads_per_minute, NEW.leads_per_minute) END, 'is_active', CASE WHEN OLD.is_active IS DISTINCT FROM NEW.is_active THEN jsonb_build_array(OLD.is_active, NEW.is_active) END)), nullif(current_setting('pghistory.context_metadata', true), '')::jsonb, nullif(current_setting('pghistory.context_id', true), '')::uuid, session_user);\n        RETURN NULL;\n    ",
                    hash="6b41ca0e28d29aab4a6a149c95a833dce32201a4",
                    operation="UPDATE",
                    pgid="pgtrigger_audit_update_71ec2",
                    table="intake_clients",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="intakeclient",
            trigger=pgtrigger.compiler.Trigger(
                name="audit_delete",
                sql=migrations_sql.triggers.FixedPathRuleTriggerSql(
                    func="\n        INSERT INTO audit_events (at, table_name, row_id, operation, changes, context, context_id, database_user)\n        SELECT clock_timestamp(), 'intake_clients', deleted.id, 'delete',\n            jsonb_strip_nulls(jsonb_build_object('name', CASE WHEN deleted.name IS NOT NULL THEN jsonb_build_array(deleted.name, NULL) END, 'user_id', CASE WHEN deleted.user_id IS NOT NULL THEN jsonb_build_array(deleted.user_id, NULL) END, 'source', CASE WHEN deleted.source IS NOT NULL THEN jsonb_build_array(deleted.source, NULL) END, 'allowed_origins', CASE WHEN deleted.allowed_origins IS NOT NULL THEN jsonb_build_array(deleted.allowed_origins, NULL) END, 'may_send_feedback', CASE WHEN deleted.may_send_feedback IS NOT NULL THEN jsonb_build_array(deleted.may_send_feedback, NULL) END, 'may_open_tickets', CASE WHEN deleted.may_open_tickets IS NOT NULL THEN jsonb_build_array(deleted.may_open_tickets, NULL) END, 'requires_contact', CASE WHEN deleted.requires_contact IS NOT NULL THEN jsonb_build_array(deleted.requires_contact, NULL) END, 'requires_place', CASE WHEN deleted.requires_place IS NOT NULL THEN jsonb_build_array(deleted.requires_place, NULL) END, 'requires_industry', CASE WHEN deleted.requires_industry IS NOT NULL THEN jsonb_build_array(deleted.requires_industry, NULL) END, 'leads_per_minute', CASE WHEN deleted.leads_per_minute IS NOT NULL THEN jsonb_build_array(deleted.leads_per_minute, NULL) END, 'is_active', CASE WHEN deleted.is_active IS NOT NULL THEN jsonb_build_array(deleted.is_active, NULL) END)), nullif(current_setting('pghistory.context_metadata', true), '')::jsonb, nullif(current_setting('pghistory.context_id', true), '')::uuid, session_user\n        FROM deleted;\n        RETURN NULL;\n    ",
                    hash="17e7d5eaab973a311e37a5cbb0c4d2c43eb7795f",
                    level="STATEMENT",
                    operation="DELETE",
                    pgid="pgtrigger_audit_delete_93663",
                    referencing="REFERENCING OLD TABLE AS deleted ",
                    table="intake_clients",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="watcheduser",
            trigger=pgtrigger.compiler.Trigger(
                name="end_tokens",
                sql=migrations_sql.triggers.FixedPathRuleTriggerSql(
                    condition="WHEN (OLD.password IS DISTINCT FROM NEW.password OR (OLD.is_active AND NOT NEW.is_active))",
                    func="\n        DELETE FROM knox_authtoken WHERE user_id = NEW.id;\n        RETURN NULL;\n    ",
                    hash="f1859976e6ff87cc929e66e7942386674491aa06",
                    operation='UPDATE OF "password", "is_active"',
                    pgid="pgtrigger_end_tokens_4cac9",
                    table="auth_user",
                    when="AFTER",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="intakeclient",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("allowed_origins", []),
                    models.Q(("may_open_tickets", False), ("may_send_feedback", False)),
                    _connector="OR",
                ),
                name="intake_clients_rights_of_a_server",
                violation_error_message="A client of a page sends leads and nothing else.",
            ),
        ),
    ]
