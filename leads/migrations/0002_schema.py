"""Additions to the marketplace's tables, and tables of our own."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import migrations, models
from django.db.models.functions import Now
from django.utils import timezone

from migrations_sql import run_sql
from migrations_sql.checks import checks_on
from migrations_sql.fields import TransactionIdField, random_id


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
            "IntakeClient",
            fields=[
                ("id", models.BigAutoField("ID", auto_created=True, primary_key=True, serialize=False)),
                ("name", models.TextField("name", unique=True)),
                ("source", models.TextField("lead source", help_text="What its leads have as their source.")),
                (
                    "allowed_origins",
                    ArrayField(
                        models.TextField(),
                        blank=True,
                        db_default=[],
                        default=list,
                        help_text="Pages that may send leads from a browser, such as https://www.example.com; separate several with commas. Empty: no page may, only a server.",
                        verbose_name="allowed origins",
                    ),
                ),
                (
                    "may_send_feedback",
                    models.BooleanField(
                        "may send ratings",
                        db_default=False,
                        default=False,
                        help_text="Of the leads that it sent. For a server alone: a page's token is in everybody's hands.",
                    ),
                ),
                (
                    "may_open_tickets",
                    models.BooleanField(
                        "may open tickets",
                        db_default=False,
                        default=False,
                        help_text="About the leads that it sent. For a server alone, likewise.",
                    ),
                ),
                *(
                    (name, models.BooleanField(label, db_default=True, default=True, help_text=help_text))
                    for name, label, help_text in (
                        (
                            "requires_contact",
                            "requires a contact",
                            "A lead without an e-mail address and a phone number is refused.",
                        ),
                        ("requires_place", "requires a place", "A lead without a postcode and a province is refused."),
                        ("requires_industry", "requires an industry", "A lead without an industry is refused."),
                    )
                ),
                (
                    "leads_per_minute",
                    models.IntegerField(
                        "leads a minute",
                        db_default=60,
                        default=60,
                        help_text="Requests beyond this many within 60 seconds are refused.",
                        validators=[MinValueValidator(1), MaxValueValidator(1000)],
                    ),
                ),
                (
                    "is_active",
                    models.BooleanField(
                        "active", db_default=True, default=True, help_text="A client that is not active can do nothing."
                    ),
                ),
                (
                    "created_at",
                    models.DateTimeField("created at", db_default=Now(), default=timezone.now, editable=False),
                ),
                (
                    "user",
                    models.OneToOneField(
                        settings.AUTH_USER_MODEL,
                        models.PROTECT,
                        editable=False,
                        related_name="intake_client",
                        verbose_name="user",
                    ),
                ),
            ],
            options={
                "verbose_name": "intake client",
                "verbose_name_plural": "intake clients",
                "db_table": "intake_clients",
                "ordering": ("name",),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(leads_per_minute__range=(1, 1000)),
                        name="intake_clients_leads_per_minute_range",
                        violation_error_message="A client sends 1 to 1000 leads a minute.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("allowed_origins", []),
                            models.Q(may_open_tickets=False, may_send_feedback=False),
                            _connector="OR",
                        ),
                        name="intake_clients_rights_of_a_server",
                        violation_error_message="A client of a page sends leads and nothing else.",
                    ),
                    *checks_on("intake_clients", times=("created_at",), lists=("allowed_origins",)),
                ],
            },
        ),
        migrations.CreateModel(
            "LeadContactDigest",
            fields=[
                ("lead_id", models.UUIDField(primary_key=True, serialize=False)),
                ("email_digest", models.BigIntegerField(null=True)),
                ("phone_digest", models.BigIntegerField(null=True)),
                ("created_at", models.DateTimeField()),
            ],
            options={
                "db_table": "lead_contact_digests",
                "indexes": [
                    models.Index("email_digest", "created_at", name="lead_contact_digests_email"),
                    models.Index("phone_digest", "created_at", name="lead_contact_digests_phone"),
                ],
                "constraints": [*checks_on("lead_contact_digests", times=("created_at",))],
            },
        ),
        migrations.CreateModel(
            "LeadRepeat",
            fields=[
                ("id", random_id()),
                ("received_at", models.DateTimeField("received at", db_default=Now(), default=timezone.now)),
                ("source", models.TextField("lead source", blank=True, db_default="", default="")),
                ("province", models.TextField("province", blank=True, null=True)),
                ("postcode", models.TextField("postcode", blank=True, null=True)),
                ("contact_name", models.TextField("name", blank=True, db_default="", default="")),
                ("contact_email", models.TextField("e-mail", blank=True, db_default="", default="")),
                ("contact_phone", models.TextField("phone", blank=True, db_default="", default="")),
                ("message", models.TextField("message", blank=True, db_default="", default="")),
                (
                    "intake_client",
                    models.ForeignKey(
                        "leads.intakeclient",
                        models.PROTECT,
                        blank=True,
                        db_index=False,
                        null=True,
                        related_name="+",
                        verbose_name="intake client",
                    ),
                ),
                (
                    "lead",
                    models.ForeignKey(
                        "leads.lead", models.CASCADE, db_index=False, related_name="repeats", verbose_name="lead"
                    ),
                ),
            ],
            options={
                "verbose_name": "repeat of a lead",
                "verbose_name_plural": "repeats of leads",
                "db_table": "lead_repeats",
                "ordering": ("-received_at", "id"),
                "indexes": [models.Index("lead", models.F("received_at").desc(), name="lead_repeats_of_lead")],
                "constraints": [
                    *checks_on(
                        "lead_repeats",
                        times=("received_at",),
                        lines=("source", "province", "postcode", "contact_name", "contact_email", "contact_phone"),
                        prose=("message",),
                    )
                ],
            },
        ),
        migrations.CreateModel(
            "PartnerChange",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "changed_in", "partner_id", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("partner_id", models.UUIDField()),
                ("changed_in", TransactionIdField(db_default=models.Func(function="pg_current_xact_id"))),
                ("changed_at", models.DateTimeField(db_default=Now())),
            ],
            options={
                "db_table": "partner_changes",
                "constraints": [*checks_on("partner_changes", times=("changed_at",))],
            },
        ),
        migrations.CreateModel(
            "PartnerUser",
            fields=[
                ("id", models.BigAutoField("ID", auto_created=True, primary_key=True, serialize=False)),
                ("partner", models.ForeignKey("leads.partner", models.CASCADE, related_name="users")),
                ("user", models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, related_name="partner_user")),
            ],
            options={
                "verbose_name": "partner login",
                "verbose_name_plural": "partner logins",
                "db_table": "partner_users",
                "ordering": ("id",),
            },
        ),
        migrations.AlterModelOptions(
            "partner",
            options={"ordering": ("company_name", "id"), "verbose_name": "partner", "verbose_name_plural": "partners"},
        ),
        migrations.RemoveConstraint("lead", "leads_status_check"),
        migrations.AddField(
            "lead",
            "anonymised_at",
            models.DateTimeField(
                "anonymised at",
                blank=True,
                editable=False,
                help_text="Since then nothing says who asked, and it stays so.",
                null=True,
            ),
        ),
        migrations.AddField("lead", "assigned_at", models.DateTimeField("assigned at", blank=True, null=True)),
        migrations.AddField("lead", "contact_email", models.TextField("e-mail", blank=True, db_default="", default="")),
        migrations.AddField("lead", "contact_name", models.TextField("name", blank=True, db_default="", default="")),
        migrations.AddField("lead", "contact_phone", models.TextField("phone", blank=True, db_default="", default="")),
        migrations.AddField(
            "lead",
            "deal_value",
            models.DecimalField("deal value", blank=True, decimal_places=2, max_digits=14, null=True),
        ),
        migrations.AddField("lead", "decided_at", models.DateTimeField("decided at", blank=True, null=True)),
        migrations.AddField(
            "lead", "first_contact_at", models.DateTimeField("first contact at", blank=True, null=True)
        ),
        migrations.AddField("lead", "message", models.TextField("message", blank=True, db_default="", default="")),
        migrations.AddField(
            "lead", "routing_attempted_at", models.DateTimeField("last routing attempt", editable=False, null=True)
        ),
        migrations.AddField(
            "lead", "routing_attempts", models.IntegerField("routing attempts", db_default=0, default=0, editable=False)
        ),
        migrations.AddField("lead", "source", models.TextField("lead source", blank=True, db_default="", default="")),
        migrations.AddField(
            "lead",
            "tried_partner_ids",
            ArrayField(
                models.UUIDField(),
                blank=True,
                editable=False,
                help_text="Partners that had this lead before; not empty: the lead was re-routed.",
                null=True,
                verbose_name="tried partners",
            ),
        ),
        migrations.AddField(
            "leadactivity", "metadata", models.JSONField("metadata", blank=True, db_default={}, default=dict)
        ),
        migrations.AddField(
            "partner", "company_name", models.TextField("company name", blank=True, db_default="", default="")
        ),
        migrations.AddField(
            "partner", "last_assigned_at", models.DateTimeField("last assigned at", editable=False, null=True)
        ),
        migrations.AddField(
            "partner",
            "leads_since_return",
            models.IntegerField("leads since then", db_default=0, default=0, editable=False),
        ),
        migrations.AddField(
            "partner", "open_leads", models.IntegerField("open leads", db_default=0, default=0, editable=False)
        ),
        migrations.AddField(
            "partner",
            "returned_at",
            models.DateTimeField(
                "back since",
                editable=False,
                help_text="The first lead after the last break of two weeks or more, or the first of all.",
                null=True,
            ),
        ),
        migrations.AddField(
            "partner",
            "routing_changed_at",
            models.DateTimeField(
                "routing changed at",
                db_default=Now(),
                default=timezone.now,
                editable=False,
                help_text="When this partner last became able to take leads that it could not take before.",
                null=True,
            ),
        ),
        migrations.AddField(
            "partner",
            "usual_daily_leads",
            models.FloatField(
                "usual leads a day",
                editable=False,
                help_text="What the partner got before its last break. It is held to that for two weeks after it.",
                null=True,
            ),
        ),
        *(migrations.AlterField(model, "id", random_id()) for model in ("industry", "lead", "leadactivity", "partner")),
        migrations.AlterField(
            "lead", "created_at", models.DateTimeField("created at", db_default=Now(), default=timezone.now)
        ),
        migrations.AlterField(
            "lead",
            "status",
            models.TextField(
                "status",
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
            ),
        ),
        migrations.AlterField(
            "leadactivity", "created_at", models.DateTimeField("created at", db_default=Now(), default=timezone.now)
        ),
        migrations.AlterField(
            "partner",
            "is_active_for_routing",
            models.BooleanField("takes leads", db_default=True, default=True, null=True),
        ),
        migrations.AlterField(
            "partner",
            "routing_priority",
            models.IntegerField("routing priority", blank=True, db_default=0, default=0, null=True),
        ),
        migrations.AddIndex(
            "leadactivity", models.Index("lead", models.F("created_at").desc(), name="lead_activities_of_lead")
        ),
        migrations.AddIndex("partner", models.Index("routing_changed_at", name="profiles_routing_changed_at")),
        migrations.AddField(
            "lead",
            "intake_client",
            models.ForeignKey(
                "leads.intakeclient",
                models.PROTECT,
                blank=True,
                db_index=False,
                editable=False,
                null=True,
                related_name="+",
                verbose_name="intake client",
            ),
        ),
        migrations.AddIndex(
            "lead",
            models.Index(
                "created_at", "id", condition=models.Q(partner__isnull=True, status="new"), name="leads_waiting"
            ),
        ),
        migrations.AddIndex("lead", models.Index(models.F("created_at").desc(), "id", name="leads_newest")),
        migrations.AddIndex(
            "lead", models.Index("partner", models.F("created_at").desc(), name="leads_partner_newest")
        ),
        run_sql("rule_exemptions"),
    ]
