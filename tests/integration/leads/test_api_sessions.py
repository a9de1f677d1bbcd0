from base64 import b64encode

import pytest
from django.contrib.auth.models import User
from knox.models import AuthToken
from rest_framework.test import APIClient

from tests.factories.api import assert_problem
from tests.factories.marketplace import make_partner, make_partner_user, make_staff

pytestmark = pytest.mark.django_db


def basic(username: str, password: str) -> APIClient:
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION="Basic " + b64encode(f"{username}:{password}".encode()).decode())
    return client


def with_token(token: str) -> APIClient:
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Token {token}")
    return client


@pytest.fixture
def user() -> User:
    return make_staff("leads.view_lead", username="ans", password="very-long-secret")


def test_name_and_password_give_a_token_that_works_until_it_is_given_back(user: User) -> None:
    answer = basic("ans", "very-long-secret").post("/api/auth/login/")
    client = with_token(answer.json()["token"])

    assert answer.status_code == 200
    assert set(answer.json()) == {"token", "expiry"}
    assert client.get("/api/leads/").status_code == 200
    assert client.post("/api/auth/logout/").status_code == 204
    assert_problem(client.get("/api/leads/"), 401, "authentication_failed")


def test_the_token_is_stored_as_a_hash(user: User) -> None:
    token = basic("ans", "very-long-secret").post("/api/auth/login/").json()["token"]

    assert token not in str(AuthToken.objects.values().get())


def test_a_partner_gets_a_token_too() -> None:
    make_partner_user(make_partner(), username="piet", password="very-long-secret")

    token = basic("piet", "very-long-secret").post("/api/auth/login/").json()["token"]

    assert with_token(token).get("/api/leads/").status_code == 200


def test_all_tokens_of_a_user_are_given_back_at_once(user: User) -> None:
    tokens = [basic("ans", "very-long-secret").post("/api/auth/login/").json()["token"] for _ in range(2)]

    assert with_token(tokens[0]).post("/api/auth/logout-all/").status_code == 204

    assert not AuthToken.objects.exists()


@pytest.mark.parametrize(("name", "password"), [("ans", "wrong"), ("nobody", "very-long-secret"), ("ans", "")])
def test_a_wrong_name_or_password_gives_none(user: User, name: str, password: str) -> None:
    assert_problem(basic(name, password).post("/api/auth/login/"), 401, "authentication_failed")
    assert not AuthToken.objects.exists()


def test_somebody_who_is_no_longer_active_gets_none_and_their_token_ends(user: User) -> None:
    token = basic("ans", "very-long-secret").post("/api/auth/login/").json()["token"]
    user.is_active = False
    user.save()

    assert_problem(basic("ans", "very-long-secret").post("/api/auth/login/"), 401, "authentication_failed")
    assert_problem(with_token(token).get("/api/leads/"), 401, "authentication_failed")


def test_a_password_opens_nothing_but_the_login(user: User) -> None:
    assert_problem(basic("ans", "very-long-secret").get("/api/leads/"), 401, "not_authenticated")


def test_nobody_logs_in_by_a_get(user: User) -> None:
    assert_problem(basic("ans", "very-long-secret").get("/api/auth/login/"), 405, "method_not_allowed")
