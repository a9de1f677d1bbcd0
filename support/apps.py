"""The support app."""

from django.apps import AppConfig


class SupportConfig(AppConfig):
    """Owns the table `support_tickets`."""

    name = "support"
    verbose_name = "Support"
