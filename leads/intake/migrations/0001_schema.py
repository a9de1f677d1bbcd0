"""Idempotency keys and rates."""

import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.functions.datetime
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

from migrations_sql.checks import checks_on
from migrations_sql.operations import Together


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("leads", "0002_schema"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="IntakeKey",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.TextField(verbose_name="key")),
                ("request_hash", models.TextField(verbose_name="hash of the request")),
                ("response", models.JSONField(db_default={}, default=dict, verbose_name="response")),
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
        migrations.CreateModel(
            name="IntakeRate",
            fields=[
                (
                    "client",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="+",
                        serialize=False,
                        to="leads.intakeclient",
                    ),
                ),
                (
                    "recent",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.DateTimeField(), db_default=[], default=list, size=None
                    ),
                ),
            ],
            options={"db_table": "intake_rates"},
        ),
        migrations.AddField(
            model_name="intakekey",
            name="client",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="intakekey",
            name="lead",
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="+", to="leads.lead"),
        ),
        Together(
            [
                *(
                    migrations.AddConstraint(model_name="intakerate", constraint=check)
                    for check in checks_on("intake_rates", lists=("recent",))
                ),
                migrations.AddConstraint(
                    model_name="intakekey",
                    constraint=models.UniqueConstraint(
                        models.F("client"), models.F("key"), name="intake_keys_once_per_client"
                    ),
                ),
                *(
                    migrations.AddConstraint(model_name="intakekey", constraint=check)
                    for check in checks_on("intake_keys", times=("created_at",))
                ),
            ]
        ),
    ]
