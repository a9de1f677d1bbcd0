"""Where somebody lands who has signed in or out."""

import pytest
from django.conf import settings
from django.contrib.auth.models import User
from django.shortcuts import resolve_url
from django.test import Client

from leads.models import PartnerUser
from tests.factories.marketplace import make_partner, make_staff

pytestmark = pytest.mark.django_db


def landed(user: User | None, place: str) -> tuple[int, str]:
    """Status and path of the page at the end of all redirects."""
    client = Client()
    if user is not None:
        client.force_login(user)
    response = client.get(resolve_url(place), follow=True)
    return response.status_code, response.request["PATH_INFO"]


def test_everybody_lands_on_a_page_that_is_there() -> None:
    partner = User.objects.create_user("partner")
    PartnerUser.objects.create(user=partner, partner=make_partner())
    place = settings.LOGIN_REDIRECT_URL

    assert landed(make_staff("router.view_leadassignmentlog"), place) == (200, "/staff/")
    assert landed(make_staff(), place) == (200, "/admin/")
    assert landed(partner, place) == (200, "/api/docs/")
    assert landed(None, place) == (200, "/admin/login/")


def test_who_signs_out_lands_at_the_login() -> None:
    client = Client()
    client.force_login(make_staff())

    response = client.post("/admin/logout/", follow=True)

    assert (response.status_code, response.request["PATH_INFO"]) == (200, "/admin/login/")
