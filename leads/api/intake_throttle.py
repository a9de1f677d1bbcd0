"""Rate limits of an intake client, and of each visitor of its page."""

from rest_framework.request import Request
from rest_framework.views import APIView

from core.api.permissions import signed_in
from core.api.throttling import UserThrottle, visitor_seconds_to_wait
from core.auth.actors import intake_client_of
from leads.services.intake_rates import seconds_to_wait


class IntakeThrottle(UserThrottle):
    """Limit an intake client to its own number of leads a minute; others are limited as everywhere.

    On a page, one address cannot use up the limit of all visitors: its excess requests do not count for the page.
    """

    def allow_request(self, request: Request, view: APIView) -> bool:
        client = intake_client_of(signed_in(request))
        if client is None:
            return super().allow_request(request, view)
        self._seconds = visitor_seconds_to_wait(request, client_id=client.pk) if client.is_page else 0.0
        if self._seconds <= 0:
            self._seconds = seconds_to_wait(client)
        return self._seconds <= 0
