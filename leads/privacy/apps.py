"""The privacy app: what is known of a person, for how long, and to whom it is handed out."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PrivacyConfig(AppConfig):
    """Owns no table: triggers on those that hold personal data."""

    name = "leads.privacy"
    verbose_name = _("Privacy")
