"""The metrics, their refresh and their history."""

import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models

from migrations_sql import read_sql, run_sql
from migrations_sql.checks import checks_on
from migrations_sql.operations import RunSqlInSchema


class Migration(migrations.Migration):
    dependencies = [
        ("performance", "0001_legacy_baseline"),
        ("leads", "0002_schema"),
        ("feedback", "0001_schema"),
        ("support", "0001_schema"),
    ]

    operations = [
        migrations.CreateModel(
            name="RefreshRun",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("as_of", models.DateTimeField(verbose_name="statistics as of")),
                ("started_at", models.DateTimeField(verbose_name="started at")),
                ("finished_at", models.DateTimeField(verbose_name="finished at")),
                ("duration_ms", models.FloatField(verbose_name="duration (ms)")),
                ("row_count", models.IntegerField(verbose_name="rows")),
                (
                    "mode",
                    models.TextField(
                        choices=[("concurrent", "concurrent"), ("plain", "first time")], verbose_name="mode"
                    ),
                ),
                ("triggered_by", models.TextField(verbose_name="triggered by")),
            ],
            options={
                "verbose_name": "refresh of the statistics",
                "verbose_name_plural": "refreshes of the statistics",
                "db_table": "partner_performance_refresh_runs",
                "ordering": ("-id",),
                "constraints": [
                    *checks_on("partner_performance_refresh_runs", times=("as_of", "started_at", "finished_at")),
                ],
            },
        ),
        migrations.CreateModel(
            name="PartnerPerformanceDay",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("day", models.DateField(verbose_name="day")),
                ("as_of", models.DateTimeField(verbose_name="metrics as of")),
                (
                    "recorded_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(),
                        editable=False,
                        help_text="Missing days are recorded later, from the data available at that time.",
                        verbose_name="recorded at",
                    ),
                ),
                ("response_points_30d", models.FloatField(null=True, verbose_name="response points, 30 days")),
                (
                    "contacted_leads_30d",
                    models.IntegerField(db_default=0, default=0, verbose_name="contacted leads, 30 days"),
                ),
                (
                    "silent_leads_30d",
                    models.IntegerField(
                        db_default=0, default=0, verbose_name="leads left without contact for a day, 30 days"
                    ),
                ),
                ("ai_trust_score", models.IntegerField(null=True, verbose_name="AI score")),
                (
                    "deal_rate_with_undecided_30d",
                    models.FloatField(null=True, verbose_name="deal rate with undecided leads, 30 days"),
                ),
                ("won_leads_30d", models.IntegerField(db_default=0, default=0, verbose_name="won leads, 30 days")),
                ("lost_leads_30d", models.IntegerField(db_default=0, default=0, verbose_name="lost leads, 30 days")),
                (
                    "rejected_late_leads_30d",
                    models.IntegerField(
                        db_default=0, default=0, verbose_name="leads rejected after acceptance or contact, 30 days"
                    ),
                ),
                (
                    "undecided_leads_30d",
                    models.IntegerField(
                        db_default=0, default=0, verbose_name="leads without a result after two weeks, 30 days"
                    ),
                ),
                (
                    "pct_leads_followed_up_30d",
                    models.FloatField(null=True, verbose_name="% of leads followed up, 30 days"),
                ),
                ("leads_assigned_30d", models.IntegerField(db_default=0, default=0, verbose_name="leads, 30 days")),
                ("avg_customer_rating_30d", models.FloatField(null=True, verbose_name="customer rating, 30 days")),
                ("num_ratings_30d", models.IntegerField(db_default=0, default=0, verbose_name="ratings, 30 days")),
                (
                    "complained_lead_rate_30d",
                    models.FloatField(null=True, verbose_name="share of leads with a complaint, 30 days"),
                ),
                ("avg_deal_value_30d", models.FloatField(null=True, verbose_name="mean deal value, 30 days")),
                (
                    "valued_deals_30d",
                    models.IntegerField(db_default=0, default=0, verbose_name="won leads with a value, 30 days"),
                ),
                ("consistency_score", models.FloatField(null=True, verbose_name="consistency")),
                ("leads_assigned_7d", models.IntegerField(db_default=0, default=0, verbose_name="leads, 7 days")),
                (
                    "partner",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="performance_days",
                        to="leads.partner",
                        verbose_name="partner",
                    ),
                ),
            ],
            options={
                "verbose_name": "day of the statistics",
                "verbose_name_plural": "days of the statistics",
                "db_table": "partner_performance_days",
                "ordering": ("-day", "partner"),
                "indexes": [models.Index(models.F("day"), name="partner_performance_days_day")],
                "constraints": [
                    models.UniqueConstraint(fields=("partner", "day"), name="partner_performance_days_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("contacted_leads_30d__gte", 0),
                            ("leads_assigned_30d__gte", 0),
                            ("leads_assigned_7d__gte", 0),
                            ("lost_leads_30d__gte", 0),
                            ("num_ratings_30d__gte", 0),
                            ("rejected_late_leads_30d__gte", 0),
                            ("silent_leads_30d__gte", 0),
                            ("undecided_leads_30d__gte", 0),
                            ("valued_deals_30d__gte", 0),
                            ("won_leads_30d__gte", 0),
                        ),
                        name="partner_performance_days_counts",
                        violation_error_message="A count cannot be negative.",
                    ),
                    *checks_on("partner_performance_days", times=("as_of", "recorded_at")),
                ],
            },
        ),
        run_sql("stats_indexes"),
        run_sql("history_partner"),
        RunSqlInSchema(sql=read_sql("legacy_stats.reverse.sql"), reverse_sql=read_sql("legacy_stats.sql")),
        run_sql("stats_at"),
        run_sql("stats_view"),
    ]
