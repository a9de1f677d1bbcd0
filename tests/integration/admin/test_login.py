"""Where one comes to after signing in."""

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from tests.integration.admin.test_forms import opened

pytestmark = pytest.mark.django_db

LOGIN = reverse("admin:login")


@pytest.mark.parametrize(
    ("url", "lands"), [(LOGIN, reverse("home")), (f"{LOGIN}?next=/admin/leads/lead/", "/admin/leads/lead/")]
)
def test_who_signs_in_comes_to_the_named_page_or_the_start_page(url: str, lands: str) -> None:
    User.objects.create_superuser("kim", password="made-up-for-the-test")
    client = Client()

    response = client.post(url, opened(client, url) | {"username": "kim", "password": "made-up-for-the-test"})

    assert (response.status_code, response["Location"]) == (302, lands)


def test_a_mistyped_password_does_not_lose_the_page() -> None:
    User.objects.create_superuser("kim", password="made-up-for-the-test")
    client, url = Client(), f"{LOGIN}?next=/admin/leads/lead/"

    again = client.post(url, opened(client, url) | {"username": "kim", "password": "wrong"})

    assert b'name="next" value="/admin/leads/lead/"' in again.content
