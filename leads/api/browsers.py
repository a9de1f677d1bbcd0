"""Requests that a page in a browser sends.

Django REST framework loads this while it makes its own views: nothing here may import those.
"""

from urllib.parse import urlsplit

from django.http import HttpRequest
from rest_framework.request import Request


def foreign_origin(request: HttpRequest | Request) -> str | None:
    """The origin of the page that sends this, if it is not one of ours."""
    origin = request.headers.get("Origin")
    return None if origin is None or _host(origin) == request.get_host() else origin


def _host(origin: str) -> str:
    """Host and port of an origin; empty where it names none ("null")."""
    try:
        return urlsplit(origin).netloc
    except ValueError:
        return ""
