"""Middleware of all requests: values that no page expects, no caching of responses, times in the reader's zone."""

from collections.abc import Callable, Iterator
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import structlog
from django.contrib.admin.views.main import ERROR_FLAG
from django.core.exceptions import BadRequest
from django.db import DataError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.utils import timezone

from core.api.errors import bad_request, is_api, odd_parameters

logger = structlog.get_logger(__name__)

_NUL = "\x00"
_OUT_OF_RANGE = (DataError, OverflowError)


class OddRequestMiddleware:
    """Refuse what PostgreSQL cannot store, and handle values that neither it nor Python can compute with.

    The response is a clear refusal, or the unfiltered list, instead of a server error.

    It runs after the CSRF check, which reads the form in any case, and before anything that reads a session.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if any(_NUL in text for text in _address(request)):
            raise BadRequest("a zero character in the address or a cookie")
        if is_api(request):
            odd = [name for name, texts in request.GET.lists() if any(_NUL in text for text in (name, *texts))]
            if odd:
                return odd_parameters(odd)
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> None:
        """Refuse a form with a NUL character. The API takes no forms and reports errors in JSON itself."""
        if not is_api(request) and any(_NUL in text for _, texts in request.POST.lists() for text in texts):
            raise BadRequest("a zero character in a form")

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Handle an out-of-range filter, search or page number; anything else is an error of ours."""
        if request.method not in {"GET", "HEAD"} or not request.GET:
            return None
        match = request.resolver_match
        is_list = match is not None and match.app_names == ["admin"] and (match.url_name or "").endswith("_changelist")
        if is_list and isinstance(exception, (*_OUT_OF_RANGE, ValueError)) and ERROR_FLAG not in request.GET:
            logger.warning("odd_request", error=type(exception).__name__)
            return HttpResponseRedirect(f"{request.path}?{ERROR_FLAG}=1")
        if isinstance(exception, _OUT_OF_RANGE):
            logger.warning("odd_request", error=type(exception).__name__)
            return bad_request(request, exception)
        return None


def _address(request: HttpRequest) -> Iterator[str]:
    yield request.path_info
    yield from request.COOKIES.values()
    if not is_api(request):
        for name, texts in request.GET.lists():
            yield name
            yield from texts


NOT_KEPT = "no-store, private"


class NoStoreMiddleware:
    """Tell browsers and proxies not to store a response, unless it sets its own lifetime.

    Pages and the API show personal data. Static files are served before this middleware runs.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self._get_response(request)
        response.headers.setdefault("Cache-Control", NOT_KEPT)
        return response


ZONE_COOKIE = "zone"
"""Name of the cookie; zone.js writes it."""

_PAGES = ("/admin/", "/staff/")

LONGEST_ZONE_NAME = 64
"""Limit above the longest name of a zone."""


class ViewerZoneMiddleware:
    """Activate the reader's time zone for a page.

    A browser knows its zone and a server does not: a script stores the zone in a cookie, which is read here. Without
    one, or with an invalid one, times are in the zone of the settings. Only the staff pages and the admin follow it;
    API responses do not depend on the reader, and neither do times in import and export files.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        zone = viewer_zone(request.COOKIES.get(ZONE_COOKIE, "")) if request.path.startswith(_PAGES) else None
        with timezone.override(zone):
            return self.get_response(request)


def viewer_zone(name: str) -> ZoneInfo | None:
    """Return the zone with this name; None if there is none, or not a standard one."""
    if not name or len(name) > LONGEST_ZONE_NAME:
        return None
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        # ValueError: a path that leaves the directory of zones; OSError: the name of a directory.
        return None
