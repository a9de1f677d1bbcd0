"""Repeats of leads, and contact digests."""

import uuid

from django.contrib.postgres.functions import RandomUUID
from django.db import models
from django.db.models import F
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from leads import triggers
from leads.models.clients import IntakeClient
from leads.models.leads import Lead
from migrations_sql.checks import checks_on


class LeadRepeat(models.Model):
    """A repeat: what the same person sent when asking for the same again. The first lead remains the lead."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, db_default=RandomUUID(), editable=False)
    lead = models.ForeignKey(
        Lead, verbose_name=_("lead"), on_delete=models.CASCADE, db_index=False, related_name="repeats"
    )
    received_at = models.DateTimeField(_("received at"), default=timezone.now, db_default=Now())
    intake_client = models.ForeignKey(
        IntakeClient,
        verbose_name=_("intake client"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        db_index=False,
        related_name="+",
    )
    source = models.TextField(_("lead source"), blank=True, default="", db_default="")
    province = models.TextField(_("province"), null=True, blank=True)
    postcode = models.TextField(_("postcode"), null=True, blank=True)
    contact_name = models.TextField(_("name"), blank=True, default="", db_default="")
    contact_email = models.TextField(_("e-mail"), blank=True, default="", db_default="")
    contact_phone = models.TextField(_("phone"), blank=True, default="", db_default="")
    message = models.TextField(_("message"), blank=True, default="", db_default="")

    class Meta:
        db_table = "lead_repeats"
        verbose_name = _("repeat of a lead")
        verbose_name_plural = _("repeats of leads")
        ordering = ("-received_at", "id")
        indexes = (models.Index("lead", F("received_at").desc(), name="lead_repeats_of_lead"),)
        constraints = (
            *checks_on(
                "lead_repeats",
                times=("received_at",),
                lines=("source", "province", "postcode", "contact_name", "contact_email", "contact_phone"),
                prose=("message",),
            ),
        )

    def __str__(self) -> str:
        return str(self.id)


class LeadContactDigest(models.Model):
    """Digests of a lead's e-mail address and phone number, for finding repeats; triggers on `leads` write them.

    A separate table, because every index on `leads` is written again with each assignment. No foreign key: a writer
    that deletes a lead with SQL need not know of this table.
    """

    lead_id = models.UUIDField(primary_key=True)
    email_digest = models.BigIntegerField(null=True)
    phone_digest = models.BigIntegerField(null=True)
    created_at = models.DateTimeField()

    class Meta:
        db_table = "lead_contact_digests"
        indexes = (
            models.Index("email_digest", "created_at", name="lead_contact_digests_email"),
            models.Index("phone_digest", "created_at", name="lead_contact_digests_phone"),
        )
        constraints = (*checks_on("lead_contact_digests", times=("created_at",)),)
        triggers = triggers.DIGEST_TRIGGERS

    def __str__(self) -> str:
        return str(self.lead_id)
