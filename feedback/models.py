"""Customers' ratings of partners."""

import uuid

from django.contrib.postgres.functions import RandomUUID
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from leads.models import Lead, Partner
from migrations_sql.checks import checks_on


class LeadFeedback(models.Model):
    """One rating of one lead, 1 (bad) to 5 (good)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, db_default=RandomUUID(), editable=False)
    lead = models.OneToOneField(Lead, verbose_name=_("lead"), on_delete=models.CASCADE, related_name="feedback")
    partner = models.ForeignKey(
        Partner,
        verbose_name=_("partner"),
        on_delete=models.CASCADE,
        related_name="feedback",
        db_index=False,
    )
    rating = models.SmallIntegerField(
        _("rating"),
        validators=[MinValueValidator(1), MaxValueValidator(5)],
        help_text=_("1 (bad) to 5 (good)"),
    )
    comment = models.TextField(_("comment"), blank=True, default="", db_default="")
    created_at = models.DateTimeField(_("created at"), default=timezone.now, db_default=Now())

    class Meta:
        db_table = "lead_feedback"
        verbose_name = _("feedback")
        verbose_name_plural = _("feedback")
        ordering = ("-created_at", "id")
        constraints = (
            models.CheckConstraint(
                name="lead_feedback_rating_range",
                condition=Q(rating__range=(1, 5)),
                violation_error_message=_("A rating lies between 1 and 5."),
            ),
            *checks_on("lead_feedback", times=("created_at",), prose=("comment",)),
        )
        indexes = (models.Index("partner", "created_at", name="lead_feedback_partner_created"),)

    def __str__(self) -> str:
        return f"{self.rating}/5"
