"""Fill the first contact from the activities that are there already."""

from django.db import migrations

from migrations_sql import run_sql


class Migration(migrations.Migration):
    dependencies = [("leads", "0003_first_contact")]

    operations = [run_sql("first_contact_backfill_v1")]
