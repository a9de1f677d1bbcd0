"""The routing policy in versions."""

from typing import TYPE_CHECKING

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from migrations_sql.checks import NumberRange, checks_on
from router import triggers

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

MOST = 1_000_000_000
"""Limit of settings without any other, which only excludes values that are not finite."""

_SLIDER = [MinValueValidator(0), MaxValueValidator(100)]
_NOT_NEGATIVE = [MinValueValidator(0)]

ROUTE_WEIGHTS = ("region_weight", "performance_weight", "fairness_weight")
COMPONENT_WEIGHTS = (
    "response_speed_weight",
    "ai_trust_weight",
    "deal_rate_weight",
    "follow_up_weight",
    "customer_feedback_weight",
    "complaints_weight",
    "deal_value_weight",
    "consistency_weight",
)


def _slider(label: "StrOrPromise", default: float) -> "models.FloatField[float, float]":
    """Return a field for a weight from 0 to 100."""
    return models.FloatField(label, default=default, db_default=default, validators=_SLIDER)


class RoutingPolicy(models.Model):
    """One version of the weights and settings by which leads are routed. Saved once, never edited."""

    version = models.PositiveIntegerField(_("version"), unique=True)
    is_active = models.BooleanField(_("active"), default=False, db_default=False)
    reason = models.TextField(_("reason"), blank=True, default="", db_default="")
    created_at = models.DateTimeField(_("created at"), default=timezone.now, db_default=Now())
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("created by"),
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
    )
    based_on = models.PositiveIntegerField(
        _("based on version"), null=True, help_text=_("The version that was active when this one was drafted.")
    )
    activated_at = models.DateTimeField(_("activated at"), null=True)
    activated_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("activated by"),
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
    )

    region_weight = _slider(_("region"), 30.0)
    performance_weight = _slider(_("performance"), 50.0)
    fairness_weight = _slider(_("fairness"), 20.0)
    priority_points = models.FloatField(
        _("points per priority step"),
        default=1.0,
        db_default=1.0,
        validators=_NOT_NEGATIVE,
        help_text=_("Bonus on the route score for each step of a partner's routing priority (0 to 10 steps)."),
    )
    require_regional_match = models.BooleanField(
        _("require a regional match"),
        default=True,
        db_default=True,
        help_text=_("Exclude partners whose territory does not include the lead."),
    )

    response_speed_weight = _slider(_("response speed"), 25.0)
    ai_trust_weight = _slider(_("AI trust"), 10.0)
    deal_rate_weight = _slider(_("deal rate"), 25.0)
    follow_up_weight = _slider(_("follow-up"), 10.0)
    customer_feedback_weight = _slider(_("customer feedback"), 10.0)
    complaints_weight = _slider(_("complaints"), 10.0)
    deal_value_weight = _slider(_("deal value"), 5.0)
    consistency_weight = _slider(_("consistency"), 5.0)

    prior_strength = models.FloatField(
        _("prior strength (leads)"),
        default=5.0,
        db_default=5.0,
        validators=_NOT_NEGATIVE,
        help_text=_("Number of leads that count as much as the prior; 0: no adjustment."),
    )
    prior = models.FloatField(
        _("prior (points)"),
        default=50.0,
        db_default=50.0,
        validators=_SLIDER,
        help_text=_("Score of a partner without any data."),
    )
    deal_rate_cap = models.FloatField(
        _("deal rate cap (points)"),
        default=85.0,
        db_default=85.0,
        validators=[MinValueValidator(80), MaxValueValidator(90)],
        help_text=_("Maximum points from deal rate, 80 to 90."),
    )
    deal_rate_full = models.FloatField(
        _("deal rate for 100 points (fraction)"),
        default=1.0,
        db_default=1.0,
        validators=[MinValueValidator(0.01), MaxValueValidator(1)],
        help_text=_("Lower it in a market where winning one in five is excellent."),
    )
    complaint_rate_zero = models.FloatField(
        _("complaint rate for 0 points (fraction)"),
        default=0.20,
        db_default=0.20,
        validators=[MinValueValidator(0.01), MaxValueValidator(1)],
    )
    deal_value_full = models.FloatField(
        _("deal value for 100 points (EUR)"),
        default=25_000.0,
        db_default=25_000.0,
        validators=[MinValueValidator(1)],
    )
    ai_high_score_is_risk = models.BooleanField(
        _("a high AI score means high risk"),
        default=False,
        db_default=False,
        help_text=_("Then AI trust is 100 minus the score."),
    )

    class Meta:
        db_table = "routing_policies"
        verbose_name = _("routing policy")
        verbose_name_plural = _("routing policy versions")
        ordering = ("-version",)
        constraints = (
            models.UniqueConstraint(
                "is_active",
                name="routing_policies_one_active",
                condition=Q(is_active=True),
            ),
            models.CheckConstraint(
                name="routing_policies_some_route_weight",
                condition=Q(region_weight__gt=0) | Q(performance_weight__gt=0) | Q(fairness_weight__gt=0),
                violation_error_message=_("At least one of region, performance and fairness needs a weight."),
            ),
            models.CheckConstraint(
                name="routing_policies_some_component_weight",
                condition=Q(_connector=Q.OR, **{f"{name}__gt": 0 for name in COMPONENT_WEIGHTS}),
                violation_error_message=_("At least one of the eight components needs a weight."),
            ),
            *(
                models.CheckConstraint(
                    name=f"routing_policies_{name}_range",
                    condition=Q(**{f"{name}__range": (0, 100)}),
                    violation_error_message=_("A weight lies between 0 and 100."),
                )
                for name in (*ROUTE_WEIGHTS, *COMPONENT_WEIGHTS, "prior")
            ),
            models.CheckConstraint(
                name="routing_policies_settings_range",
                condition=Q(
                    priority_points__gte=0,
                    prior_strength__gte=0,
                    deal_rate_cap__range=(80, 90),
                    deal_rate_full__gt=0,
                    deal_rate_full__lte=1,
                    complaint_rate_zero__gt=0,
                    complaint_rate_zero__lte=1,
                    deal_value_full__gte=1,
                ),
                violation_error_message=_("A setting is outside of its range."),
            ),
            *checks_on("routing_policies", times=("created_at", "activated_at")),
            NumberRange(
                name="routing_policies_numbers_finite",
                fields=("priority_points", "prior_strength", "deal_value_full"),
                least=0,
                most=MOST,
            ),
        )
        triggers = triggers.POLICY_TRIGGERS

    def __str__(self) -> str:
        return str(_("version %(version)s") % {"version": self.version})
