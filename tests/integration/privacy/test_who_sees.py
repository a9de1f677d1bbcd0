"""Contact data are seen by the partner that has the lead, and go out only where they are needed."""

import io
from typing import Any

import openpyxl
import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Group, User
from django.test import Client
from django.urls import reverse

from leads.notifications.models import PartnerChannel
from leads.notifications.services.delivery import deliver_due
from tests.factories.api import client_of
from tests.factories.marketplace import make_lead, make_partner, make_partner_user, make_staff
from tests.factories.raw import execute
from tests.integration.notifications.receivers import receiving
from tests.integration.privacy.worlds import EMAIL, LEADS, NAME, WORDS, tell

pytestmark = pytest.mark.django_db


def words_in(text: str) -> set[str]:
    return {word for word in WORDS if word.lower() in text.lower()}


def test_a_partner_sees_nothing_of_a_lead_that_it_had() -> None:
    story = tell()
    url = f"{LEADS}{story.lead_id}/"
    first, second = (
        client_of(User.objects.get(partner_user__partner=partner)) for partner in (story.first, story.second)
    )
    third = client_of(make_partner_user(make_partner()))

    for client in (first, third):
        assert words_in(client.get(LEADS).content.decode()) == set()
        for address in (url, f"{url}activities/"):
            response = client.get(address)
            assert response.status_code == 404
            assert words_in(response.content.decode()) == set()
        assert client.post(f"{url}activities/", {"type": "note", "description": "x"}).status_code == 404
        assert client.post(f"{url}lose/", {}).status_code == 404
    assert {NAME, EMAIL} <= words_in(second.get(url).content.decode())
    log = second.get(f"{url}activities/").content.decode()
    assert "Mail aan" in log
    assert "gebeld op" not in log, "what the first partner wrote is not the second one's"


def test_a_webhook_that_waited_is_not_sent_to_who_had_the_lead() -> None:
    with receiving() as receiver:
        partners = [make_partner(), make_partner()]
        for partner in partners:
            PartnerChannel.objects.create(partner=partner, kind="webhook", address=f"{receiver.url}&p={partner.pk}")
        lead = make_lead(contact_name=NAME)
        for partner in partners:
            execute("UPDATE leads SET user_id = %s WHERE id = %s", [partner.pk, lead.pk])
        outcomes = deliver_due(seconds=5)

    assert outcomes == {"delivered": 1, "superseded": 1}
    ((path, body),) = [(request.path, request.body.decode()) for request in receiver.requests]
    assert str(partners[1].pk) in path
    assert NAME in body


def test_an_e_mail_says_nothing_of_the_person(mailoutbox: list[Any], settings: Any) -> None:
    PartnerChannel.objects.create(partner=(partner := make_partner()), kind="email", address="partner@example.com")
    lead = make_lead(contact_name=NAME, contact_email=EMAIL, contact_phone="0612345987", message="zonnepanelenwens")
    execute("UPDATE leads SET user_id = %s WHERE id = %s", [partner.pk, lead.pk])

    deliver_due(seconds=5)

    (mail,) = mailoutbox
    assert words_in(f"{mail.subject} {mail.body} {mail.extra_headers}") == set()


def test_an_intake_client_gets_back_nothing_of_the_person() -> None:
    story = tell()
    client = client_of(User.objects.get(intake_client__isnull=False))

    for address in (LEADS, f"{LEADS}{story.lead_id}/", f"{LEADS}{story.lead_id}/activities/"):
        response = client.get(address)
        assert response.status_code == 403
        assert words_in(response.content.decode()) == set()


@pytest.mark.parametrize("role", ["viewer", "tuner", "auditor", "privacy"])
def test_who_only_looks_takes_no_words_out(role: str) -> None:
    tell()
    browser = Client()
    member = make_staff()
    member.groups.add(Group.objects.get(name=role))
    browser.force_login(member)

    assert exported(browser) == set()


def test_the_operators_exports_have_them() -> None:
    tell()
    browser = Client()
    browser.force_login(User.objects.get(username="admin"))

    assert {NAME, EMAIL} <= exported(browser)


def exported(browser: Client) -> set[str]:
    """The words in all files that the lists give."""
    found: set[str] = set()
    for name in ("leads_lead", "leads_partner", "feedback_leadfeedback", "support_supportticket"):
        response = browser.post(reverse(f"admin:{name}_export"), {"format": "xlsx"})
        assert response.status_code == 200
        sheet = openpyxl.load_workbook(io.BytesIO(response.content)).active
        rows = list(sheet.iter_rows(values_only=True))
        assert len(rows) > 1
        found |= words_in(str(rows))
    return found


def test_the_notes_of_the_admin_name_nobody() -> None:
    story = tell()
    browser = Client()
    browser.force_login(story.admin)
    for name, key in (("support_supportticket", story.ticket.pk), ("support_supportticket", story.free_ticket.pk)):
        assert browser.post(reverse(f"admin:{name}_delete", args=[key]), {"post": "yes"}).status_code == 302

    notes = LogEntry.objects.values_list("object_repr", "change_message")

    assert len(notes) >= 4
    assert words_in(str(list(notes))) == set()
