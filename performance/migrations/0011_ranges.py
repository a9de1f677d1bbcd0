"""Every writer is held to what Python, JSON and a page can hold: times, numbers, lists, texts and JSON."""

from django.db import migrations

from migrations_sql.checks import TimeRange
from migrations_sql.operations import AddChecksToLiveTable


class Migration(migrations.Migration):
    dependencies = [
        ("leads", "0027_ranges"),
        ("performance", "0009_refresh_without_history"),
    ]

    operations = [
        AddChecksToLiveTable(
            model_name="partnerperformanceday",
            constraints=(
                TimeRange(field="as_of", name="partner_performance_days_as_of_range"),
                TimeRange(field="recorded_at", name="partner_performance_days_recorded_at_range"),
            ),
        ),
        AddChecksToLiveTable(
            model_name="refreshrun",
            constraints=(
                TimeRange(field="as_of", name="partner_performance_refresh_runs_as_of_range"),
                TimeRange(field="started_at", name="partner_performance_refresh_runs_started_at_range"),
                TimeRange(field="finished_at", name="partner_performance_refresh_runs_finished_at_range"),
            ),
        ),
    ]
