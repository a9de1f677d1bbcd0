"""The table of this app."""

import uuid

import django.contrib.postgres.functions
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
            name="SupportTicket",
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
                    "type",
                    models.TextField(
                        choices=[
                            ("complaint", "complaint"),
                            ("question", "question"),
                            ("request", "request"),
                            ("other", "other"),
                        ],
                        db_default="question",
                        default="question",
                        verbose_name="type",
                    ),
                ),
                ("subject", models.TextField(blank=True, db_default="", default="", verbose_name="subject")),
                ("body", models.TextField(blank=True, db_default="", default="", verbose_name="body")),
                (
                    "status",
                    models.TextField(
                        choices=[("open", "open"), ("resolved", "resolved")],
                        db_default="open",
                        default="open",
                        verbose_name="status",
                    ),
                ),
                (
                    "created_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(),
                        default=django.utils.timezone.now,
                        verbose_name="created at",
                    ),
                ),
                ("resolved_at", models.DateTimeField(blank=True, null=True, verbose_name="resolved at")),
                (
                    "lead",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="tickets",
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
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="tickets",
                        to="leads.partner",
                        verbose_name="partner",
                    ),
                ),
            ],
            options={
                "verbose_name": "support ticket",
                "verbose_name_plural": "support tickets",
                "db_table": "support_tickets",
                "ordering": ("-created_at", "id"),
                "indexes": [
                    models.Index(models.F("partner"), models.F("created_at"), name="support_tickets_partner_time")
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("type__in", ("complaint", "question", "request", "other"))),
                        name="support_tickets_type_known",
                        violation_error_message="This is not a type of ticket.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("status__in", ("open", "resolved"))),
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
