"""The table of this app."""

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
            "SupportTicket",
            fields=[
                ("id", random_id()),
                (
                    "type",
                    models.TextField(
                        "type",
                        choices=[
                            ("complaint", "complaint"),
                            ("question", "question"),
                            ("request", "request"),
                            ("other", "other"),
                        ],
                        db_default="question",
                        default="question",
                    ),
                ),
                ("subject", models.TextField("subject", blank=True, db_default="", default="")),
                ("body", models.TextField("body", blank=True, db_default="", default="")),
                (
                    "status",
                    models.TextField(
                        "status",
                        choices=[("open", "open"), ("resolved", "resolved")],
                        db_default="open",
                        default="open",
                    ),
                ),
                ("created_at", models.DateTimeField("created at", db_default=Now(), default=timezone.now)),
                ("resolved_at", models.DateTimeField("resolved at", blank=True, null=True)),
                (
                    "lead",
                    models.ForeignKey(
                        "leads.lead", models.CASCADE, blank=True, null=True, related_name="tickets", verbose_name="lead"
                    ),
                ),
                (
                    "partner",
                    models.ForeignKey(
                        "leads.partner",
                        models.CASCADE,
                        blank=True,
                        db_index=False,
                        null=True,
                        related_name="tickets",
                        verbose_name="partner",
                    ),
                ),
            ],
            options={
                "verbose_name": "support ticket",
                "verbose_name_plural": "support tickets",
                "db_table": "support_tickets",
                "ordering": ("-created_at", "id"),
                "indexes": [models.Index("partner", "created_at", name="support_tickets_partner_time")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(type__in=("complaint", "question", "request", "other")),
                        name="support_tickets_type_known",
                        violation_error_message="This is not a type of ticket.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(status__in=("open", "resolved")),
                        name="support_tickets_status_known",
                        violation_error_message="This is not a status of a ticket.",
                    ),
                    *checks_on(
                        "support_tickets", times=("created_at", "resolved_at"), lines=("subject",), prose=("body",)
                    ),
                ],
            },
        )
    ]
