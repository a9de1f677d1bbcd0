"""How the tasks of the worker go."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("router", "0004_drafts_and_previews"),
    ]

    operations = [
        migrations.CreateModel(
            name="BackgroundTask",
            fields=[
                ("name", models.TextField(primary_key=True, serialize=False, verbose_name="task")),
                ("succeeded_at", models.DateTimeField(null=True, verbose_name="last success")),
                ("duration_ms", models.FloatField(null=True, verbose_name="duration of the last success (ms)")),
                ("failures", models.BigIntegerField(db_default=0, default=0, verbose_name="failures")),
                ("failed_at", models.DateTimeField(null=True, verbose_name="last failure")),
                (
                    "error",
                    models.TextField(
                        blank=True,
                        db_default="",
                        default="",
                        help_text="Its type: a message may name a person.",
                        verbose_name="last error",
                    ),
                ),
            ],
            options={
                "verbose_name": "background task",
                "verbose_name_plural": "background tasks",
                "db_table": "background_tasks",
                "ordering": ("name",),
            },
        ),
    ]
