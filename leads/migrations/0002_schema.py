"""Additions to the marketplace's tables, and tables of our own."""

import uuid

import django.contrib.auth.models
import django.contrib.postgres.fields
import django.contrib.postgres.functions
import django.contrib.postgres.indexes
import django.core.validators
import django.db.models.deletion
import django.db.models.functions.datetime
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

import migrations_sql.fields
from migrations_sql import run_sql
from migrations_sql.checks import checks_on
from migrations_sql.operations import Together


class Migration(migrations.Migration):
    dependencies = [
        ("leads", "0001_legacy_baseline"),
        ("core", "0001_schema"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        run_sql("lead_contacts"),
        run_sql("contact_activities"),
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
                        help_text="Pages that may send leads from a browser, such as https://www.example.com; separate several with commas. Empty: no page may, only a server.",
                        size=None,
                        verbose_name="allowed origins",
                    ),
                ),
                (
                    "may_send_feedback",
                    models.BooleanField(
                        db_default=False,
                        default=False,
                        help_text="Of the leads that it sent. For a server alone: a page's token is in everybody's hands.",
                        verbose_name="may send ratings",
                    ),
                ),
                (
                    "may_open_tickets",
                    models.BooleanField(
                        db_default=False,
                        default=False,
                        help_text="About the leads that it sent. For a server alone, likewise.",
                        verbose_name="may open tickets",
                    ),
                ),
                (
                    "requires_contact",
                    models.BooleanField(
                        db_default=True,
                        default=True,
                        help_text="A lead without an e-mail address and a phone number is refused.",
                        verbose_name="requires a contact",
                    ),
                ),
                (
                    "requires_place",
                    models.BooleanField(
                        db_default=True,
                        default=True,
                        help_text="A lead without a postcode and a province is refused.",
                        verbose_name="requires a place",
                    ),
                ),
                (
                    "requires_industry",
                    models.BooleanField(
                        db_default=True,
                        default=True,
                        help_text="A lead without an industry is refused.",
                        verbose_name="requires an industry",
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
            options={"db_table": "lead_contact_digests"},
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
        migrations.CreateModel(
            name="PartnerChange",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "changed_in", "partner_id", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("partner_id", models.UUIDField()),
                (
                    "changed_in",
                    migrations_sql.fields.TransactionIdField(db_default=models.Func(function="pg_current_xact_id")),
                ),
                ("changed_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
            ],
            options={"db_table": "partner_changes"},
        ),
        migrations.CreateModel(
            name="PartnerUser",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"))
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
                "permissions": (
                    ("correct_lead_status", "Can correct the status of a lead"),
                    ("erase_personal_data", "Can hand out and erase what is known of a person"),
                ),
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
            options={"ordering": ("company_name", "id"), "verbose_name": "partner", "verbose_name_plural": "partners"},
        ),
        migrations.RemoveConstraint(model_name="lead", name="leads_status_check"),
        migrations.AddField(
            model_name="lead",
            name="anonymised_at",
            field=models.DateTimeField(
                blank=True,
                editable=False,
                help_text="Since then nothing says who asked, and it stays so.",
                null=True,
                verbose_name="anonymised at",
            ),
        ),
        migrations.AddField(
            model_name="lead",
            name="assigned_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="assigned at"),
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
            name="deal_value",
            field=models.DecimalField(
                blank=True, decimal_places=2, max_digits=14, null=True, verbose_name="deal value"
            ),
        ),
        migrations.AddField(
            model_name="lead",
            name="decided_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="decided at"),
        ),
        migrations.AddField(
            model_name="lead",
            name="first_contact_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="first contact at"),
        ),
        migrations.AddField(
            model_name="lead",
            name="message",
            field=models.TextField(blank=True, db_default="", default="", verbose_name="message"),
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
            name="source",
            field=models.TextField(blank=True, db_default="", default="", verbose_name="lead source"),
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
            model_name="leadactivity",
            name="metadata",
            field=models.JSONField(blank=True, db_default={}, default=dict, verbose_name="metadata"),
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
            name="leads_since_return",
            field=models.IntegerField(db_default=0, default=0, editable=False, verbose_name="leads since then"),
        ),
        migrations.AddField(
            model_name="partner",
            name="open_leads",
            field=models.IntegerField(db_default=0, default=0, editable=False, verbose_name="open leads"),
        ),
        migrations.AddField(
            model_name="partner",
            name="returned_at",
            field=models.DateTimeField(
                editable=False,
                help_text="The first lead after the last break of two weeks or more, or the first of all.",
                null=True,
                verbose_name="back since",
            ),
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
            model_name="partner",
            name="usual_daily_leads",
            field=models.FloatField(
                editable=False,
                help_text="What the partner got before its last break. It is held to that for two weeks after it.",
                null=True,
                verbose_name="usual leads a day",
            ),
        ),
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
            model_name="lead", name="postcode", field=models.TextField(blank=True, null=True, verbose_name="postcode")
        ),
        migrations.AlterField(
            model_name="lead",
            name="price_at_purchase",
            field=models.DecimalField(
                blank=True, decimal_places=2, max_digits=14, null=True, verbose_name="price at purchase"
            ),
        ),
        migrations.AlterField(
            model_name="lead", name="province", field=models.TextField(blank=True, null=True, verbose_name="province")
        ),
        migrations.AlterField(
            model_name="lead",
            name="status",
            field=models.TextField(
                choices=[
                    ("new", "new"),
                    ("accepted", "accepted"),
                    ("rejected", "rejected"),
                    ("in_progress", "in progress"),
                    ("completed", "completed"),
                    ("won", "won"),
                    ("lost", "lost"),
                ],
                db_default="new",
                default="new",
                verbose_name="status",
            ),
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
            model_name="leadactivity",
            name="type",
            field=models.TextField(
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
                verbose_name="type",
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
                base_field=models.TextField(), blank=True, null=True, size=None, verbose_name="lead industries"
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
                blank=True, help_text="Empty: no cap.", null=True, verbose_name="cap on open leads"
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
                base_field=models.TextField(), blank=True, null=True, size=None, verbose_name="regions"
            ),
        ),
        migrations.AlterField(
            model_name="partner",
            name="routing_priority",
            field=models.IntegerField(blank=True, db_default=0, default=0, null=True, verbose_name="routing priority"),
        ),
        migrations.AddIndex(
            model_name="leadactivity",
            index=models.Index(
                models.F("lead"),
                models.OrderBy(models.F("created_at"), descending=True),
                name="lead_activities_of_lead",
            ),
        ),
        migrations.AddIndex(
            model_name="partner", index=models.Index(models.F("routing_changed_at"), name="profiles_routing_changed_at")
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
            model_name="lead",
            index=models.Index(
                models.F("created_at"),
                models.F("id"),
                condition=models.Q(("partner__isnull", True), ("status", "new")),
                name="leads_waiting",
            ),
        ),
        migrations.AddIndex(
            model_name="lead",
            index=models.Index(
                models.OrderBy(models.F("created_at"), descending=True), models.F("id"), name="leads_newest"
            ),
        ),
        migrations.AddIndex(
            model_name="lead",
            index=models.Index(
                models.F("partner"),
                models.OrderBy(models.F("created_at"), descending=True),
                name="leads_partner_newest",
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
        *(
            migrations.AddConstraint(model_name="leadcontactdigest", constraint=check)
            for check in checks_on("lead_contact_digests", times=("created_at",))
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
        *(
            migrations.AddConstraint(model_name="partnerchange", constraint=check)
            for check in checks_on("partner_changes", times=("changed_at",))
        ),
        migrations.AddField(
            model_name="partneruser",
            name="partner",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="users", to="leads.partner"
            ),
        ),
        migrations.AddField(
            model_name="partneruser",
            name="user",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.CASCADE, related_name="partner_user", to=settings.AUTH_USER_MODEL
            ),
        ),
        Together(
            [
                migrations.AddConstraint(
                    model_name="intakeclient",
                    constraint=models.CheckConstraint(
                        condition=models.Q(("leads_per_minute__range", (1, 1000))),
                        name="intake_clients_leads_per_minute_range",
                        violation_error_message="A client sends 1 to 1000 leads a minute.",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="intakeclient",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            ("allowed_origins", []),
                            models.Q(("may_open_tickets", False), ("may_send_feedback", False)),
                            _connector="OR",
                        ),
                        name="intake_clients_rights_of_a_server",
                        violation_error_message="A client of a page sends leads and nothing else.",
                    ),
                ),
                *(
                    migrations.AddConstraint(model_name="intakeclient", constraint=check)
                    for check in checks_on("intake_clients", times=("created_at",), lists=("allowed_origins",))
                ),
            ]
        ),
        migrations.AddIndex(
            model_name="leadrepeat",
            index=models.Index(
                models.F("lead"), models.OrderBy(models.F("received_at"), descending=True), name="lead_repeats_of_lead"
            ),
        ),
        Together(
            [
                *(
                    migrations.AddConstraint(model_name="leadrepeat", constraint=check)
                    for check in checks_on(
                        "lead_repeats",
                        times=("received_at",),
                        lines=("source", "province", "postcode", "contact_name", "contact_email", "contact_phone"),
                        prose=("message",),
                    )
                ),
            ]
        ),
        run_sql("rule_exemptions"),
    ]
