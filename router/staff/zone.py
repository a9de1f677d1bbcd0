"""Times in the zone of who reads them.

A browser knows its zone and a server does not: a script puts the zone into a cookie, which is read here. Without one,
or with one that is no zone, times are in the zone of the settings. The pages of staff and the admin alone follow it;
what the API says, and what times in a file mean, does not depend on who asks.
"""

from collections.abc import Callable
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils import timezone

COOKIE = "zone"
"""Name of the cookie; zone.js writes it."""

_PAGES = ("/admin/", "/staff/")
_FILES = ("import/", "export/")

LONGEST_NAME = 64
"""Longer than any name of a zone."""


class ViewerZoneMiddleware:
    """Activates the reader's time zone for a page."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        zone = viewer_zone(request.COOKIES.get(COOKIE, "")) if _is_page(request.path) else None
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


def _is_page(path: str) -> bool:
    return path.startswith(_PAGES) and not path.endswith(_FILES)
