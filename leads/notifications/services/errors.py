"""Reasons of failed deliveries."""

from leads.notifications.models import NotificationAttempt

Error = NotificationAttempt.Error


class NotDelivered(Exception):
    """A failed attempt: the kind of error and, if there was a response, its status.

    It does not contain what was sent or received, so that it can be logged and stored.
    """

    def __init__(self, error: NotificationAttempt.Error, *, status_code: int | None = None) -> None:
        super().__init__(error.value)
        self.error = error
        self.status_code = status_code
