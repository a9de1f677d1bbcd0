"""Defaults in the database for the columns that exist, so that a plain INSERT needs to name none of them."""

import uuid

import django.contrib.postgres.fields
import django.contrib.postgres.functions
import django.db.models.deletion
import django.db.models.functions.datetime
import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("leads", "0001_legacy_baseline"),
    ]

    operations = [
        migrations.AlterField(
            model_name="industry",
            name="id",
            field=models.UUIDField(
                db_default=django.contrib.postgres.functions.RandomUUID(),
                default=uuid.uuid4,
                editable=False,
                primary_key=True,
                serialize=False,
            ),
        ),
        migrations.AlterField(
            model_name="lead",
            name="accepted_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="accepted at"),
        ),
        migrations.AlterField(
            model_name="lead",
            name="created_at",
            field=models.DateTimeField(
                db_default=django.db.models.functions.datetime.Now(),
                default=django.utils.timezone.now,
                verbose_name="created at",
            ),
        ),
        migrations.AlterField(
            model_name="lead",
            name="id",
            field=models.UUIDField(
                db_default=django.contrib.postgres.functions.RandomUUID(),
                default=uuid.uuid4,
                editable=False,
                primary_key=True,
                serialize=False,
            ),
        ),
        migrations.AlterField(
            model_name="lead",
            name="industry",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="leads",
                to="leads.industry",
                verbose_name="industry",
            ),
        ),
        migrations.AlterField(
            model_name="lead",
            name="partner",
            field=models.ForeignKey(
                blank=True,
                db_column="user_id",
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="leads",
                to="leads.partner",
                verbose_name="partner",
            ),
        ),
        migrations.AlterField(
            model_name="lead",
            name="postcode",
            field=models.TextField(blank=True, null=True, verbose_name="postcode"),
        ),
        migrations.AlterField(
            model_name="lead",
            name="price_at_purchase",
            field=models.DecimalField(
                blank=True,
                decimal_places=2,
                max_digits=14,
                null=True,
                verbose_name="price at purchase",
            ),
        ),
        migrations.AlterField(
            model_name="lead",
            name="province",
            field=models.TextField(blank=True, null=True, verbose_name="province"),
        ),
        migrations.AlterField(
            model_name="leadactivity",
            name="created_at",
            field=models.DateTimeField(
                db_default=django.db.models.functions.datetime.Now(),
                default=django.utils.timezone.now,
                verbose_name="created at",
            ),
        ),
        migrations.AlterField(
            model_name="leadactivity",
            name="created_by",
            field=models.ForeignKey(
                blank=True,
                db_column="created_by",
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to="leads.partner",
                verbose_name="created by",
            ),
        ),
        migrations.AlterField(
            model_name="leadactivity",
            name="description",
            field=models.TextField(blank=True, null=True, verbose_name="description"),
        ),
        migrations.AlterField(
            model_name="leadactivity",
            name="id",
            field=models.UUIDField(
                db_default=django.contrib.postgres.functions.RandomUUID(),
                default=uuid.uuid4,
                editable=False,
                primary_key=True,
                serialize=False,
            ),
        ),
        migrations.AlterField(
            model_name="leadactivity",
            name="lead",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="activities",
                to="leads.lead",
                verbose_name="lead",
            ),
        ),
        migrations.AlterField(
            model_name="partner",
            name="ai_risk_assessed_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="AI assessed at"),
        ),
        migrations.AlterField(
            model_name="partner",
            name="ai_risk_level",
            field=models.TextField(
                blank=True,
                choices=[("low", "low"), ("medium", "medium"), ("high", "high")],
                null=True,
                verbose_name="AI risk level",
            ),
        ),
        migrations.AlterField(
            model_name="partner",
            name="ai_risk_score",
            field=models.IntegerField(blank=True, null=True, verbose_name="AI score"),
        ),
        migrations.AlterField(
            model_name="partner",
            name="id",
            field=models.UUIDField(
                db_default=django.contrib.postgres.functions.RandomUUID(),
                default=uuid.uuid4,
                editable=False,
                primary_key=True,
                serialize=False,
            ),
        ),
        migrations.AlterField(
            model_name="partner",
            name="is_active_for_routing",
            field=models.BooleanField(db_default=True, default=True, null=True, verbose_name="takes leads"),
        ),
        migrations.AlterField(
            model_name="partner",
            name="lead_industries",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.TextField(),
                blank=True,
                null=True,
                size=None,
                verbose_name="lead industries",
            ),
        ),
        migrations.AlterField(
            model_name="partner",
            name="lead_locations",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.TextField(),
                blank=True,
                help_text="Postcode prefixes and provinces.",
                null=True,
                size=None,
                verbose_name="lead locations",
            ),
        ),
        migrations.AlterField(
            model_name="partner",
            name="max_open_leads",
            field=models.IntegerField(
                blank=True,
                help_text="Empty: no cap.",
                null=True,
                verbose_name="cap on open leads",
            ),
        ),
        migrations.AlterField(
            model_name="partner",
            name="primary_branch",
            field=models.TextField(blank=True, null=True, verbose_name="primary branch"),
        ),
        migrations.AlterField(
            model_name="partner",
            name="regions",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.TextField(),
                blank=True,
                null=True,
                size=None,
                verbose_name="regions",
            ),
        ),
        migrations.AlterField(
            model_name="partner",
            name="routing_priority",
            field=models.IntegerField(
                blank=True,
                db_default=0,
                default=0,
                null=True,
                verbose_name="routing priority",
            ),
        ),
    ]
