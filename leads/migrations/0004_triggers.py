"""Rules for existing rows and for every writer: constraints on the old tables, and `leads.triggers`."""

from decimal import Decimal

from django.db import migrations, models

from leads import triggers
from migrations_sql import run_sql
from migrations_sql.checks import JsonObject, NumberRange, checks_on
from migrations_sql.operations import AddConstraintToLiveTable, Together
from migrations_sql.triggers import AddTriggers

CONSTRAINTS: dict[str, list[models.BaseConstraint]] = {
    "industry": [*checks_on("industries", lines=("name",))],
    "leadactivity": [
        *checks_on("lead_activities", times=("created_at",), prose=("description",)),
        JsonObject(name="lead_activities_metadata_object", fields=("metadata",)),
    ],
    "partner": [
        models.CheckConstraint(
            condition=models.Q(max_open_leads__gte=0),
            name="profiles_max_open_leads_not_negative",
            violation_error_message="The cap on open leads cannot be negative.",
        ),
        models.CheckConstraint(
            condition=models.Q(ai_risk_score__range=(0, 100)),
            name="profiles_ai_risk_score_range",
            violation_error_message="The AI score lies between 0 and 100.",
        ),
        models.CheckConstraint(
            condition=models.Q(ai_risk_level__in=("low", "medium", "high")),
            name="profiles_ai_risk_level_known",
            violation_error_message="The AI risk level is low, medium or high.",
        ),
        *checks_on(
            "profiles",
            times=("ai_risk_assessed_at", "last_assigned_at", "returned_at", "routing_changed_at"),
            lines=("company_name", "primary_branch"),
            lists=("regions", "lead_industries", "lead_locations"),
        ),
        NumberRange(
            name="profiles_counters_range",
            fields=("open_leads", "leads_since_return", "usual_daily_leads"),
            least=-1_000_000_000,
            most=1_000_000_000,
        ),
    ],
    "lead": [
        models.CheckConstraint(
            condition=models.Q(status__in=["new", "accepted", "rejected", "in_progress", "completed", "won", "lost"]),
            name="leads_status_known",
            violation_error_message="This is not a status of a lead.",
        ),
        models.CheckConstraint(
            condition=models.Q(deal_value__gte=0),
            name="leads_deal_value_not_negative",
            violation_error_message="The deal value cannot be negative.",
        ),
        models.CheckConstraint(
            condition=models.Q(first_contact_at__gte=models.F("created_at")),
            name="leads_first_contact_after_creation",
            violation_error_message="The first contact cannot be earlier than the lead.",
        ),
        *checks_on(
            "leads",
            times=(
                "created_at",
                "accepted_at",
                "first_contact_at",
                "assigned_at",
                "decided_at",
                "routing_attempted_at",
                "anonymised_at",
            ),
            lines=("province", "postcode", "contact_name", "contact_email", "contact_phone", "source"),
            prose=("message",),
            lists=("tried_partner_ids",),
        ),
        NumberRange(
            name="leads_money_range",
            fields=("price_at_purchase", "deal_value"),
            least=Decimal("-999999999999.99"),
            most=Decimal("999999999999.99"),
        ),
        NumberRange(name="leads_attempts_range", fields=("routing_attempts",), least=0, most=1_000_000_000),
    ],
}


class Migration(migrations.Migration):
    dependencies = [("leads", "0003_backfill")]

    operations = [
        run_sql("activity_types"),
        Together(
            [
                *(
                    AddConstraintToLiveTable(model, constraint)
                    for model, constraints in CONSTRAINTS.items()
                    for constraint in constraints
                ),
                AddTriggers("lead", triggers.LEAD_TRIGGERS),
                AddTriggers("leadactivity", triggers.ACTIVITY_TRIGGERS),
                AddTriggers("partner", triggers.PARTNER_TRIGGERS),
                AddTriggers("leadcontactdigest", triggers.DIGEST_TRIGGERS),
                AddTriggers("intakeclient", triggers.INTAKE_CLIENT_TRIGGERS),
                AddTriggers("partneruser", triggers.PARTNER_USER_TRIGGERS),
            ]
        ),
    ]
