"""How a partner stands, with what its pace after a break follows from."""

from django.db import migrations

from migrations_sql import run_sql


class Migration(migrations.Migration):
    dependencies = [
        ("leads", "0025_returns_kept"),
        ("router", "0007_assignment_functions"),
    ]

    operations = [run_sql("partner_pace_v1")]
