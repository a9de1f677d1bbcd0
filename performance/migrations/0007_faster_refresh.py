"""The same metrics for less work, and a refresh with the memory and the plan that it needs."""

from django.db import migrations

from migrations_sql import run_sql, undo_sql


class Migration(migrations.Migration):
    dependencies = [
        ("performance", "0006_days"),
    ]

    operations = [
        undo_sql("stats_view_v2"),
        undo_sql("stats_at_v1"),
        run_sql("stats_at_v2"),
        run_sql("stats_view_v3"),
    ]
