"""Activations: which version of the policy was active, and since when."""

from django.conf import settings
from django.db import models
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from migrations_sql.checks import checks_on
from router import triggers
from router.models.policy import RoutingPolicy


class PolicyActivation(models.Model):
    """A change of the active version: when, by whom and why. Appended, never edited."""

    policy = models.ForeignKey(
        RoutingPolicy, verbose_name=_("version"), on_delete=models.PROTECT, related_name="activations"
    )
    replaced = models.ForeignKey(
        RoutingPolicy, verbose_name=_("replaced version"), on_delete=models.PROTECT, null=True, related_name="+"
    )
    activated_at = models.DateTimeField(_("activated at"), default=timezone.now, db_default=Now())
    activated_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("activated by"),
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
    )
    reason = models.TextField(_("reason"), blank=True, default="", db_default="")

    class Meta:
        db_table = "routing_policy_activations"
        verbose_name = _("activation of a routing policy")
        verbose_name_plural = _("activations of routing policies")
        ordering = ("-id",)
        constraints = (*checks_on("routing_policy_activations", times=("activated_at",)),)
        triggers = triggers.ACTIVATION_TRIGGERS

    def __str__(self) -> str:
        return f"{self.policy} ({self.activated_at:%Y-%m-%d %H:%M})"
