"""Policies, decisions and previews, and the statements of an assignment."""

import uuid

import django.contrib.postgres.functions
import django.core.validators
import django.db.models.deletion
import django.db.models.functions.datetime
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

import migrations_sql.fields
from migrations_sql import run_sql
from migrations_sql.checks import JsonKind, JsonObject, NumberRange, checks_on
from migrations_sql.operations import Together


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("leads", "0002_schema"),
        ("performance", "0002_schema"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="BackgroundTask",
            fields=[
                ("name", models.TextField(primary_key=True, serialize=False, verbose_name="task")),
                ("succeeded_at", models.DateTimeField(null=True, verbose_name="last success")),
                ("duration_ms", models.FloatField(null=True, verbose_name="duration of the last success (ms)")),
                ("failures", models.BigIntegerField(db_default=0, default=0, verbose_name="failures")),
                ("failed_at", models.DateTimeField(null=True, verbose_name="last failure")),
                (
                    "error",
                    models.TextField(
                        blank=True,
                        db_default="",
                        default="",
                        help_text="Its type: a message may name a person.",
                        verbose_name="last error",
                    ),
                ),
            ],
            options={
                "verbose_name": "background task",
                "verbose_name_plural": "background tasks",
                "db_table": "background_tasks",
                "ordering": ("name",),
                "constraints": [
                    *checks_on("background_tasks", times=("succeeded_at", "failed_at")),
                ],
            },
        ),
        migrations.CreateModel(
            name="PolicyPreview",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        db_default=django.contrib.postgres.functions.RandomUUID(),
                        default=uuid.uuid4,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("values", models.JSONField(db_default={}, default=dict, verbose_name="settings of the draft")),
                ("days", models.PositiveSmallIntegerField(verbose_name="days")),
                (
                    "status",
                    models.TextField(
                        choices=[
                            ("waiting", "waiting"),
                            ("running", "running"),
                            ("done", "done"),
                            ("failed", "failed"),
                        ],
                        db_default="waiting",
                        default="waiting",
                        verbose_name="status",
                    ),
                ),
                ("done", models.PositiveIntegerField(db_default=0, default=0, verbose_name="leads done")),
                ("total", models.PositiveIntegerField(db_default=0, default=0, verbose_name="leads")),
                ("result", models.JSONField(null=True, verbose_name="result")),
                ("error", models.TextField(blank=True, db_default="", default="", verbose_name="error")),
                (
                    "requested_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(),
                        default=django.utils.timezone.now,
                        verbose_name="requested at",
                    ),
                ),
                ("finished_at", models.DateTimeField(null=True, verbose_name="finished at")),
                (
                    "requested_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="requested by",
                    ),
                ),
            ],
            options={
                "verbose_name": "preview of a policy",
                "verbose_name_plural": "previews of policies",
                "db_table": "policy_previews",
                "ordering": ("-requested_at", "id"),
            },
        ),
        migrations.CreateModel(
            name="RoutingPolicy",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("version", models.PositiveIntegerField(unique=True, verbose_name="version")),
                ("is_active", models.BooleanField(db_default=False, default=False, verbose_name="active")),
                ("reason", models.TextField(blank=True, db_default="", default="", verbose_name="reason")),
                (
                    "created_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(),
                        default=django.utils.timezone.now,
                        verbose_name="created at",
                    ),
                ),
                (
                    "based_on",
                    models.PositiveIntegerField(
                        help_text="The version that was active when this one was drafted.",
                        null=True,
                        verbose_name="based on version",
                    ),
                ),
                ("activated_at", models.DateTimeField(null=True, verbose_name="activated at")),
                (
                    "region_weight",
                    models.FloatField(
                        db_default=30.0,
                        default=30.0,
                        validators=[
                            django.core.validators.MinValueValidator(0),
                            django.core.validators.MaxValueValidator(100),
                        ],
                        verbose_name="region",
                    ),
                ),
                (
                    "performance_weight",
                    models.FloatField(
                        db_default=50.0,
                        default=50.0,
                        validators=[
                            django.core.validators.MinValueValidator(0),
                            django.core.validators.MaxValueValidator(100),
                        ],
                        verbose_name="performance",
                    ),
                ),
                (
                    "fairness_weight",
                    models.FloatField(
                        db_default=20.0,
                        default=20.0,
                        validators=[
                            django.core.validators.MinValueValidator(0),
                            django.core.validators.MaxValueValidator(100),
                        ],
                        verbose_name="fairness",
                    ),
                ),
                (
                    "priority_points",
                    models.FloatField(
                        db_default=1.0,
                        default=1.0,
                        help_text="Bonus on the route score for each step of a partner's routing priority (0 to 10 steps).",
                        validators=[django.core.validators.MinValueValidator(0)],
                        verbose_name="points per priority step",
                    ),
                ),
                (
                    "require_regional_match",
                    models.BooleanField(
                        db_default=True,
                        default=True,
                        help_text="Exclude partners whose territory does not include the lead.",
                        verbose_name="require a regional match",
                    ),
                ),
                (
                    "response_speed_weight",
                    models.FloatField(
                        db_default=25.0,
                        default=25.0,
                        validators=[
                            django.core.validators.MinValueValidator(0),
                            django.core.validators.MaxValueValidator(100),
                        ],
                        verbose_name="response speed",
                    ),
                ),
                (
                    "ai_trust_weight",
                    models.FloatField(
                        db_default=10.0,
                        default=10.0,
                        validators=[
                            django.core.validators.MinValueValidator(0),
                            django.core.validators.MaxValueValidator(100),
                        ],
                        verbose_name="AI trust",
                    ),
                ),
                (
                    "deal_rate_weight",
                    models.FloatField(
                        db_default=25.0,
                        default=25.0,
                        validators=[
                            django.core.validators.MinValueValidator(0),
                            django.core.validators.MaxValueValidator(100),
                        ],
                        verbose_name="deal rate",
                    ),
                ),
                (
                    "follow_up_weight",
                    models.FloatField(
                        db_default=10.0,
                        default=10.0,
                        validators=[
                            django.core.validators.MinValueValidator(0),
                            django.core.validators.MaxValueValidator(100),
                        ],
                        verbose_name="follow-up",
                    ),
                ),
                (
                    "customer_feedback_weight",
                    models.FloatField(
                        db_default=10.0,
                        default=10.0,
                        validators=[
                            django.core.validators.MinValueValidator(0),
                            django.core.validators.MaxValueValidator(100),
                        ],
                        verbose_name="customer feedback",
                    ),
                ),
                (
                    "complaints_weight",
                    models.FloatField(
                        db_default=10.0,
                        default=10.0,
                        validators=[
                            django.core.validators.MinValueValidator(0),
                            django.core.validators.MaxValueValidator(100),
                        ],
                        verbose_name="complaints",
                    ),
                ),
                (
                    "deal_value_weight",
                    models.FloatField(
                        db_default=5.0,
                        default=5.0,
                        validators=[
                            django.core.validators.MinValueValidator(0),
                            django.core.validators.MaxValueValidator(100),
                        ],
                        verbose_name="deal value",
                    ),
                ),
                (
                    "consistency_weight",
                    models.FloatField(
                        db_default=5.0,
                        default=5.0,
                        validators=[
                            django.core.validators.MinValueValidator(0),
                            django.core.validators.MaxValueValidator(100),
                        ],
                        verbose_name="consistency",
                    ),
                ),
                (
                    "prior_strength",
                    models.FloatField(
                        db_default=5.0,
                        default=5.0,
                        help_text="Number of leads that count as much as the prior; 0: no adjustment.",
                        validators=[django.core.validators.MinValueValidator(0)],
                        verbose_name="prior strength (leads)",
                    ),
                ),
                (
                    "prior",
                    models.FloatField(
                        db_default=50.0,
                        default=50.0,
                        help_text="Score of a partner without any data.",
                        validators=[
                            django.core.validators.MinValueValidator(0),
                            django.core.validators.MaxValueValidator(100),
                        ],
                        verbose_name="prior (points)",
                    ),
                ),
                (
                    "deal_rate_cap",
                    models.FloatField(
                        db_default=85.0,
                        default=85.0,
                        help_text="Maximum points from deal rate, 80 to 90.",
                        validators=[
                            django.core.validators.MinValueValidator(80),
                            django.core.validators.MaxValueValidator(90),
                        ],
                        verbose_name="deal rate cap (points)",
                    ),
                ),
                (
                    "deal_rate_full",
                    models.FloatField(
                        db_default=1.0,
                        default=1.0,
                        help_text="Lower it in a market where winning one in five is excellent.",
                        validators=[
                            django.core.validators.MinValueValidator(0.01),
                            django.core.validators.MaxValueValidator(1),
                        ],
                        verbose_name="deal rate for 100 points (fraction)",
                    ),
                ),
                (
                    "complaint_rate_zero",
                    models.FloatField(
                        db_default=0.2,
                        default=0.2,
                        validators=[
                            django.core.validators.MinValueValidator(0.01),
                            django.core.validators.MaxValueValidator(1),
                        ],
                        verbose_name="complaint rate for 0 points (fraction)",
                    ),
                ),
                (
                    "deal_value_full",
                    models.FloatField(
                        db_default=25000.0,
                        default=25000.0,
                        validators=[django.core.validators.MinValueValidator(1)],
                        verbose_name="deal value for 100 points (EUR)",
                    ),
                ),
                (
                    "ai_high_score_is_risk",
                    models.BooleanField(
                        db_default=False,
                        default=False,
                        help_text="Then AI trust is 100 minus the score.",
                        verbose_name="a high AI score means high risk",
                    ),
                ),
                (
                    "activated_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="activated by",
                    ),
                ),
                (
                    "created_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="created by",
                    ),
                ),
            ],
            options={
                "verbose_name": "routing policy",
                "verbose_name_plural": "routing policy versions",
                "db_table": "routing_policies",
                "ordering": ("-version",),
            },
        ),
        migrations.CreateModel(
            name="PolicyActivation",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "activated_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(),
                        default=django.utils.timezone.now,
                        verbose_name="activated at",
                    ),
                ),
                ("reason", models.TextField(blank=True, db_default="", default="", verbose_name="reason")),
                (
                    "activated_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="activated by",
                    ),
                ),
                (
                    "policy",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="activations",
                        to="router.routingpolicy",
                        verbose_name="version",
                    ),
                ),
                (
                    "replaced",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="router.routingpolicy",
                        verbose_name="replaced version",
                    ),
                ),
            ],
            options={
                "verbose_name": "activation of a routing policy",
                "verbose_name_plural": "activations of routing policies",
                "db_table": "routing_policy_activations",
                "ordering": ("-id",),
            },
        ),
        migrations.CreateModel(
            name="LeadAssignmentLog",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "outcome",
                    models.TextField(
                        choices=[("assigned", "assigned"), ("no_candidate", "nobody was eligible")],
                        verbose_name="outcome",
                    ),
                ),
                (
                    "decided_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(),
                        default=django.utils.timezone.now,
                        verbose_name="decided at",
                    ),
                ),
                (
                    "trigger",
                    models.TextField(
                        choices=[
                            ("api", "API"),
                            ("task", "task"),
                            ("admin", "admin"),
                            ("sweep", "sweep"),
                            ("import", "import"),
                            ("reroute", "re-route"),
                        ],
                        verbose_name="trigger",
                    ),
                ),
                ("actor", models.TextField(blank=True, db_default="", default="", verbose_name="actor")),
                ("policy_version", models.PositiveIntegerField(verbose_name="policy version")),
                ("stats_refreshed_at", models.DateTimeField(null=True, verbose_name="statistics as of")),
                ("considered_count", models.PositiveIntegerField(verbose_name="partners considered")),
                (
                    "candidate_count",
                    models.PositiveIntegerField(help_text="Partners that were eligible.", verbose_name="candidates"),
                ),
                (
                    "exclusions",
                    models.JSONField(
                        db_default={},
                        default=dict,
                        help_text="Number of partners by exclusion code.",
                        verbose_name="exclusions",
                    ),
                ),
                ("total_score", models.FloatField(null=True, verbose_name="route score")),
                ("region_score", models.FloatField(null=True, verbose_name="region")),
                ("performance_score", models.FloatField(null=True, verbose_name="performance")),
                ("fairness_score", models.FloatField(null=True, verbose_name="fairness")),
                ("bonus", models.FloatField(null=True, verbose_name="bonus")),
                (
                    "candidates",
                    migrations_sql.fields.StoredJSONField(
                        db_default=[],
                        default=list,
                        help_text="The winner and the five best runners-up, with their inputs, scores and components.",
                        verbose_name="ranked candidates",
                    ),
                ),
                (
                    "policy",
                    migrations_sql.fields.StoredJSONField(
                        db_default={}, default=dict, help_text="The values that were applied.", verbose_name="policy"
                    ),
                ),
                ("algorithm", models.TextField(verbose_name="algorithm version")),
                ("duration_ms", models.FloatField(verbose_name="duration (ms)")),
                (
                    "lead",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="decisions",
                        to="leads.lead",
                        verbose_name="lead",
                    ),
                ),
                (
                    "partner",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="decisions",
                        to="leads.partner",
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
                    models.Index(
                        models.F("lead"),
                        models.OrderBy(models.F("id"), descending=True),
                        name="lead_assignment_logs_lead",
                    ),
                    models.Index(
                        models.F("partner"),
                        models.OrderBy(models.F("id"), descending=True),
                        name="lead_assignment_logs_partner",
                    ),
                    models.Index(
                        models.OrderBy(models.F("decided_at"), descending=True),
                        models.OrderBy(models.F("id"), descending=True),
                        name="lead_assignment_logs_newest",
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("outcome", "assigned"), ("partner__isnull", False)),
                            models.Q(("outcome", "no_candidate"), ("partner__isnull", True)),
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
                        least=-1000000000,
                        most=1000000000,
                    ),
                    JsonObject(
                        name="lead_assignment_logs_exclusions_object", fields=("exclusions",), size=65536, levels=20
                    ),
                    JsonKind(
                        name="lead_assignment_logs_candidates_array", fields=("candidates",), kind="array", size=1000000
                    ),
                    JsonKind(
                        name="lead_assignment_logs_policy_object", fields=("policy",), kind="object", size=1000000
                    ),
                ],
            },
        ),
        Together(
            [
                migrations.AddConstraint(
                    model_name="policypreview",
                    constraint=models.CheckConstraint(
                        condition=models.Q(("status__in", ("waiting", "running", "done", "failed"))),
                        name="policy_previews_status_known",
                        violation_error_message="This is not a status of a preview.",
                    ),
                ),
                *(
                    migrations.AddConstraint(model_name="policypreview", constraint=check)
                    for check in checks_on("policy_previews", times=("requested_at", "finished_at"))
                ),
                migrations.AddConstraint(
                    model_name="routingpolicy",
                    constraint=models.UniqueConstraint(
                        models.F("is_active"),
                        condition=models.Q(("is_active", True)),
                        name="routing_policies_one_active",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="routingpolicy",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            ("region_weight__gt", 0),
                            ("performance_weight__gt", 0),
                            ("fairness_weight__gt", 0),
                            _connector="OR",
                        ),
                        name="routing_policies_some_route_weight",
                        violation_error_message="At least one of region, performance and fairness needs a weight.",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="routingpolicy",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            ("ai_trust_weight__gt", 0),
                            ("complaints_weight__gt", 0),
                            ("consistency_weight__gt", 0),
                            ("customer_feedback_weight__gt", 0),
                            ("deal_rate_weight__gt", 0),
                            ("deal_value_weight__gt", 0),
                            ("follow_up_weight__gt", 0),
                            ("response_speed_weight__gt", 0),
                            _connector="OR",
                        ),
                        name="routing_policies_some_component_weight",
                        violation_error_message="At least one of the eight components needs a weight.",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="routingpolicy",
                    constraint=models.CheckConstraint(
                        condition=models.Q(("region_weight__range", (0, 100))),
                        name="routing_policies_region_weight_range",
                        violation_error_message="A weight lies between 0 and 100.",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="routingpolicy",
                    constraint=models.CheckConstraint(
                        condition=models.Q(("performance_weight__range", (0, 100))),
                        name="routing_policies_performance_weight_range",
                        violation_error_message="A weight lies between 0 and 100.",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="routingpolicy",
                    constraint=models.CheckConstraint(
                        condition=models.Q(("fairness_weight__range", (0, 100))),
                        name="routing_policies_fairness_weight_range",
                        violation_error_message="A weight lies between 0 and 100.",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="routingpolicy",
                    constraint=models.CheckConstraint(
                        condition=models.Q(("response_speed_weight__range", (0, 100))),
                        name="routing_policies_response_speed_weight_range",
                        violation_error_message="A weight lies between 0 and 100.",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="routingpolicy",
                    constraint=models.CheckConstraint(
                        condition=models.Q(("ai_trust_weight__range", (0, 100))),
                        name="routing_policies_ai_trust_weight_range",
                        violation_error_message="A weight lies between 0 and 100.",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="routingpolicy",
                    constraint=models.CheckConstraint(
                        condition=models.Q(("deal_rate_weight__range", (0, 100))),
                        name="routing_policies_deal_rate_weight_range",
                        violation_error_message="A weight lies between 0 and 100.",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="routingpolicy",
                    constraint=models.CheckConstraint(
                        condition=models.Q(("follow_up_weight__range", (0, 100))),
                        name="routing_policies_follow_up_weight_range",
                        violation_error_message="A weight lies between 0 and 100.",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="routingpolicy",
                    constraint=models.CheckConstraint(
                        condition=models.Q(("customer_feedback_weight__range", (0, 100))),
                        name="routing_policies_customer_feedback_weight_range",
                        violation_error_message="A weight lies between 0 and 100.",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="routingpolicy",
                    constraint=models.CheckConstraint(
                        condition=models.Q(("complaints_weight__range", (0, 100))),
                        name="routing_policies_complaints_weight_range",
                        violation_error_message="A weight lies between 0 and 100.",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="routingpolicy",
                    constraint=models.CheckConstraint(
                        condition=models.Q(("deal_value_weight__range", (0, 100))),
                        name="routing_policies_deal_value_weight_range",
                        violation_error_message="A weight lies between 0 and 100.",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="routingpolicy",
                    constraint=models.CheckConstraint(
                        condition=models.Q(("consistency_weight__range", (0, 100))),
                        name="routing_policies_consistency_weight_range",
                        violation_error_message="A weight lies between 0 and 100.",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="routingpolicy",
                    constraint=models.CheckConstraint(
                        condition=models.Q(("prior__range", (0, 100))),
                        name="routing_policies_prior_range",
                        violation_error_message="A weight lies between 0 and 100.",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="routingpolicy",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            ("complaint_rate_zero__gt", 0),
                            ("complaint_rate_zero__lte", 1),
                            ("deal_rate_cap__range", (80, 90)),
                            ("deal_rate_full__gt", 0),
                            ("deal_rate_full__lte", 1),
                            ("deal_value_full__gte", 1),
                            ("prior_strength__gte", 0),
                            ("priority_points__gte", 0),
                        ),
                        name="routing_policies_settings_range",
                        violation_error_message="A setting is outside of its range.",
                    ),
                ),
                *(
                    migrations.AddConstraint(model_name="routingpolicy", constraint=check)
                    for check in checks_on("routing_policies", times=("created_at", "activated_at"))
                ),
                migrations.AddConstraint(
                    model_name="routingpolicy",
                    constraint=NumberRange(
                        name="routing_policies_numbers_finite",
                        fields=("priority_points", "prior_strength", "deal_value_full"),
                        least=0,
                        most=1000000000,
                    ),
                ),
                *(
                    migrations.AddConstraint(model_name="policyactivation", constraint=check)
                    for check in checks_on("routing_policy_activations", times=("activated_at",))
                ),
            ]
        ),
        run_sql("decision_storage"),
        run_sql("assignment"),
        run_sql("decision_retention"),
    ]
