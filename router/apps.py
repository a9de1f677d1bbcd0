"""The router app: assignment of leads to partners, and the decision records."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RouterConfig(AppConfig):
    """Owns the tables `routing_policies` and `lead_assignment_logs`."""

    name = "router"
    verbose_name = _("Lead routing")
