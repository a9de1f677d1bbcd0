"""No answer with personal data is kept by a browser or a proxy."""

import pytest
from django.contrib.auth.models import User
from django.test import Client
from knox.models import AuthToken

from leads.models import Lead
from tests.integration.access.addresses import addresses
from tests.integration.access.people import user_of
from tests.integration.access.test_access import doors_only, lead

__all__ = ["doors_only", "lead"]

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("redis_url")]


@pytest.mark.parametrize("role", ["superuser", "partner"])
def test_no_answer_is_kept(role: str, lead: Lead) -> None:
    user = user_of(role, lead=lead)
    assert isinstance(user, User)
    token = f"Token {AuthToken.objects.create(user=user)[1]}"
    kept = {}
    for address in addresses(lead):
        browser = Client()
        headers = {"Authorization": token} if address.path.startswith("/api/") else {}
        if not headers:
            browser.force_login(user)
        answer = browser.get(address.path, headers=headers)
        said = answer.headers.get("Cache-Control", "")
        if "no-store" not in said or "private" not in said:
            kept[address.name] = said

    assert kept == {}
