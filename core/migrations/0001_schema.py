"""The audit trail, and proxies of the audited tables of Django and Knox."""

import django.contrib.auth.models
import django.contrib.postgres.indexes
from django.conf import settings
from django.db import migrations, models

from migrations_sql.checks import checks_on


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("auth", "0012_alter_user_first_name_max_length"),
        ("knox", "0009_extend_authtoken_field"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
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
            name="AuditedGroup",
            fields=[],
            options={"proxy": True, "default_permissions": (), "indexes": [], "constraints": []},
            bases=("auth.group",),
            managers=[("objects", django.contrib.auth.models.GroupManager())],
        ),
        migrations.CreateModel(
            name="AuditedGroupMember",
            fields=[],
            options={"proxy": True, "default_permissions": (), "indexes": [], "constraints": []},
            bases=("auth.user_groups",),
        ),
        migrations.CreateModel(
            name="AuditedGroupPermission",
            fields=[],
            options={"proxy": True, "default_permissions": (), "indexes": [], "constraints": []},
            bases=("auth.group_permissions",),
        ),
        migrations.CreateModel(
            name="AuditedToken",
            fields=[],
            options={"proxy": True, "default_permissions": (), "indexes": [], "constraints": []},
            bases=("knox.authtoken",),
        ),
        migrations.CreateModel(
            name="AuditedUser",
            fields=[],
            options={"proxy": True, "default_permissions": (), "indexes": [], "constraints": []},
            bases=("auth.user",),
            managers=[("objects", django.contrib.auth.models.UserManager())],
        ),
        migrations.CreateModel(
            name="AuditedUserPermission",
            fields=[],
            options={"proxy": True, "default_permissions": (), "indexes": [], "constraints": []},
            bases=("auth.user_user_permissions",),
        ),
        migrations.AddIndex(model_name="auditevent", index=models.Index(models.F("row_id"), name="audit_events_row")),
        migrations.AddIndex(
            model_name="auditevent",
            index=django.contrib.postgres.indexes.BrinIndex(fields=["at"], name="audit_events_at"),
        ),
        *(
            migrations.AddConstraint(model_name="auditevent", constraint=check)
            for check in checks_on("audit_events", times=("at",))
        ),
    ]
