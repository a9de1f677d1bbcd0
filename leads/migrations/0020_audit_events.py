"""Who changed what and when, for leads, partners, clients, tokens, users and groups, whoever writes."""

import django.contrib.auth.models
import django.contrib.postgres.indexes
import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models

import migrations_sql.triggers


class Migration(migrations.Migration):
    dependencies = [
        ("auth", "0012_alter_user_first_name_max_length"),
        ("knox", "0009_extend_authtoken_field"),
        ("leads", "0019_lead_contacts_backfill"),
    ]

    operations = [
        migrations.CreateModel(
            name="AuditEvent",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField(verbose_name="time")),
                ("table_name", models.TextField(db_collation="C", verbose_name="table")),
                ("row_id", models.TextField(db_collation="C", verbose_name="row")),
                (
                    "operation",
                    models.TextField(
                        choices=[
                            ("insert", "made"),
                            ("update", "changed"),
                            ("delete", "deleted"),
                            ("truncate", "all rows deleted"),
                        ],
                        verbose_name="operation",
                    ),
                ),
                ("changes", models.JSONField(verbose_name="changes")),
                ("context", models.JSONField(null=True, verbose_name="context")),
                ("context_id", models.UUIDField(null=True, verbose_name="request")),
                ("database_user", models.TextField(verbose_name="database user")),
            ],
            options={
                "verbose_name": "change",
                "verbose_name_plural": "changes",
                "db_table": "audit_events",
                "ordering": ("-id",),
                "default_permissions": ("view",),
            },
        ),
        migrations.CreateModel(
            name="WatchedGroup",
            fields=[],
            options={
                "proxy": True,
                "default_permissions": (),
                "indexes": [],
                "constraints": [],
            },
            bases=("auth.group",),
            managers=[
                ("objects", django.contrib.auth.models.GroupManager()),
            ],
        ),
        migrations.CreateModel(
            name="WatchedGroupMember",
            fields=[],
            options={
                "proxy": True,
                "default_permissions": (),
                "indexes": [],
                "constraints": [],
            },
            bases=("auth.user_groups",),
        ),
        migrations.CreateModel(
            name="WatchedGroupPermission",
            fields=[],
            options={
                "proxy": True,
                "default_permissions": (),
                "indexes": [],
                "constraints": [],
            },
            bases=("auth.group_permissions",),
        ),
        migrations.CreateModel(
            name="WatchedToken",
            fields=[],
            options={
                "proxy": True,
                "default_permissions": (),
                "indexes": [],
                "constraints": [],
            },
            bases=("knox.authtoken",),
        ),
        migrations.CreateModel(
            name="WatchedUser",
            fields=[],
            options={
                "proxy": True,
                "default_permissions": (),
                "indexes": [],
                "constraints": [],
            },
            bases=("auth.user",),
            managers=[
                ("objects", django.contrib.auth.models.UserManager()),
            ],
        ),
        migrations.CreateModel(
            name="WatchedUserPermission",
            fields=[],
            options={
                "proxy": True,
                "default_permissions": (),
                "indexes": [],
                "constraints": [],
            },
            bases=("auth.user_user_permissions",),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="intakeclient",
            trigger=pgtrigger.compiler.Trigger(
                name="audit_insert",
                sql=migrations_sql.triggers.FixedPathRuleTriggerSql(
                    func="\n        INSERT INTO audit_events (at, table_name, row_id, operation, changes, context, context_id, database_user)\n        SELECT clock_timestamp(), 'intake_clients', written.id, 'insert',\n            jsonb_strip_nulls(jsonb_build_object('name', CASE WHEN written.name IS NOT NULL THEN jsonb_build_array(NULL, written.name) END, 'user_id', CASE WHEN written.user_id IS NOT NULL THEN jsonb_build_array(NULL, written.user_id) END, 'source', CASE WHEN written.source IS NOT NULL THEN jsonb_build_array(NULL, written.source) END, 'allowed_origins', CASE WHEN written.allowed_origins IS NOT NULL THEN jsonb_build_array(NULL, written.allowed_origins) END, 'leads_per_minute', CASE WHEN written.leads_per_minute IS NOT NULL THEN jsonb_build_array(NULL, written.leads_per_minute) END, 'is_active', CASE WHEN written.is_active IS NOT NULL THEN jsonb_build_array(NULL, written.is_active) END)), nullif(current_setting('pghistory.context_metadata', true), '')::jsonb, nullif(current_setting('pghistory.context_id', true), '')::uuid, session_user\n        FROM written;\n        RETURN NULL;\n    ",
                    hash="8efa8e1e0d467450cd7d0d5899229089b4002b06",
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
                    condition="WHEN ((OLD.name, OLD.user_id, OLD.source, OLD.allowed_origins, OLD.leads_per_minute, OLD.is_active) IS DISTINCT FROM (NEW.name, NEW.user_id, NEW.source, NEW.allowed_origins, NEW.leads_per_minute, NEW.is_active))",
                    func="\n        INSERT INTO audit_events (at, table_name, row_id, operation, changes, context, context_id, database_user)\n        VALUES (clock_timestamp(), 'intake_clients', NEW.id, 'update', jsonb_strip_nulls(jsonb_build_object('name', CASE WHEN OLD.name IS DISTINCT FROM NEW.name THEN jsonb_build_array(OLD.name, NEW.name) END, 'user_id', CASE WHEN OLD.user_id IS DISTINCT FROM NEW.user_id THEN jsonb_build_array(OLD.user_id, NEW.user_id) END, 'source', CASE WHEN OLD.source IS DISTINCT FROM NEW.source THEN jsonb_build_array(OLD.source, NEW.source) END, 'allowed_origins', CASE WHEN OLD.allowed_origins IS DISTINCT FROM NEW.allowed_origins THEN jsonb_build_array(OLD.allowed_origins, NEW.allowed_origins) END, 'leads_per_minute', CASE WHEN OLD.leads_per_minute IS DISTINCT FROM NEW.leads_per_minute THEN jsonb_build_array(OLD.leads_per_minute, NEW.leads_per_minute) END, 'is_active', CASE WHEN OLD.is_active IS DISTINCT FROM NEW.is_active THEN jsonb_build_array(OLD.is_active, NEW.is_active) END)), nullif(current_setting('pghistory.context_metadata', true), '')::jsonb, nullif(current_setting('pghistory.context_id', true), '')::uuid, session_user);\n        RETURN NULL;\n    ",
                    hash="eb02f11adb3b081ebbbc2eee590238f1b42c3c36",
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
                    func="\n        INSERT INTO audit_events (at, table_name, row_id, operation, changes, context, context_id, database_user)\n        SELECT clock_timestamp(), 'intake_clients', deleted.id, 'delete',\n            jsonb_strip_nulls(jsonb_build_object('name', CASE WHEN deleted.name IS NOT NULL THEN jsonb_build_array(deleted.name, NULL) END, 'user_id', CASE WHEN deleted.user_id IS NOT NULL THEN jsonb_build_array(deleted.user_id, NULL) END, 'source', CASE WHEN deleted.source IS NOT NULL THEN jsonb_build_array(deleted.source, NULL) END, 'allowed_origins', CASE WHEN deleted.allowed_origins IS NOT NULL THEN jsonb_build_array(deleted.allowed_origins, NULL) END, 'leads_per_minute', CASE WHEN deleted.leads_per_minute IS NOT NULL THEN jsonb_build_array(deleted.leads_per_minute, NULL) END, 'is_active', CASE WHEN deleted.is_active IS NOT NULL THEN jsonb_build_array(deleted.is_active, NULL) END)), nullif(current_setting('pghistory.context_metadata', true), '')::jsonb, nullif(current_setting('pghistory.context_id', true), '')::uuid, session_user\n        FROM deleted;\n        RETURN NULL;\n    ",
                    hash="f54875fd9eb0ff10527a447b4b72506b0ecf590e",
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
            model_name="intakeclient",
            trigger=pgtrigger.compiler.Trigger(
                name="audit_truncate",
                sql=migrations_sql.triggers.FixedPathRuleTriggerSql(
                    func="\n        INSERT INTO audit_events (at, table_name, row_id, operation, changes, context, context_id, database_user)\n        VALUES (clock_timestamp(), 'intake_clients', '', 'truncate', '{}', nullif(current_setting('pghistory.context_metadata', true), '')::jsonb, nullif(current_setting('pghistory.context_id', true), '')::uuid, session_user);\n        RETURN NULL;\n    ",
                    hash="101225a0b603cb03a37d464e5abfa83f87c5d832",
                    level="STATEMENT",
                    operation="TRUNCATE",
                    pgid="pgtrigger_audit_truncate_28ce5",
                    table="intake_clients",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="lead",
            trigger=pgtrigger.compiler.Trigger(
                name="audit_insert",
                sql=migrations_sql.triggers.FixedPathRuleTriggerSql(
                    func="\n        INSERT INTO audit_events (at, table_name, row_id, operation, changes, context, context_id, database_user)\n        SELECT clock_timestamp(), 'leads', written.id, 'insert',\n            jsonb_strip_nulls(jsonb_build_object('status', CASE WHEN written.status IS NOT NULL THEN jsonb_build_array(NULL, written.status) END, 'user_id', CASE WHEN written.user_id IS NOT NULL THEN jsonb_build_array(NULL, written.user_id) END, 'source', CASE WHEN written.source IS NOT NULL THEN jsonb_build_array(NULL, written.source) END, 'intake_client_id', CASE WHEN written.intake_client_id IS NOT NULL THEN jsonb_build_array(NULL, written.intake_client_id) END)), nullif(current_setting('pghistory.context_metadata', true), '')::jsonb, nullif(current_setting('pghistory.context_id', true), '')::uuid, session_user\n        FROM written;\n        RETURN NULL;\n    ",
                    hash="e33cd3f20d490d97845a1cc173cbdfcd4a5fd999",
                    level="STATEMENT",
                    operation="INSERT",
                    pgid="pgtrigger_audit_insert_5f6f3",
                    referencing="REFERENCING NEW TABLE AS written ",
                    table="leads",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="lead",
            trigger=pgtrigger.compiler.Trigger(
                name="audit_update",
                sql=migrations_sql.triggers.FixedPathRuleTriggerSql(
                    condition="WHEN ((OLD.status, OLD.user_id, OLD.industry_id, OLD.province, OLD.source, OLD.intake_client_id, OLD.price_at_purchase, OLD.deal_value, OLD.created_at, OLD.assigned_at, OLD.first_contact_at, OLD.accepted_at, OLD.decided_at, OLD.postcode, OLD.contact_name, OLD.contact_email, OLD.contact_phone, OLD.message) IS DISTINCT FROM (NEW.status, NEW.user_id, NEW.industry_id, NEW.province, NEW.source, NEW.intake_client_id, NEW.price_at_purchase, NEW.deal_value, NEW.created_at, NEW.assigned_at, NEW.first_contact_at, NEW.accepted_at, NEW.decided_at, NEW.postcode, NEW.contact_name, NEW.contact_email, NEW.contact_phone, NEW.message))",
                    func="\n        INSERT INTO audit_events (at, table_name, row_id, operation, changes, context, context_id, database_user)\n        VALUES (clock_timestamp(), 'leads', NEW.id, 'update', jsonb_strip_nulls(jsonb_build_object('status', CASE WHEN OLD.status IS DISTINCT FROM NEW.status THEN jsonb_build_array(OLD.status, NEW.status) END, 'user_id', CASE WHEN OLD.user_id IS DISTINCT FROM NEW.user_id THEN jsonb_build_array(OLD.user_id, NEW.user_id) END, 'industry_id', CASE WHEN OLD.industry_id IS DISTINCT FROM NEW.industry_id THEN jsonb_build_array(OLD.industry_id, NEW.industry_id) END, 'province', CASE WHEN OLD.province IS DISTINCT FROM NEW.province THEN jsonb_build_array(OLD.province, NEW.province) END, 'source', CASE WHEN OLD.source IS DISTINCT FROM NEW.source THEN jsonb_build_array(OLD.source, NEW.source) END, 'intake_client_id', CASE WHEN OLD.intake_client_id IS DISTINCT FROM NEW.intake_client_id THEN jsonb_build_array(OLD.intake_client_id, NEW.intake_client_id) END, 'price_at_purchase', CASE WHEN OLD.price_at_purchase IS DISTINCT FROM NEW.price_at_purchase THEN jsonb_build_array(OLD.price_at_purchase, NEW.price_at_purchase) END, 'deal_value', CASE WHEN OLD.deal_value IS DISTINCT FROM NEW.deal_value THEN jsonb_build_array(OLD.deal_value, NEW.deal_value) END, 'created_at', CASE WHEN OLD.created_at IS DISTINCT FROM NEW.created_at THEN jsonb_build_array(OLD.created_at, NEW.created_at) END, 'assigned_at', CASE WHEN OLD.assigned_at IS DISTINCT FROM NEW.assigned_at THEN jsonb_build_array(OLD.assigned_at, NEW.assigned_at) END, 'first_contact_at', CASE WHEN OLD.first_contact_at IS DISTINCT FROM NEW.first_contact_at THEN jsonb_build_array(OLD.first_contact_at, NEW.first_contact_at) END, 'accepted_at', CASE WHEN OLD.accepted_at IS DISTINCT FROM NEW.accepted_at THEN jsonb_build_array(OLD.accepted_at, NEW.accepted_at) END, 'decided_at', CASE WHEN OLD.decided_at IS DISTINCT FROM NEW.decided_at THEN jsonb_build_array(OLD.decided_at, NEW.decided_at) END, 'postcode', CASE WHEN OLD.postcode IS DISTINCT FROM NEW.postcode THEN jsonb_build_array() END, 'contact_name', CASE WHEN OLD.contact_name IS DISTINCT FROM NEW.contact_name THEN jsonb_build_array() END, 'contact_email', CASE WHEN OLD.contact_email IS DISTINCT FROM NEW.contact_email THEN jsonb_build_array() END, 'contact_phone', CASE WHEN OLD.contact_phone IS DISTINCT FROM NEW.contact_phone THEN jsonb_build_array() END, 'message', CASE WHEN OLD.message IS DISTINCT FROM NEW.message THEN jsonb_build_array() END)), nullif(current_setting('pghistory.context_metadata', true), '')::jsonb, nullif(current_setting('pghistory.context_id', true), '')::uuid, session_user);\n        RETURN NULL;\n    ",
                    hash="98ab4e29e0d3e1aa77341fd94a4d385964879e9e",
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
                    func="\n        INSERT INTO audit_events (at, table_name, row_id, operation, changes, context, context_id, database_user)\n        SELECT clock_timestamp(), 'leads', deleted.id, 'delete',\n            jsonb_strip_nulls(jsonb_build_object('status', CASE WHEN deleted.status IS NOT NULL THEN jsonb_build_array(deleted.status, NULL) END, 'user_id', CASE WHEN deleted.user_id IS NOT NULL THEN jsonb_build_array(deleted.user_id, NULL) END, 'industry_id', CASE WHEN deleted.industry_id IS NOT NULL THEN jsonb_build_array(deleted.industry_id, NULL) END, 'province', CASE WHEN deleted.province IS NOT NULL THEN jsonb_build_array(deleted.province, NULL) END, 'source', CASE WHEN deleted.source IS NOT NULL THEN jsonb_build_array(deleted.source, NULL) END, 'intake_client_id', CASE WHEN deleted.intake_client_id IS NOT NULL THEN jsonb_build_array(deleted.intake_client_id, NULL) END, 'price_at_purchase', CASE WHEN deleted.price_at_purchase IS NOT NULL THEN jsonb_build_array(deleted.price_at_purchase, NULL) END, 'deal_value', CASE WHEN deleted.deal_value IS NOT NULL THEN jsonb_build_array(deleted.deal_value, NULL) END, 'created_at', CASE WHEN deleted.created_at IS NOT NULL THEN jsonb_build_array(deleted.created_at, NULL) END, 'assigned_at', CASE WHEN deleted.assigned_at IS NOT NULL THEN jsonb_build_array(deleted.assigned_at, NULL) END, 'first_contact_at', CASE WHEN deleted.first_contact_at IS NOT NULL THEN jsonb_build_array(deleted.first_contact_at, NULL) END, 'accepted_at', CASE WHEN deleted.accepted_at IS NOT NULL THEN jsonb_build_array(deleted.accepted_at, NULL) END, 'decided_at', CASE WHEN deleted.decided_at IS NOT NULL THEN jsonb_build_array(deleted.decided_at, NULL) END)), nullif(current_setting('pghistory.context_metadata', true), '')::jsonb, nullif(current_setting('pghistory.context_id', true), '')::uuid, session_user\n        FROM deleted;\n        RETURN NULL;\n    ",
                    hash="59f6cef5b0d41f5d38e1e9372c393fc3769aaf62",
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
                name="audit_truncate",
                sql=migrations_sql.triggers.FixedPathRuleTriggerSql(
                    func="\n        INSERT INTO audit_events (at, table_name, row_id, operation, changes, context, context_id, database_user)\n        VALUES (clock_timestamp(), 'leads', '', 'truncate', '{}', nullif(current_setting('pghistory.context_metadata', true), '')::jsonb, nullif(current_setting('pghistory.context_id', true), '')::uuid, session_user);\n        RETURN NULL;\n    ",
                    hash="5e0c53ed3b685df12d9d43df06e46e4032091ea8",
                    level="STATEMENT",
                    operation="TRUNCATE",
                    pgid="pgtrigger_audit_truncate_ed3f8",
                    table="leads",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="partner",
            trigger=pgtrigger.compiler.Trigger(
                name="audit_insert",
                sql=migrations_sql.triggers.FixedPathRuleTriggerSql(
                    func="\n        INSERT INTO audit_events (at, table_name, row_id, operation, changes, context, context_id, database_user)\n        SELECT clock_timestamp(), 'profiles', written.id, 'insert',\n            jsonb_strip_nulls(jsonb_build_object('company_name', CASE WHEN written.company_name IS NOT NULL THEN jsonb_build_array(NULL, written.company_name) END, 'primary_branch', CASE WHEN written.primary_branch IS NOT NULL THEN jsonb_build_array(NULL, written.primary_branch) END, 'regions', CASE WHEN written.regions IS NOT NULL THEN jsonb_build_array(NULL, written.regions) END, 'lead_industries', CASE WHEN written.lead_industries IS NOT NULL THEN jsonb_build_array(NULL, written.lead_industries) END, 'lead_locations', CASE WHEN written.lead_locations IS NOT NULL THEN jsonb_build_array(NULL, written.lead_locations) END, 'max_open_leads', CASE WHEN written.max_open_leads IS NOT NULL THEN jsonb_build_array(NULL, written.max_open_leads) END, 'is_active_for_routing', CASE WHEN written.is_active_for_routing IS NOT NULL THEN jsonb_build_array(NULL, written.is_active_for_routing) END, 'routing_priority', CASE WHEN written.routing_priority IS NOT NULL THEN jsonb_build_array(NULL, written.routing_priority) END, 'ai_risk_score', CASE WHEN written.ai_risk_score IS NOT NULL THEN jsonb_build_array(NULL, written.ai_risk_score) END, 'ai_risk_level', CASE WHEN written.ai_risk_level IS NOT NULL THEN jsonb_build_array(NULL, written.ai_risk_level) END)), nullif(current_setting('pghistory.context_metadata', true), '')::jsonb, nullif(current_setting('pghistory.context_id', true), '')::uuid, session_user\n        FROM written;\n        RETURN NULL;\n    ",
                    hash="bbd7616ab885a92299b8d9c81e83a331075272b6",
                    level="STATEMENT",
                    operation="INSERT",
                    pgid="pgtrigger_audit_insert_4e7da",
                    referencing="REFERENCING NEW TABLE AS written ",
                    table="profiles",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="partner",
            trigger=pgtrigger.compiler.Trigger(
                name="audit_update",
                sql=migrations_sql.triggers.FixedPathRuleTriggerSql(
                    condition="WHEN ((OLD.company_name, OLD.primary_branch, OLD.regions, OLD.lead_industries, OLD.lead_locations, OLD.max_open_leads, OLD.is_active_for_routing, OLD.routing_priority, OLD.ai_risk_score, OLD.ai_risk_level) IS DISTINCT FROM (NEW.company_name, NEW.primary_branch, NEW.regions, NEW.lead_industries, NEW.lead_locations, NEW.max_open_leads, NEW.is_active_for_routing, NEW.routing_priority, NEW.ai_risk_score, NEW.ai_risk_level))",
                    func="\n        INSERT INTO audit_events (at, table_name, row_id, operation, changes, context, context_id, database_user)\n        VALUES (clock_timestamp(), 'profiles', NEW.id, 'update', jsonb_strip_nulls(jsonb_build_object('company_name', CASE WHEN OLD.company_name IS DISTINCT FROM NEW.company_name THEN jsonb_build_array(OLD.company_name, NEW.company_name) END, 'primary_branch', CASE WHEN OLD.primary_branch IS DISTINCT FROM NEW.primary_branch THEN jsonb_build_array(OLD.primary_branch, NEW.primary_branch) END, 'regions', CASE WHEN OLD.regions IS DISTINCT FROM NEW.regions THEN jsonb_build_array(OLD.regions, NEW.regions) END, 'lead_industries', CASE WHEN OLD.lead_industries IS DISTINCT FROM NEW.lead_industries THEN jsonb_build_array(OLD.lead_industries, NEW.lead_industries) END, 'lead_locations', CASE WHEN OLD.lead_locations IS DISTINCT FROM NEW.lead_locations THEN jsonb_build_array(OLD.lead_locations, NEW.lead_locations) END, 'max_open_leads', CASE WHEN OLD.max_open_leads IS DISTINCT FROM NEW.max_open_leads THEN jsonb_build_array(OLD.max_open_leads, NEW.max_open_leads) END, 'is_active_for_routing', CASE WHEN OLD.is_active_for_routing IS DISTINCT FROM NEW.is_active_for_routing THEN jsonb_build_array(OLD.is_active_for_routing, NEW.is_active_for_routing) END, 'routing_priority', CASE WHEN OLD.routing_priority IS DISTINCT FROM NEW.routing_priority THEN jsonb_build_array(OLD.routing_priority, NEW.routing_priority) END, 'ai_risk_score', CASE WHEN OLD.ai_risk_score IS DISTINCT FROM NEW.ai_risk_score THEN jsonb_build_array(OLD.ai_risk_score, NEW.ai_risk_score) END, 'ai_risk_level', CASE WHEN OLD.ai_risk_level IS DISTINCT FROM NEW.ai_risk_level THEN jsonb_build_array(OLD.ai_risk_level, NEW.ai_risk_level) END)), nullif(current_setting('pghistory.context_metadata', true), '')::jsonb, nullif(current_setting('pghistory.context_id', true), '')::uuid, session_user);\n        RETURN NULL;\n    ",
                    hash="07926fb714e4a43fc07772d44ac4bafad4224ec4",
                    operation="UPDATE",
                    pgid="pgtrigger_audit_update_9ae00",
                    table="profiles",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="partner",
            trigger=pgtrigger.compiler.Trigger(
                name="audit_delete",
                sql=migrations_sql.triggers.FixedPathRuleTriggerSql(
                    func="\n        INSERT INTO audit_events (at, table_name, row_id, operation, changes, context, context_id, database_user)\n        SELECT clock_timestamp(), 'profiles', deleted.id, 'delete',\n            jsonb_strip_nulls(jsonb_build_object('company_name', CASE WHEN deleted.company_name IS NOT NULL THEN jsonb_build_array(deleted.company_name, NULL) END, 'primary_branch', CASE WHEN deleted.primary_branch IS NOT NULL THEN jsonb_build_array(deleted.primary_branch, NULL) END, 'regions', CASE WHEN deleted.regions IS NOT NULL THEN jsonb_build_array(deleted.regions, NULL) END, 'lead_industries', CASE WHEN deleted.lead_industries IS NOT NULL THEN jsonb_build_array(deleted.lead_industries, NULL) END, 'lead_locations', CASE WHEN deleted.lead_locations IS NOT NULL THEN jsonb_build_array(deleted.lead_locations, NULL) END, 'max_open_leads', CASE WHEN deleted.max_open_leads IS NOT NULL THEN jsonb_build_array(deleted.max_open_leads, NULL) END, 'is_active_for_routing', CASE WHEN deleted.is_active_for_routing IS NOT NULL THEN jsonb_build_array(deleted.is_active_for_routing, NULL) END, 'routing_priority', CASE WHEN deleted.routing_priority IS NOT NULL THEN jsonb_build_array(deleted.routing_priority, NULL) END, 'ai_risk_score', CASE WHEN deleted.ai_risk_score IS NOT NULL THEN jsonb_build_array(deleted.ai_risk_score, NULL) END, 'ai_risk_level', CASE WHEN deleted.ai_risk_level IS NOT NULL THEN jsonb_build_array(deleted.ai_risk_level, NULL) END)), nullif(current_setting('pghistory.context_metadata', true), '')::jsonb, nullif(current_setting('pghistory.context_id', true), '')::uuid, session_user\n        FROM deleted;\n        RETURN NULL;\n    ",
                    hash="66c7b638665a8c6be909008757e12ddc9aaa87df",
                    level="STATEMENT",
                    operation="DELETE",
                    pgid="pgtrigger_audit_delete_9c80d",
                    referencing="REFERENCING OLD TABLE AS deleted ",
                    table="profiles",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="partner",
            trigger=pgtrigger.compiler.Trigger(
                name="audit_truncate",
                sql=migrations_sql.triggers.FixedPathRuleTriggerSql(
                    func="\n        INSERT INTO audit_events (at, table_name, row_id, operation, changes, context, context_id, database_user)\n        VALUES (clock_timestamp(), 'profiles', '', 'truncate', '{}', nullif(current_setting('pghistory.context_metadata', true), '')::jsonb, nullif(current_setting('pghistory.context_id', true), '')::uuid, session_user);\n        RETURN NULL;\n    ",
                    hash="5898f621d42cba1b5d4bee3ab9e2184b0aec2b9c",
                    level="STATEMENT",
                    operation="TRUNCATE",
                    pgid="pgtrigger_audit_truncate_7dce6",
                    table="profiles",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="partnerchannel",
            trigger=pgtrigger.compiler.Trigger(
                name="audit_insert",
                sql=migrations_sql.triggers.FixedPathRuleTriggerSql(
                    func="\n        INSERT INTO audit_events (at, table_name, row_id, operation, changes, context, context_id, database_user)\n        SELECT clock_timestamp(), 'partner_channels', written.partner_id, 'insert',\n            jsonb_strip_nulls(jsonb_build_object('partner_id', CASE WHEN written.partner_id IS NOT NULL THEN jsonb_build_array(NULL, written.partner_id) END, 'kind', CASE WHEN written.kind IS NOT NULL THEN jsonb_build_array(NULL, written.kind) END, 'language', CASE WHEN written.language IS NOT NULL THEN jsonb_build_array(NULL, written.language) END, 'is_active', CASE WHEN written.is_active IS NOT NULL THEN jsonb_build_array(NULL, written.is_active) END)), nullif(current_setting('pghistory.context_metadata', true), '')::jsonb, nullif(current_setting('pghistory.context_id', true), '')::uuid, session_user\n        FROM written;\n        RETURN NULL;\n    ",
                    hash="313d1fcdea7a04a1ab2caebba1b337094d1fb71c",
                    level="STATEMENT",
                    operation="INSERT",
                    pgid="pgtrigger_audit_insert_a0137",
                    referencing="REFERENCING NEW TABLE AS written ",
                    table="partner_channels",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="partnerchannel",
            trigger=pgtrigger.compiler.Trigger(
                name="audit_update",
                sql=migrations_sql.triggers.FixedPathRuleTriggerSql(
                    condition="WHEN ((OLD.partner_id, OLD.kind, OLD.language, OLD.is_active, OLD.address, OLD.secret_id, OLD.previous_secret_id) IS DISTINCT FROM (NEW.partner_id, NEW.kind, NEW.language, NEW.is_active, NEW.address, NEW.secret_id, NEW.previous_secret_id))",
                    func="\n        INSERT INTO audit_events (at, table_name, row_id, operation, changes, context, context_id, database_user)\n        VALUES (clock_timestamp(), 'partner_channels', NEW.partner_id, 'update', jsonb_strip_nulls(jsonb_build_object('partner_id', CASE WHEN OLD.partner_id IS DISTINCT FROM NEW.partner_id THEN jsonb_build_array(OLD.partner_id, NEW.partner_id) END, 'kind', CASE WHEN OLD.kind IS DISTINCT FROM NEW.kind THEN jsonb_build_array(OLD.kind, NEW.kind) END, 'language', CASE WHEN OLD.language IS DISTINCT FROM NEW.language THEN jsonb_build_array(OLD.language, NEW.language) END, 'is_active', CASE WHEN OLD.is_active IS DISTINCT FROM NEW.is_active THEN jsonb_build_array(OLD.is_active, NEW.is_active) END, 'address', CASE WHEN OLD.address IS DISTINCT FROM NEW.address THEN jsonb_build_array() END, 'secret_id', CASE WHEN OLD.secret_id IS DISTINCT FROM NEW.secret_id THEN jsonb_build_array() END, 'previous_secret_id', CASE WHEN OLD.previous_secret_id IS DISTINCT FROM NEW.previous_secret_id THEN jsonb_build_array() END)), nullif(current_setting('pghistory.context_metadata', true), '')::jsonb, nullif(current_setting('pghistory.context_id', true), '')::uuid, session_user);\n        RETURN NULL;\n    ",
                    hash="83f75cf4a5c3ceea94e7a461e4be2db612d13cf1",
                    operation="UPDATE",
                    pgid="pgtrigger_audit_update_27b5d",
                    table="partner_channels",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="partnerchannel",
            trigger=pgtrigger.compiler.Trigger(
                name="audit_delete",
                sql=migrations_sql.triggers.FixedPathRuleTriggerSql(
                    func="\n        INSERT INTO audit_events (at, table_name, row_id, operation, changes, context, context_id, database_user)\n        SELECT clock_timestamp(), 'partner_channels', deleted.partner_id, 'delete',\n            jsonb_strip_nulls(jsonb_build_object('partner_id', CASE WHEN deleted.partner_id IS NOT NULL THEN jsonb_build_array(deleted.partner_id, NULL) END, 'kind', CASE WHEN deleted.kind IS NOT NULL THEN jsonb_build_array(deleted.kind, NULL) END, 'language', CASE WHEN deleted.language IS NOT NULL THEN jsonb_build_array(deleted.language, NULL) END, 'is_active', CASE WHEN deleted.is_active IS NOT NULL THEN jsonb_build_array(deleted.is_active, NULL) END)), nullif(current_setting('pghistory.context_metadata', true), '')::jsonb, nullif(current_setting('pghistory.context_id', true), '')::uuid, session_user\n        FROM deleted;\n        RETURN NULL;\n    ",
                    hash="8da825bac4cd501da4d4568dad81d1280198e11f",
                    level="STATEMENT",
                    operation="DELETE",
                    pgid="pgtrigger_audit_delete_67715",
                    referencing="REFERENCING OLD TABLE AS deleted ",
                    table="partner_channels",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="partnerchannel",
            trigger=pgtrigger.compiler.Trigger(
                name="audit_truncate",
                sql=migrations_sql.triggers.FixedPathRuleTriggerSql(
                    func="\n        INSERT INTO audit_events (at, table_name, row_id, operation, changes, context, context_id, database_user)\n        VALUES (clock_timestamp(), 'partner_channels', '', 'truncate', '{}', nullif(current_setting('pghistory.context_metadata', true), '')::jsonb, nullif(current_setting('pghistory.context_id', true), '')::uuid, session_user);\n        RETURN NULL;\n    ",
                    hash="deceb7eecbc844ab94893cc0d068a0bded9ce63c",
                    level="STATEMENT",
                    operation="TRUNCATE",
                    pgid="pgtrigger_audit_truncate_bb06d",
                    table="partner_channels",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="partneruser",
            trigger=pgtrigger.compiler.Trigger(
                name="audit_insert",
                sql=migrations_sql.triggers.FixedPathRuleTriggerSql(
                    func="\n        INSERT INTO audit_events (at, table_name, row_id, operation, changes, context, context_id, database_user)\n        SELECT clock_timestamp(), 'partner_users', written.partner_id, 'insert',\n            jsonb_strip_nulls(jsonb_build_object('partner_id', CASE WHEN written.partner_id IS NOT NULL THEN jsonb_build_array(NULL, written.partner_id) END, 'user_id', CASE WHEN written.user_id IS NOT NULL THEN jsonb_build_array(NULL, written.user_id) END)), nullif(current_setting('pghistory.context_metadata', true), '')::jsonb, nullif(current_setting('pghistory.context_id', true), '')::uuid, session_user\n        FROM written;\n        RETURN NULL;\n    ",
                    hash="b5e38177d9d3e9b1d6f795f8a6893c8daa424108",
                    level="STATEMENT",
                    operation="INSERT",
                    pgid="pgtrigger_audit_insert_85d56",
                    referencing="REFERENCING NEW TABLE AS written ",
                    table="partner_users",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="partneruser",
            trigger=pgtrigger.compiler.Trigger(
                name="audit_update",
                sql=migrations_sql.triggers.FixedPathRuleTriggerSql(
                    condition="WHEN ((OLD.partner_id, OLD.user_id) IS DISTINCT FROM (NEW.partner_id, NEW.user_id))",
                    func="\n        INSERT INTO audit_events (at, table_name, row_id, operation, changes, context, context_id, database_user)\n        VALUES (clock_timestamp(), 'partner_users', NEW.partner_id, 'update', jsonb_strip_nulls(jsonb_build_object('partner_id', CASE WHEN OLD.partner_id IS DISTINCT FROM NEW.partner_id THEN jsonb_build_array(OLD.partner_id, NEW.partner_id) END, 'user_id', CASE WHEN OLD.user_id IS DISTINCT FROM NEW.user_id THEN jsonb_build_array(OLD.user_id, NEW.user_id) END)), nullif(current_setting('pghistory.context_metadata', true), '')::jsonb, nullif(current_setting('pghistory.context_id', true), '')::uuid, session_user);\n        RETURN NULL;\n    ",
                    hash="9f197be47424d26a6ed79e62cb8daa06fc79b0b0",
                    operation="UPDATE",
                    pgid="pgtrigger_audit_update_407e7",
                    table="partner_users",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="partneruser",
            trigger=pgtrigger.compiler.Trigger(
                name="audit_delete",
                sql=migrations_sql.triggers.FixedPathRuleTriggerSql(
                    func="\n        INSERT INTO audit_events (at, table_name, row_id, operation, changes, context, context_id, database_user)\n        SELECT clock_timestamp(), 'partner_users', deleted.partner_id, 'delete',\n            jsonb_strip_nulls(jsonb_build_object('partner_id', CASE WHEN deleted.partner_id IS NOT NULL THEN jsonb_build_array(deleted.partner_id, NULL) END, 'user_id', CASE WHEN deleted.user_id IS NOT NULL THEN jsonb_build_array(deleted.user_id, NULL) END)), nullif(current_setting('pghistory.context_metadata', true), '')::jsonb, nullif(current_setting('pghistory.context_id', true), '')::uuid, session_user\n        FROM deleted;\n        RETURN NULL;\n    ",
                    hash="aaef8e95fcce8931541653614a3e18e31ad46f3d",
                    level="STATEMENT",
                    operation="DELETE",
                    pgid="pgtrigger_audit_delete_09c0f",
                    referencing="REFERENCING OLD TABLE AS deleted ",
                    table="partner_users",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="partneruser",
            trigger=pgtrigger.compiler.Trigger(
                name="audit_truncate",
                sql=migrations_sql.triggers.FixedPathRuleTriggerSql(
                    func="\n        INSERT INTO audit_events (at, table_name, row_id, operation, changes, context, context_id, database_user)\n        VALUES (clock_timestamp(), 'partner_users', '', 'truncate', '{}', nullif(current_setting('pghistory.context_metadata', true), '')::jsonb, nullif(current_setting('pghistory.context_id', true), '')::uuid, session_user);\n        RETURN NULL;\n    ",
                    hash="5917b32d8707ce7245d83572ef037c9708dbe3e2",
                    level="STATEMENT",
                    operation="TRUNCATE",
                    pgid="pgtrigger_audit_truncate_08298",
                    table="partner_users",
                    when="AFTER",
                ),
            ),
        ),
        migrations.AddIndex(
            model_name="auditevent",
            index=models.Index(models.F("row_id"), name="audit_events_row"),
        ),
        migrations.AddIndex(
            model_name="auditevent",
            index=django.contrib.postgres.indexes.BrinIndex(fields=["at"], name="audit_events_at"),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="auditevent",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=migrations_sql.triggers.FixedPathRuleTriggerSql(
                    condition="WHEN (coalesce(current_setting('audit.retention', true), '') <> 'on')",
                    func="\n        RAISE EXCEPTION 'events of the audit are append-only: % on audit_events is refused', TG_OP\n            USING ERRCODE = 'restrict_violation';\n    ",
                    hash="984c3134589c4bb9f073c9565b9bc7dc1119fa35",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_d1109",
                    table="audit_events",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="auditevent",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only_truncate",
                sql=migrations_sql.triggers.FixedPathRuleTriggerSql(
                    func="IF coalesce(current_setting('audit.retention', true), '') <> 'on' THEN \n        RAISE EXCEPTION 'events of the audit are append-only: % on audit_events is refused', TG_OP\n            USING ERRCODE = 'restrict_violation';\n     END IF; RETURN NULL;",
                    hash="c6f32aa95bd3a6fc7bdff8575f475bd31ee75e2c",
                    level="STATEMENT",
                    operation="TRUNCATE",
                    pgid="pgtrigger_append_only_truncate_478cf",
                    table="audit_events",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="watchedgroup",
            trigger=pgtrigger.compiler.Trigger(
                name="audit_insert",
                sql=migrations_sql.triggers.FixedPathRuleTriggerSql(
                    func="\n        INSERT INTO audit_events (at, table_name, row_id, operation, changes, context, context_id, database_user)\n        SELECT clock_timestamp(), 'auth_group', written.id, 'insert',\n            jsonb_strip_nulls(jsonb_build_object('name', CASE WHEN written.name IS NOT NULL THEN jsonb_build_array(NULL, written.name) END)), nullif(current_setting('pghistory.context_metadata', true), '')::jsonb, nullif(current_setting('pghistory.context_id', true), '')::uuid, session_user\n        FROM written;\n        RETURN NULL;\n    ",
                    hash="162b59039333a8fa26b502493b63da7de3c963ba",
                    level="STATEMENT",
                    operation="INSERT",
                    pgid="pgtrigger_audit_insert_25d4c",
                    referencing="REFERENCING NEW TABLE AS written ",
                    table="auth_group",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="watchedgroup",
            trigger=pgtrigger.compiler.Trigger(
                name="audit_update",
                sql=migrations_sql.triggers.FixedPathRuleTriggerSql(
                    condition="WHEN ((OLD.name) IS DISTINCT FROM (NEW.name))",
                    func="\n        INSERT INTO audit_events (at, table_name, row_id, operation, changes, context, context_id, database_user)\n        VALUES (clock_timestamp(), 'auth_group', NEW.id, 'update', jsonb_strip_nulls(jsonb_build_object('name', CASE WHEN OLD.name IS DISTINCT FROM NEW.name THEN jsonb_build_array(OLD.name, NEW.name) END)), nullif(current_setting('pghistory.context_metadata', true), '')::jsonb, nullif(current_setting('pghistory.context_id', true), '')::uuid, session_user);\n        RETURN NULL;\n    ",
                    hash="0941de0b64f57f5a794f520be069d47dcf9111a8",
                    operation="UPDATE",
                    pgid="pgtrigger_audit_update_9abeb",
                    table="auth_group",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="watchedgroup",
            trigger=pgtrigger.compiler.Trigger(
                name="audit_delete",
                sql=migrations_sql.triggers.FixedPathRuleTriggerSql(
                    func="\n        INSERT INTO audit_events (at, table_name, row_id, operation, changes, context, context_id, database_user)\n        SELECT clock_timestamp(), 'auth_group', deleted.id, 'delete',\n            jsonb_strip_nulls(jsonb_build_object('name', CASE WHEN deleted.name IS NOT NULL THEN jsonb_build_array(deleted.name, NULL) END)), nullif(current_setting('pghistory.context_metadata', true), '')::jsonb, nullif(current_setting('pghistory.context_id', true), '')::uuid, session_user\n        FROM deleted;\n        RETURN NULL;\n    ",
                    hash="f2d12f0176c14c47e8a0422fa716bf370816e1e2",
                    level="STATEMENT",
                    operation="DELETE",
                    pgid="pgtrigger_audit_delete_7f4ea",
                    referencing="REFERENCING OLD TABLE AS deleted ",
                    table="auth_group",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="watchedgroup",
            trigger=pgtrigger.compiler.Trigger(
                name="audit_truncate",
                sql=migrations_sql.triggers.FixedPathRuleTriggerSql(
                    func="\n        INSERT INTO audit_events (at, table_name, row_id, operation, changes, context, context_id, database_user)\n        VALUES (clock_timestamp(), 'auth_group', '', 'truncate', '{}', nullif(current_setting('pghistory.context_metadata', true), '')::jsonb, nullif(current_setting('pghistory.context_id', true), '')::uuid, session_user);\n        RETURN NULL;\n    ",
                    hash="a70c5925e5ec5c593893224e65b2103f9fec55b3",
                    level="STATEMENT",
                    operation="TRUNCATE",
                    pgid="pgtrigger_audit_truncate_cb43a",
                    table="auth_group",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="watchedgroupmember",
            trigger=pgtrigger.compiler.Trigger(
                name="audit_insert",
                sql=migrations_sql.triggers.FixedPathRuleTriggerSql(
                    func="\n        INSERT INTO audit_events (at, table_name, row_id, operation, changes, context, context_id, database_user)\n        SELECT clock_timestamp(), 'auth_user_groups', written.group_id, 'insert',\n            jsonb_strip_nulls(jsonb_build_object('group_id', CASE WHEN written.group_id IS NOT NULL THEN jsonb_build_array(NULL, written.group_id) END, 'user_id', CASE WHEN written.user_id IS NOT NULL THEN jsonb_build_array(NULL, written.user_id) END)), nullif(current_setting('pghistory.context_metadata', true), '')::jsonb, nullif(current_setting('pghistory.context_id', true), '')::uuid, session_user\n        FROM written;\n        RETURN NULL;\n    ",
                    hash="9203106e1ce16c8276d5374b71461cf469c477c3",
                    level="STATEMENT",
                    operation="INSERT",
                    pgid="pgtrigger_audit_insert_aad85",
                    referencing="REFERENCING NEW TABLE AS written ",
                    table="auth_user_groups",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="watchedgroupmember",
            trigger=pgtrigger.compiler.Trigger(
                name="audit_update",
                sql=migrations_sql.triggers.FixedPathRuleTriggerSql(
                    condition="WHEN ((OLD.group_id, OLD.user_id) IS DISTINCT FROM (NEW.group_id, NEW.user_id))",
                    func="\n        INSERT INTO audit_events (at, table_name, row_id, operation, changes, context, context_id, database_user)\n        VALUES (clock_timestamp(), 'auth_user_groups', NEW.group_id, 'update', jsonb_strip_nulls(jsonb_build_object('group_id', CASE WHEN OLD.group_id IS DISTINCT FROM NEW.group_id THEN jsonb_build_array(OLD.group_id, NEW.group_id) END, 'user_id', CASE WHEN OLD.user_id IS DISTINCT FROM NEW.user_id THEN jsonb_build_array(OLD.user_id, NEW.user_id) END)), nullif(current_setting('pghistory.context_metadata', true), '')::jsonb, nullif(current_setting('pghistory.context_id', true), '')::uuid, session_user);\n        RETURN NULL;\n    ",
                    hash="c6246773dc7dc8e6b9d36ba3e15fad79d656c2f6",
                    operation="UPDATE",
                    pgid="pgtrigger_audit_update_1f5fe",
                    table="auth_user_groups",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="watchedgroupmember",
            trigger=pgtrigger.compiler.Trigger(
                name="audit_delete",
                sql=migrations_sql.triggers.FixedPathRuleTriggerSql(
                    func="\n        INSERT INTO audit_events (at, table_name, row_id, operation, changes, context, context_id, database_user)\n        SELECT clock_timestamp(), 'auth_user_groups', deleted.group_id, 'delete',\n            jsonb_strip_nulls(jsonb_build_object('group_id', CASE WHEN deleted.group_id IS NOT NULL THEN jsonb_build_array(deleted.group_id, NULL) END, 'user_id', CASE WHEN deleted.user_id IS NOT NULL THEN jsonb_build_array(deleted.user_id, NULL) END)), nullif(current_setting('pghistory.context_metadata', true), '')::jsonb, nullif(current_setting('pghistory.context_id', true), '')::uuid, session_user\n        FROM deleted;\n        RETURN NULL;\n    ",
                    hash="cf07194ed03389c4b0fc284e1f9d4aa8396531a0",
                    level="STATEMENT",
                    operation="DELETE",
                    pgid="pgtrigger_audit_delete_3c8e5",
                    referencing="REFERENCING OLD TABLE AS deleted ",
                    table="auth_user_groups",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="watchedgroupmember",
            trigger=pgtrigger.compiler.Trigger(
                name="audit_truncate",
                sql=migrations_sql.triggers.FixedPathRuleTriggerSql(
                    func="\n        INSERT INTO audit_events (at, table_name, row_id, operation, changes, context, context_id, database_user)\n        VALUES (clock_timestamp(), 'auth_user_groups', '', 'truncate', '{}', nullif(current_setting('pghistory.context_metadata', true), '')::jsonb, nullif(current_setting('pghistory.context_id', true), '')::uuid, session_user);\n        RETURN NULL;\n    ",
                    hash="04dec6a909015270f148db4a0f0c065ae81ec864",
                    level="STATEMENT",
                    operation="TRUNCATE",
                    pgid="pgtrigger_audit_truncate_ffa73",
                    table="auth_user_groups",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="watchedgrouppermission",
            trigger=pgtrigger.compiler.Trigger(
                name="audit_insert",
                sql=migrations_sql.triggers.FixedPathRuleTriggerSql(
                    func="\n        INSERT INTO audit_events (at, table_name, row_id, operation, changes, context, context_id, database_user)\n        SELECT clock_timestamp(), 'auth_group_permissions', written.group_id, 'insert',\n            jsonb_strip_nulls(jsonb_build_object('group_id', CASE WHEN written.group_id IS NOT NULL THEN jsonb_build_array(NULL, written.group_id) END, 'permission_id', CASE WHEN written.permission_id IS NOT NULL THEN jsonb_build_array(NULL, written.permission_id) END)), nullif(current_setting('pghistory.context_metadata', true), '')::jsonb, nullif(current_setting('pghistory.context_id', true), '')::uuid, session_user\n        FROM written;\n        RETURN NULL;\n    ",
                    hash="52256f556d0c496e0ac27e2db6f81c03a322c2cd",
                    level="STATEMENT",
                    operation="INSERT",
                    pgid="pgtrigger_audit_insert_e42af",
                    referencing="REFERENCING NEW TABLE AS written ",
                    table="auth_group_permissions",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="watchedgrouppermission",
            trigger=pgtrigger.compiler.Trigger(
                name="audit_update",
                sql=migrations_sql.triggers.FixedPathRuleTriggerSql(
                    condition="WHEN ((OLD.group_id, OLD.permission_id) IS DISTINCT FROM (NEW.group_id, NEW.permission_id))",
                    func="\n        INSERT INTO audit_events (at, table_name, row_id, operation, changes, context, context_id, database_user)\n        VALUES (clock_timestamp(), 'auth_group_permissions', NEW.group_id, 'update', jsonb_strip_nulls(jsonb_build_object('group_id', CASE WHEN OLD.group_id IS DISTINCT FROM NEW.group_id THEN jsonb_build_array(OLD.group_id, NEW.group_id) END, 'permission_id', CASE WHEN OLD.permission_id IS DISTINCT FROM NEW.permission_id THEN jsonb_build_array(OLD.permission_id, NEW.permission_id) END)), nullif(current_setting('pghistory.context_metadata', true), '')::jsonb, nullif(current_setting('pghistory.context_id', true), '')::uuid, session_user);\n        RETURN NULL;\n    ",
                    hash="f1bdf5303027ea722731b2b25b1c4b1edc17901a",
                    operation="UPDATE",
                    pgid="pgtrigger_audit_update_339a4",
                    table="auth_group_permissions",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="watchedgrouppermission",
            trigger=pgtrigger.compiler.Trigger(
                name="audit_delete",
                sql=migrations_sql.triggers.FixedPathRuleTriggerSql(
                    func="\n        INSERT INTO audit_events (at, table_name, row_id, operation, changes, context, context_id, database_user)\n        SELECT clock_timestamp(), 'auth_group_permissions', deleted.group_id, 'delete',\n            jsonb_strip_nulls(jsonb_build_object('group_id', CASE WHEN deleted.group_id IS NOT NULL THEN jsonb_build_array(deleted.group_id, NULL) END, 'permission_id', CASE WHEN deleted.permission_id IS NOT NULL THEN jsonb_build_array(deleted.permission_id, NULL) END)), nullif(current_setting('pghistory.context_metadata', true), '')::jsonb, nullif(current_setting('pghistory.context_id', true), '')::uuid, session_user\n        FROM deleted;\n        RETURN NULL;\n    ",
                    hash="d1cb9b96a57651fc8cfa8944628cdd61526dff91",
                    level="STATEMENT",
                    operation="DELETE",
                    pgid="pgtrigger_audit_delete_c0ff6",
                    referencing="REFERENCING OLD TABLE AS deleted ",
                    table="auth_group_permissions",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="watchedgrouppermission",
            trigger=pgtrigger.compiler.Trigger(
                name="audit_truncate",
                sql=migrations_sql.triggers.FixedPathRuleTriggerSql(
                    func="\n        INSERT INTO audit_events (at, table_name, row_id, operation, changes, context, context_id, database_user)\n        VALUES (clock_timestamp(), 'auth_group_permissions', '', 'truncate', '{}', nullif(current_setting('pghistory.context_metadata', true), '')::jsonb, nullif(current_setting('pghistory.context_id', true), '')::uuid, session_user);\n        RETURN NULL;\n    ",
                    hash="41695b9d17c045eb82a350270196bdc8708eb51b",
                    level="STATEMENT",
                    operation="TRUNCATE",
                    pgid="pgtrigger_audit_truncate_f10cc",
                    table="auth_group_permissions",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="watchedtoken",
            trigger=pgtrigger.compiler.Trigger(
                name="audit_insert",
                sql=migrations_sql.triggers.FixedPathRuleTriggerSql(
                    func="\n        INSERT INTO audit_events (at, table_name, row_id, operation, changes, context, context_id, database_user)\n        SELECT clock_timestamp(), 'knox_authtoken', written.token_key, 'insert',\n            jsonb_strip_nulls(jsonb_build_object('user_id', CASE WHEN written.user_id IS NOT NULL THEN jsonb_build_array(NULL, written.user_id) END, 'created', CASE WHEN written.created IS NOT NULL THEN jsonb_build_array(NULL, written.created) END, 'expiry', CASE WHEN written.expiry IS NOT NULL THEN jsonb_build_array(NULL, written.expiry) END)), nullif(current_setting('pghistory.context_metadata', true), '')::jsonb, nullif(current_setting('pghistory.context_id', true), '')::uuid, session_user\n        FROM written;\n        RETURN NULL;\n    ",
                    hash="cbb790c4b9229fae391390264cf87499deefa1fc",
                    level="STATEMENT",
                    operation="INSERT",
                    pgid="pgtrigger_audit_insert_04dc2",
                    referencing="REFERENCING NEW TABLE AS written ",
                    table="knox_authtoken",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="watchedtoken",
            trigger=pgtrigger.compiler.Trigger(
                name="audit_update",
                sql=migrations_sql.triggers.FixedPathRuleTriggerSql(
                    condition="WHEN ((OLD.user_id, OLD.created, OLD.expiry, OLD.digest) IS DISTINCT FROM (NEW.user_id, NEW.created, NEW.expiry, NEW.digest))",
                    func="\n        INSERT INTO audit_events (at, table_name, row_id, operation, changes, context, context_id, database_user)\n        VALUES (clock_timestamp(), 'knox_authtoken', NEW.token_key, 'update', jsonb_strip_nulls(jsonb_build_object('user_id', CASE WHEN OLD.user_id IS DISTINCT FROM NEW.user_id THEN jsonb_build_array(OLD.user_id, NEW.user_id) END, 'created', CASE WHEN OLD.created IS DISTINCT FROM NEW.created THEN jsonb_build_array(OLD.created, NEW.created) END, 'expiry', CASE WHEN OLD.expiry IS DISTINCT FROM NEW.expiry THEN jsonb_build_array(OLD.expiry, NEW.expiry) END, 'digest', CASE WHEN OLD.digest IS DISTINCT FROM NEW.digest THEN jsonb_build_array() END)), nullif(current_setting('pghistory.context_metadata', true), '')::jsonb, nullif(current_setting('pghistory.context_id', true), '')::uuid, session_user);\n        RETURN NULL;\n    ",
                    hash="916f89612cb140c2bbeb92be98761fa00b00d437",
                    operation="UPDATE",
                    pgid="pgtrigger_audit_update_952c9",
                    table="knox_authtoken",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="watchedtoken",
            trigger=pgtrigger.compiler.Trigger(
                name="audit_delete",
                sql=migrations_sql.triggers.FixedPathRuleTriggerSql(
                    func="\n        INSERT INTO audit_events (at, table_name, row_id, operation, changes, context, context_id, database_user)\n        SELECT clock_timestamp(), 'knox_authtoken', deleted.token_key, 'delete',\n            jsonb_strip_nulls(jsonb_build_object('user_id', CASE WHEN deleted.user_id IS NOT NULL THEN jsonb_build_array(deleted.user_id, NULL) END, 'created', CASE WHEN deleted.created IS NOT NULL THEN jsonb_build_array(deleted.created, NULL) END, 'expiry', CASE WHEN deleted.expiry IS NOT NULL THEN jsonb_build_array(deleted.expiry, NULL) END)), nullif(current_setting('pghistory.context_metadata', true), '')::jsonb, nullif(current_setting('pghistory.context_id', true), '')::uuid, session_user\n        FROM deleted;\n        RETURN NULL;\n    ",
                    hash="5815996ca5b16c5a2ff5b20ee2a7565a949045b2",
                    level="STATEMENT",
                    operation="DELETE",
                    pgid="pgtrigger_audit_delete_9720e",
                    referencing="REFERENCING OLD TABLE AS deleted ",
                    table="knox_authtoken",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="watchedtoken",
            trigger=pgtrigger.compiler.Trigger(
                name="audit_truncate",
                sql=migrations_sql.triggers.FixedPathRuleTriggerSql(
                    func="\n        INSERT INTO audit_events (at, table_name, row_id, operation, changes, context, context_id, database_user)\n        VALUES (clock_timestamp(), 'knox_authtoken', '', 'truncate', '{}', nullif(current_setting('pghistory.context_metadata', true), '')::jsonb, nullif(current_setting('pghistory.context_id', true), '')::uuid, session_user);\n        RETURN NULL;\n    ",
                    hash="c4ac435aa8f884621e0dee5baa3feb61130663be",
                    level="STATEMENT",
                    operation="TRUNCATE",
                    pgid="pgtrigger_audit_truncate_b5119",
                    table="knox_authtoken",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="watcheduser",
            trigger=pgtrigger.compiler.Trigger(
                name="audit_insert",
                sql=migrations_sql.triggers.FixedPathRuleTriggerSql(
                    func="\n        INSERT INTO audit_events (at, table_name, row_id, operation, changes, context, context_id, database_user)\n        SELECT clock_timestamp(), 'auth_user', written.id, 'insert',\n            jsonb_strip_nulls(jsonb_build_object('is_active', CASE WHEN written.is_active IS NOT NULL THEN jsonb_build_array(NULL, written.is_active) END, 'is_staff', CASE WHEN written.is_staff IS NOT NULL THEN jsonb_build_array(NULL, written.is_staff) END, 'is_superuser', CASE WHEN written.is_superuser IS NOT NULL THEN jsonb_build_array(NULL, written.is_superuser) END)), nullif(current_setting('pghistory.context_metadata', true), '')::jsonb, nullif(current_setting('pghistory.context_id', true), '')::uuid, session_user\n        FROM written;\n        RETURN NULL;\n    ",
                    hash="00a4e68a8e08bc1a2cb01a221de65f47cb6d6e58",
                    level="STATEMENT",
                    operation="INSERT",
                    pgid="pgtrigger_audit_insert_38849",
                    referencing="REFERENCING NEW TABLE AS written ",
                    table="auth_user",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="watcheduser",
            trigger=pgtrigger.compiler.Trigger(
                name="audit_update",
                sql=migrations_sql.triggers.FixedPathRuleTriggerSql(
                    condition="WHEN ((OLD.is_active, OLD.is_staff, OLD.is_superuser, OLD.username, OLD.first_name, OLD.last_name, OLD.email, OLD.password) IS DISTINCT FROM (NEW.is_active, NEW.is_staff, NEW.is_superuser, NEW.username, NEW.first_name, NEW.last_name, NEW.email, NEW.password))",
                    func="\n        INSERT INTO audit_events (at, table_name, row_id, operation, changes, context, context_id, database_user)\n        VALUES (clock_timestamp(), 'auth_user', NEW.id, 'update', jsonb_strip_nulls(jsonb_build_object('is_active', CASE WHEN OLD.is_active IS DISTINCT FROM NEW.is_active THEN jsonb_build_array(OLD.is_active, NEW.is_active) END, 'is_staff', CASE WHEN OLD.is_staff IS DISTINCT FROM NEW.is_staff THEN jsonb_build_array(OLD.is_staff, NEW.is_staff) END, 'is_superuser', CASE WHEN OLD.is_superuser IS DISTINCT FROM NEW.is_superuser THEN jsonb_build_array(OLD.is_superuser, NEW.is_superuser) END, 'username', CASE WHEN OLD.username IS DISTINCT FROM NEW.username THEN jsonb_build_array() END, 'first_name', CASE WHEN OLD.first_name IS DISTINCT FROM NEW.first_name THEN jsonb_build_array() END, 'last_name', CASE WHEN OLD.last_name IS DISTINCT FROM NEW.last_name THEN jsonb_build_array() END, 'email', CASE WHEN OLD.email IS DISTINCT FROM NEW.email THEN jsonb_build_array() END, 'password', CASE WHEN OLD.password IS DISTINCT FROM NEW.password THEN jsonb_build_array() END)), nullif(current_setting('pghistory.context_metadata', true), '')::jsonb, nullif(current_setting('pghistory.context_id', true), '')::uuid, session_user);\n        RETURN NULL;\n    ",
                    hash="0aff04112f3873a8b164f78aca6ac8440f102111",
                    operation="UPDATE",
                    pgid="pgtrigger_audit_update_8b26d",
                    table="auth_user",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="watcheduser",
            trigger=pgtrigger.compiler.Trigger(
                name="audit_delete",
                sql=migrations_sql.triggers.FixedPathRuleTriggerSql(
                    func="\n        INSERT INTO audit_events (at, table_name, row_id, operation, changes, context, context_id, database_user)\n        SELECT clock_timestamp(), 'auth_user', deleted.id, 'delete',\n            jsonb_strip_nulls(jsonb_build_object('is_active', CASE WHEN deleted.is_active IS NOT NULL THEN jsonb_build_array(deleted.is_active, NULL) END, 'is_staff', CASE WHEN deleted.is_staff IS NOT NULL THEN jsonb_build_array(deleted.is_staff, NULL) END, 'is_superuser', CASE WHEN deleted.is_superuser IS NOT NULL THEN jsonb_build_array(deleted.is_superuser, NULL) END)), nullif(current_setting('pghistory.context_metadata', true), '')::jsonb, nullif(current_setting('pghistory.context_id', true), '')::uuid, session_user\n        FROM deleted;\n        RETURN NULL;\n    ",
                    hash="2d4eddddb4dda2a5a6231c0fb1c9d9cf142509eb",
                    level="STATEMENT",
                    operation="DELETE",
                    pgid="pgtrigger_audit_delete_adc0d",
                    referencing="REFERENCING OLD TABLE AS deleted ",
                    table="auth_user",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="watcheduser",
            trigger=pgtrigger.compiler.Trigger(
                name="audit_truncate",
                sql=migrations_sql.triggers.FixedPathRuleTriggerSql(
                    func="\n        INSERT INTO audit_events (at, table_name, row_id, operation, changes, context, context_id, database_user)\n        VALUES (clock_timestamp(), 'auth_user', '', 'truncate', '{}', nullif(current_setting('pghistory.context_metadata', true), '')::jsonb, nullif(current_setting('pghistory.context_id', true), '')::uuid, session_user);\n        RETURN NULL;\n    ",
                    hash="77441659fdf23c5c6a89efcd882418ecaaf8d257",
                    level="STATEMENT",
                    operation="TRUNCATE",
                    pgid="pgtrigger_audit_truncate_ee572",
                    table="auth_user",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="watcheduserpermission",
            trigger=pgtrigger.compiler.Trigger(
                name="audit_insert",
                sql=migrations_sql.triggers.FixedPathRuleTriggerSql(
                    func="\n        INSERT INTO audit_events (at, table_name, row_id, operation, changes, context, context_id, database_user)\n        SELECT clock_timestamp(), 'auth_user_user_permissions', written.user_id, 'insert',\n            jsonb_strip_nulls(jsonb_build_object('user_id', CASE WHEN written.user_id IS NOT NULL THEN jsonb_build_array(NULL, written.user_id) END, 'permission_id', CASE WHEN written.permission_id IS NOT NULL THEN jsonb_build_array(NULL, written.permission_id) END)), nullif(current_setting('pghistory.context_metadata', true), '')::jsonb, nullif(current_setting('pghistory.context_id', true), '')::uuid, session_user\n        FROM written;\n        RETURN NULL;\n    ",
                    hash="108a6e1cf69e0cfae925b0e8da5d29194f11b9d1",
                    level="STATEMENT",
                    operation="INSERT",
                    pgid="pgtrigger_audit_insert_00072",
                    referencing="REFERENCING NEW TABLE AS written ",
                    table="auth_user_user_permissions",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="watcheduserpermission",
            trigger=pgtrigger.compiler.Trigger(
                name="audit_update",
                sql=migrations_sql.triggers.FixedPathRuleTriggerSql(
                    condition="WHEN ((OLD.user_id, OLD.permission_id) IS DISTINCT FROM (NEW.user_id, NEW.permission_id))",
                    func="\n        INSERT INTO audit_events (at, table_name, row_id, operation, changes, context, context_id, database_user)\n        VALUES (clock_timestamp(), 'auth_user_user_permissions', NEW.user_id, 'update', jsonb_strip_nulls(jsonb_build_object('user_id', CASE WHEN OLD.user_id IS DISTINCT FROM NEW.user_id THEN jsonb_build_array(OLD.user_id, NEW.user_id) END, 'permission_id', CASE WHEN OLD.permission_id IS DISTINCT FROM NEW.permission_id THEN jsonb_build_array(OLD.permission_id, NEW.permission_id) END)), nullif(current_setting('pghistory.context_metadata', true), '')::jsonb, nullif(current_setting('pghistory.context_id', true), '')::uuid, session_user);\n        RETURN NULL;\n    ",
                    hash="883f93d97076800219803daf1d4e6389e382e13e",
                    operation="UPDATE",
                    pgid="pgtrigger_audit_update_5946a",
                    table="auth_user_user_permissions",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="watcheduserpermission",
            trigger=pgtrigger.compiler.Trigger(
                name="audit_delete",
                sql=migrations_sql.triggers.FixedPathRuleTriggerSql(
                    func="\n        INSERT INTO audit_events (at, table_name, row_id, operation, changes, context, context_id, database_user)\n        SELECT clock_timestamp(), 'auth_user_user_permissions', deleted.user_id, 'delete',\n            jsonb_strip_nulls(jsonb_build_object('user_id', CASE WHEN deleted.user_id IS NOT NULL THEN jsonb_build_array(deleted.user_id, NULL) END, 'permission_id', CASE WHEN deleted.permission_id IS NOT NULL THEN jsonb_build_array(deleted.permission_id, NULL) END)), nullif(current_setting('pghistory.context_metadata', true), '')::jsonb, nullif(current_setting('pghistory.context_id', true), '')::uuid, session_user\n        FROM deleted;\n        RETURN NULL;\n    ",
                    hash="6cd18cc287d3d66df1b308d8a82facf7b98632e4",
                    level="STATEMENT",
                    operation="DELETE",
                    pgid="pgtrigger_audit_delete_eb8e1",
                    referencing="REFERENCING OLD TABLE AS deleted ",
                    table="auth_user_user_permissions",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="watcheduserpermission",
            trigger=pgtrigger.compiler.Trigger(
                name="audit_truncate",
                sql=migrations_sql.triggers.FixedPathRuleTriggerSql(
                    func="\n        INSERT INTO audit_events (at, table_name, row_id, operation, changes, context, context_id, database_user)\n        VALUES (clock_timestamp(), 'auth_user_user_permissions', '', 'truncate', '{}', nullif(current_setting('pghistory.context_metadata', true), '')::jsonb, nullif(current_setting('pghistory.context_id', true), '')::uuid, session_user);\n        RETURN NULL;\n    ",
                    hash="76e2ec86483a3190f54b84b5c6ced2afd6a357c5",
                    level="STATEMENT",
                    operation="TRUNCATE",
                    pgid="pgtrigger_audit_truncate_e6690",
                    table="auth_user_user_permissions",
                    when="AFTER",
                ),
            ),
        ),
    ]
