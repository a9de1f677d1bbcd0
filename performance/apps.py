"""The performance app."""

from django.apps import AppConfig


class PerformanceConfig(AppConfig):
    """Owns the view `partner_performance_stats` and the record of its refreshes."""

    name = "performance"
    verbose_name = "Performance"
