"""The feedback app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class FeedbackConfig(AppConfig):
    """Owns the table `lead_feedback`."""

    name = "feedback"
    verbose_name = _("Feedback")
