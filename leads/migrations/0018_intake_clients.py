"""Who sends leads, with a user and a rate of its own; repeats of a lead, and the digests by which they find it."""

import uuid

import django.contrib.postgres.fields
import django.contrib.postgres.functions
import django.core.validators
import django.db.models.deletion
import django.db.models.functions.datetime
import django.utils.timezone
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models

import migrations_sql.triggers
from migrations_sql import run_sql


class Migration(migrations.Migration):
    dependencies = [
        ("leads", "0017_status_transitions"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        run_sql("lead_contacts_v1"),
        migrations.CreateModel(
            name="IntakeClient",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.TextField(unique=True, verbose_name="name")),
                (
                    "source",
                    models.TextField(help_text="What its leads have as their source.", verbose_name="lead source"),
                ),
                (
                    "allowed_origins",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.TextField(),
                        blank=True,
                        db_default=[],
                        default=list,
                        help_text="Pages that may send leads from a browser, such as https://www.example.com; separate several with commas. Empty: no page may, only programs.",
                        size=None,
                        verbose_name="allowed origins",
                    ),
                ),
                (
                    "leads_per_minute",
                    models.IntegerField(
                        db_default=60,
                        default=60,
                        help_text="Requests beyond this many within 60 seconds are refused.",
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(1000),
                        ],
                        verbose_name="leads a minute",
                    ),
                ),
                (
                    "is_active",
                    models.BooleanField(
                        db_default=True,
                        default=True,
                        help_text="A client that is not active can do nothing.",
                        verbose_name="active",
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
                "verbose_name": "intake client",
                "verbose_name_plural": "intake clients",
                "db_table": "intake_clients",
                "ordering": ("name",),
            },
        ),
        migrations.CreateModel(
            name="LeadContactDigest",
            fields=[
                ("lead_id", models.UUIDField(primary_key=True, serialize=False)),
                ("email_digest", models.BigIntegerField(null=True)),
                ("phone_digest", models.BigIntegerField(null=True)),
                ("created_at", models.DateTimeField()),
            ],
            options={
                "db_table": "lead_contact_digests",
            },
        ),
        migrations.CreateModel(
            name="LeadRepeat",
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
                    "received_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(),
                        default=django.utils.timezone.now,
                        verbose_name="received at",
                    ),
                ),
                ("source", models.TextField(blank=True, db_default="", default="", verbose_name="lead source")),
                ("province", models.TextField(blank=True, null=True, verbose_name="province")),
                ("postcode", models.TextField(blank=True, null=True, verbose_name="postcode")),
                ("contact_name", models.TextField(blank=True, db_default="", default="", verbose_name="name")),
                ("contact_email", models.TextField(blank=True, db_default="", default="", verbose_name="e-mail")),
                ("contact_phone", models.TextField(blank=True, db_default="", default="", verbose_name="phone")),
                ("message", models.TextField(blank=True, db_default="", default="", verbose_name="message")),
            ],
            options={
                "verbose_name": "repeat of a lead",
                "verbose_name_plural": "repeats of leads",
                "db_table": "lead_repeats",
                "ordering": ("-received_at", "id"),
            },
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="lead",
            trigger=pgtrigger.compiler.Trigger(
                name="note_contact_ins",
                sql=migrations_sql.triggers.FixedPathRuleTriggerSql(
                    func="\n        \n        INSERT INTO lead_contact_digests (lead_id, email_digest, phone_digest, created_at)\n        SELECT id, hashtextextended(email, 0), hashtextextended(phone, 0), coalesce(created_at, now())\n        FROM inserted\n        -- OFFSET, so that each is computed once.\n        CROSS JOIN LATERAL (\n            SELECT lead_email(contact_email) AS email, lead_phone(contact_phone, postcode) AS phone OFFSET 0\n        ) AS contact\n        WHERE (contact_email <> '' OR contact_phone <> '') AND (email IS NOT NULL OR phone IS NOT NULL)\n        ON CONFLICT (lead_id) DO UPDATE\n        SET email_digest = excluded.email_digest, phone_digest = excluded.phone_digest,\n            created_at = excluded.created_at;\n    \n        RETURN NULL;\n    ",
                    hash="79423f8972413dd027598464bf74a6741dc5d25a",
                    level="STATEMENT",
                    operation="INSERT",
                    pgid="pgtrigger_note_contact_ins_a4614",
                    referencing="REFERENCING NEW TABLE AS inserted ",
                    table="leads",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="lead",
            trigger=pgtrigger.compiler.Trigger(
                name="note_contact_upd",
                sql=migrations_sql.triggers.FixedPathRuleTriggerSql(
                    condition="WHEN ((NEW.contact_email, NEW.contact_phone, NEW.postcode, NEW.created_at) IS DISTINCT FROM (OLD.contact_email, OLD.contact_phone, OLD.postcode, OLD.created_at))",
                    func="\n        DELETE FROM lead_contact_digests WHERE lead_id = OLD.id;\n        \n        INSERT INTO lead_contact_digests (lead_id, email_digest, phone_digest, created_at)\n        SELECT id, hashtextextended(email, 0), hashtextextended(phone, 0), coalesce(created_at, now())\n        FROM (SELECT NEW.*) AS changed\n        -- OFFSET, so that each is computed once.\n        CROSS JOIN LATERAL (\n            SELECT lead_email(contact_email) AS email, lead_phone(contact_phone, postcode) AS phone OFFSET 0\n        ) AS contact\n        WHERE (contact_email <> '' OR contact_phone <> '') AND (email IS NOT NULL OR phone IS NOT NULL)\n        ON CONFLICT (lead_id) DO UPDATE\n        SET email_digest = excluded.email_digest, phone_digest = excluded.phone_digest,\n            created_at = excluded.created_at;\n    \n        RETURN NULL;\n    ",
                    hash="2eabdef0618ba83813d5dd7d274f13c2ef66a2c5",
                    operation='UPDATE OF "contact_email", "contact_phone", "postcode", "created_at"',
                    pgid="pgtrigger_note_contact_upd_ae664",
                    table="leads",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="lead",
            trigger=pgtrigger.compiler.Trigger(
                name="drop_contact_del",
                sql=migrations_sql.triggers.FixedPathRuleTriggerSql(
                    func="\n        DELETE FROM lead_contact_digests AS digest USING deleted WHERE digest.lead_id = deleted.id;\n        RETURN NULL;\n    ",
                    hash="7fcd21d462f452501e28e38925ab1906e2552b25",
                    level="STATEMENT",
                    operation="DELETE",
                    pgid="pgtrigger_drop_contact_del_2838e",
                    referencing="REFERENCING OLD TABLE AS deleted ",
                    table="leads",
                    when="AFTER",
                ),
            ),
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
            options={
                "db_table": "intake_rates",
            },
        ),
        migrations.AddField(
            model_name="intakeclient",
            name="user",
            field=models.OneToOneField(
                editable=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="intake_client",
                to=settings.AUTH_USER_MODEL,
                verbose_name="user",
            ),
        ),
        migrations.AddField(
            model_name="lead",
            name="intake_client",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="leads.intakeclient",
                verbose_name="intake client",
            ),
        ),
        migrations.AddIndex(
            model_name="leadcontactdigest",
            index=models.Index(models.F("email_digest"), models.F("created_at"), name="lead_contact_digests_email"),
        ),
        migrations.AddIndex(
            model_name="leadcontactdigest",
            index=models.Index(models.F("phone_digest"), models.F("created_at"), name="lead_contact_digests_phone"),
        ),
        migrations.AddField(
            model_name="leadrepeat",
            name="intake_client",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="leads.intakeclient",
                verbose_name="intake client",
            ),
        ),
        migrations.AddField(
            model_name="leadrepeat",
            name="lead",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="repeats",
                to="leads.lead",
                verbose_name="lead",
            ),
        ),
        migrations.AddConstraint(
            model_name="intakeclient",
            constraint=models.CheckConstraint(
                condition=models.Q(("leads_per_minute__range", (1, 1000))),
                name="intake_clients_leads_per_minute_range",
                violation_error_message="A client sends 1 to 1000 leads a minute.",
            ),
        ),
        migrations.AddIndex(
            model_name="leadrepeat",
            index=models.Index(
                models.F("lead"), models.OrderBy(models.F("received_at"), descending=True), name="lead_repeats_of_lead"
            ),
        ),
    ]
