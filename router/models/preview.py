"""Previews of a draft of the policy, computed in the background."""

import uuid

from django.conf import settings
from django.contrib.postgres.functions import RandomUUID
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from migrations_sql.checks import checks_on


class PolicyPreview(models.Model):
    """A background preview of a draft on recent leads: input, progress and result."""

    class Status(models.TextChoices):
        """Status of the computation."""

        WAITING = "waiting", _("waiting")
        RUNNING = "running", _("running")
        DONE = "done", _("done")
        FAILED = "failed", _("failed")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, db_default=RandomUUID(), editable=False)
    values = models.JSONField(_("settings of the draft"), default=dict, db_default={})
    days = models.PositiveSmallIntegerField(_("days"))
    status = models.TextField(_("status"), choices=Status.choices, default=Status.WAITING, db_default=Status.WAITING)
    done = models.PositiveIntegerField(_("leads done"), default=0, db_default=0)
    total = models.PositiveIntegerField(_("leads"), default=0, db_default=0)
    result = models.JSONField(_("result"), null=True)
    error = models.TextField(_("error"), blank=True, default="", db_default="")
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("requested by"),
        on_delete=models.SET_NULL,
        null=True,
        related_name="+",
    )
    requested_at = models.DateTimeField(_("requested at"), default=timezone.now, db_default=Now())
    finished_at = models.DateTimeField(_("finished at"), null=True)

    class Meta:
        db_table = "policy_previews"
        verbose_name = _("preview of a policy")
        verbose_name_plural = _("previews of policies")
        ordering = ("-requested_at", "id")
        constraints = (
            models.CheckConstraint(
                name="policy_previews_status_known",
                condition=Q(status__in=("waiting", "running", "done", "failed")),
                violation_error_message=_("This is not a status of a preview."),
            ),
            *checks_on("policy_previews", times=("requested_at", "finished_at")),
        )

    def __str__(self) -> str:
        return str(self.id)
