"""Questions and complaints about a partner."""

import uuid

from django.contrib.postgres.functions import RandomUUID
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from leads.models import Lead, Partner
from migrations_sql.checks import checks_on


class SupportTicket(models.Model):
    """A ticket; those of type `complaint` count against the partner."""

    class Type(models.TextChoices):
        """Type of the ticket."""

        COMPLAINT = "complaint", _("complaint")
        QUESTION = "question", _("question")
        REQUEST = "request", _("request")
        OTHER = "other", _("other")

    class Status(models.TextChoices):
        """Status of the ticket."""

        OPEN = "open", _("open")
        RESOLVED = "resolved", _("resolved")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, db_default=RandomUUID(), editable=False)
    lead = models.ForeignKey(
        Lead,
        verbose_name=_("lead"),
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="tickets",
    )
    partner = models.ForeignKey(
        Partner,
        verbose_name=_("partner"),
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="tickets",
        db_index=False,
    )
    type = models.TextField(_("type"), choices=Type.choices, default=Type.QUESTION, db_default=Type.QUESTION)
    subject = models.TextField(_("subject"), blank=True, default="", db_default="")
    body = models.TextField(_("body"), blank=True, default="", db_default="")
    status = models.TextField(_("status"), choices=Status.choices, default=Status.OPEN, db_default=Status.OPEN)
    created_at = models.DateTimeField(_("created at"), default=timezone.now, db_default=Now())
    resolved_at = models.DateTimeField(_("resolved at"), null=True, blank=True)

    class Meta:
        db_table = "support_tickets"
        verbose_name = _("support ticket")
        verbose_name_plural = _("support tickets")
        ordering = ("-created_at", "id")
        constraints = (
            models.CheckConstraint(
                name="support_tickets_type_known",
                condition=Q(type__in=("complaint", "question", "request", "other")),
                violation_error_message=_("This is not a type of ticket."),
            ),
            models.CheckConstraint(
                name="support_tickets_status_known",
                condition=Q(status__in=("open", "resolved")),
                violation_error_message=_("This is not a status of a ticket."),
            ),
            *checks_on("support_tickets", times=("created_at", "resolved_at"), lines=("subject",), prose=("body",)),
        )
        indexes = (models.Index("partner", "created_at", name="support_tickets_partner_time"),)

    def __str__(self) -> str:
        # Stored in the admin's log entries, so it names nobody, as a subject may.
        return f"{self.get_type_display()} {str(self.id)[:8]}"
