"""Notification channels of partners, notifications, and delivery attempts."""

import uuid

from django.contrib.postgres.functions import RandomUUID
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from leads.models import Lead, Partner
from leads.notifications.triggers import LEAD_TRIGGERS, PARTNER_CHANNELS
from migrations_sql.checks import checks_on


class PartnerChannel(models.Model):
    """An address at which a partner is notified of its leads: a webhook or an e-mail address.

    The signing secret of a webhook is not stored: it is derived from its id here and a key of the installation.
    """

    class Kind(models.TextChoices):
        """Kind of channel."""

        WEBHOOK = "webhook", _("webhook")
        EMAIL = "email", _("e-mail")

    class Language(models.TextChoices):
        """Language of e-mails."""

        DUTCH = "nl", _("Dutch")
        ENGLISH = "en", _("English")

    partner = models.ForeignKey(
        Partner, verbose_name=_("partner"), on_delete=models.CASCADE, db_index=False, related_name="channels"
    )
    kind = models.TextField(_("kind"), choices=Kind.choices)
    address = models.TextField(_("address"), help_text=_("Of a webhook its URL (https), else an e-mail address."))
    language = models.TextField(
        _("language"), choices=Language.choices, default=Language.DUTCH, db_default=Language.DUTCH
    )
    is_active = models.BooleanField(_("active"), default=True, db_default=True)
    secret_id = models.UUIDField(default=uuid.uuid4, db_default=RandomUUID(), editable=False)
    previous_secret_id = models.UUIDField(null=True, editable=False)
    previous_secret_until = models.DateTimeField(_("previous secret valid until"), null=True, editable=False)
    failures = models.IntegerField(
        _("failures in a row"), default=0, db_default=0, editable=False, help_text=_("0 after each success.")
    )
    paused_until = models.DateTimeField(
        _("paused until"), null=True, editable=False, help_text=_("After several failures in a row, nothing is sent.")
    )
    created_at = models.DateTimeField(_("created at"), default=timezone.now, db_default=Now(), editable=False)

    class Meta:
        db_table = "partner_channels"
        verbose_name = _("partner channel")
        verbose_name_plural = _("partner channels")
        ordering = ("id",)
        triggers = PARTNER_CHANNELS.triggers()
        constraints = (
            models.CheckConstraint(name="partner_channels_kind_known", condition=Q(kind__in=("webhook", "email"))),
            models.CheckConstraint(name="partner_channels_language_known", condition=Q(language__in=("nl", "en"))),
            *checks_on(
                "partner_channels",
                times=("previous_secret_until", "paused_until", "created_at"),
                lines=("address",),
            ),
            models.UniqueConstraint(
                "partner",
                "kind",
                "address",
                name="partner_channels_once_per_address",
                violation_error_message=_("This partner has a channel with this address already."),
            ),
        )

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.pk}"


class Notification(models.Model):
    """A notification for a partner; a trigger on `leads` writes it in the transaction that assigns a lead.

    It holds ids only: the text is written when it is sent. Lead and channel may be deleted independently, and no
    assignment fails because a channel is just being deleted, so no foreign key is checked.
    """

    class State(models.TextChoices):
        """State of a notification."""

        WAITING = "waiting", _("waiting")
        DELIVERED = "delivered", _("delivered")
        FAILED = "failed", _("failed")
        SUPERSEDED = "superseded", _("superseded")

    class Event(models.TextChoices):
        """Event that a notification reports."""

        LEAD_ASSIGNED = "lead.assigned", _("lead assigned")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, db_default=RandomUUID(), editable=False)
    channel = models.ForeignKey(
        PartnerChannel,
        verbose_name=_("channel"),
        on_delete=models.CASCADE,
        db_constraint=False,
        db_index=False,
        related_name="notifications",
    )
    lead = models.ForeignKey(
        Lead,
        verbose_name=_("lead"),
        on_delete=models.DO_NOTHING,
        db_constraint=False,
        db_index=False,
        related_name="+",
    )
    event = models.TextField(
        _("event"), choices=Event.choices, default=Event.LEAD_ASSIGNED, db_default=Event.LEAD_ASSIGNED
    )
    state = models.TextField(_("state"), choices=State.choices, default=State.WAITING, db_default=State.WAITING)
    created_at = models.DateTimeField(_("created at"), default=timezone.now, db_default=Now())
    started_at = models.DateTimeField(
        _("first due at"),
        default=timezone.now,
        db_default=Now(),
        help_text=_("When it was due for the first time, or was asked for again: attempts end some days later."),
    )
    due_at = models.DateTimeField(_("next attempt at"), default=timezone.now, db_default=Now())
    leased_until = models.DateTimeField(null=True, editable=False)
    attempts = models.IntegerField(_("attempts"), default=0, db_default=0)
    finished_at = models.DateTimeField(_("finished at"), null=True)

    class Meta:
        db_table = "partner_notifications"
        verbose_name = _("notification")
        verbose_name_plural = _("notifications")
        ordering = ("-created_at", "id")
        constraints = (
            models.CheckConstraint(
                name="partner_notifications_state_known",
                condition=Q(state__in=("waiting", "delivered", "failed", "superseded")),
            ),
            *checks_on(
                "partner_notifications",
                times=("created_at", "started_at", "due_at", "leased_until", "finished_at"),
            ),
        )
        indexes = (
            models.Index("channel", "due_at", name="partner_notifications_due", condition=Q(state="waiting")),
            models.Index(
                "channel",
                name="partner_notifications_sending",
                condition=Q(state="waiting", leased_until__isnull=False),
            ),
            models.Index("finished_at", name="partner_notifications_finished", condition=~Q(state="waiting")),
            models.Index(F("created_at").desc(), "id", name="partner_notifications_newest"),
            models.Index("lead", name="partner_notifications_of_lead"),
        )

    def __str__(self) -> str:
        return str(self.id)


class NotificationAttempt(models.Model):
    """One delivery attempt: its start and outcome. Without an end it is in progress, or was interrupted."""

    class Error(models.TextChoices):
        """Reason why it did not reach the partner."""

        ADDRESS = "address", _("address not allowed")
        NAME = "name", _("host name not found")
        CONNECTION = "connection", _("no connection")
        TLS = "tls", _("no secure connection")
        TIMEOUT = "timeout", _("took too long")
        ANSWER = "answer", _("no valid answer")
        REDIRECT = "redirect", _("redirect, which is not followed")
        STATUS = "status", _("answer other than 2xx")
        MAIL = "mail", _("refused by the mail server")
        NOT_THEIRS = "not_theirs", _("not sent: the lead is not this partner's any more")
        INTERNAL = "internal", _("error of our own")

    notification = models.ForeignKey(
        Notification, verbose_name=_("notification"), on_delete=models.CASCADE, related_name="history"
    )
    number = models.IntegerField(_("number"))
    started_at = models.DateTimeField(_("started at"), default=timezone.now, db_default=Now())
    finished_at = models.DateTimeField(_("finished at"), null=True)
    duration_ms = models.IntegerField(_("duration (ms)"), null=True)
    status_code = models.IntegerField(_("answer"), null=True)
    error = models.TextField(_("error"), choices=Error.choices, blank=True, default="", db_default="")

    class Meta:
        db_table = "partner_notification_attempts"
        verbose_name = _("attempt")
        verbose_name_plural = _("attempts")
        ordering = ("notification", "-number")
        constraints = (
            models.UniqueConstraint("notification", "number", name="partner_notification_attempts_once"),
            *checks_on("partner_notification_attempts", times=("started_at", "finished_at")),
        )

    def __str__(self) -> str:
        return str(self.number)


class NotifiedLead(Lead):
    """Leads, used only for the triggers that write the notifications."""

    class Meta:
        proxy = True
        default_permissions = ()
        triggers = LEAD_TRIGGERS
