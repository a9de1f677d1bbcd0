"""How often an intake client may send leads."""

from rest_framework.request import Request
from rest_framework.views import APIView

from leads.api.permissions import intake_client_of
from leads.api.throttles import UserThrottle
from leads.services.intake_rates import seconds_to_wait


class IntakeThrottle(UserThrottle):
    """An intake client sends as many leads a minute as it was given; others are counted as everywhere."""

    def allow_request(self, request: Request, view: APIView) -> bool:
        client = intake_client_of(request)
        if client is None:
            return super().allow_request(request, view)
        self._seconds = seconds_to_wait(client)
        return self._seconds <= 0
