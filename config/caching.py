"""Nothing that is answered is kept on the way: pages and the API show personal data."""

from collections.abc import Callable

from django.http import HttpRequest
from django.http.response import HttpResponseBase

NOT_KEPT = "no-store, private"


class NoStoreMiddleware:
    """Tells browsers and proxies to keep no answer, but for those that say themselves how long they may be kept.

    Static files are answered before this.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self._get_response(request)
        response.headers.setdefault("Cache-Control", NOT_KEPT)
        return response
