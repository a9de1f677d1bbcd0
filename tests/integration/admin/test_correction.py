"""The page that corrects a lead's status."""

import pytest
from django.test import Client
from django.urls import reverse

from leads.models import Lead, LeadActivity
from tests.factories.marketplace import make_lead, make_partner, make_staff
from tests.factories.old_rows import before_the_rule

pytestmark = pytest.mark.django_db


def url(lead: Lead) -> str:
    return reverse("admin:leads_lead_correct_status", args=[lead.pk])


def test_the_leads_page_leads_there_and_it_corrects(admin_client: Client) -> None:
    lead = make_lead(partner=make_partner(), status="lost")
    page = admin_client.get(reverse("admin:leads_lead_change", args=[lead.pk]))
    assert url(lead) in page.content.decode()

    response = admin_client.post(
        url(lead), {"status": "in_progress", "reason": "It was another lead.", "seen": "lost"}, follow=True
    )

    assert "The status was corrected to: in progress." in response.content.decode()
    assert Lead.objects.get().status == "in_progress"
    assert LeadActivity.objects.get().description == "It was another lead."


@pytest.mark.parametrize(
    ("data", "text"),
    [
        ({"status": "won", "reason": "", "seen": "lost"}, "This field is required."),
        ({"status": "lost", "reason": "Why not.", "seen": "lost"}, "Select a valid choice"),
        ({"status": "won", "reason": "A mistake.", "seen": "accepted"}, "Now it is: lost."),
    ],
)
def test_what_cannot_be_is_said_on_the_form(admin_client: Client, data: dict[str, str], text: str) -> None:
    lead = make_lead(partner=make_partner(), status="lost")

    response = admin_client.post(url(lead), data)

    assert text in response.content.decode()
    assert Lead.objects.get().status == "lost"


def test_a_row_that_breaks_a_rule_is_said_on_the_form(admin_client: Client) -> None:
    with before_the_rule("leads", "leads_deal_value_not_negative"):
        lead = make_lead(partner=make_partner(), status="lost", deal_value=-1)

    response = admin_client.post(url(lead), {"status": "won", "reason": "A mistake.", "seen": "lost"})

    assert "The deal value cannot be negative." in response.content.decode()


def test_it_takes_its_own_permission() -> None:
    lead = make_lead(status="lost")
    client = Client()
    client.force_login(make_staff("leads.view_lead", "leads.change_lead"))

    assert client.get(url(lead)).status_code == 403
    assert "correct-status" not in client.get(reverse("admin:leads_lead_change", args=[lead.pk])).content.decode()


def test_a_lead_that_is_not_there(admin_client: Client) -> None:
    lead = make_lead()
    address = url(lead)
    lead.delete()

    assert admin_client.get(address).status_code == 404
