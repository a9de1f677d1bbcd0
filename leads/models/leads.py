"""Leads, their industries, and their activities."""

import uuid

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.functions import RandomUUID
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.violations import explain_violations
from leads import triggers
from leads.models.clients import IntakeClient
from leads.models.partners import Partner
from leads.vocabulary import OPEN_STATUSES, TRANSITION_RULE, ActivityType, LeadStatus
from migrations_sql.checks import MOST_MONEY, JsonObject, NumberRange, checks_on

MOST_ATTEMPTS = 1_000_000_000
"""Upper limit that leaves room for counting one more."""


class Industry(models.Model):
    """The subject of a lead: solar panels, a roof, ..."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, db_default=RandomUUID(), editable=False)
    name = models.TextField(_("name"))

    class Meta:
        db_table = "industries"
        verbose_name = _("industry")
        verbose_name_plural = _("industries")
        ordering = ("name", "id")
        constraints = (*checks_on("industries", lines=("name",)),)

    def __str__(self) -> str:
        # Rows older than the rule may have no name.
        return self.name or str(self.id)


class LeadQuerySet(models.QuerySet["Lead"]):
    """Filters on leads."""

    def unassigned(self) -> "LeadQuerySet":
        """Filter to leads that wait for a partner."""
        return self.filter(partner__isnull=True, status=LeadStatus.NEW)

    def open(self) -> "LeadQuerySet":
        """Filter to leads that count towards their partner's cap."""
        return self.filter(partner__isnull=False, status__in=OPEN_STATUSES)

    def of_partner(self, partner_id: uuid.UUID) -> "LeadQuerySet":
        """Filter to leads assigned to this partner."""
        return self.filter(partner_id=partner_id)

    def of_intake_client(self, client_id: int) -> "LeadQuerySet":
        """Filter to leads sent by this client."""
        return self.filter(intake_client_id=client_id)


@explain_violations(code="invalid_lead", messages={TRANSITION_RULE: _("The lead's status does not allow this.")})
class Lead(models.Model):
    """A person who wants an offer, and the partner who got the lead (`user_id`; NULL if none yet)."""

    Status = LeadStatus

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, db_default=RandomUUID(), editable=False)
    partner = models.ForeignKey(
        Partner,
        verbose_name=_("partner"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        db_column="user_id",
        db_index=False,
        related_name="leads",
    )
    status = models.TextField(
        _("status"),
        choices=LeadStatus.choices,
        default=LeadStatus.NEW,
        db_default=LeadStatus.NEW,
    )
    industry = models.ForeignKey(
        Industry,
        verbose_name=_("industry"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        db_index=False,
        related_name="leads",
    )
    province = models.TextField(_("province"), null=True, blank=True)
    postcode = models.TextField(_("postcode"), null=True, blank=True)
    created_at = models.DateTimeField(_("created at"), default=timezone.now, db_default=Now())
    accepted_at = models.DateTimeField(_("accepted at"), null=True, blank=True)
    price_at_purchase = models.DecimalField(
        _("price at purchase"), max_digits=14, decimal_places=2, null=True, blank=True
    )
    first_contact_at = models.DateTimeField(_("first contact at"), null=True, blank=True)
    deal_value = models.DecimalField(_("deal value"), max_digits=14, decimal_places=2, null=True, blank=True)
    assigned_at = models.DateTimeField(_("assigned at"), null=True, blank=True)
    decided_at = models.DateTimeField(_("decided at"), null=True, blank=True)
    contact_name = models.TextField(_("name"), blank=True, default="", db_default="")
    contact_email = models.TextField(_("e-mail"), blank=True, default="", db_default="")
    contact_phone = models.TextField(_("phone"), blank=True, default="", db_default="")
    message = models.TextField(_("message"), blank=True, default="", db_default="")
    source = models.TextField(_("lead source"), blank=True, default="", db_default="")
    intake_client = models.ForeignKey(
        IntakeClient,
        verbose_name=_("intake client"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        db_index=False,
        related_name="+",
    )
    tried_partner_ids = ArrayField(
        models.UUIDField(),
        verbose_name=_("tried partners"),
        null=True,
        blank=True,
        editable=False,
        help_text=_("Partners that had this lead before; not empty: the lead was re-routed."),
    )
    routing_attempts = models.IntegerField(_("routing attempts"), default=0, db_default=0, editable=False)
    routing_attempted_at = models.DateTimeField(_("last routing attempt"), null=True, editable=False)

    anonymised_at = models.DateTimeField(
        _("anonymised at"),
        null=True,
        blank=True,
        editable=False,
        help_text=_("Since then nothing says who asked, and it stays so."),
    )

    objects = LeadQuerySet.as_manager()

    class Meta:
        db_table = "leads"
        verbose_name = _("lead")
        verbose_name_plural = _("leads")
        permissions = (
            ("correct_lead_status", _("Can correct the status of a lead")),
            ("erase_personal_data", _("Can hand out and erase what is known of a person")),
        )
        ordering = ("-created_at", "id")
        constraints = (
            models.CheckConstraint(
                name="leads_status_known",
                condition=Q(status__in=LeadStatus.values),
                violation_error_message=_("This is not a status of a lead."),
            ),
            models.CheckConstraint(
                name="leads_deal_value_not_negative",
                condition=Q(deal_value__gte=0),
                violation_error_message=_("The deal value cannot be negative."),
            ),
            models.CheckConstraint(
                name="leads_first_contact_after_creation",
                condition=Q(first_contact_at__gte=F("created_at")),
                violation_error_message=_("The first contact cannot be earlier than the lead."),
            ),
            *checks_on(
                "leads",
                times=(
                    *("created_at", "accepted_at", "first_contact_at", "assigned_at", "decided_at"),
                    *("routing_attempted_at", "anonymised_at"),
                ),
                lines=("province", "postcode", "contact_name", "contact_email", "contact_phone", "source"),
                prose=("message",),
                lists=("tried_partner_ids",),
            ),
            NumberRange(
                name="leads_money_range",
                fields=("price_at_purchase", "deal_value"),
                least=-MOST_MONEY,
                most=MOST_MONEY,
            ),
            NumberRange(name="leads_attempts_range", fields=("routing_attempts",), least=0, most=MOST_ATTEMPTS),
        )
        indexes = (
            models.Index(
                "created_at",
                "id",
                name="leads_waiting",
                condition=Q(partner__isnull=True, status="new"),
            ),
            models.Index(F("created_at").desc(), "id", name="leads_newest"),
            models.Index("partner", F("created_at").desc(), name="leads_partner_newest"),
        )
        triggers = triggers.LEAD_TRIGGERS

    def __str__(self) -> str:
        return str(self.id)

    @property
    def shows_person(self) -> bool:
        """True if its partner may see the person; false once the lead is rejected."""
        return self.status != LeadStatus.REJECTED


class LeadActivity(models.Model):
    """An activity for a lead: a call, an e-mail, a note."""

    Type = ActivityType

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, db_default=RandomUUID(), editable=False)
    lead = models.ForeignKey(
        Lead,
        verbose_name=_("lead"),
        on_delete=models.CASCADE,
        db_index=False,
        related_name="activities",
    )
    type = models.TextField(_("type"), choices=ActivityType.choices)
    description = models.TextField(_("description"), null=True, blank=True)
    created_by = models.ForeignKey(
        Partner,
        verbose_name=_("created by"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        db_column="created_by",
        related_name="+",
        db_index=False,
    )
    created_at = models.DateTimeField(_("created at"), default=timezone.now, db_default=Now())
    metadata = models.JSONField(_("metadata"), default=dict, db_default={}, blank=True)

    class Meta:
        db_table = "lead_activities"
        verbose_name = _("activity")
        verbose_name_plural = _("activities")
        ordering = ("-created_at", "id")
        indexes = (models.Index("lead", F("created_at").desc(), name="lead_activities_of_lead"),)
        constraints = (
            *checks_on("lead_activities", times=("created_at",), prose=("description",)),
            JsonObject(name="lead_activities_metadata_object", fields=("metadata",)),
        )
        triggers = triggers.ACTIVITY_TRIGGERS

    def __str__(self) -> str:
        return str(self.get_type_display())
