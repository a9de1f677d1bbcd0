"""Days hold what the score reads now; those of before are recorded anew, from the leads."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("performance", "0009_refresh_without_history"),
    ]

    operations = [
        migrations.RunSQL("DELETE FROM partner_performance_days", migrations.RunSQL.noop),
        migrations.RemoveConstraint(
            model_name="partnerperformanceday",
            name="partner_performance_days_counts",
        ),
        migrations.RemoveField(
            model_name="partnerperformanceday",
            name="avg_first_response_time_minutes_30d",
        ),
        migrations.RemoveField(
            model_name="partnerperformanceday",
            name="complaint_rate_30d",
        ),
        migrations.RemoveField(
            model_name="partnerperformanceday",
            name="deal_rate_30d",
        ),
        migrations.RemoveField(
            model_name="partnerperformanceday",
            name="pct_leads_min_2_attempts_30d",
        ),
        migrations.AddField(
            model_name="partnerperformanceday",
            name="complained_lead_rate_30d",
            field=models.FloatField(null=True, verbose_name="share of leads with a complaint, 30 days"),
        ),
        migrations.AddField(
            model_name="partnerperformanceday",
            name="deal_rate_with_undecided_30d",
            field=models.FloatField(null=True, verbose_name="deal rate with undecided leads, 30 days"),
        ),
        migrations.AddField(
            model_name="partnerperformanceday",
            name="pct_leads_followed_up_30d",
            field=models.FloatField(null=True, verbose_name="% of leads followed up, 30 days"),
        ),
        migrations.AddField(
            model_name="partnerperformanceday",
            name="rejected_late_leads_30d",
            field=models.IntegerField(
                db_default=0, default=0, verbose_name="leads rejected after acceptance or contact, 30 days"
            ),
        ),
        migrations.AddField(
            model_name="partnerperformanceday",
            name="response_points_30d",
            field=models.FloatField(null=True, verbose_name="response points, 30 days"),
        ),
        migrations.AddField(
            model_name="partnerperformanceday",
            name="undecided_leads_30d",
            field=models.IntegerField(
                db_default=0, default=0, verbose_name="leads without a result after two weeks, 30 days"
            ),
        ),
        migrations.AddConstraint(
            model_name="partnerperformanceday",
            constraint=models.CheckConstraint(
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
        ),
    ]
