"""The page on which what is known of a person is found, handed out and erased; and what it leaves in the admin."""

import json
import re
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.test import Client
from django.urls import reverse

from core.models import AuditEvent
from leads.models import Lead
from leads.privacy.services import persons
from tests.factories.marketplace import make_lead, make_partner, make_staff
from tests.factories.old_rows import before_the_rule
from tests.factories.pages import html_of, signed_in

pytestmark = pytest.mark.django_db

RIGHTS = ("leads.view_lead", "leads.erase_personal_data")
EMAIL = "ans@example.org"


@pytest.fixture
def client() -> Client:
    return signed_in(*RIGHTS)


def url() -> str:
    return reverse("admin:leads_lead_personal_data")


def ask(client: Client, do: str, **data: Any) -> str:
    response = client.post(url(), {"do": do, "email": EMAIL} | data, follow=True)
    assert response.status_code == 200
    return str(response.content.decode())


def seen(html: str) -> str:
    found = re.search(r'name="seen" value="(\w+)"', html)
    assert found
    return found[1]


def test_a_person_is_found_and_erased_with_a_reason(client: Client) -> None:
    leads = [make_lead(contact_email=EMAIL, contact_name="Ans", partner=make_partner()) for _ in range(2)]
    assert "Ans" not in html_of(client, url())

    page = ask(client, "find")
    done = ask(client, "erase", reason="Asked by letter.", confirmed="on", seen=seen(page))

    assert page.count("Ans") >= 2
    assert "2 leads say nothing any more of who asked." in done
    assert EMAIL not in done
    assert Lead.objects.filter(anonymised_at=None).count() == 0
    event = AuditEvent.objects.filter(row_id=str(leads[0].id), operation="update").latest("id")
    user = client.session["_auth_user_id"]
    assert event.context is not None
    assert event.context["user"] == int(user)
    assert event.context["erasure"] == "Asked by letter."
    assert event.context["url"] == url()


def test_what_is_known_is_downloaded(client: Client) -> None:
    make_lead(contact_email=EMAIL, contact_name="Ans")

    response = client.post(url(), {"do": "export", "email": EMAIL})

    assert response["Content-Disposition"].startswith("attachment; filename=")
    assert "no-store" in response["Cache-Control"]
    assert json.loads(response.content)["tables"]["leads"][0]["contact_name"] == "Ans"


@pytest.mark.parametrize(
    ("do", "data", "text"),
    [
        ("find", {"email": ""}, "Give an e-mail address, a phone number or a lead."),
        ("find", {"email": "ans"}, "This is no e-mail address."),
        ("find", {"phone": "1"}, "This is no phone number."),
        ("find", {"email": "piet@example.org"}, "Nothing is known of this person."),
        ("export", {"email": "piet@example.org"}, "Nothing is known of this person."),
        ("erase", {"confirmed": "on"}, "To erase it, this is needed."),
        ("erase", {"reason": "Asked."}, "To erase it, this is needed."),
        ("erase", {"reason": "Asked.", "confirmed": "on", "seen": "x"}, "Something else is there by now"),
        ("find", {"lead": "nonsense"}, "Enter a valid UUID"),
    ],
)
def test_what_cannot_be_is_said(client: Client, do: str, data: dict[str, str], text: str) -> None:
    lead = make_lead(contact_email=EMAIL)

    assert text in ask(client, do, **data)

    lead.refresh_from_db()
    assert lead.anonymised_at is None


def test_a_row_that_breaks_a_rule_is_said(client: Client) -> None:
    with before_the_rule("leads", "leads_deal_value_not_negative"):
        make_lead(contact_email=EMAIL, deal_value=-1)

    page = ask(client, "erase", reason="Asked.", confirmed="on", seen=seen(ask(client, "find")))

    assert "The deal value cannot be negative." in page


def test_a_number_of_too_many_is_said(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(persons, "MOST_LEADS", 0)
    make_lead(contact_email=EMAIL)

    assert "not one person" in ask(client, "find")


def test_the_page_of_a_lead_leads_there_and_names_its_person(client: Client) -> None:
    lead = make_lead(contact_email=EMAIL, contact_phone="0475 123456", postcode="1000")
    address = f"{url()}?lead={lead.pk}"

    assert address in html_of(client, reverse("admin:leads_lead_change", args=[lead.pk]))
    assert url() in html_of(client, reverse("admin:leads_lead_changelist"))
    html = html_of(client, address)
    assert EMAIL in html
    assert "+32475123456" in html
    assert EMAIL not in html_of(client, f"{url()}?lead=nonsense")


def test_it_takes_its_own_permission() -> None:
    make_lead(contact_email=EMAIL)
    for rights in (("leads.view_lead", "leads.change_lead"), ("leads.erase_personal_data",)):
        other = signed_in(*rights)
        assert other.get(url()).status_code == 403
        assert other.post(url(), {"do": "export", "email": EMAIL}).status_code == 403
    assert "personal-data" not in html_of(signed_in("leads.view_lead"), reverse("admin:leads_lead_changelist"))


def test_the_group_for_it_may_do_that_and_change_nothing_else() -> None:
    member = make_staff()
    member.groups.add(Group.objects.get(name="privacy"))

    changing = {name for name in member.get_all_permissions() if ".view_" not in name}

    assert changing == {"leads.erase_personal_data"}


def test_an_address_that_names_somebody_finds_nobody(client: Client) -> None:
    make_lead(contact_email=EMAIL)

    assert EMAIL not in client.get(url(), {"email": EMAIL, "do": "find"}).content.decode()


def test_nobody_types_a_person_into_an_anonymised_lead(admin_client: Client) -> None:
    lead = make_lead(contact_email=EMAIL)
    page = reverse("admin:leads_lead_change", args=[lead.pk])
    assert 'name="contact_name"' in html_of(admin_client, page)

    Lead.objects.update(anonymised_at="2026-11-02T09:00:00Z")

    assert 'name="contact_name"' not in html_of(admin_client, page)
