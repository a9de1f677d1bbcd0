"""Rate limits: 429 with `Retry-After` for too many requests.

Django REST framework loads this module while it defines its own views, so nothing here may import those.
"""

from typing import TYPE_CHECKING

from django.conf import settings
from django.http import HttpRequest
from rest_framework.exceptions import Throttled
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

from core.api.addresses import client_address
from core.api.counters import requests

if TYPE_CHECKING:
    from rest_framework.views import APIView


class UserThrottle(BaseThrottle):
    """Limit of requests a minute for every signed-in user, for all endpoints together."""

    def __init__(self) -> None:
        self._seconds = 0.0

    def allow_request(self, request: Request, view: "APIView") -> bool:
        self._seconds = requests.seconds_to_wait(f"user:{request.user.pk}", limit=settings.API_RATE_USER)
        return self._seconds <= 0

    def wait(self) -> float:
        return self._seconds


def visitor_seconds_to_wait(request: HttpRequest | Request, *, client_id: int) -> float:
    """Count a visitor's lead from this client's page; return 0, or the seconds until the address may send another."""
    return requests.seconds_to_wait(f"visitor:{client_id}:{client_address(request)}", limit=settings.API_RATE_VISITOR)


def count_login(request: HttpRequest) -> None:
    """Count an attempt to sign in with a password, which takes a good part of a second of CPU time.

    Raises Throttled if there were too many from this address.
    """
    _count(f"login:{client_address(request)}", limit=settings.API_RATE_LOGIN)


def count_refusal(request: HttpRequest) -> None:
    """Count a request without authentication, or with a wrong token.

    Raises Throttled if there were too many from this address. Signed-in users at the same address are not affected.
    """
    _count(f"anonymous:{client_address(request)}", limit=settings.API_RATE_ANONYMOUS)


def _count(key: str, *, limit: int) -> None:
    seconds = requests.seconds_to_wait(key, limit=limit)
    if seconds > 0:
        raise Throttled(wait=seconds)
