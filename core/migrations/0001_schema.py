"""The audit trail, and proxies of the audited tables of Django and Knox."""

from django.conf import settings
from django.contrib.auth.models import GroupManager, UserManager
from django.contrib.postgres.indexes import BrinIndex
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
            "AuditEvent",
            fields=[
                ("id", models.BigAutoField("ID", auto_created=True, primary_key=True, serialize=False)),
                ("at", models.DateTimeField("time")),
                ("table_name", models.TextField("table", db_collation="C")),
                ("row_id", models.TextField("row", db_collation="C")),
                (
                    "operation",
                    models.TextField(
                        "operation",
                        choices=[
                            ("insert", "made"),
                            ("update", "changed"),
                            ("delete", "deleted"),
                            ("truncate", "all rows deleted"),
                        ],
                    ),
                ),
                ("changes", models.JSONField("changes")),
                ("context", models.JSONField("context", null=True)),
                ("context_id", models.UUIDField("request", null=True)),
                ("database_user", models.TextField("database user")),
            ],
            options={
                "verbose_name": "change",
                "verbose_name_plural": "changes",
                "db_table": "audit_events",
                "ordering": ("-id",),
                "default_permissions": ("view",),
                "indexes": [
                    models.Index("row_id", name="audit_events_row"),
                    BrinIndex(fields=["at"], name="audit_events_at"),
                ],
                "constraints": [*checks_on("audit_events", times=("at",))],
            },
        ),
        *(
            migrations.CreateModel(
                name,
                fields=[],
                options={"proxy": True, "default_permissions": ()},
                bases=(base,),
                managers=managers,
            )
            for name, base, managers in (
                ("AuditedGroup", "auth.group", [("objects", GroupManager())]),
                ("AuditedGroupMember", "auth.user_groups", []),
                ("AuditedGroupPermission", "auth.group_permissions", []),
                ("AuditedToken", "knox.authtoken", []),
                ("AuditedUser", "auth.user", [("objects", UserManager())]),
                ("AuditedUserPermission", "auth.user_user_permissions", []),
            )
        ),
    ]
