"""Every writer is held to what Python, JSON and a page can hold: times, numbers, lists, texts and JSON."""

from django.db import migrations

from migrations_sql.checks import TextLength, TimeRange
from migrations_sql.operations import AddChecksToLiveTable


class Migration(migrations.Migration):
    dependencies = [
        ("leads", "0027_ranges"),
        ("support", "0003_ticket_names"),
    ]

    operations = [
        AddChecksToLiveTable(
            model_name="supportticket",
            constraints=(
                TimeRange(field="created_at", name="support_tickets_created_at_range"),
                TimeRange(field="resolved_at", name="support_tickets_resolved_at_range"),
                TextLength(field="subject", most=1000, name="support_tickets_subject_length"),
                TextLength(field="body", most=100000, name="support_tickets_body_length"),
            ),
        ),
    ]
