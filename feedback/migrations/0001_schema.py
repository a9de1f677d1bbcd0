"""The table of this app."""

import uuid

import django.contrib.postgres.functions
import django.core.validators
import django.db.models.deletion
import django.db.models.functions.datetime
import django.utils.timezone
from django.db import migrations, models

from migrations_sql.checks import checks_on


class Migration(migrations.Migration):
    initial = True

    dependencies = [("leads", "0002_schema")]

    operations = [
        migrations.CreateModel(
            name="LeadFeedback",
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
                (
                    "rating",
                    models.SmallIntegerField(
                        help_text="1 (bad) to 5 (good)",
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(5),
                        ],
                        verbose_name="rating",
                    ),
                ),
                ("comment", models.TextField(blank=True, db_default="", default="", verbose_name="comment")),
                (
                    "created_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(),
                        default=django.utils.timezone.now,
                        verbose_name="created at",
                    ),
                ),
                (
                    "lead",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="feedback",
                        to="leads.lead",
                        verbose_name="lead",
                    ),
                ),
                (
                    "partner",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="feedback",
                        to="leads.partner",
                        verbose_name="partner",
                    ),
                ),
            ],
            options={
                "verbose_name": "feedback",
                "verbose_name_plural": "feedback",
                "db_table": "lead_feedback",
                "ordering": ("-created_at", "id"),
                "indexes": [
                    models.Index(models.F("partner"), models.F("created_at"), name="lead_feedback_partner_created")
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("rating__range", (1, 5))),
                        name="lead_feedback_rating_range",
                        violation_error_message="A rating lies between 1 and 5.",
                    ),
                    *checks_on("lead_feedback", times=("created_at",), prose=("comment",)),
                ],
            },
        )
    ]
