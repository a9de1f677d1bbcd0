"""What the metrics look up: one definition of contact, and the indexes that leave the history unread."""

from django.db import migrations

from migrations_sql import run_sql


class Migration(migrations.Migration):
    dependencies = [
        ("performance", "0002_refresh_runs"),
        ("leads", "0012_triggers"),
        ("feedback", "0001_lead_feedback"),
        ("support", "0001_support_tickets"),
    ]

    operations = [
        run_sql("contact_activities_v1"),
        run_sql("stats_indexes_v1"),
    ]
