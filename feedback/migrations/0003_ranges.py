"""Every writer is held to what Python, JSON and a page can hold: times, numbers, lists, texts and JSON."""

from django.db import migrations

from migrations_sql.checks import TextLength, TimeRange
from migrations_sql.operations import AddChecksToLiveTable


class Migration(migrations.Migration):
    dependencies = [
        ("feedback", "0002_anonymised_leads"),
        ("leads", "0027_ranges"),
    ]

    operations = [
        AddChecksToLiveTable(
            model_name="leadfeedback",
            constraints=(
                TimeRange(field="created_at", name="lead_feedback_created_at_range"),
                TextLength(field="comment", most=100000, name="lead_feedback_comment_length"),
            ),
        ),
    ]
