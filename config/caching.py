"""No caching of responses: pages and the API show personal data."""

from collections.abc import Callable

from django.http import HttpRequest
from django.http.response import HttpResponseBase

NOT_KEPT = "no-store, private"


class NoStoreMiddleware:
    """Tell browsers and proxies not to store a response, unless it sets its own lifetime.

    Static files are served before this middleware runs.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self._get_response(request)
        response.headers.setdefault("Cache-Control", NOT_KEPT)
        return response
