"""The support app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SupportConfig(AppConfig):
    """Owns the table `support_tickets`."""

    name = "support"
    verbose_name = _("Support")
