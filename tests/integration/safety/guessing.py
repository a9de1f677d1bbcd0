"""People at the two logins: what they send, and who they are."""

from base64 import b64encode
from typing import Any

from django.contrib.auth.models import User
from django.test import Client

from tests.factories.marketplace import make_staff

NAME, PASSWORD = "ans", "very-long-secret"
API, ADMIN = "/api/auth/login/", "/admin/login/"


def somebody() -> User:
    """Who has the name and the password."""
    return make_staff(username=NAME, password=PASSWORD)


def basic(name: str, password: str) -> str:
    """The header of HTTP Basic."""
    return "Basic " + b64encode(f"{name}:{password}".encode()).decode()


def api_login(password: str, *, name: str = NAME, address: str = "192.0.2.1", **more: Any) -> Any:
    """Sign in to the API."""
    headers = {"Authorization": basic(name, password)}
    return Client(REMOTE_ADDR=address).post(API, content_type="application/json", headers=headers, **more)


def admin_login(password: str, *, name: str = NAME, address: str = "192.0.2.1", language: str = "en") -> Any:
    """Sign in to the admin."""
    client = Client(REMOTE_ADDR=address, headers={"Accept-Language": language})
    return client.post(ADMIN, {"username": name, "password": password})
