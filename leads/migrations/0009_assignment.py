"""When a lead went to whom, who had it before, and what each partner has open now."""

import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.functions.datetime
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("leads", "0008_intake"),
    ]

    operations = [
        migrations.CreateModel(
            name="PartnerUser",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True,
                        primary_key=True,
                        serialize=False,
                        verbose_name="ID",
                    ),
                ),
            ],
            options={
                "verbose_name": "partner login",
                "verbose_name_plural": "partner logins",
                "db_table": "partner_users",
                "ordering": ("id",),
            },
        ),
        migrations.AlterModelOptions(
            name="lead",
            options={
                "ordering": ("-created_at", "id"),
                "verbose_name": "lead",
                "verbose_name_plural": "leads",
            },
        ),
        migrations.AlterModelOptions(
            name="leadactivity",
            options={
                "ordering": ("-created_at", "id"),
                "verbose_name": "activity",
                "verbose_name_plural": "activities",
            },
        ),
        migrations.AlterModelOptions(
            name="partner",
            options={
                "ordering": ("company_name", "id"),
                "verbose_name": "partner",
                "verbose_name_plural": "partners",
            },
        ),
        migrations.AddField(
            model_name="lead",
            name="assigned_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="assigned at"),
        ),
        migrations.AddField(
            model_name="lead",
            name="routing_attempted_at",
            field=models.DateTimeField(editable=False, null=True, verbose_name="last routing attempt"),
        ),
        migrations.AddField(
            model_name="lead",
            name="routing_attempts",
            field=models.IntegerField(db_default=0, default=0, editable=False, verbose_name="routing attempts"),
        ),
        migrations.AddField(
            model_name="lead",
            name="tried_partner_ids",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.UUIDField(),
                blank=True,
                editable=False,
                help_text="Partners that had this lead before; not empty: the lead was re-routed.",
                null=True,
                size=None,
                verbose_name="tried partners",
            ),
        ),
        migrations.AddField(
            model_name="partner",
            name="company_name",
            field=models.TextField(blank=True, db_default="", default="", verbose_name="company name"),
        ),
        migrations.AddField(
            model_name="partner",
            name="last_assigned_at",
            field=models.DateTimeField(editable=False, null=True, verbose_name="last assigned at"),
        ),
        migrations.AddField(
            model_name="partner",
            name="open_leads",
            field=models.IntegerField(db_default=0, default=0, editable=False, verbose_name="open leads"),
        ),
        migrations.AddField(
            model_name="partner",
            name="routing_changed_at",
            field=models.DateTimeField(
                db_default=django.db.models.functions.datetime.Now(),
                default=django.utils.timezone.now,
                editable=False,
                help_text="When this partner last became able to take leads that it could not take before.",
                null=True,
                verbose_name="routing changed at",
            ),
        ),
        migrations.AddField(
            model_name="partneruser",
            name="partner",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="users",
                to="leads.partner",
            ),
        ),
        migrations.AddField(
            model_name="partneruser",
            name="user",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="partner_user",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
    ]
