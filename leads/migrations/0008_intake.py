"""Who asked, from which source, and which requests were answered before."""

import django.db.models.deletion
import django.db.models.functions.datetime
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("leads", "0007_deal_value"),
    ]

    operations = [
        migrations.CreateModel(
            name="IntakeKey",
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
                ("key", models.TextField(verbose_name="key")),
                ("request_hash", models.TextField(verbose_name="hash of the request")),
                (
                    "response",
                    models.JSONField(db_default={}, default=dict, verbose_name="response"),
                ),
                (
                    "created_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(),
                        default=django.utils.timezone.now,
                        verbose_name="created at",
                    ),
                ),
            ],
            options={
                "verbose_name": "idempotency key",
                "verbose_name_plural": "idempotency keys",
                "db_table": "intake_keys",
                "ordering": ("-created_at", "id"),
            },
        ),
        migrations.AddField(
            model_name="lead",
            name="contact_email",
            field=models.TextField(blank=True, db_default="", default="", verbose_name="e-mail"),
        ),
        migrations.AddField(
            model_name="lead",
            name="contact_name",
            field=models.TextField(blank=True, db_default="", default="", verbose_name="name"),
        ),
        migrations.AddField(
            model_name="lead",
            name="contact_phone",
            field=models.TextField(blank=True, db_default="", default="", verbose_name="phone"),
        ),
        migrations.AddField(
            model_name="lead",
            name="message",
            field=models.TextField(blank=True, db_default="", default="", verbose_name="message"),
        ),
        migrations.AddField(
            model_name="lead",
            name="source",
            field=models.TextField(blank=True, db_default="", default="", verbose_name="lead source"),
        ),
        migrations.AddField(
            model_name="intakekey",
            name="client",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="intakekey",
            name="lead",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="leads.lead",
            ),
        ),
        migrations.AddConstraint(
            model_name="intakekey",
            constraint=models.UniqueConstraint(models.F("client"), models.F("key"), name="intake_keys_once_per_client"),
        ),
    ]
