"""Finding a person, handing out what is known, erasing it: services and commands."""

import builtins
import json
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from core.auth.actors import Actor
from leads.intake.services.intake import NewLead, create_lead
from leads.models import Lead, LeadRepeat
from leads.privacy.personal_data import PERSONAL_TABLES
from leads.privacy.services import persons
from leads.privacy.services.erasure import FoundOther, erase_person
from leads.privacy.services.export import export_person
from leads.privacy.services.persons import Found, NobodyNamed, Person, TooManyLeads, find_person
from support.models import SupportTicket
from tests.factories.marketplace import make_industry, make_lead, make_partner
from tests.factories.old_rows import before_the_rule
from tests.integration.privacy.worlds import EMAIL, NAME, OTHER_EMAIL, PHONE, WISH, tell

pytestmark = pytest.mark.django_db

ACTOR = Actor(name="test")


def erase(**person: Any) -> Found:
    return erase_person(Person.make(**person), reason="Asked for it.", actor=ACTOR, now=timezone.now())


def command(*arguments: str) -> str:
    output = StringIO()
    call_command("personal_data", *arguments, stdout=output)
    return output.getvalue().strip()


@pytest.mark.parametrize(
    ("email", "phone"),
    [
        (" ANS@example.org ", ""),
        ("", "030 - 123 45 67"),
        ("", "0031301234567"),
        ("", "+31 (0)30 1234567"),
        ("ans@example.org", "06 99999999"),
    ],
)
def test_a_person_is_found_in_any_writing(email: str, phone: str) -> None:
    lead = make_lead(contact_email="Ans@Example.org", contact_phone="030-1234567")
    make_lead(contact_email="piet@example.org", contact_phone="030-7654321")

    assert find_person(Person.make(email=email, phone=phone)).lead_ids == (lead.id,)


def test_a_person_is_found_by_what_was_sent_again_and_by_a_ticket_about_no_lead() -> None:
    lead = make_lead(contact_email="ans@example.org")
    LeadRepeat.objects.create(
        lead=lead, contact_email="a.deboer@example.net", contact_phone="0475 12 34 56", postcode="1000"
    )
    texts = ("Van A.DEBOER@example.net", "Bel 0475/12.34.56", "Bel +32 (0)475 12 34 57")
    tickets = [SupportTicket.objects.create(subject="Vraag", body=text) for text in texts]
    SupportTicket.objects.create(lead=lead, body=texts[0])

    by_email, by_phone = Person.make(email="A.deBoer@example.net"), Person.make(phone="+32 475 123456")

    assert find_person(by_email) == Found(lead_ids=(lead.id,), ticket_ids=(tickets[0].id,))
    assert find_person(by_phone) == Found(lead_ids=(lead.id,), ticket_ids=(tickets[1].id,))
    assert not find_person(Person.make(email="nobody@example.org"))


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({}, ""),
        ({"email": " "}, ""),
        ({"email": "ans"}, "email"),
        ({"phone": "12"}, "phone"),
        ({"email": "ans@example.org", "phone": "?"}, "phone"),
    ],
)
def test_who_names_nobody_is_told_so(fields: dict[str, str], field: str) -> None:
    with pytest.raises(NobodyNamed) as raised:
        Person.make(**fields)  # type: ignore[arg-type]  # texts only

    assert raised.value.field == field


def test_a_number_that_half_the_leads_have_is_not_one_person(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(persons, "MOST_LEADS", 2)
    for _ in range(3):
        make_lead(contact_phone="0201234567")

    with pytest.raises(TooManyLeads):
        find_person(Person.make(phone="0201234567"))
    with pytest.raises(CommandError, match="not one person's"):
        command("export", "--phone", "0201234567")


def test_the_person_of_a_lead_is_who_it_says() -> None:
    belgian = make_lead(contact_email="Ans@example.org", contact_phone="0475 123456", postcode="1000")

    assert Person.of_lead(belgian.id) == Person(email="ans@example.org", phone="+32475123456", lead_id=belgian.id)
    belgian.delete()
    assert find_person(Person.of_lead(belgian.id)) == Found(lead_ids=(), ticket_ids=())


def test_a_lead_that_has_neither_is_found_by_its_id_until_it_is_anonymised() -> None:
    lead = make_lead(contact_name="Ans")

    assert erase(lead_id=lead.id).lead_ids == (lead.id,)

    lead.refresh_from_db()
    assert (lead.contact_name, lead.status) == ("", "lost")
    assert not erase(lead_id=lead.id)


def test_the_export_has_every_row_about_the_person_and_who_got_it() -> None:
    story = tell()
    make_lead(contact_email="piet@example.org", message="Somebody else's")

    document = export_person(Person.make(email=EMAIL, phone=PHONE), now=timezone.now())

    text = json.dumps(document, ensure_ascii=False)
    assert set(document["tables"]) == {table.name for table in PERSONAL_TABLES}
    assert {name: len(rows) for name, rows in document["tables"].items()} == {
        "leads": 1,
        "lead_repeats": 1,
        "lead_activities": 6,
        "lead_feedback": 1,
        "support_tickets": 2,
        "intake_keys": 1,
        "lead_contact_digests": 1,
    }
    assert document["person"] == {"email": EMAIL.lower(), "phone": "+31612345987", "lead_id": None}
    companies = {row["company"] for row in document["recipients"]}
    assert companies == {story.first.company_name, story.second.company_name}
    assert all(word in text for word in (NAME, OTHER_EMAIL, WISH, "1250", "3511 QX"))
    assert "Somebody else's" not in text
    assert Lead.objects.get(pk=story.lead_id).anonymised_at is None


def test_what_an_erased_person_asks_for_later_is_a_new_lead() -> None:
    industry = make_industry()
    new = NewLead(contact_email="ans@example.org", industry_id=industry.id)
    first = create_lead(new=new, actor=ACTOR, now=timezone.now())
    assert create_lead(new=new, actor=ACTOR, now=timezone.now()).status == "duplicate"

    erase(email="ans@example.org")

    again = create_lead(new=new, actor=ACTOR, now=timezone.now())
    assert (again.status, again.lead_id != first.lead_id) == ("new", True)


def test_an_erasure_has_a_reason_and_takes_what_was_seen() -> None:
    lead = make_lead(contact_email="ans@example.org")
    person = Person.make(email="ans@example.org")
    seen = find_person(person)
    make_lead(contact_email="ans@example.org")

    with pytest.raises(ValueError, match="reason"):
        erase_person(person, reason=" ", actor=ACTOR, now=timezone.now())
    with pytest.raises(FoundOther):
        erase_person(person, reason="Asked.", actor=ACTOR, now=timezone.now(), expected=seen)

    lead.refresh_from_db()
    assert lead.contact_email == "ans@example.org"


def test_the_commands_hand_out_and_erase(monkeypatch: pytest.MonkeyPatch) -> None:
    story = tell()

    assert json.loads(command("export", "--email", EMAIL))["tables"]["leads"][0]["contact_email"] == EMAIL
    with pytest.raises(CommandError, match="needs a --reason"):
        command("erase", "--email", EMAIL)
    monkeypatch.setattr(builtins, "input", lambda _: "no")
    with pytest.raises(CommandError, match="Nothing was erased"):
        command("erase", "--email", EMAIL, "--reason", "Asked.")
    assert story.lead().anonymised_at is None
    monkeypatch.setattr(builtins, "input", lambda _: "yes")
    said = command("erase", "--email", EMAIL, "--reason", "Asked.")

    assert said.splitlines() == [f"lead {story.lead_id}", f"ticket {story.free_ticket.pk}", "Erased."]
    assert story.lead().anonymised_at is not None
    assert command("erase", "--email", EMAIL, "--reason", "Asked.") == "Nothing is known of this person."


def test_the_commands_say_what_is_wrong(monkeypatch: pytest.MonkeyPatch) -> None:
    for arguments, text in (
        ((), "Name somebody"),
        (("--email", "ans"), "no e-mail address"),
        (("--phone", "1"), "no phone number"),
    ):
        with pytest.raises(CommandError, match=text):
            command("export", *arguments)
    with before_the_rule("leads", "leads_deal_value_not_negative"):
        make_lead(contact_email="ans@example.org", deal_value=-1, partner=make_partner())
    with pytest.raises(CommandError, match="leads_deal_value_not_negative"):
        command("erase", "--email", "ans@example.org", "--reason", "Asked.", "--noinput")

    def meanwhile(_: str) -> str:
        make_lead(contact_email="ans@example.org")
        return "yes"

    monkeypatch.setattr(builtins, "input", meanwhile)
    with pytest.raises(CommandError, match="came in meanwhile"):
        command("erase", "--email", "ans@example.org", "--reason", "Asked.")


@pytest.mark.parametrize("asked", ["jan@müller.example", "Jan@XN--MLLER-KVA.example", "ja\u200bn@mu\u0308ller.example"])
def test_one_mailbox_is_found_in_whatever_writing(asked: str) -> None:
    leads = {
        make_lead(contact_email=written).id for written in ("jan@xn--mller-kva.example", "jan@MÜLLER.example\u200b")
    }
    ticket = SupportTicket.objects.create(
        type="question", subject="Hello", body="I am jan@xn--mller\u00ad-kva.example!"
    )

    found = find_person(Person.make(email=asked))

    assert (set(found.lead_ids), found.ticket_ids) == (leads, (ticket.id,))
