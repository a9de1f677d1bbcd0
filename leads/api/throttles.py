"""How often somebody may ask."""

from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle
from rest_framework.views import APIView

from leads.api.permissions import intake_client_of
from leads.services.intake_rates import seconds_to_wait


class IntakeThrottle(BaseThrottle):
    """An intake client sends as many leads a minute as it was given; nobody else is counted."""

    def __init__(self) -> None:
        self._seconds = 0.0

    def allow_request(self, request: Request, view: APIView) -> bool:
        client = intake_client_of(request)
        self._seconds = 0.0 if client is None else seconds_to_wait(client)
        return self._seconds <= 0

    def wait(self) -> float:
        return self._seconds
