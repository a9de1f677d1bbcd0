"""Times in the zone of who reads them.

A browser knows its zone and a server does not: a script puts the zone into a cookie, which is read here. Without one,
or with one that is no zone, times are in the zone of the settings. The pages of staff and the admin alone follow it;
what the API says does not depend on who asks, and times in files of an import or export are not the reader's.
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
"""Longer than any name of a zone."""


class ViewerZoneMiddleware:
    """Activates the reader's time zone for a page."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        zone = viewer_zone(request.COOKIES.get(COOKIE, "")) if request.path.startswith(_PAGES) else None
        with timezone.override(zone):
            return self.get_response(request)


def viewer_zone(name: str) -> ZoneInfo | None:
    """The zone of this name; None where there is none, or none that everybody knows."""
    if not name or len(name) > LONGEST_NAME:
        return None
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        # ValueError: a path that leaves the directory of zones; OSError: the name of a directory.
        return None
