"""Every writer is held to what Python, JSON and a page can hold: times, numbers, lists, texts and JSON."""

from django.db import migrations

from migrations_sql.checks import JsonKind, JsonObject, NumberRange, TextLength, TimeRange
from migrations_sql.operations import AddChecksToLiveTable


class Migration(migrations.Migration):
    dependencies = [
        ("leads", "0027_ranges"),
        ("router", "0008_pace"),
    ]

    operations = [
        AddChecksToLiveTable(
            model_name="backgroundtask",
            constraints=(
                TimeRange(field="succeeded_at", name="background_tasks_succeeded_at_range"),
                TimeRange(field="failed_at", name="background_tasks_failed_at_range"),
            ),
        ),
        AddChecksToLiveTable(
            model_name="leadassignmentlog",
            constraints=(
                TimeRange(field="decided_at", name="lead_assignment_logs_decided_at_range"),
                TimeRange(field="stats_refreshed_at", name="lead_assignment_logs_stats_refreshed_at_range"),
                TextLength(field="actor", most=1000, name="lead_assignment_logs_actor_length"),
                TextLength(field="algorithm", most=1000, name="lead_assignment_logs_algorithm_length"),
                NumberRange(
                    field="total_score",
                    least=-1000000000,
                    most=1000000000,
                    name="lead_assignment_logs_total_score_range",
                ),
                NumberRange(
                    field="region_score",
                    least=-1000000000,
                    most=1000000000,
                    name="lead_assignment_logs_region_score_range",
                ),
                NumberRange(
                    field="performance_score",
                    least=-1000000000,
                    most=1000000000,
                    name="lead_assignment_logs_performance_score_range",
                ),
                NumberRange(
                    field="fairness_score",
                    least=-1000000000,
                    most=1000000000,
                    name="lead_assignment_logs_fairness_score_range",
                ),
                NumberRange(field="bonus", least=-1000000000, most=1000000000, name="lead_assignment_logs_bonus_range"),
                NumberRange(
                    field="duration_ms",
                    least=-1000000000,
                    most=1000000000,
                    name="lead_assignment_logs_duration_ms_range",
                ),
                JsonObject(field="exclusions", levels=20, name="lead_assignment_logs_exclusions_object", size=65536),
                JsonKind(field="candidates", kind="array", name="lead_assignment_logs_candidates_array", size=1000000),
                JsonKind(field="policy", kind="object", name="lead_assignment_logs_policy_object", size=1000000),
            ),
        ),
        AddChecksToLiveTable(
            model_name="policyactivation",
            constraints=(TimeRange(field="activated_at", name="routing_policy_activations_activated_at_range"),),
        ),
        AddChecksToLiveTable(
            model_name="policypreview",
            constraints=(
                TimeRange(field="requested_at", name="policy_previews_requested_at_range"),
                TimeRange(field="finished_at", name="policy_previews_finished_at_range"),
            ),
        ),
        AddChecksToLiveTable(
            model_name="routingpolicy",
            constraints=(
                TimeRange(field="created_at", name="routing_policies_created_at_range"),
                TimeRange(field="activated_at", name="routing_policies_activated_at_range"),
                NumberRange(
                    field="priority_points", least=0, most=1000000000, name="routing_policies_priority_points_finite"
                ),
                NumberRange(
                    field="prior_strength", least=0, most=1000000000, name="routing_policies_prior_strength_finite"
                ),
                NumberRange(
                    field="deal_value_full", least=0, most=1000000000, name="routing_policies_deal_value_full_finite"
                ),
            ),
        ),
    ]
