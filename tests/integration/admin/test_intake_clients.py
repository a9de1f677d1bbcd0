"""Intake clients in the admin: made, changed and switched off; their tokens made, shown once, and revoked."""

import re
from datetime import timedelta

import pytest
from django.contrib.admin.models import LogEntry
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from knox.models import AuthToken
from rest_framework.test import APIClient

from leads.intake.services.clients import make_token
from leads.models import IntakeClient, Lead, LeadRepeat
from tests.factories.marketplace import make_intake_client, make_lead
from tests.factories.pages import html_of, signed_in
from tests.integration.admin.test_forms import opened

pytestmark = pytest.mark.django_db

ADD = reverse("admin:leads_intakeclient_add")
FORM = {"name": "Solar page", "source": "solar", "allowed_origins": "", "leads_per_minute": "30", "is_active": "on"}


def page_of(client: IntakeClient) -> str:
    return reverse("admin:leads_intakeclient_change", args=[client.pk])


def make(client: IntakeClient) -> str:
    return reverse("admin:leads_intakeclient_make_token", args=[client.pk])


def revoke(client: IntakeClient) -> str:
    return reverse("admin:leads_intakeclient_revoke_token", args=[client.pk])


def test_a_new_client_has_a_user_of_its_own(admin_client: Client) -> None:
    origins = "https://WWW.example.com/, http://localhost:3000,https://www.example.com"

    response = admin_client.post(ADD, FORM | {"allowed_origins": origins})

    client = IntakeClient.objects.get()
    assert response.status_code == 302
    assert (client.name, client.source, client.leads_per_minute, client.is_active) == ("Solar page", "solar", 30, True)
    assert client.allowed_origins == ["https://www.example.com", "http://localhost:3000"]
    assert (client.user.is_staff, client.user.has_usable_password()) == (False, False)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("allowed_origins", "www.example.com"),
        ("allowed_origins", "https://www.example.com/form"),
        ("allowed_origins", "https://*.example.com"),
        ("allowed_origins", "*"),
        ("allowed_origins", "ftp://www.example.com"),
        ("leads_per_minute", "0"),
        ("leads_per_minute", "1001"),
        ("name", ""),
        ("source", ""),
    ],
)
def test_what_makes_no_sense_is_refused_at_its_field(admin_client: Client, name: str, value: str) -> None:
    html = admin_client.post(ADD, FORM | {name: value}).content.decode()

    assert f'id="id_{name}_error"' in html
    assert not IntakeClient.objects.exists()


def test_a_client_is_switched_off_and_never_deleted(admin_client: Client) -> None:
    client = make_intake_client(allowed_origins=["https://www.example.com"])
    values = opened(admin_client, page_of(client))
    del values["is_active"]

    response = admin_client.post(page_of(client), values)

    assert response.status_code == 302
    client.refresh_from_db()
    assert (client.is_active, client.allowed_origins) == (False, ["https://www.example.com"])
    delete = reverse("admin:leads_intakeclient_delete", args=[client.pk])
    assert admin_client.post(delete, {"post": "yes"}).status_code == 403


def test_a_token_is_made_on_the_clients_page_works_and_is_shown_once(admin_client: Client) -> None:
    client = make_intake_client()

    response = admin_client.post(make(client), {"days": "90"})

    html = response.content.decode()
    (shown,) = re.findall(r"<code>([0-9a-f]{40,})</code>", html)
    row = AuthToken.objects.get()
    assert (row.user, row.token_key) == (client.user, shown[: len(row.token_key)])
    assert timezone.now() + timedelta(days=89) < row.expiry < timezone.now() + timedelta(days=91)
    assert "no-store" in response["Cache-Control"]
    assert APIClient().post("/api/leads/", {}, headers={"Authorization": f"Token {shown}"}).status_code == 400
    # From then on its beginning is all that anybody sees.
    page = html_of(admin_client, page_of(client))
    assert row.token_key in page
    assert shown not in page
    assert shown not in str(list(LogEntry.objects.values()))
    assert "Made the token" in html_of(admin_client, reverse("admin:leads_intakeclient_history", args=[client.pk]))


@pytest.mark.parametrize("days", ["0", "731", "soon", ""])
def test_a_token_needs_an_end(admin_client: Client, days: str) -> None:
    response = admin_client.post(make(make_intake_client()), {"days": days}, follow=True)

    assert 'class="error"' in response.content.decode()
    assert not AuthToken.objects.exists()


def test_a_token_is_revoked(admin_client: Client) -> None:
    client, other = make_intake_client(), make_intake_client()
    gone, stays = make_token(client=client, days=1), make_token(client=other, days=1)

    admin_client.post(revoke(client), {"start": gone.start})
    again = admin_client.post(revoke(client), {"start": stays.start}, follow=True)

    assert [row.token_key for row in AuthToken.objects.all()] == [stays.start]
    assert "There is no such token any more." in again.content.decode()


def test_tokens_are_made_and_revoked_by_a_form_only(admin_client: Client) -> None:
    client = make_intake_client()

    assert [admin_client.get(address(client)).status_code for address in (make, revoke)] == [405, 405]


def test_who_may_only_look_makes_and_revokes_none() -> None:
    client = make_intake_client()
    token = make_token(client=client, days=1)
    viewer = signed_in("leads.view_intakeclient")

    html = html_of(viewer, page_of(client))

    assert token.start in html
    assert make(client) not in html
    assert revoke(client) not in html
    assert viewer.post(make(client), {"days": "90"}).status_code == 403
    assert viewer.post(revoke(client), {"start": token.start}).status_code == 403
    assert AuthToken.objects.count() == 1


def test_a_client_that_is_not_there(admin_client: Client) -> None:
    address = reverse("admin:leads_intakeclient_make_token", args=[4711])

    assert admin_client.post(address, {"days": "90"}).status_code == 404
    gone = reverse("admin:leads_intakeclient_change", args=[4711])
    assert admin_client.get(gone).status_code == 302


# -- Repeats


def test_the_page_of_a_lead_shows_its_repeats_to_read(admin_client: Client) -> None:
    lead = make_lead()
    LeadRepeat.objects.create(lead=lead, source="form", contact_name="A. de Boer", message="Did you get it?")

    html = html_of(admin_client, reverse("admin:leads_lead_change", args=[lead.pk]))

    assert "A. de Boer" in html
    assert "Did you get it?" in html
    assert "repeats-0-message" not in re.sub(r'id="[^"]*"', "", html)


def test_a_lead_that_is_entered_again_is_added_to_the_first_one(admin_client: Client) -> None:
    lead = make_lead(contact_email="ans@example.org")
    form = {"contact_email": "Ans@example.org", "message": "Again.", "postcode": "3511 AB"}

    response = admin_client.post(reverse("admin:leads_lead_add"), form, follow=True)

    assert "The same person asked for this before" in response.content.decode()
    assert (Lead.objects.get(), LeadRepeat.objects.get().message) == (lead, "Again.")
