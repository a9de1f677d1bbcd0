"""The endpoints `/api/auth/`: creating and revoking tokens."""

from typing import Any

from drf_spectacular.utils import OpenApiExample, extend_schema, extend_schema_serializer
from knox.views import LoginView as KnoxLoginView
from knox.views import LogoutAllView as KnoxLogoutAllView
from knox.views import LogoutView as KnoxLogoutView
from rest_framework import serializers
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response

from core.api.authentication import PasswordAuthentication, TokenAuthentication
from core.api.permissions import NoIntakeClient
from core.api.schema import with_problems


@extend_schema_serializer(
    examples=[
        OpenApiExample(
            "token",
            summary="A token for the next ten hours",
            value={"token": "4b0f…", "expiry": "2026-11-23T19:30:12.263494+01:00"},
            response_only=True,
        )
    ]
)
class TokenOutput(serializers.Serializer[dict[str, Any]]):
    """A new token: shown only once, stored as a hash."""

    token = serializers.CharField()
    expiry = serializers.DateTimeField()


class LoginView(KnoxLoginView):  # type: ignore[misc]  # knox has no types
    """Sign in with name and password by HTTP Basic, here only; every other endpoint takes the token."""

    authentication_classes = (PasswordAuthentication,)
    http_method_names = ["post"]

    @extend_schema(summary="Get a token", request=None, responses=with_problems("locked_out", ok=TokenOutput))
    def post(self, request: Request) -> Response:
        response: Response = super().post(request)
        return response


class LogoutView(KnoxLogoutView):  # type: ignore[misc]  # knox has no types
    """Revoke the token of this request."""

    authentication_classes = (TokenAuthentication,)
    permission_classes = (IsAuthenticated, NoIntakeClient)
    http_method_names = ["post"]

    @extend_schema(summary="Revoke this token", request=None, responses={**with_problems(), 204: None})
    def post(self, request: Request) -> Response:
        response: Response = super().post(request)
        return response


class LogoutAllView(KnoxLogoutAllView):  # type: ignore[misc]  # knox has no types
    """Revoke all tokens of this user."""

    authentication_classes = (TokenAuthentication,)
    permission_classes = (IsAuthenticated, NoIntakeClient)
    http_method_names = ["post"]

    @extend_schema(summary="Revoke all tokens", request=None, responses={**with_problems(), 204: None})
    def post(self, request: Request) -> Response:
        response: Response = super().post(request)
        return response
