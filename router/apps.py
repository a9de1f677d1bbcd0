"""The router app: which partner gets which lead, and the record of why."""

from django.apps import AppConfig


class RouterConfig(AppConfig):
    """Owns the tables `routing_policies` and `lead_assignment_logs`."""

    name = "router"
    verbose_name = "Lead routing"
