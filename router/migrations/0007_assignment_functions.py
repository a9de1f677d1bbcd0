"""The statements of an assignment, as functions whose plans are kept."""

from django.db import migrations

from migrations_sql import run_sql


class Migration(migrations.Migration):
    dependencies = [
        ("leads", "0015_partner_changes"),
        ("router", "0006_decision_storage"),
    ]

    operations = [run_sql("assignment_v1")]
