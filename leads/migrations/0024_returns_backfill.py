"""Find the last break of each partner, and its pace before it."""

from django.db import migrations

from migrations_sql import run_sql


class Migration(migrations.Migration):
    dependencies = [("leads", "0023_returns")]

    operations = [run_sql("returns_backfill_v1")]
