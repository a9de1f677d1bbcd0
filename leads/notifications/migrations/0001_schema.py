"""The tables of this app."""

import uuid

import django.contrib.postgres.functions
import django.db.models.deletion
import django.db.models.functions.datetime
import django.utils.timezone
from django.db import migrations, models

from migrations_sql.checks import checks_on
from migrations_sql.operations import Together


class Migration(migrations.Migration):
    initial = True

    dependencies = [("leads", "0002_schema")]

    operations = [
        migrations.CreateModel(
            name="Notification",
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
                    "event",
                    models.TextField(
                        choices=[("lead.assigned", "lead assigned")],
                        db_default="lead.assigned",
                        default="lead.assigned",
                        verbose_name="event",
                    ),
                ),
                (
                    "state",
                    models.TextField(
                        choices=[
                            ("waiting", "waiting"),
                            ("delivered", "delivered"),
                            ("failed", "failed"),
                            ("superseded", "superseded"),
                        ],
                        db_default="waiting",
                        default="waiting",
                        verbose_name="state",
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
                (
                    "started_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(),
                        default=django.utils.timezone.now,
                        help_text="When it was due for the first time, or was asked for again: attempts end some days later.",
                        verbose_name="first due at",
                    ),
                ),
                (
                    "due_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(),
                        default=django.utils.timezone.now,
                        verbose_name="next attempt at",
                    ),
                ),
                ("leased_until", models.DateTimeField(editable=False, null=True)),
                ("attempts", models.IntegerField(db_default=0, default=0, verbose_name="attempts")),
                ("finished_at", models.DateTimeField(null=True, verbose_name="finished at")),
            ],
            options={
                "verbose_name": "notification",
                "verbose_name_plural": "notifications",
                "db_table": "partner_notifications",
                "ordering": ("-created_at", "id"),
            },
        ),
        migrations.CreateModel(
            name="NotificationAttempt",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.IntegerField(verbose_name="number")),
                (
                    "started_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(),
                        default=django.utils.timezone.now,
                        verbose_name="started at",
                    ),
                ),
                ("finished_at", models.DateTimeField(null=True, verbose_name="finished at")),
                ("duration_ms", models.IntegerField(null=True, verbose_name="duration (ms)")),
                ("status_code", models.IntegerField(null=True, verbose_name="answer")),
                (
                    "error",
                    models.TextField(
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
                        verbose_name="error",
                    ),
                ),
            ],
            options={
                "verbose_name": "attempt",
                "verbose_name_plural": "attempts",
                "db_table": "partner_notification_attempts",
                "ordering": ("notification", "-number"),
            },
        ),
        migrations.CreateModel(
            name="PartnerChannel",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.TextField(choices=[("webhook", "webhook"), ("email", "e-mail")], verbose_name="kind")),
                (
                    "address",
                    models.TextField(
                        help_text="Of a webhook its URL (https), else an e-mail address.", verbose_name="address"
                    ),
                ),
                (
                    "language",
                    models.TextField(
                        choices=[("nl", "Dutch"), ("en", "English")],
                        db_default="nl",
                        default="nl",
                        verbose_name="language",
                    ),
                ),
                ("is_active", models.BooleanField(db_default=True, default=True, verbose_name="active")),
                (
                    "secret_id",
                    models.UUIDField(
                        db_default=django.contrib.postgres.functions.RandomUUID(), default=uuid.uuid4, editable=False
                    ),
                ),
                ("previous_secret_id", models.UUIDField(editable=False, null=True)),
                (
                    "previous_secret_until",
                    models.DateTimeField(editable=False, null=True, verbose_name="previous secret valid until"),
                ),
                (
                    "failures",
                    models.IntegerField(
                        db_default=0,
                        default=0,
                        editable=False,
                        help_text="0 after each success.",
                        verbose_name="failures in a row",
                    ),
                ),
                (
                    "paused_until",
                    models.DateTimeField(
                        editable=False,
                        help_text="After several failures in a row, nothing is sent.",
                        null=True,
                        verbose_name="paused until",
                    ),
                ),
                (
                    "created_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(),
                        default=django.utils.timezone.now,
                        editable=False,
                        verbose_name="created at",
                    ),
                ),
            ],
            options={
                "verbose_name": "partner channel",
                "verbose_name_plural": "partner channels",
                "db_table": "partner_channels",
                "ordering": ("id",),
            },
        ),
        migrations.AddField(
            model_name="notification",
            name="lead",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to="leads.lead",
                verbose_name="lead",
            ),
        ),
        migrations.AddField(
            model_name="notificationattempt",
            name="notification",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="history",
                to="notifications.notification",
                verbose_name="notification",
            ),
        ),
        migrations.AddField(
            model_name="partnerchannel",
            name="partner",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="channels",
                to="leads.partner",
                verbose_name="partner",
            ),
        ),
        migrations.AddField(
            model_name="notification",
            name="channel",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="notifications",
                to="notifications.partnerchannel",
                verbose_name="channel",
            ),
        ),
        Together(
            [
                migrations.AddConstraint(
                    model_name="notificationattempt",
                    constraint=models.UniqueConstraint(
                        models.F("notification"), models.F("number"), name="partner_notification_attempts_once"
                    ),
                ),
                *(
                    migrations.AddConstraint(model_name="notificationattempt", constraint=check)
                    for check in checks_on("partner_notification_attempts", times=("started_at", "finished_at"))
                ),
                migrations.AddConstraint(
                    model_name="partnerchannel",
                    constraint=models.CheckConstraint(
                        condition=models.Q(("kind__in", ("webhook", "email"))), name="partner_channels_kind_known"
                    ),
                ),
                migrations.AddConstraint(
                    model_name="partnerchannel",
                    constraint=models.CheckConstraint(
                        condition=models.Q(("language__in", ("nl", "en"))), name="partner_channels_language_known"
                    ),
                ),
                *(
                    migrations.AddConstraint(model_name="partnerchannel", constraint=check)
                    for check in checks_on(
                        "partner_channels",
                        times=("previous_secret_until", "paused_until", "created_at"),
                        lines=("address",),
                    )
                ),
                migrations.AddConstraint(
                    model_name="partnerchannel",
                    constraint=models.UniqueConstraint(
                        models.F("partner"),
                        models.F("kind"),
                        models.F("address"),
                        name="partner_channels_once_per_address",
                        violation_error_message="This partner has a channel with this address already.",
                    ),
                ),
            ]
        ),
        migrations.AddIndex(
            model_name="notification",
            index=models.Index(
                models.F("channel"),
                models.F("due_at"),
                condition=models.Q(("state", "waiting")),
                name="partner_notifications_due",
            ),
        ),
        migrations.AddIndex(
            model_name="notification",
            index=models.Index(
                models.F("channel"),
                condition=models.Q(("leased_until__isnull", False), ("state", "waiting")),
                name="partner_notifications_sending",
            ),
        ),
        migrations.AddIndex(
            model_name="notification",
            index=models.Index(
                models.F("finished_at"),
                condition=models.Q(("state", "waiting"), _negated=True),
                name="partner_notifications_finished",
            ),
        ),
        migrations.AddIndex(
            model_name="notification",
            index=models.Index(
                models.OrderBy(models.F("created_at"), descending=True),
                models.F("id"),
                name="partner_notifications_newest",
            ),
        ),
        migrations.AddIndex(
            model_name="notification", index=models.Index(models.F("lead"), name="partner_notifications_of_lead")
        ),
        Together(
            [
                migrations.AddConstraint(
                    model_name="notification",
                    constraint=models.CheckConstraint(
                        condition=models.Q(("state__in", ("waiting", "delivered", "failed", "superseded"))),
                        name="partner_notifications_state_known",
                    ),
                ),
                *(
                    migrations.AddConstraint(model_name="notification", constraint=check)
                    for check in checks_on(
                        "partner_notifications",
                        times=("created_at", "started_at", "due_at", "leased_until", "finished_at"),
                    )
                ),
            ]
        ),
        migrations.CreateModel(
            name="NotifiedLead",
            fields=[],
            options={"proxy": True, "default_permissions": (), "indexes": [], "constraints": []},
            bases=("leads.lead",),
        ),
    ]
