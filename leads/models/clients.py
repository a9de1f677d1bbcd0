"""Clients that send leads."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from leads import triggers
from migrations_sql.checks import checks_on

MOST_LEADS_PER_MINUTE = 1000
"""Upper limit of a client's rate: this many timestamps are stored to count the last minute exactly."""


class IntakeClient(models.Model):
    """A landing page, form or other system that sends leads, with a user of its own who owns its tokens."""

    name = models.TextField(_("name"), unique=True)
    user = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        verbose_name=_("user"),
        on_delete=models.PROTECT,
        related_name="intake_client",
        editable=False,
    )
    source = models.TextField(_("lead source"), help_text=_("What its leads have as their source."))
    allowed_origins = ArrayField(
        models.TextField(),
        verbose_name=_("allowed origins"),
        default=list,
        db_default=[],
        blank=True,
        help_text=_(
            "Pages that may send leads from a browser, such as https://www.example.com; separate several with commas."
            " Empty: no page may, only a server."
        ),
    )
    may_send_feedback = models.BooleanField(
        _("may send ratings"),
        default=False,
        db_default=False,
        help_text=_("Of the leads that it sent. For a server alone: a page's token is in everybody's hands."),
    )
    may_open_tickets = models.BooleanField(
        _("may open tickets"),
        default=False,
        db_default=False,
        help_text=_("About the leads that it sent. For a server alone, likewise."),
    )
    requires_contact = models.BooleanField(
        _("requires a contact"),
        default=True,
        db_default=True,
        help_text=_("A lead without an e-mail address and a phone number is refused."),
    )
    requires_place = models.BooleanField(
        _("requires a place"),
        default=True,
        db_default=True,
        help_text=_("A lead without a postcode and a province is refused."),
    )
    requires_industry = models.BooleanField(
        _("requires an industry"),
        default=True,
        db_default=True,
        help_text=_("A lead without an industry is refused."),
    )
    leads_per_minute = models.IntegerField(
        _("leads a minute"),
        default=60,
        db_default=60,
        validators=(MinValueValidator(1), MaxValueValidator(MOST_LEADS_PER_MINUTE)),
        help_text=_("Requests beyond this many within 60 seconds are refused."),
    )
    is_active = models.BooleanField(
        _("active"), default=True, db_default=True, help_text=_("A client that is not active can do nothing.")
    )
    created_at = models.DateTimeField(_("created at"), default=timezone.now, db_default=Now(), editable=False)

    class Meta:
        db_table = "intake_clients"
        verbose_name = _("intake client")
        verbose_name_plural = _("intake clients")
        ordering = ("name",)
        triggers = triggers.INTAKE_CLIENT_TRIGGERS
        constraints = (
            models.CheckConstraint(
                name="intake_clients_leads_per_minute_range",
                condition=Q(leads_per_minute__range=(1, MOST_LEADS_PER_MINUTE)),
                violation_error_message=_("A client sends 1 to 1000 leads a minute."),
            ),
            models.CheckConstraint(
                name="intake_clients_rights_of_a_server",
                condition=Q(allowed_origins=[]) | Q(may_send_feedback=False, may_open_tickets=False),
                violation_error_message=_("A client of a page sends leads and nothing else."),
            ),
            *checks_on("intake_clients", times=("created_at",), lists=("allowed_origins",)),
        )

    def __str__(self) -> str:
        return self.name

    @property
    def is_page(self) -> bool:
        """True if it sends from pages in browsers, so that its tokens are public."""
        return bool(self.allowed_origins)
