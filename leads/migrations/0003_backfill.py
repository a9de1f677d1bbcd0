"""Fill the added columns from the existing rows."""

from django.db import migrations

from migrations_sql import run_sql


class Migration(migrations.Migration):
    dependencies = [("leads", "0002_schema")]

    operations = [
        run_sql("first_contact_backfill"),
        run_sql("open_leads_backfill"),
        run_sql("lead_contacts_backfill"),
        run_sql("returns_backfill"),
    ]
