"""The metrics, their refresh and their history."""

from django.db import migrations, models
from django.db.models.functions import Now

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
            "RefreshRun",
            fields=[
                ("id", models.BigAutoField("ID", auto_created=True, primary_key=True, serialize=False)),
                ("as_of", models.DateTimeField("statistics as of")),
                ("started_at", models.DateTimeField("started at")),
                ("finished_at", models.DateTimeField("finished at")),
                ("duration_ms", models.FloatField("duration (ms)")),
                ("row_count", models.IntegerField("rows")),
                ("mode", models.TextField("mode", choices=[("concurrent", "concurrent"), ("plain", "first time")])),
                ("triggered_by", models.TextField("triggered by")),
            ],
            options={
                "verbose_name": "refresh of the statistics",
                "verbose_name_plural": "refreshes of the statistics",
                "db_table": "partner_performance_refresh_runs",
                "ordering": ("-id",),
                "constraints": [
                    *checks_on("partner_performance_refresh_runs", times=("as_of", "started_at", "finished_at"))
                ],
            },
        ),
        migrations.CreateModel(
            "PartnerPerformanceDay",
            fields=[
                ("id", models.BigAutoField("ID", auto_created=True, primary_key=True, serialize=False)),
                ("day", models.DateField("day")),
                ("as_of", models.DateTimeField("metrics as of")),
                (
                    "recorded_at",
                    models.DateTimeField(
                        "recorded at",
                        db_default=Now(),
                        editable=False,
                        help_text="Missing days are recorded later, from the data available at that time.",
                    ),
                ),
                ("response_points_30d", models.FloatField("response points, 30 days", null=True)),
                ("contacted_leads_30d", models.IntegerField("contacted leads, 30 days", db_default=0, default=0)),
                (
                    "silent_leads_30d",
                    models.IntegerField("leads left without contact for a day, 30 days", db_default=0, default=0),
                ),
                ("ai_trust_score", models.IntegerField("AI score", null=True)),
                (
                    "deal_rate_with_undecided_30d",
                    models.FloatField("deal rate with undecided leads, 30 days", null=True),
                ),
                ("won_leads_30d", models.IntegerField("won leads, 30 days", db_default=0, default=0)),
                ("lost_leads_30d", models.IntegerField("lost leads, 30 days", db_default=0, default=0)),
                (
                    "rejected_late_leads_30d",
                    models.IntegerField("leads rejected after acceptance or contact, 30 days", db_default=0, default=0),
                ),
                (
                    "undecided_leads_30d",
                    models.IntegerField("leads without a result after two weeks, 30 days", db_default=0, default=0),
                ),
                ("pct_leads_followed_up_30d", models.FloatField("% of leads followed up, 30 days", null=True)),
                ("leads_assigned_30d", models.IntegerField("leads, 30 days", db_default=0, default=0)),
                ("avg_customer_rating_30d", models.FloatField("customer rating, 30 days", null=True)),
                ("num_ratings_30d", models.IntegerField("ratings, 30 days", db_default=0, default=0)),
                ("complained_lead_rate_30d", models.FloatField("share of leads with a complaint, 30 days", null=True)),
                ("avg_deal_value_30d", models.FloatField("mean deal value, 30 days", null=True)),
                ("valued_deals_30d", models.IntegerField("won leads with a value, 30 days", db_default=0, default=0)),
                ("consistency_score", models.FloatField("consistency", null=True)),
                ("leads_assigned_7d", models.IntegerField("leads, 7 days", db_default=0, default=0)),
                (
                    "partner",
                    models.ForeignKey(
                        "leads.partner",
                        models.DO_NOTHING,
                        db_constraint=False,
                        db_index=False,
                        related_name="performance_days",
                        verbose_name="partner",
                    ),
                ),
            ],
            options={
                "verbose_name": "day of the statistics",
                "verbose_name_plural": "days of the statistics",
                "db_table": "partner_performance_days",
                "ordering": ("-day", "partner"),
                "indexes": [models.Index("day", name="partner_performance_days_day")],
                "constraints": [
                    models.UniqueConstraint(fields=("partner", "day"), name="partner_performance_days_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            contacted_leads_30d__gte=0,
                            leads_assigned_30d__gte=0,
                            leads_assigned_7d__gte=0,
                            lost_leads_30d__gte=0,
                            num_ratings_30d__gte=0,
                            rejected_late_leads_30d__gte=0,
                            silent_leads_30d__gte=0,
                            undecided_leads_30d__gte=0,
                            valued_deals_30d__gte=0,
                            won_leads_30d__gte=0,
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
