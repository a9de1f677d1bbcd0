"""`/api/auth/`: a token for a name and password, and giving it back."""

from typing import Any

from drf_spectacular.utils import extend_schema, extend_schema_serializer
from knox.views import LoginView as KnoxLoginView
from knox.views import LogoutAllView as KnoxLogoutAllView
from knox.views import LogoutView as KnoxLogoutView
from rest_framework import serializers
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response

from leads.api.authentication import PasswordAuthentication, TokenAuthentication
from leads.api.examples import TOKEN
from leads.api.permissions import NoIntakeClient
from leads.api.schema import with_problems


@extend_schema_serializer(examples=[TOKEN])
class TokenOutput(serializers.Serializer[dict[str, Any]]):
    """A new token: shown this once, stored as a hash."""

    token = serializers.CharField()
    expiry = serializers.DateTimeField()


class LoginView(KnoxLoginView):  # type: ignore[misc]  # knox has no types
    """Name and password by HTTP Basic, here and nowhere else; every other endpoint takes the token."""

    authentication_classes = (PasswordAuthentication,)
    http_method_names = ["post"]

    @extend_schema(summary="Get a token", request=None, responses=with_problems("locked_out", ok=TokenOutput))
    def post(self, request: Request) -> Response:
        response: Response = super().post(request)
        return response


class LogoutView(KnoxLogoutView):  # type: ignore[misc]  # knox has no types
    """Give the token back that this request carries."""

    authentication_classes = (TokenAuthentication,)
    permission_classes = (IsAuthenticated, NoIntakeClient)
    http_method_names = ["post"]

    @extend_schema(summary="Revoke this token", request=None, responses={**with_problems(), 204: None})
    def post(self, request: Request) -> Response:
        response: Response = super().post(request)
        return response


class LogoutAllView(KnoxLogoutAllView):  # type: ignore[misc]  # knox has no types
    """Give all tokens of this user back."""

    authentication_classes = (TokenAuthentication,)
    permission_classes = (IsAuthenticated, NoIntakeClient)
    http_method_names = ["post"]

    @extend_schema(summary="Revoke all tokens", request=None, responses={**with_problems(), 204: None})
    def post(self, request: Request) -> Response:
        response: Response = super().post(request)
        return response
