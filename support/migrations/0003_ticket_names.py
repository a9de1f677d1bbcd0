"""The admin's notes on tickets name nobody."""

from django.db import migrations

from migrations_sql import run_sql


class Migration(migrations.Migration):
    dependencies = [
        ("admin", "0003_logentry_add_action_flag_choices"),
        ("support", "0002_anonymised_leads"),
    ]

    operations = [run_sql("ticket_names_v1")]
