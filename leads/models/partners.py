"""Companies that buy leads, their logins, and recent changes of their rows."""

import uuid

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.functions import RandomUUID
from django.db import models
from django.db.models import Func, Q
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.violations import explain_violations
from leads import triggers
from migrations_sql.checks import NumberRange, checks_on
from migrations_sql.fields import TransactionIdField

MOST_LEADS = 1_000_000_000


@explain_violations(code="invalid_profile")
class Partner(models.Model):
    """A company that buys leads (table `profiles`)."""

    class RiskLevel(models.TextChoices):
        """The AI's own assessment of a partner."""

        LOW = "low", _("low")
        MEDIUM = "medium", _("medium")
        HIGH = "high", _("high")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, db_default=RandomUUID(), editable=False)
    company_name = models.TextField(_("company name"), blank=True, default="", db_default="")
    primary_branch = models.TextField(_("primary branch"), null=True, blank=True)
    regions = ArrayField(models.TextField(), verbose_name=_("regions"), null=True, blank=True)
    lead_industries = ArrayField(models.TextField(), verbose_name=_("lead industries"), null=True, blank=True)
    lead_locations = ArrayField(
        models.TextField(),
        verbose_name=_("lead locations"),
        null=True,
        blank=True,
        help_text=_("Postcode prefixes and provinces."),
    )
    max_open_leads = models.IntegerField(_("cap on open leads"), null=True, blank=True, help_text=_("Empty: no cap."))
    is_active_for_routing = models.BooleanField(_("takes leads"), null=True, default=True, db_default=True)
    routing_priority = models.IntegerField(_("routing priority"), null=True, blank=True, default=0, db_default=0)
    ai_risk_score = models.IntegerField(_("AI score"), null=True, blank=True)
    ai_risk_level = models.TextField(_("AI risk level"), null=True, blank=True, choices=RiskLevel.choices)
    ai_risk_assessed_at = models.DateTimeField(_("AI assessed at"), null=True, blank=True)
    open_leads = models.IntegerField(_("open leads"), default=0, db_default=0, editable=False)
    last_assigned_at = models.DateTimeField(_("last assigned at"), null=True, editable=False)
    returned_at = models.DateTimeField(
        _("back since"),
        null=True,
        editable=False,
        help_text=_("The first lead after the last break of two weeks or more, or the first of all."),
    )
    leads_since_return = models.IntegerField(_("leads since then"), default=0, db_default=0, editable=False)
    usual_daily_leads = models.FloatField(
        _("usual leads a day"),
        null=True,
        editable=False,
        help_text=_("What the partner got before its last break. It is held to that for two weeks after it."),
    )
    routing_changed_at = models.DateTimeField(
        _("routing changed at"),
        default=timezone.now,
        db_default=Now(),
        null=True,
        editable=False,
        help_text=_("When this partner last became able to take leads that it could not take before."),
    )

    class Meta:
        db_table = "profiles"
        verbose_name = _("partner")
        verbose_name_plural = _("partners")
        ordering = ("company_name", "id")
        constraints = (
            models.CheckConstraint(
                name="profiles_max_open_leads_not_negative",
                condition=Q(max_open_leads__gte=0),
                violation_error_message=_("The cap on open leads cannot be negative."),
            ),
            models.CheckConstraint(
                name="profiles_ai_risk_score_range",
                condition=Q(ai_risk_score__range=(0, 100)),
                violation_error_message=_("The AI score lies between 0 and 100."),
            ),
            models.CheckConstraint(
                name="profiles_ai_risk_level_known",
                condition=Q(ai_risk_level__in=("low", "medium", "high")),
                violation_error_message=_("The AI risk level is low, medium or high."),
            ),
            *checks_on(
                "profiles",
                times=("ai_risk_assessed_at", "last_assigned_at", "returned_at", "routing_changed_at"),
                lines=("company_name", "primary_branch"),
                lists=("regions", "lead_industries", "lead_locations"),
            ),
            # A wrong counter may be negative; such a partner has capacity all the same.
            NumberRange(
                name="profiles_counters_range",
                fields=("open_leads", "leads_since_return", "usual_daily_leads"),
                least=-MOST_LEADS,
                most=MOST_LEADS,
            ),
        )
        indexes = (models.Index("routing_changed_at", name="profiles_routing_changed_at"),)
        triggers = triggers.PARTNER_TRIGGERS

    def __str__(self) -> str:
        return self.company_name or str(self.id)


class PartnerUser(models.Model):
    """The login of a partner: this user sees the partner's leads and nobody else's."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="partner_user")
    partner = models.ForeignKey(Partner, on_delete=models.CASCADE, related_name="users")

    class Meta:
        db_table = "partner_users"
        verbose_name = _("partner login")
        verbose_name_plural = _("partner logins")
        ordering = ("id",)
        triggers = triggers.PARTNER_USER_TRIGGERS

    def __str__(self) -> str:
        return f"{self.user} ({self.partner})"


class PartnerChange(models.Model):
    """A partner whose row was written, and the transaction that did it; stored for a few minutes.

    A trigger on `profiles` writes these, one per partner and transaction. A process that caches a snapshot of all
    partners finds later changes here.
    """

    pk = models.CompositePrimaryKey("changed_in", "partner_id")
    partner_id = models.UUIDField()
    changed_in = TransactionIdField(db_default=Func(function="pg_current_xact_id"))
    changed_at = models.DateTimeField(db_default=Now())

    class Meta:
        db_table = "partner_changes"
        constraints = tuple(checks_on("partner_changes", times=("changed_at",)))

    def __str__(self) -> str:
        return f"{self.partner_id} in {self.changed_in}"
