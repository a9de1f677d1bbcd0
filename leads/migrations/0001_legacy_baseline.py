"""The tables that the marketplace's database already has, and nothing more."""

import uuid

from django.contrib.postgres.fields import ArrayField
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            "Industry",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("name", models.TextField("name")),
            ],
            options={
                "verbose_name": "industry",
                "verbose_name_plural": "industries",
                "db_table": "industries",
                "ordering": ("name", "id"),
            },
        ),
        migrations.CreateModel(
            "Partner",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("primary_branch", models.TextField("primary branch", blank=True, null=True)),
                ("regions", ArrayField(models.TextField(), blank=True, null=True, verbose_name="regions")),
                (
                    "lead_industries",
                    ArrayField(models.TextField(), blank=True, null=True, verbose_name="lead industries"),
                ),
                (
                    "lead_locations",
                    ArrayField(
                        models.TextField(),
                        blank=True,
                        help_text="Postcode prefixes and provinces.",
                        null=True,
                        verbose_name="lead locations",
                    ),
                ),
                (
                    "max_open_leads",
                    models.IntegerField("cap on open leads", blank=True, help_text="Empty: no cap.", null=True),
                ),
                ("is_active_for_routing", models.BooleanField(default=True, null=True)),
                ("routing_priority", models.IntegerField(blank=True, default=0, null=True)),
                ("ai_risk_score", models.IntegerField("AI score", blank=True, null=True)),
                (
                    "ai_risk_level",
                    models.TextField(
                        "AI risk level",
                        blank=True,
                        choices=[("low", "low"), ("medium", "medium"), ("high", "high")],
                        null=True,
                    ),
                ),
                ("ai_risk_assessed_at", models.DateTimeField("AI assessed at", blank=True, null=True)),
            ],
            options={"verbose_name": "partner", "verbose_name_plural": "partners", "db_table": "profiles"},
        ),
        migrations.CreateModel(
            "Lead",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                (
                    "partner",
                    models.ForeignKey(
                        "leads.partner",
                        models.PROTECT,
                        blank=True,
                        db_column="user_id",
                        db_index=False,
                        null=True,
                        related_name="leads",
                        verbose_name="partner",
                    ),
                ),
                ("status", models.TextField(default="new")),
                (
                    "industry",
                    models.ForeignKey(
                        "leads.industry",
                        models.PROTECT,
                        blank=True,
                        db_index=False,
                        null=True,
                        related_name="leads",
                        verbose_name="industry",
                    ),
                ),
                ("province", models.TextField("province", blank=True, null=True)),
                ("postcode", models.TextField("postcode", blank=True, null=True)),
                ("created_at", models.DateTimeField()),
                ("accepted_at", models.DateTimeField("accepted at", blank=True, null=True)),
                (
                    "price_at_purchase",
                    models.DecimalField("price at purchase", blank=True, decimal_places=2, max_digits=14, null=True),
                ),
            ],
            options={
                "verbose_name": "lead",
                "verbose_name_plural": "leads",
                "db_table": "leads",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(status__in=["new", "accepted", "rejected", "in_progress", "completed"]),
                        name="leads_status_check",
                    )
                ],
                "ordering": ("-created_at", "id"),
                "permissions": (
                    ("correct_lead_status", "Can correct the status of a lead"),
                    ("erase_personal_data", "Can hand out and erase what is known of a person"),
                ),
            },
        ),
        migrations.CreateModel(
            "LeadActivity",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                (
                    "lead",
                    models.ForeignKey(
                        "leads.lead", models.CASCADE, db_index=False, related_name="activities", verbose_name="lead"
                    ),
                ),
                (
                    "type",
                    models.TextField(
                        "type",
                        choices=[
                            ("phone_call", "phone call"),
                            ("email_sent", "e-mail sent"),
                            ("whatsapp", "WhatsApp"),
                            ("meeting", "meeting"),
                            ("status_change_contacted", "marked as contacted"),
                            ("note", "note"),
                            ("created", "created"),
                            ("status_change", "status change"),
                            ("assigned", "assigned"),
                        ],
                    ),
                ),
                ("description", models.TextField("description", blank=True, null=True)),
                (
                    "created_by",
                    models.ForeignKey(
                        "leads.partner",
                        models.SET_NULL,
                        blank=True,
                        db_column="created_by",
                        db_index=False,
                        null=True,
                        related_name="+",
                        verbose_name="created by",
                    ),
                ),
                ("created_at", models.DateTimeField()),
            ],
            options={
                "verbose_name": "activity",
                "verbose_name_plural": "activities",
                "db_table": "lead_activities",
                "ordering": ("-created_at", "id"),
            },
        ),
    ]
