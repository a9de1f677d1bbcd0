"""The rules of the table."""

from django.db import migrations

from leads.triggers import BLANKING
from migrations_sql.operations import Together
from migrations_sql.triggers import AddTriggers


class Migration(migrations.Migration):
    dependencies = [("support", "0001_schema"), ("leads", "0003_backfill")]

    operations = [
        Together(
            [
                AddTriggers("supportticket", BLANKING["support_tickets"]),
            ]
        ),
    ]
