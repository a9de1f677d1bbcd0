"""Who asks: a Knox token (`Authorization: Token ...`), or the session of somebody who is signed in."""

from typing import Any

from drf_spectacular.contrib.knox_auth_token import KnoxTokenScheme
from knox.auth import TokenAuthentication as KnoxTokenAuthentication
from rest_framework.exceptions import AuthenticationFailed


class TokenAuthentication(KnoxTokenAuthentication):  # type: ignore[misc]  # knox has no types
    """Knox's tokens, with a token that is no text refused like any other wrong one (in Knox it is an error 500)."""

    def authenticate_credentials(self, token: bytes) -> tuple[Any, Any]:
        if not token.isascii() or b"\x00" in token:
            raise AuthenticationFailed
        user_and_token: tuple[Any, Any] = super().authenticate_credentials(token)
        return user_and_token


class TokenScheme(KnoxTokenScheme):  # type: ignore[no-untyped-call]  # registers itself with drf-spectacular
    """Its description in the schema."""

    target_class = "leads.api.authentication.TokenAuthentication"
