"""Decision records."""

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from leads.models import Lead, Partner
from migrations_sql.checks import JsonKind, JsonObject, NumberRange, checks_on
from migrations_sql.fields import StoredJSONField
from router import triggers

MOST_POINTS = 1_000_000_000
"""Limit far beyond any score, which only excludes values that are not finite."""


class LeadAssignmentLog(models.Model):
    """One decision on one lead, with everything needed to explain and replay it."""

    class Outcome(models.TextChoices):
        """Outcome of the decision."""

        ASSIGNED = "assigned", _("assigned")
        NO_CANDIDATE = "no_candidate", _("nobody was eligible")

    class Trigger(models.TextChoices):
        """Trigger of the decision."""

        API = "api", _("API")
        TASK = "task", _("task")
        ADMIN = "admin", _("admin")
        SWEEP = "sweep", _("sweep")
        IMPORT = "import", _("import")
        REROUTE = "reroute", _("re-route")

    lead = models.ForeignKey(
        Lead,
        verbose_name=_("lead"),
        on_delete=models.PROTECT,
        related_name="decisions",
        db_index=False,
    )
    partner = models.ForeignKey(
        Partner,
        verbose_name=_("partner"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="decisions",
        db_index=False,
    )
    outcome = models.TextField(_("outcome"), choices=Outcome.choices)
    decided_at = models.DateTimeField(_("decided at"), default=timezone.now, db_default=Now())
    trigger = models.TextField(_("trigger"), choices=Trigger.choices)
    actor = models.TextField(_("actor"), blank=True, default="", db_default="")
    policy_version = models.PositiveIntegerField(_("policy version"))
    stats_refreshed_at = models.DateTimeField(_("statistics as of"), null=True)
    considered_count = models.PositiveIntegerField(_("partners considered"))
    candidate_count = models.PositiveIntegerField(_("candidates"), help_text=_("Partners that were eligible."))
    exclusions = models.JSONField(
        _("exclusions"),
        default=dict,
        db_default={},
        help_text=_("Number of partners by exclusion code."),
    )
    total_score = models.FloatField(_("route score"), null=True)
    region_score = models.FloatField(_("region"), null=True)
    performance_score = models.FloatField(_("performance"), null=True)
    fairness_score = models.FloatField(_("fairness"), null=True)
    bonus = models.FloatField(_("bonus"), null=True)
    candidates = StoredJSONField(
        _("ranked candidates"),
        default=list,
        db_default=[],
        help_text=_("The winner and the five best runners-up, with their inputs, scores and components."),
    )
    policy = StoredJSONField(
        _("policy"),
        default=dict,
        db_default={},
        help_text=_("The values that were applied."),
    )
    algorithm = models.TextField(_("algorithm version"))
    duration_ms = models.FloatField(_("duration (ms)"))

    class Meta:
        db_table = "lead_assignment_logs"
        verbose_name = _("decision")
        verbose_name_plural = _("decisions")
        ordering = ("-decided_at", "-id")
        constraints = (
            models.CheckConstraint(
                name="lead_assignment_logs_partner_if_assigned",
                condition=Q(outcome="assigned", partner__isnull=False)
                | Q(outcome="no_candidate", partner__isnull=True),
            ),
            *checks_on(
                "lead_assignment_logs", times=("decided_at", "stats_refreshed_at"), lines=("actor", "algorithm")
            ),
            NumberRange(
                name="lead_assignment_logs_numbers_range",
                fields=(
                    *("total_score", "region_score", "performance_score", "fairness_score", "bonus"),
                    "duration_ms",
                ),
                least=-MOST_POINTS,
                most=MOST_POINTS,
            ),
            JsonObject(name="lead_assignment_logs_exclusions_object", fields=("exclusions",)),
            JsonKind(name="lead_assignment_logs_candidates_array", fields=("candidates",), kind="array"),
            JsonKind(name="lead_assignment_logs_policy_object", fields=("policy",), kind="object"),
        )
        indexes = (
            models.Index("lead", F("id").desc(), name="lead_assignment_logs_lead"),
            models.Index("partner", F("id").desc(), name="lead_assignment_logs_partner"),
            models.Index(
                F("decided_at").desc(),
                F("id").desc(),
                name="lead_assignment_logs_newest",
            ),
        )
        triggers = triggers.LOG_TRIGGERS

    def __str__(self) -> str:
        return f"{self.get_outcome_display()} {self.lead_id}"
