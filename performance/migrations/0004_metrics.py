"""All metrics, as of any instant, in place of the legacy view."""

from django.db import migrations

from migrations_sql import run_sql, undo_sql


class Migration(migrations.Migration):
    dependencies = [
        ("performance", "0003_indexes"),
    ]

    operations = [
        undo_sql("legacy_stats_v1"),
        run_sql("stats_at_v1"),
        run_sql("stats_view_v1"),
    ]
