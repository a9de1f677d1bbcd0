"""Drafts know what they started from, activations are remembered, and previews can be computed in the background."""

import uuid

import django.contrib.postgres.functions
import django.db.models.deletion
import django.db.models.functions.datetime
import django.utils.timezone
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models

import migrations_sql.triggers


class Migration(migrations.Migration):
    dependencies = [
        ("router", "0003_fixed_search_path"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="routingpolicy",
            name="based_on",
            field=models.PositiveIntegerField(
                help_text="The version that was active when this one was drafted.",
                null=True,
                verbose_name="based on version",
            ),
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
        pgtrigger.migrations.AddTrigger(
            model_name="policyactivation",
            trigger=pgtrigger.compiler.Trigger(
                name="keep_activations",
                sql=migrations_sql.triggers.FixedPathRuleTriggerSql(
                    func="\n        RAISE EXCEPTION 'activations are append-only: % on routing_policy_activations is refused', TG_OP\n            USING ERRCODE = 'restrict_violation';\n    ",
                    hash="7586ea33706b08aa71e0bd3862986f0ed6474fcf",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_keep_activations_67622",
                    table="routing_policy_activations",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="policypreview",
            constraint=models.CheckConstraint(
                condition=models.Q(("status__in", ("waiting", "running", "done", "failed"))),
                name="policy_previews_status_known",
                violation_error_message="This is not a status of a preview.",
            ),
        ),
    ]
