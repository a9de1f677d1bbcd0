"""Last runs of scheduled tasks, and failures of all tasks."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from migrations_sql.checks import checks_on


class BackgroundTask(models.Model):
    """State of a worker's task: one row per task, written at the end of each run."""

    name = models.TextField(_("task"), primary_key=True)
    succeeded_at = models.DateTimeField(_("last success"), null=True)
    duration_ms = models.FloatField(_("duration of the last success (ms)"), null=True)
    failures = models.BigIntegerField(_("failures"), default=0, db_default=0)
    failed_at = models.DateTimeField(_("last failure"), null=True)
    error = models.TextField(
        _("last error"), blank=True, default="", db_default="", help_text=_("Its type: a message may name a person.")
    )

    class Meta:
        db_table = "background_tasks"
        verbose_name = _("background task")
        verbose_name_plural = _("background tasks")
        ordering = ("name",)
        constraints = (*checks_on("background_tasks", times=("succeeded_at", "failed_at")),)

    def __str__(self) -> str:
        return self.name
