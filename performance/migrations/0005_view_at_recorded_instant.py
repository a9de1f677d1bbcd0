"""The view's rows are those of the last recorded refresh, also when a restored dump computes them."""

from django.db import migrations

from migrations_sql import run_sql, undo_sql


class Migration(migrations.Migration):
    dependencies = [
        ("performance", "0004_metrics"),
    ]

    operations = [
        undo_sql("stats_view_v1"),
        run_sql("stats_view_v2"),
    ]
