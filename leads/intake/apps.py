"""The intake app: who sends leads, and how they come in."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class IntakeConfig(AppConfig):
    """Owns the tables `intake_keys` and `intake_rates`."""

    name = "leads.intake"
    label = "intake"
    verbose_name = _("Intake")
