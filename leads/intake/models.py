"""Stored responses to intake clients, and their rates."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from leads.models import IntakeClient, Lead
from migrations_sql.checks import checks_on


class IntakeKey(models.Model):
    """The response stored for an `Idempotency-Key`, so that a retry gets the same one."""

    client = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    key = models.TextField(_("key"))
    request_hash = models.TextField(_("hash of the request"))
    lead = models.ForeignKey(Lead, on_delete=models.CASCADE, related_name="+")
    response = models.JSONField(_("response"), default=dict, db_default={})
    created_at = models.DateTimeField(_("created at"), default=timezone.now, db_default=Now())

    class Meta:
        db_table = "intake_keys"
        verbose_name = _("idempotency key")
        verbose_name_plural = _("idempotency keys")
        ordering = ("-created_at", "id")
        constraints = (
            models.UniqueConstraint("client", "key", name="intake_keys_once_per_client"),
            *checks_on("intake_keys", times=("created_at",)),
        )

    def __str__(self) -> str:
        return self.key


class IntakeRate(models.Model):
    """Times of a client's last accepted requests; at most as many as its limit per minute."""

    client = models.OneToOneField(IntakeClient, on_delete=models.CASCADE, primary_key=True, related_name="+")
    recent = ArrayField(models.DateTimeField(), default=list, db_default=[])

    class Meta:
        db_table = "intake_rates"
        constraints = (*checks_on("intake_rates", lists=("recent",)),)

    def __str__(self) -> str:
        return f"{self.client_id}: {len(self.recent)}"
