"""The core app: what every other app stands on."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CoreConfig(AppConfig):
    """Owns the table `audit_events`; knows no lead."""

    name = "core"
    verbose_name = _("Change log")
