"""Odd values in addresses and forms get a clear refusal or a harmless page, at every list and every page."""

from typing import Any
from urllib.parse import quote

import pytest
from axes.models import AccessAttempt
from django.contrib import admin
from django.db import models, transaction
from django.test import Client
from django.urls import reverse

from leads.models import Lead, LeadActivity
from router.models import PolicyPreview
from tests.factories.marketplace import make_intake_client, make_lead, make_partner
from tests.factories.pages import html_of
from tests.integration.access.addresses import addresses
from tests.integration.admin.worlds import fill

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("redis_url"), pytest.mark.unmeasured]

ODD = ("%00", "99999999999999999999", "-1", "2026-13-45", "%F0%9F%98%80", "NaN", "null")
PARAMETERS = ("q", "p", "o", "all", "e", "_facets", "status__exact", "id__exact", "nothing")
API_LISTS = {
    "/api/leads/": ("status", "partner", "province", "created_after", "created_before", "cursor", "page_size"),
    "/api/admin/ai-router/ranking/": ("lead_id", "partner_id"),
}


def _queries(model: type[models.Model]) -> list[str]:
    """Each parameter with an odd value, and each column of a time with years that are none."""
    queries = [f"{name}={ODD[place % len(ODD)]}" for place, name in enumerate(PARAMETERS)]
    queries += [f"{name}=%00" for name in PARAMETERS]
    for field in model._meta.concrete_fields:
        if isinstance(field, models.DateTimeField):
            queries += [f"{field.name}__year=99999999999", f"{field.name}__gte=9999-12-31T23:59:59-23:00"]
            queries += [f"{field.name}__year=20000", f"{field.name}__month=13&{field.name}__day=0"]
    return queries


def _status_of(client: Client, url: str) -> int:
    """As on a connection of its own: a statement that the database refuses takes nothing else along."""
    client.raise_request_exception = False
    before = transaction.savepoint()
    status = client.get(url).status_code
    transaction.savepoint_rollback(before)
    return status


def test_the_lists_of_the_admin_take_odd_parameters(admin_client: Client) -> None:
    fill(1)
    found = {}
    for model in admin.site._registry:
        url = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
        for query in _queries(model):
            found[f"{url}?{query}"] = _status_of(admin_client, f"{url}?{query}")

    assert {url: status for url, status in found.items() if status not in {200, 302, 400}} == {}
    assert {status for url, status in found.items() if "%00" in url} == {400}


def test_a_year_that_is_none_leads_back_to_the_list(admin_client: Client) -> None:
    make_lead()
    url = reverse("admin:leads_lead_changelist")

    response = admin_client.get(f"{url}?created_at__year=99999999999")

    assert (response.status_code, response["Location"]) == (302, f"{url}?e=1")


def test_an_error_of_ours_stays_one(admin_client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_arguments: Any) -> None:
        raise ValueError("ours")

    monkeypatch.setattr(admin.site._registry[Lead], "get_queryset", broken)
    admin_client.raise_request_exception = False

    assert admin_client.get(reverse("admin:leads_lead_changelist")).status_code == 500


def test_every_address_refuses_a_zero_character(admin_client: Client) -> None:
    lead = fill(1).lead
    Lead.objects.filter(pk=lead.pk).update(intake_client=make_intake_client())
    PolicyPreview.objects.create(days=30)
    AccessAttempt.objects.create(username="somebody", ip_address="192.0.2.1", failures_since_start=1)
    lead.refresh_from_db()
    paths = {address.path for address in addresses(lead)}

    found = {path: admin_client.get(path, {"x": "\x00"}).status_code for path in paths}

    assert {path: status for path, status in found.items() if status != 400} == {}


def test_the_lists_of_the_api_take_odd_parameters(admin_client: Client) -> None:
    found = {
        f"{url}?{name}={value}": _status_of(admin_client, f"{url}?{name}={value}")
        for url, names in API_LISTS.items()
        for name in names
        for value in ODD
    }

    assert {url: status for url, status in found.items() if status not in {200, 400, 404}} == {}


def test_a_zero_character_is_refused_in_a_path_a_cookie_and_a_form(admin_client: Client) -> None:
    lead = make_lead()
    change = reverse("admin:leads_lead_change", args=[lead.pk])

    in_path = admin_client.get(f"/admin/leads/lead/{quote(chr(0))}/change/")
    in_form = admin_client.post(change, {"province": "\x00"})
    admin_client.cookies["sessionid"] = "x" * 20 + "\x00"
    in_cookie = admin_client.get("/staff/")

    assert (in_path.status_code, in_form.status_code, in_cookie.status_code) == (400, 400, 400)


@pytest.mark.parametrize("length", [150, 255, 256, 5_000])
def test_a_name_of_any_length_cannot_sign_in(length: int) -> None:
    response = Client().post(reverse("admin:login"), {"username": "x" * length, "password": "wrong"})

    assert response.status_code == 200
    assert AccessAttempt.objects.get().username == ("x" * length)[:255]


def test_a_page_shows_the_newest_rows_of_a_lead_and_the_way_to_all(admin_client: Client) -> None:
    lead = make_lead()
    note = "x" * 5_000
    LeadActivity.objects.bulk_create(LeadActivity(lead=lead, type="note", description=note) for _ in range(200))

    html = html_of(admin_client, reverse("admin:leads_lead_change", args=[lead.pk]))

    assert len(html) < 200_000
    assert html.count("x" * 400) == 50
    assert f"{reverse('admin:leads_leadactivity_changelist')}?q={lead.pk}" in html


def test_a_page_with_few_rows_has_no_way_to_more(admin_client: Client) -> None:
    lead = make_lead(partner=make_partner())
    LeadActivity.objects.create(lead=lead, type="note", description="Called back")

    html = html_of(admin_client, reverse("admin:leads_lead_change", args=[lead.pk]))

    assert "Called back" in html
    assert f"?q={lead.pk}" not in html
