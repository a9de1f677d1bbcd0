"""The tables that the marketplace's database already has, and nothing more."""

import uuid

import django.db.models.deletion
from django.contrib.postgres.fields import ArrayField
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Industry",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("name", models.TextField(verbose_name="name")),
            ],
            options={
                "verbose_name": "industry",
                "verbose_name_plural": "industries",
                "db_table": "industries",
                "ordering": ("name", "id"),
            },
        ),
        migrations.CreateModel(
            name="Partner",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("primary_branch", models.TextField(blank=True, null=True)),
                ("regions", ArrayField(models.TextField(), blank=True, null=True)),
                (
                    "lead_industries",
                    ArrayField(models.TextField(), blank=True, null=True),
                ),
                (
                    "lead_locations",
                    ArrayField(models.TextField(), blank=True, null=True),
                ),
                ("max_open_leads", models.IntegerField(blank=True, null=True)),
                ("is_active_for_routing", models.BooleanField(default=True, null=True)),
                (
                    "routing_priority",
                    models.IntegerField(blank=True, default=0, null=True),
                ),
                ("ai_risk_score", models.IntegerField(blank=True, null=True)),
                ("ai_risk_level", models.TextField(blank=True, null=True)),
                ("ai_risk_assessed_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "verbose_name": "partner",
                "verbose_name_plural": "partners",
                "db_table": "profiles",
            },
        ),
        migrations.CreateModel(
            name="Lead",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                (
                    "partner",
                    models.ForeignKey(
                        blank=True,
                        db_column="user_id",
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="leads",
                        to="leads.partner",
                    ),
                ),
                ("status", models.TextField(default="new")),
                (
                    "industry",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="leads",
                        to="leads.industry",
                    ),
                ),
                ("province", models.TextField(blank=True, null=True)),
                ("postcode", models.TextField(blank=True, null=True)),
                ("created_at", models.DateTimeField()),
                ("accepted_at", models.DateTimeField(blank=True, null=True)),
                (
                    "price_at_purchase",
                    models.DecimalField(blank=True, decimal_places=2, max_digits=14, null=True),
                ),
            ],
            options={
                "verbose_name": "lead",
                "verbose_name_plural": "leads",
                "db_table": "leads",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            status__in=[
                                "new",
                                "accepted",
                                "rejected",
                                "in_progress",
                                "completed",
                            ]
                        ),
                        name="leads_status_check",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="LeadActivity",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                (
                    "lead",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="activities",
                        to="leads.lead",
                    ),
                ),
                ("type", models.TextField()),
                ("description", models.TextField(blank=True, null=True)),
                (
                    "created_by",
                    models.ForeignKey(
                        blank=True,
                        db_column="created_by",
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="leads.partner",
                    ),
                ),
                ("created_at", models.DateTimeField()),
            ],
            options={
                "verbose_name": "activity",
                "verbose_name_plural": "activities",
                "db_table": "lead_activities",
            },
        ),
    ]
