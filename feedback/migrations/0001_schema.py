"""The table of this app."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import migrations, models
from django.db.models.functions import Now
from django.utils import timezone

from migrations_sql.checks import checks_on
from migrations_sql.fields import random_id


class Migration(migrations.Migration):
    initial = True

    dependencies = [("leads", "0002_schema")]

    operations = [
        migrations.CreateModel(
            "LeadFeedback",
            fields=[
                ("id", random_id()),
                (
                    "rating",
                    models.SmallIntegerField(
                        "rating",
                        help_text="1 (bad) to 5 (good)",
                        validators=[MinValueValidator(1), MaxValueValidator(5)],
                    ),
                ),
                ("comment", models.TextField("comment", blank=True, db_default="", default="")),
                ("created_at", models.DateTimeField("created at", db_default=Now(), default=timezone.now)),
                (
                    "lead",
                    models.OneToOneField("leads.lead", models.CASCADE, related_name="feedback", verbose_name="lead"),
                ),
                (
                    "partner",
                    models.ForeignKey(
                        "leads.partner", models.CASCADE, db_index=False, related_name="feedback", verbose_name="partner"
                    ),
                ),
            ],
            options={
                "verbose_name": "feedback",
                "verbose_name_plural": "feedback",
                "db_table": "lead_feedback",
                "ordering": ("-created_at", "id"),
                "indexes": [models.Index("partner", "created_at", name="lead_feedback_partner_created")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(rating__range=(1, 5)),
                        name="lead_feedback_rating_range",
                        violation_error_message="A rating lies between 1 and 5.",
                    ),
                    *checks_on("lead_feedback", times=("created_at",), prose=("comment",)),
                ],
            },
        )
    ]
