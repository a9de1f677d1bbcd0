"""The feedback app."""

from django.apps import AppConfig


class FeedbackConfig(AppConfig):
    """Owns the table `lead_feedback`."""

    name = "feedback"
    verbose_name = "Feedback"
