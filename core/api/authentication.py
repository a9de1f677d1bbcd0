"""Authentication by Knox token (`Authorization: Token ...`) or by session, and the page that a request comes from.

Django REST framework loads this module while it defines its own views, so nothing here may import those.
"""

from typing import Any
from urllib.parse import urlsplit

from django.contrib.auth.models import User
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from drf_spectacular.authentication import BasicScheme
from drf_spectacular.contrib.knox_auth_token import KnoxTokenScheme
from knox.auth import TokenAuthentication as KnoxTokenAuthentication
from rest_framework import status
from rest_framework.authentication import BasicAuthentication
from rest_framework.exceptions import APIException, AuthenticationFailed, PermissionDenied
from rest_framework.request import Request

from core.api.throttling import count_login
from core.auth.lockout import seconds_locked


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


_LONGEST_NAME = User._meta.get_field("username").max_length or 0


class LockedOut(APIException):
    """Status 429: too many wrong passwords; `wait` becomes `Retry-After`, in seconds."""

    status_code = status.HTTP_429_TOO_MANY_REQUESTS
    default_detail = _("Too many wrong passwords. Try again later.")
    default_code = "locked_out"

    def __init__(self, *, wait: int) -> None:
        super().__init__()
        self.wait = wait


class OriginNotAllowed(PermissionDenied):
    """Status 403: an intake client's request from a page whose origin that client does not have."""

    default_detail = _("This client takes no leads from pages of this origin.")
    default_code = "origin_not_allowed"


class TokenAuthentication(KnoxTokenAuthentication):  # type: ignore[misc]  # knox has no types
    """Knox's tokens. A page client's token works only from that client's own pages, at every endpoint.

    A token that is not valid text is refused like any other wrong one (in Knox it is an error 500).
    """

    def authenticate(self, request: Request) -> tuple[Any, Any] | None:
        user_and_token: tuple[Any, Any] | None = super().authenticate(request)
        if user_and_token is not None:
            user, origin = user_and_token[0], foreign_origin(request)
            client = None if user.is_staff else getattr(user, "intake_client", None)
            if origin is not None and client is not None and origin not in client.allowed_origins:
                raise OriginNotAllowed
        return user_and_token

    def authenticate_credentials(self, token: bytes) -> tuple[Any, Any]:
        if not token.isascii() or b"\x00" in token:
            raise AuthenticationFailed
        user_and_token: tuple[Any, Any] = super().authenticate_credentials(token)
        return user_and_token


class PasswordAuthentication(BasicAuthentication):
    """Name and password, for the login alone. Repeated failures lock the client out, as at the admin's login."""

    def authenticate_credentials(self, userid: str, password: str, request: Request | None = None) -> Any:
        # Only the source address: an unreadable body or query must not prevent counting.
        asked = HttpRequest()
        asked.META = request.META if request is not None else {}
        count_login(asked)
        if len(userid) > _LONGEST_NAME or "\x00" in userid + password:
            # No user has such a name, and it cannot be stored.
            raise AuthenticationFailed
        try:
            return super().authenticate_credentials(userid, password, asked)  # type: ignore[arg-type]  # goes to Django
        except AuthenticationFailed:
            if getattr(asked, "axes_locked_out", False):
                raise LockedOut(wait=seconds_locked(asked, username=userid)) from None
            raise


class TokenScheme(KnoxTokenScheme):  # type: ignore[no-untyped-call]  # registers itself with drf-spectacular
    """Description of the scheme for the OpenAPI schema."""

    target_class = "core.api.authentication.TokenAuthentication"


class PasswordScheme(BasicScheme):  # type: ignore[no-untyped-call]  # likewise
    """Description of the scheme for the OpenAPI schema."""

    target_class = "core.api.authentication.PasswordAuthentication"
