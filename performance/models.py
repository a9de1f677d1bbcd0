"""Statistics of each partner, and their refreshes.

The metrics are defined in SQL (`migrations_sql/stats_at.sql`); the fields here only name them. `_7d` and `_30d` are the
7 and 30 days before the refresh, `pct_*` percentages 0-100, `*_rate_*` fractions, and NULL means "nothing to measure",
never 0.
"""

from decimal import Decimal
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from leads.models import Partner
from migrations_sql.checks import checks_on

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


def _measure(label: "StrOrPromise") -> "models.DecimalField[Decimal | None, Decimal | None]":
    """Return a field for a number of any size with six decimals, or NULL."""
    return models.DecimalField(label, max_digits=30, decimal_places=6, null=True)


class PartnerPerformanceStats(models.Model):
    """One partner's metrics at the last refresh: a row of the materialized view. Read-only."""

    partner = models.OneToOneField(
        Partner,
        verbose_name=_("partner"),
        primary_key=True,
        on_delete=models.DO_NOTHING,
        related_name="performance_stats",
    )
    leads_assigned_30d = models.IntegerField(_("leads, 30 days"))
    leads_accepted_30d = models.IntegerField(_("accepted leads, 30 days"))
    leads_rejected_30d = models.IntegerField(_("rejected leads, 30 days"))
    conversion_rate_30d = _measure(_("acceptance rate, 30 days"))
    avg_response_time_minutes = _measure(_("minutes until acceptance"))
    open_leads_count = models.IntegerField(
        _("open leads"), help_text=_("Snapshot; the cap is enforced with a live count.")
    )
    last_lead_assigned_at = models.DateTimeField(_("last lead assigned at"), null=True)
    avg_first_response_time_minutes_7d = _measure(_("minutes until first contact, 7 days"))
    avg_first_response_time_minutes_30d = _measure(_("minutes until first contact, 30 days"))
    pct_contacted_within_1h_30d = _measure(_("% contacted within an hour, 30 days"))
    pct_contacted_within_24h_30d = _measure(_("% contacted within 24 hours, 30 days"))
    ai_trust_score = models.IntegerField(_("AI score"), null=True)
    won_leads_30d = models.IntegerField(_("won leads, 30 days"))
    lost_leads_30d = models.IntegerField(_("lost leads, 30 days"))
    won_leads_7d = models.IntegerField(_("won leads, 7 days"))
    lost_leads_7d = models.IntegerField(_("lost leads, 7 days"))
    deal_rate_30d = _measure(_("deal rate, 30 days"))
    deal_rate_7d = _measure(_("deal rate, 7 days"))
    avg_contact_attempts_per_lead_30d = _measure(_("contact attempts per lead, 30 days"))
    pct_leads_min_2_attempts_30d = _measure(_("% of leads with two attempts or more, 30 days"))
    avg_customer_rating_30d = _measure(_("customer rating, 30 days"))
    num_ratings_30d = models.IntegerField(_("ratings, 30 days"))
    complaints_30d = models.IntegerField(_("complaints, 30 days"))
    complaint_rate_30d = _measure(_("complaints per lead, 30 days"))
    avg_deal_value_30d = _measure(_("mean deal value, 30 days"))
    median_deal_value_30d = _measure(_("median deal value, 30 days"))
    consistency_score = _measure(_("consistency"))
    leads_assigned_7d = models.IntegerField(_("leads, 7 days"))
    contacted_leads_30d = models.IntegerField(_("contacted leads, 30 days"))
    contacted_leads_7d = models.IntegerField(_("contacted leads, 7 days"))
    silent_leads_30d = models.IntegerField(_("leads left without contact for a day, 30 days"))
    valued_deals_30d = models.IntegerField(_("won leads with a value, 30 days"))
    response_points_30d = _measure(_("response points, 30 days"))
    pct_leads_followed_up_30d = _measure(_("% of leads followed up, 30 days"))
    complained_leads_30d = models.IntegerField(_("leads with a complaint, 30 days"))
    complained_lead_rate_30d = _measure(_("share of leads with a complaint, 30 days"))
    undecided_leads_30d = models.IntegerField(_("leads without a result after two weeks, 30 days"))
    rejected_late_leads_30d = models.IntegerField(_("leads rejected after acceptance or contact, 30 days"))
    deal_rate_with_undecided_30d = _measure(_("deal rate with undecided leads, 30 days"))

    class Meta:
        managed = False
        db_table = "partner_performance_stats"
        verbose_name = _("partner statistics")
        verbose_name_plural = _("partner statistics")
        ordering = ("partner",)

    def __str__(self) -> str:
        return str(self.pk)


def _count(label: "StrOrPromise") -> "models.IntegerField[int, int]":
    """Return a field for a number of leads, ratings or deals."""
    return models.IntegerField(label, default=0, db_default=0)


def _number(label: "StrOrPromise") -> "models.FloatField[float | None, float | None]":
    """Return a field for a measure as the score reads it: the nearest float, or NULL."""
    return models.FloatField(label, null=True)


class PartnerPerformanceDay(models.Model):
    """Inputs of one partner's score at the end of one day; written once, by `record_day`.

    It holds only the inputs and no score, so the past can be shown under any policy.
    """

    # The foreign key is in `migrations_sql/history_partner.sql`, with ON DELETE CASCADE: other applications delete
    # partners, too, and do not know these rows.
    partner = models.ForeignKey(
        Partner,
        verbose_name=_("partner"),
        on_delete=models.DO_NOTHING,
        db_constraint=False,
        db_index=False,
        related_name="performance_days",
    )
    day = models.DateField(_("day"))
    as_of = models.DateTimeField(_("metrics as of"))
    recorded_at = models.DateTimeField(
        _("recorded at"),
        db_default=Now(),
        editable=False,
        help_text=_("Missing days are recorded later, from the data available at that time."),
    )
    response_points_30d = _number(_("response points, 30 days"))
    contacted_leads_30d = _count(_("contacted leads, 30 days"))
    silent_leads_30d = _count(_("leads left without contact for a day, 30 days"))
    ai_trust_score = models.IntegerField(_("AI score"), null=True)
    deal_rate_with_undecided_30d = _number(_("deal rate with undecided leads, 30 days"))
    won_leads_30d = _count(_("won leads, 30 days"))
    lost_leads_30d = _count(_("lost leads, 30 days"))
    rejected_late_leads_30d = _count(_("leads rejected after acceptance or contact, 30 days"))
    undecided_leads_30d = _count(_("leads without a result after two weeks, 30 days"))
    pct_leads_followed_up_30d = _number(_("% of leads followed up, 30 days"))
    leads_assigned_30d = _count(_("leads, 30 days"))
    avg_customer_rating_30d = _number(_("customer rating, 30 days"))
    num_ratings_30d = _count(_("ratings, 30 days"))
    complained_lead_rate_30d = _number(_("share of leads with a complaint, 30 days"))
    avg_deal_value_30d = _number(_("mean deal value, 30 days"))
    valued_deals_30d = _count(_("won leads with a value, 30 days"))
    consistency_score = _number(_("consistency"))
    leads_assigned_7d = _count(_("leads, 7 days"))

    class Meta:
        db_table = "partner_performance_days"
        verbose_name = _("day of the statistics")
        verbose_name_plural = _("days of the statistics")
        ordering = ("-day", "partner")
        constraints = (
            models.UniqueConstraint(fields=("partner", "day"), name="partner_performance_days_once"),
            models.CheckConstraint(
                name="partner_performance_days_counts",
                condition=Q(
                    contacted_leads_30d__gte=0,
                    silent_leads_30d__gte=0,
                    won_leads_30d__gte=0,
                    lost_leads_30d__gte=0,
                    rejected_late_leads_30d__gte=0,
                    undecided_leads_30d__gte=0,
                    leads_assigned_30d__gte=0,
                    num_ratings_30d__gte=0,
                    valued_deals_30d__gte=0,
                    leads_assigned_7d__gte=0,
                ),
                violation_error_message=_("A count cannot be negative."),
            ),
            *checks_on("partner_performance_days", times=("as_of", "recorded_at")),
        )
        indexes = (models.Index("day", name="partner_performance_days_day"),)

    def __str__(self) -> str:
        return f"{self.day:%Y-%m-%d}"


class RefreshRun(models.Model):
    """One refresh of the statistics; written by `refresh_partner_performance_stats()` together with the rows."""

    class Mode(models.TextChoices):
        """Method by which the refresh replaced the rows."""

        CONCURRENT = "concurrent", _("concurrent")
        PLAIN = "plain", _("first time")

    as_of = models.DateTimeField(_("statistics as of"))
    started_at = models.DateTimeField(_("started at"))
    finished_at = models.DateTimeField(_("finished at"))
    duration_ms = models.FloatField(_("duration (ms)"))
    row_count = models.IntegerField(_("rows"))
    mode = models.TextField(_("mode"), choices=Mode.choices)
    triggered_by = models.TextField(_("triggered by"))

    class Meta:
        db_table = "partner_performance_refresh_runs"
        verbose_name = _("refresh of the statistics")
        verbose_name_plural = _("refreshes of the statistics")
        ordering = ("-id",)
        constraints = (*checks_on("partner_performance_refresh_runs", times=("as_of", "started_at", "finished_at")),)

    def __str__(self) -> str:
        return f"{self.as_of:%Y-%m-%d %H:%M:%S %Z}"
