"""Policies, decisions and previews, and the statements of an assignment."""

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import migrations, models
from django.db.models.functions import Now
from django.utils import timezone

from migrations_sql import run_sql
from migrations_sql.checks import JsonKind, JsonObject, NumberRange, checks_on
from migrations_sql.fields import StoredJSONField, random_id

ROUTE_WEIGHTS = ("region_weight", "performance_weight", "fairness_weight")
COMPONENT_WEIGHTS = (
    "response_speed_weight",
    "ai_trust_weight",
    "deal_rate_weight",
    "follow_up_weight",
    "customer_feedback_weight",
    "complaints_weight",
    "deal_value_weight",
    "consistency_weight",
)


def setting(
    label: str, default: float, *, least: float = 0, most: float | None = 100, help_text: str = ""
) -> "models.FloatField[float, float]":
    """Return a setting of a policy: a number within limits."""
    validators = [MinValueValidator(least), *([] if most is None else [MaxValueValidator(most)])]
    return models.FloatField(label, db_default=default, default=default, help_text=help_text, validators=validators)


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("leads", "0002_schema"),
        ("performance", "0002_schema"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            "BackgroundTask",
            fields=[
                ("name", models.TextField("task", primary_key=True, serialize=False)),
                ("succeeded_at", models.DateTimeField("last success", null=True)),
                ("duration_ms", models.FloatField("duration of the last success (ms)", null=True)),
                ("failures", models.BigIntegerField("failures", db_default=0, default=0)),
                ("failed_at", models.DateTimeField("last failure", null=True)),
                (
                    "error",
                    models.TextField(
                        "last error",
                        blank=True,
                        db_default="",
                        default="",
                        help_text="Its type: a message may name a person.",
                    ),
                ),
            ],
            options={
                "verbose_name": "background task",
                "verbose_name_plural": "background tasks",
                "db_table": "background_tasks",
                "ordering": ("name",),
                "constraints": [*checks_on("background_tasks", times=("succeeded_at", "failed_at"))],
            },
        ),
        migrations.CreateModel(
            "PolicyPreview",
            fields=[
                ("id", random_id()),
                ("values", models.JSONField("settings of the draft", db_default={}, default=dict)),
                ("days", models.PositiveSmallIntegerField("days")),
                (
                    "status",
                    models.TextField(
                        "status",
                        choices=[
                            ("waiting", "waiting"),
                            ("running", "running"),
                            ("done", "done"),
                            ("failed", "failed"),
                        ],
                        db_default="waiting",
                        default="waiting",
                    ),
                ),
                ("done", models.PositiveIntegerField("leads done", db_default=0, default=0)),
                ("total", models.PositiveIntegerField("leads", db_default=0, default=0)),
                ("result", models.JSONField("result", null=True)),
                ("error", models.TextField("error", blank=True, db_default="", default="")),
                ("requested_at", models.DateTimeField("requested at", db_default=Now(), default=timezone.now)),
                ("finished_at", models.DateTimeField("finished at", null=True)),
                (
                    "requested_by",
                    models.ForeignKey(
                        settings.AUTH_USER_MODEL,
                        models.SET_NULL,
                        null=True,
                        related_name="+",
                        verbose_name="requested by",
                    ),
                ),
            ],
            options={
                "verbose_name": "preview of a policy",
                "verbose_name_plural": "previews of policies",
                "db_table": "policy_previews",
                "ordering": ("-requested_at", "id"),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(status__in=("waiting", "running", "done", "failed")),
                        name="policy_previews_status_known",
                        violation_error_message="This is not a status of a preview.",
                    ),
                    *checks_on("policy_previews", times=("requested_at", "finished_at")),
                ],
            },
        ),
        migrations.CreateModel(
            "RoutingPolicy",
            fields=[
                ("id", models.BigAutoField("ID", auto_created=True, primary_key=True, serialize=False)),
                ("version", models.PositiveIntegerField("version", unique=True)),
                ("is_active", models.BooleanField("active", db_default=False, default=False)),
                ("reason", models.TextField("reason", blank=True, db_default="", default="")),
                ("created_at", models.DateTimeField("created at", db_default=Now(), default=timezone.now)),
                (
                    "based_on",
                    models.PositiveIntegerField(
                        "based on version",
                        help_text="The version that was active when this one was drafted.",
                        null=True,
                    ),
                ),
                ("activated_at", models.DateTimeField("activated at", null=True)),
                ("region_weight", setting("region", 30.0)),
                ("performance_weight", setting("performance", 50.0)),
                ("fairness_weight", setting("fairness", 20.0)),
                (
                    "priority_points",
                    setting(
                        "points per priority step",
                        1.0,
                        least=0,
                        most=None,
                        help_text="Bonus on the route score for each step of a partner's routing priority (0 to 10 steps).",
                    ),
                ),
                (
                    "require_regional_match",
                    models.BooleanField(
                        "require a regional match",
                        db_default=True,
                        default=True,
                        help_text="Exclude partners whose territory does not include the lead.",
                    ),
                ),
                ("response_speed_weight", setting("response speed", 25.0)),
                ("ai_trust_weight", setting("AI trust", 10.0)),
                ("deal_rate_weight", setting("deal rate", 25.0)),
                ("follow_up_weight", setting("follow-up", 10.0)),
                ("customer_feedback_weight", setting("customer feedback", 10.0)),
                ("complaints_weight", setting("complaints", 10.0)),
                ("deal_value_weight", setting("deal value", 5.0)),
                ("consistency_weight", setting("consistency", 5.0)),
                (
                    "prior_strength",
                    setting(
                        "prior strength (leads)",
                        5.0,
                        least=0,
                        most=None,
                        help_text="Number of leads that count as much as the prior; 0: no adjustment.",
                    ),
                ),
                ("prior", setting("prior (points)", 50.0, help_text="Score of a partner without any data.")),
                (
                    "deal_rate_cap",
                    setting(
                        "deal rate cap (points)",
                        85.0,
                        least=80,
                        most=90,
                        help_text="Maximum points from deal rate, 80 to 90.",
                    ),
                ),
                (
                    "deal_rate_full",
                    setting(
                        "deal rate for 100 points (fraction)",
                        1.0,
                        least=0.01,
                        most=1,
                        help_text="Lower it in a market where winning one in five is excellent.",
                    ),
                ),
                ("complaint_rate_zero", setting("complaint rate for 0 points (fraction)", 0.2, least=0.01, most=1)),
                ("deal_value_full", setting("deal value for 100 points (EUR)", 25000.0, least=1, most=None)),
                (
                    "ai_high_score_is_risk",
                    models.BooleanField(
                        "a high AI score means high risk",
                        db_default=False,
                        default=False,
                        help_text="Then AI trust is 100 minus the score.",
                    ),
                ),
                (
                    "activated_by",
                    models.ForeignKey(
                        settings.AUTH_USER_MODEL,
                        models.PROTECT,
                        null=True,
                        related_name="+",
                        verbose_name="activated by",
                    ),
                ),
                (
                    "created_by",
                    models.ForeignKey(
                        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="created by"
                    ),
                ),
            ],
            options={
                "verbose_name": "routing policy",
                "verbose_name_plural": "routing policy versions",
                "db_table": "routing_policies",
                "ordering": ("-version",),
                "constraints": [
                    models.UniqueConstraint(
                        "is_active", condition=models.Q(is_active=True), name="routing_policies_one_active"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(*((f"{name}__gt", 0) for name in ROUTE_WEIGHTS), _connector="OR"),
                        name="routing_policies_some_route_weight",
                        violation_error_message="At least one of region, performance and fairness needs a weight.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            *((f"{name}__gt", 0) for name in sorted(COMPONENT_WEIGHTS)), _connector="OR"
                        ),
                        name="routing_policies_some_component_weight",
                        violation_error_message="At least one of the eight components needs a weight.",
                    ),
                    *(
                        models.CheckConstraint(
                            condition=models.Q((f"{name}__range", (0, 100))),
                            name=f"routing_policies_{name}_range",
                            violation_error_message="A weight lies between 0 and 100.",
                        )
                        for name in (*ROUTE_WEIGHTS, *COMPONENT_WEIGHTS, "prior")
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            complaint_rate_zero__gt=0,
                            complaint_rate_zero__lte=1,
                            deal_rate_cap__range=(80, 90),
                            deal_rate_full__gt=0,
                            deal_rate_full__lte=1,
                            deal_value_full__gte=1,
                            prior_strength__gte=0,
                            priority_points__gte=0,
                        ),
                        name="routing_policies_settings_range",
                        violation_error_message="A setting is outside of its range.",
                    ),
                    *checks_on("routing_policies", times=("created_at", "activated_at")),
                    NumberRange(
                        name="routing_policies_numbers_finite",
                        fields=("priority_points", "prior_strength", "deal_value_full"),
                        least=0,
                        most=1_000_000_000,
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            "PolicyActivation",
            fields=[
                ("id", models.BigAutoField("ID", auto_created=True, primary_key=True, serialize=False)),
                ("activated_at", models.DateTimeField("activated at", db_default=Now(), default=timezone.now)),
                ("reason", models.TextField("reason", blank=True, db_default="", default="")),
                (
                    "activated_by",
                    models.ForeignKey(
                        settings.AUTH_USER_MODEL,
                        models.PROTECT,
                        null=True,
                        related_name="+",
                        verbose_name="activated by",
                    ),
                ),
                (
                    "policy",
                    models.ForeignKey(
                        "router.routingpolicy", models.PROTECT, related_name="activations", verbose_name="version"
                    ),
                ),
                (
                    "replaced",
                    models.ForeignKey(
                        "router.routingpolicy",
                        models.PROTECT,
                        null=True,
                        related_name="+",
                        verbose_name="replaced version",
                    ),
                ),
            ],
            options={
                "verbose_name": "activation of a routing policy",
                "verbose_name_plural": "activations of routing policies",
                "db_table": "routing_policy_activations",
                "ordering": ("-id",),
                "constraints": [*checks_on("routing_policy_activations", times=("activated_at",))],
            },
        ),
        migrations.CreateModel(
            "LeadAssignmentLog",
            fields=[
                ("id", models.BigAutoField("ID", auto_created=True, primary_key=True, serialize=False)),
                (
                    "outcome",
                    models.TextField(
                        "outcome", choices=[("assigned", "assigned"), ("no_candidate", "nobody was eligible")]
                    ),
                ),
                ("decided_at", models.DateTimeField("decided at", db_default=Now(), default=timezone.now)),
                (
                    "trigger",
                    models.TextField(
                        "trigger",
                        choices=[
                            ("api", "API"),
                            ("task", "task"),
                            ("admin", "admin"),
                            ("sweep", "sweep"),
                            ("import", "import"),
                            ("reroute", "re-route"),
                        ],
                    ),
                ),
                ("actor", models.TextField("actor", blank=True, db_default="", default="")),
                ("policy_version", models.PositiveIntegerField("policy version")),
                ("stats_refreshed_at", models.DateTimeField("statistics as of", null=True)),
                ("considered_count", models.PositiveIntegerField("partners considered")),
                (
                    "candidate_count",
                    models.PositiveIntegerField("candidates", help_text="Partners that were eligible."),
                ),
                (
                    "exclusions",
                    models.JSONField(
                        "exclusions", db_default={}, default=dict, help_text="Number of partners by exclusion code."
                    ),
                ),
                ("total_score", models.FloatField("route score", null=True)),
                ("region_score", models.FloatField("region", null=True)),
                ("performance_score", models.FloatField("performance", null=True)),
                ("fairness_score", models.FloatField("fairness", null=True)),
                ("bonus", models.FloatField("bonus", null=True)),
                (
                    "candidates",
                    StoredJSONField(
                        "ranked candidates",
                        db_default=[],
                        default=list,
                        help_text="The winner and the five best runners-up, with their inputs, scores and components.",
                    ),
                ),
                (
                    "policy",
                    StoredJSONField("policy", db_default={}, default=dict, help_text="The values that were applied."),
                ),
                ("algorithm", models.TextField("algorithm version")),
                ("duration_ms", models.FloatField("duration (ms)")),
                (
                    "lead",
                    models.ForeignKey(
                        "leads.lead", models.PROTECT, db_index=False, related_name="decisions", verbose_name="lead"
                    ),
                ),
                (
                    "partner",
                    models.ForeignKey(
                        "leads.partner",
                        models.PROTECT,
                        blank=True,
                        db_index=False,
                        null=True,
                        related_name="decisions",
                        verbose_name="partner",
                    ),
                ),
            ],
            options={
                "verbose_name": "decision",
                "verbose_name_plural": "decisions",
                "db_table": "lead_assignment_logs",
                "ordering": ("-decided_at", "-id"),
                "indexes": [
                    models.Index("lead", models.F("id").desc(), name="lead_assignment_logs_lead"),
                    models.Index("partner", models.F("id").desc(), name="lead_assignment_logs_partner"),
                    models.Index(
                        models.F("decided_at").desc(), models.F("id").desc(), name="lead_assignment_logs_newest"
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(outcome="assigned", partner__isnull=False),
                            models.Q(outcome="no_candidate", partner__isnull=True),
                            _connector="OR",
                        ),
                        name="lead_assignment_logs_partner_if_assigned",
                    ),
                    *checks_on(
                        "lead_assignment_logs", times=("decided_at", "stats_refreshed_at"), lines=("actor", "algorithm")
                    ),
                    NumberRange(
                        name="lead_assignment_logs_numbers_range",
                        fields=(
                            "total_score",
                            "region_score",
                            "performance_score",
                            "fairness_score",
                            "bonus",
                            "duration_ms",
                        ),
                        least=-1_000_000_000,
                        most=1_000_000_000,
                    ),
                    JsonObject(name="lead_assignment_logs_exclusions_object", fields=("exclusions",)),
                    JsonKind(
                        name="lead_assignment_logs_candidates_array", fields=("candidates",), kind="array", size=1000000
                    ),
                    JsonKind(
                        name="lead_assignment_logs_policy_object", fields=("policy",), kind="object", size=1000000
                    ),
                ],
            },
        ),
        run_sql("decision_storage"),
        run_sql("assignment"),
        run_sql("decision_retention"),
    ]
