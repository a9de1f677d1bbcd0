"""Who rejects a lead sees nothing any more of the person who asked."""

from typing import Any
from uuid import uuid4

import pytest
from rest_framework.test import APIClient

from leads.models import Lead, LeadActivity, LeadRepeat, Partner
from leads.notifications.models import Notification
from leads.notifications.services.delivery import deliver_due
from router.assignment import LeadAssignmentService
from tests.factories.api import assert_problem, client_of, staff_client
from tests.factories.marketplace import make_lead, make_partner, make_partner_user
from tests.factories.raw import execute
from tests.integration.notifications.receivers import answer, receiving
from tests.integration.notifications.worlds import hand_over, let_time_pass, make_channel

pytestmark = pytest.mark.django_db

URL = "/api/leads/"
CAP = 3


def waiting_lead(word: str) -> Lead:
    """A lead that says the word wherever it says anything of the person."""
    said = {"contact_name": word, "contact_email": f"{word}@example.org", "contact_phone": f"+31-{word}"}
    lead = make_lead(postcode="3511 AB", message=f"I am {word}.", **said)
    LeadRepeat.objects.create(lead=lead, message=f"Again {word}.", **said)
    LeadActivity.objects.create(lead=lead, type="note", description=f"Call {word}.", metadata={"who": word})
    return lead


def answers(api: APIClient, leads: list[Lead]) -> str:
    """All that the API says to somebody of these leads."""
    paths = [URL, *(f"{URL}{lead.id}/" for lead in leads), *(f"{URL}{lead.id}/activities/" for lead in leads)]
    return "\n".join(api.get(path).content.decode() for path in paths)


def test_who_reads_and_rejects_at_once_is_shown_the_people_of_the_leads_it_holds_and_no_others() -> None:
    partner = make_partner(max_open_leads=CAP)
    api = client_of(make_partner_user(partner))
    words = {waiting_lead(word := f"x{uuid4().hex}").id: word for _ in range(2 * CAP)}
    leads, rejected = list(Lead.objects.all()), set()

    for _ in range(2):
        LeadAssignmentService().assign(Lead.objects.unassigned().values_list("id", flat=True))
        for lead in Lead.objects.open():
            held = set(Lead.objects.open().values_list("id", flat=True))
            said = answers(api, leads)
            shown = {lead_id for lead_id, word in words.items() if word in said}
            assert shown == held
            assert len(shown) <= CAP
            said = api.post(f"{URL}{lead.id}/reject/").content.decode()
            assert words[lead.id] not in said
            rejected.add(lead.id)
            again = api.post(f"{URL}{lead.id}/reject/").content.decode()
            assert not any(word in again for word in words.values())

    assert rejected == set(words)
    assert Partner.objects.get().open_leads == 0
    everything = answers(api, leads)
    assert not any(word in everything for word in words.values())


def test_what_is_left_of_a_rejected_lead_is_no_contact() -> None:
    partner = make_partner()
    lead = waiting_lead("somebody")
    execute("UPDATE leads SET user_id = %s WHERE id = %s", [partner.id, lead.id])
    api = client_of(make_partner_user(partner))

    rejected = api.post(f"{URL}{lead.id}/reject/").json()

    assert (rejected["status"], rejected["province"]) == ("rejected", "Utrecht")
    contact = ("contact_name", "contact_email", "contact_phone", "message", "postcode")
    assert [rejected[name] for name in contact] == ["", "", "", "", None]
    assert [list(repeat.values())[2:] for repeat in rejected["repeats"]] == [["", "", "", ""]]
    assert api.get(f"{URL}{lead.id}/").json() == rejected
    log = api.get(f"{URL}{lead.id}/activities/").json()["results"]
    assert [(line["type"], line["description"], line["metadata"]) for line in log] == [
        ("status_change", "", {}),
        ("note", "", {}),
    ]


def test_staff_go_on_seeing_who_asked() -> None:
    lead = waiting_lead("somebody")
    execute("UPDATE leads SET user_id = %s WHERE id = %s", [make_partner().id, lead.id])
    execute("UPDATE leads SET status = 'rejected'")

    said = staff_client("leads.view_lead", "leads.view_leadactivity")

    assert said.get(f"{URL}{lead.id}/").json()["contact_name"] == "somebody"
    assert "Call somebody." in answers(said, [lead])


def test_a_lead_that_was_rejected_meanwhile_is_told_to_no_webhook_also_not_anew() -> None:
    with receiving(answer(500), answer(204)) as receiver:
        lead = hand_over(make_channel(address=receiver.url).partner)
        assert deliver_due(seconds=10) == {"status": 1}
        Lead.objects.filter(pk=lead.pk).update(status="rejected")
        let_time_pass()

        assert deliver_due(seconds=10) == {"superseded": 1}

    assert len(receiver.requests) == 1
    assert Notification.objects.get().state == "superseded"


def test_a_rejected_lead_is_not_answered_as_assigned() -> None:
    partner = make_partner()
    lead = make_lead()
    staff = staff_client("router.add_leadassignmentlog")
    assert staff.post(f"{URL}{lead.id}/assign/").json()["partner_id"] == str(partner.id)
    client_of(make_partner_user(partner)).post(f"{URL}{lead.id}/reject/")

    refused: Any = staff.post(f"{URL}{lead.id}/assign/")

    assert_problem(refused, 409, "lead_rejected")
    assert str(partner.id) not in refused.content.decode()
