"""Calling the API as somebody."""

from typing import Any

from django.contrib.auth.models import User
from knox.models import AuthToken
from rest_framework.test import APIClient

from tests.factories.marketplace import make_staff


def client_of(user: User | None, *, raise_errors: bool = True) -> APIClient:
    """A client with a token of this user; None: anonymous."""
    client = APIClient(raise_request_exception=raise_errors)
    if user is not None:
        _, token = AuthToken.objects.create(user)
        client.credentials(HTTP_AUTHORIZATION=f"Token {token}")
    return client


def staff_client(*permissions: str) -> APIClient:
    """A client of a staff user with these permissions."""
    return client_of(make_staff(*permissions))


def assert_problem(response: Any, status: int, code: str) -> dict[str, list[str]]:
    """Check that the answer is an error in the API's one shape; return its `fields`."""
    assert response.status_code == status, response.content
    assert response["Content-Type"] == "application/json"
    body = response.json()
    assert body["code"] == code, body
    assert isinstance(body["detail"], str)
    assert body["detail"]
    fields: dict[str, list[str]] = body["fields"]
    return fields
