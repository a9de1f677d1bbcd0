"""Tokens of the API in the admin: seen and taken away, never made."""

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse
from knox.models import AuthToken

from tests.factories.pages import html_of, signed_in

pytestmark = pytest.mark.django_db

LIST = reverse("admin:knox_authtoken_changelist")


@pytest.fixture
def token() -> AuthToken:
    made, _ = AuthToken.objects.create(user=User.objects.create_user("shop"))
    return made


def test_the_list_says_whose_they_are_and_where_they_are_made(admin_client: Client, token: AuthToken) -> None:
    html = html_of(admin_client, LIST)

    assert token.token_key in html
    assert "shop" in html
    assert "POST /api/auth/login/" in html


@pytest.mark.parametrize(("term", "found"), [("shop", 1), ("nobody", 0)])
def test_they_are_found_by_their_owner(term: str, found: int, admin_client: Client, token: AuthToken) -> None:
    assert html_of(admin_client, f"{LIST}?q={term}").count(token.token_key) == found


def test_they_are_found_by_their_beginning(admin_client: Client, token: AuthToken) -> None:
    assert token.token_key in html_of(admin_client, f"{LIST}?q={token.token_key[:6]}")


def test_nobody_makes_or_changes_one(admin_client: Client, token: AuthToken) -> None:
    change = reverse("admin:knox_authtoken_change", args=[token.pk])

    assert admin_client.get(reverse("admin:knox_authtoken_add")).status_code == 403
    assert admin_client.post(change, {"expiry_0": "2040-01-01", "expiry_1": "00:00"}).status_code == 403
    assert 'name="_save"' not in html_of(admin_client, change)


def test_one_is_taken_away(admin_client: Client, token: AuthToken) -> None:
    admin_client.post(reverse("admin:knox_authtoken_delete", args=[token.pk]), {"post": "yes"})

    assert not AuthToken.objects.exists()


def test_an_auditor_sees_them_and_takes_none_away(token: AuthToken) -> None:
    auditor = signed_in("knox.view_authtoken")

    assert "shop" in html_of(auditor, LIST)
    assert auditor.post(reverse("admin:knox_authtoken_delete", args=[token.pk]), {"post": "yes"}).status_code == 403
