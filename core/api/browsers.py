"""Requests from pages in browsers.

Django REST framework loads this module while it defines its own views, so nothing here may import those.
"""

from urllib.parse import urlsplit

from django.http import HttpRequest
from rest_framework.request import Request


def foreign_origin(request: HttpRequest | Request) -> str | None:
    """Return the origin of the page that sent this request, if it is not one of ours."""
    origin = request.headers.get("Origin")
    return None if origin is None or _host(origin) == request.get_host() else origin


def _host(origin: str) -> str:
    """Return the host and port of an origin; empty if it names none ("null")."""
    try:
        return urlsplit(origin).netloc
    except ValueError:
        return ""
