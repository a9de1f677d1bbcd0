"""The notifications app: partners are told of their leads."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class NotificationsConfig(AppConfig):
    """Owns the tables `partner_channels`, `partner_notifications` and `partner_notification_attempts`."""

    name = "leads.notifications"
    verbose_name = _("Notifications")
