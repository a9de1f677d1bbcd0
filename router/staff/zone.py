"""Times in the reader's time zone.

A browser knows its zone and a server does not: a script stores the zone in a cookie, which is read here. Without one,
or with an invalid one, times are in the zone of the settings. Only the staff pages and the admin follow it; API
responses do not depend on the reader, and neither do times in import and export files.
"""

from collections.abc import Callable
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils import timezone

COOKIE = "zone"
"""Name of the cookie; zone.js writes it."""

_PAGES = ("/admin/", "/staff/")

LONGEST_NAME = 64
"""Limit above the longest name of a zone."""


class ViewerZoneMiddleware:
    """Activate the reader's time zone for a page."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        zone = viewer_zone(request.COOKIES.get(COOKIE, "")) if request.path.startswith(_PAGES) else None
        with timezone.override(zone):
            return self.get_response(request)


def viewer_zone(name: str) -> ZoneInfo | None:
    """Return the zone with this name; None if there is none, or not a standard one."""
    if not name or len(name) > LONGEST_NAME:
        return None
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        # ValueError: a path that leaves the directory of zones; OSError: the name of a directory.
        return None
