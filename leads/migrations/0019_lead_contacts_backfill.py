"""Leads that are there already are found again by who asked."""

from django.db import migrations

from migrations_sql import run_sql


class Migration(migrations.Migration):
    dependencies = [("leads", "0018_intake_clients")]

    operations = [run_sql("lead_contacts_backfill_v1")]
