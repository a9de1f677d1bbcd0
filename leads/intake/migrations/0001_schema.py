"""Idempotency keys and rates."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import migrations, models
from django.db.models.functions import Now
from django.utils import timezone

from migrations_sql.checks import checks_on


class Migration(migrations.Migration):
    initial = True

    dependencies = [("leads", "0002_schema"), migrations.swappable_dependency(settings.AUTH_USER_MODEL)]

    operations = [
        migrations.CreateModel(
            "IntakeKey",
            fields=[
                ("id", models.BigAutoField("ID", auto_created=True, primary_key=True, serialize=False)),
                ("key", models.TextField("key")),
                ("request_hash", models.TextField("hash of the request")),
                ("response", models.JSONField("response", db_default={}, default=dict)),
                ("created_at", models.DateTimeField("created at", db_default=Now(), default=timezone.now)),
                ("client", models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")),
                ("lead", models.ForeignKey("leads.lead", models.CASCADE, related_name="+")),
            ],
            options={
                "verbose_name": "idempotency key",
                "verbose_name_plural": "idempotency keys",
                "db_table": "intake_keys",
                "ordering": ("-created_at", "id"),
                "constraints": [
                    models.UniqueConstraint("client", "key", name="intake_keys_once_per_client"),
                    *checks_on("intake_keys", times=("created_at",)),
                ],
            },
        ),
        migrations.CreateModel(
            "IntakeRate",
            fields=[
                (
                    "client",
                    models.OneToOneField(
                        "leads.intakeclient", models.CASCADE, primary_key=True, related_name="+", serialize=False
                    ),
                ),
                ("recent", ArrayField(models.DateTimeField(), db_default=[], default=list)),
            ],
            options={"db_table": "intake_rates", "constraints": [*checks_on("intake_rates", lists=("recent",))]},
        ),
    ]
