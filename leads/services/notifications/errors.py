"""Why something could not be delivered."""

from leads.models import NotificationAttempt

Error = NotificationAttempt.Error


class NotDelivered(Exception):
    """An attempt that did not reach the partner: the kind of the error and, where there was one, the answer's status.

    It says nothing of what was sent or answered, so that it can be logged and kept.
    """

    def __init__(self, error: NotificationAttempt.Error, *, status_code: int | None = None) -> None:
        super().__init__(error.value)
        self.error = error
        self.status_code = status_code
