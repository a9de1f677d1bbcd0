"""Ranges that hold for every writer, and the indexes that the lists and the sweep read."""

from django.db import migrations, models

import migrations_sql.operations


class Migration(migrations.Migration):
    dependencies = [
        ("leads", "0010_open_leads_backfill"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="lead",
            index=models.Index(
                models.F("created_at"),
                models.F("id"),
                condition=models.Q(("partner__isnull", True), ("status", "new")),
                name="leads_waiting",
            ),
        ),
        migrations.AddIndex(
            model_name="lead",
            index=models.Index(
                models.OrderBy(models.F("created_at"), descending=True),
                models.F("id"),
                name="leads_newest",
            ),
        ),
        migrations.AddIndex(
            model_name="lead",
            index=models.Index(
                models.F("partner"),
                models.OrderBy(models.F("created_at"), descending=True),
                name="leads_partner_newest",
            ),
        ),
        migrations.AddIndex(
            model_name="leadactivity",
            index=models.Index(
                models.F("lead"),
                models.OrderBy(models.F("created_at"), descending=True),
                name="lead_activities_of_lead",
            ),
        ),
        migrations.AddIndex(
            model_name="partner",
            index=models.Index(models.F("routing_changed_at"), name="profiles_routing_changed_at"),
        ),
        migrations_sql.operations.AddConstraintToLiveTable(
            model_name="lead",
            constraint=models.CheckConstraint(
                condition=models.Q(("first_contact_at__gte", models.F("created_at"))),
                name="leads_first_contact_after_creation",
                violation_error_message="The first contact cannot be earlier than the lead.",
            ),
        ),
        migrations_sql.operations.AddConstraintToLiveTable(
            model_name="partner",
            constraint=models.CheckConstraint(
                condition=models.Q(("max_open_leads__gte", 0)),
                name="profiles_max_open_leads_not_negative",
                violation_error_message="The cap on open leads cannot be negative.",
            ),
        ),
        migrations_sql.operations.AddConstraintToLiveTable(
            model_name="partner",
            constraint=models.CheckConstraint(
                condition=models.Q(("ai_risk_score__range", (0, 100))),
                name="profiles_ai_risk_score_range",
                violation_error_message="The AI score lies between 0 and 100.",
            ),
        ),
        migrations_sql.operations.AddConstraintToLiveTable(
            model_name="partner",
            constraint=models.CheckConstraint(
                condition=models.Q(("ai_risk_level__in", ("low", "medium", "high"))),
                name="profiles_ai_risk_level_known",
                violation_error_message="The AI risk level is low, medium or high.",
            ),
        ),
    ]
