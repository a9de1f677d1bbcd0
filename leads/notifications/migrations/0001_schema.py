"""The tables of this app."""

import uuid

from django.contrib.postgres.functions import RandomUUID
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
            "PartnerChannel",
            fields=[
                ("id", models.BigAutoField("ID", auto_created=True, primary_key=True, serialize=False)),
                ("kind", models.TextField("kind", choices=[("webhook", "webhook"), ("email", "e-mail")])),
                (
                    "address",
                    models.TextField("address", help_text="Of a webhook its URL (https), else an e-mail address."),
                ),
                (
                    "language",
                    models.TextField(
                        "language", choices=[("nl", "Dutch"), ("en", "English")], db_default="nl", default="nl"
                    ),
                ),
                ("is_active", models.BooleanField("active", db_default=True, default=True)),
                ("secret_id", models.UUIDField(db_default=RandomUUID(), default=uuid.uuid4, editable=False)),
                ("previous_secret_id", models.UUIDField(editable=False, null=True)),
                (
                    "previous_secret_until",
                    models.DateTimeField("previous secret valid until", editable=False, null=True),
                ),
                (
                    "failures",
                    models.IntegerField(
                        "failures in a row", db_default=0, default=0, editable=False, help_text="0 after each success."
                    ),
                ),
                (
                    "paused_until",
                    models.DateTimeField(
                        "paused until",
                        editable=False,
                        help_text="After several failures in a row, nothing is sent.",
                        null=True,
                    ),
                ),
                (
                    "created_at",
                    models.DateTimeField("created at", db_default=Now(), default=timezone.now, editable=False),
                ),
                (
                    "partner",
                    models.ForeignKey(
                        "leads.partner", models.CASCADE, db_index=False, related_name="channels", verbose_name="partner"
                    ),
                ),
            ],
            options={
                "verbose_name": "partner channel",
                "verbose_name_plural": "partner channels",
                "db_table": "partner_channels",
                "ordering": ("id",),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(kind__in=("webhook", "email")), name="partner_channels_kind_known"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(language__in=("nl", "en")), name="partner_channels_language_known"
                    ),
                    *checks_on(
                        "partner_channels",
                        times=("previous_secret_until", "paused_until", "created_at"),
                        lines=("address",),
                    ),
                    models.UniqueConstraint(
                        "partner",
                        "kind",
                        "address",
                        name="partner_channels_once_per_address",
                        violation_error_message="This partner has a channel with this address already.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            "Notification",
            fields=[
                ("id", random_id()),
                (
                    "event",
                    models.TextField(
                        "event",
                        choices=[("lead.assigned", "lead assigned")],
                        db_default="lead.assigned",
                        default="lead.assigned",
                    ),
                ),
                (
                    "state",
                    models.TextField(
                        "state",
                        choices=[
                            ("waiting", "waiting"),
                            ("delivered", "delivered"),
                            ("failed", "failed"),
                            ("superseded", "superseded"),
                        ],
                        db_default="waiting",
                        default="waiting",
                    ),
                ),
                ("created_at", models.DateTimeField("created at", db_default=Now(), default=timezone.now)),
                (
                    "started_at",
                    models.DateTimeField(
                        "first due at",
                        db_default=Now(),
                        default=timezone.now,
                        help_text="When it was due for the first time, or was asked for again: attempts end some days later.",
                    ),
                ),
                ("due_at", models.DateTimeField("next attempt at", db_default=Now(), default=timezone.now)),
                ("leased_until", models.DateTimeField(editable=False, null=True)),
                ("attempts", models.IntegerField("attempts", db_default=0, default=0)),
                ("finished_at", models.DateTimeField("finished at", null=True)),
                (
                    "lead",
                    models.ForeignKey(
                        "leads.lead",
                        models.DO_NOTHING,
                        db_constraint=False,
                        db_index=False,
                        related_name="+",
                        verbose_name="lead",
                    ),
                ),
                (
                    "channel",
                    models.ForeignKey(
                        "notifications.partnerchannel",
                        models.CASCADE,
                        db_constraint=False,
                        db_index=False,
                        related_name="notifications",
                        verbose_name="channel",
                    ),
                ),
            ],
            options={
                "verbose_name": "notification",
                "verbose_name_plural": "notifications",
                "db_table": "partner_notifications",
                "ordering": ("-created_at", "id"),
                "indexes": [
                    models.Index(
                        "channel", "due_at", condition=models.Q(state="waiting"), name="partner_notifications_due"
                    ),
                    models.Index(
                        "channel",
                        condition=models.Q(leased_until__isnull=False, state="waiting"),
                        name="partner_notifications_sending",
                    ),
                    models.Index(
                        "finished_at",
                        condition=models.Q(state="waiting", _negated=True),
                        name="partner_notifications_finished",
                    ),
                    models.Index(models.F("created_at").desc(), "id", name="partner_notifications_newest"),
                    models.Index("lead", name="partner_notifications_of_lead"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(state__in=("waiting", "delivered", "failed", "superseded")),
                        name="partner_notifications_state_known",
                    ),
                    *checks_on(
                        "partner_notifications",
                        times=("created_at", "started_at", "due_at", "leased_until", "finished_at"),
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            "NotificationAttempt",
            fields=[
                ("id", models.BigAutoField("ID", auto_created=True, primary_key=True, serialize=False)),
                ("number", models.IntegerField("number")),
                ("started_at", models.DateTimeField("started at", db_default=Now(), default=timezone.now)),
                ("finished_at", models.DateTimeField("finished at", null=True)),
                ("duration_ms", models.IntegerField("duration (ms)", null=True)),
                ("status_code", models.IntegerField("answer", null=True)),
                (
                    "error",
                    models.TextField(
                        "error",
                        blank=True,
                        choices=[
                            ("address", "address not allowed"),
                            ("name", "host name not found"),
                            ("connection", "no connection"),
                            ("tls", "no secure connection"),
                            ("timeout", "took too long"),
                            ("answer", "no valid answer"),
                            ("redirect", "redirect, which is not followed"),
                            ("status", "answer other than 2xx"),
                            ("mail", "refused by the mail server"),
                            ("not_theirs", "not sent: the lead is not this partner's any more"),
                            ("internal", "error of our own"),
                        ],
                        db_default="",
                        default="",
                    ),
                ),
                (
                    "notification",
                    models.ForeignKey(
                        "notifications.notification",
                        models.CASCADE,
                        related_name="history",
                        verbose_name="notification",
                    ),
                ),
            ],
            options={
                "verbose_name": "attempt",
                "verbose_name_plural": "attempts",
                "db_table": "partner_notification_attempts",
                "ordering": ("notification", "-number"),
                "constraints": [
                    models.UniqueConstraint("notification", "number", name="partner_notification_attempts_once"),
                    *checks_on("partner_notification_attempts", times=("started_at", "finished_at")),
                ],
            },
        ),
        migrations.CreateModel(
            "NotifiedLead", fields=[], options={"proxy": True, "default_permissions": ()}, bases=("leads.lead",)
        ),
    ]
