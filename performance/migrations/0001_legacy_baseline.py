"""The statistics as the marketplace's database already has them, and nothing more."""

from django.db import migrations, models

from migrations_sql import run_sql


class Migration(migrations.Migration):
    initial = True

    dependencies = [("leads", "0001_legacy_baseline")]

    operations = [
        run_sql("legacy_stats"),
        migrations.CreateModel(
            "PartnerPerformanceStats",
            fields=[
                (
                    "partner",
                    models.OneToOneField(
                        "leads.partner",
                        models.DO_NOTHING,
                        primary_key=True,
                        related_name="performance_stats",
                        serialize=False,
                        verbose_name="partner",
                    ),
                )
            ],
            options={
                "verbose_name": "partner statistics",
                "verbose_name_plural": "partner statistics",
                "db_table": "partner_performance_stats",
                "ordering": ("partner",),
                "managed": False,
            },
        ),
    ]
