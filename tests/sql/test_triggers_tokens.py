"""The tokens of a user end with the password and with the account, whoever changes them."""

import pytest
from django.contrib.auth.models import User
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from knox.models import AuthToken

from tests.factories.api import assert_problem, client_of
from tests.factories.marketplace import make_staff
from tests.factories.raw import execute

pytestmark = pytest.mark.django_db

PASSWORD = "another-long-secret"


@pytest.fixture
def user() -> User:
    return make_staff("leads.view_lead", username="ans")


def change_in_the_admin(user: User) -> None:
    browser = Client()
    browser.force_login(make_staff(is_superuser=True))
    passwords = {"usable_password": "true", "password1": PASSWORD, "password2": PASSWORD}
    answer = browser.post(reverse("admin:auth_user_password_change", args=[user.pk]), passwords)
    assert answer.status_code == 302


def change_by_command(user: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("getpass.getpass", lambda **_: PASSWORD)
    call_command("changepassword", user.username, verbosity=0)


def change_with_sql(user: User) -> None:
    execute("UPDATE auth_user SET password = 'argon2$new' WHERE id = %s", [user.pk])


@pytest.mark.parametrize("way", ["admin", "command", "sql", "deactivated"])
def test_a_token_ends(way: str, user: User, monkeypatch: pytest.MonkeyPatch) -> None:
    api, other = client_of(user), client_of(make_staff("leads.view_lead"))
    assert api.get("/api/leads/").status_code == 200

    match way:
        case "admin":
            change_in_the_admin(user)
        case "command":
            change_by_command(user, monkeypatch)
        case "sql":
            change_with_sql(user)
        case _:
            execute("UPDATE auth_user SET is_active = false WHERE id = %s", [user.pk])
            execute("UPDATE auth_user SET is_active = true WHERE id = %s", [user.pk])

    assert_problem(api.get("/api/leads/"), 401, "authentication_failed")
    assert not AuthToken.objects.filter(user=user).exists()
    assert other.get("/api/leads/").status_code == 200


def test_any_other_change_of_a_user_leaves_the_tokens(user: User) -> None:
    api = client_of(user)

    execute("UPDATE auth_user SET last_login = now(), email = 'ans@example.org', password = password, is_active = true")

    assert api.get("/api/leads/").status_code == 200
