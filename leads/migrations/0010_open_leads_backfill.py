"""Count each partner's open leads, and find when it last got one."""

from django.db import migrations

from migrations_sql import run_sql


class Migration(migrations.Migration):
    dependencies = [("leads", "0009_assignment")]

    operations = [run_sql("open_leads_backfill_v1")]
