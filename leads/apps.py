"""The leads app: partners, leads and their history."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class LeadsConfig(AppConfig):
    """Owns the tables `profiles`, `industries`, `leads` and `lead_activities`."""

    name = "leads"
    verbose_name = _("Leads")
