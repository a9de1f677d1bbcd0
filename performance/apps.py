"""The performance app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PerformanceConfig(AppConfig):
    """Owns the view `partner_performance_stats` and the record of its refreshes."""

    name = "performance"
    verbose_name = _("Performance")
