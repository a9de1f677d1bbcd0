"""The statuses `won` and `lost`, and when a lead got one of them."""

from django.db import migrations, models

import migrations_sql.operations


class Migration(migrations.Migration):
    dependencies = [
        ("leads", "0005_activity_metadata_and_types"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="lead",
            name="leads_status_check",
        ),
        migrations.AddField(
            model_name="lead",
            name="decided_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="decided at"),
        ),
        migrations.AlterField(
            model_name="lead",
            name="status",
            field=models.TextField(
                choices=[
                    ("new", "new"),
                    ("accepted", "accepted"),
                    ("rejected", "rejected"),
                    ("in_progress", "in progress"),
                    ("completed", "completed"),
                    ("won", "won"),
                    ("lost", "lost"),
                ],
                db_default="new",
                default="new",
                verbose_name="status",
            ),
        ),
        migrations_sql.operations.AddConstraintToLiveTable(
            model_name="lead",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "status__in",
                        [
                            "new",
                            "accepted",
                            "rejected",
                            "in_progress",
                            "completed",
                            "won",
                            "lost",
                        ],
                    )
                ),
                name="leads_status_known",
                violation_error_message="This is not a status of a lead.",
            ),
        ),
    ]
