"""The rules `anonymised_*` and `blank_*`: what an anonymised lead says, whoever writes, however."""

import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.db import IntegrityError, connection

from leads.models import Lead, LeadActivity, LeadContactDigest, LeadRepeat
from tests.factories.marketplace import make_lead, make_partner
from tests.factories.raw import copy_rows, execute

pytestmark = pytest.mark.django_db

CONTACT = {
    "contact_name": "Ans de Boer",
    "contact_email": "ans@example.org",
    "contact_phone": "+31301234567",
    "message": "Please call",
    "postcode": "3511 AB",
}
BLANK = {"contact_name": "", "contact_email": "", "contact_phone": "", "message": "", "postcode": "3511"}


def said(lead: Lead) -> dict[str, Any]:
    lead.refresh_from_db()
    return {name: getattr(lead, name) for name in CONTACT}


def anonymise(*leads: Lead) -> None:
    execute("UPDATE leads SET anonymised_at = now() WHERE id = ANY(%s)", [[lead.id for lead in leads]])


def one_value(statement: str, *parameters: Any) -> Any:
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        ((value,),) = cursor.fetchall()
    return value


def test_a_plain_update_takes_out_who_asked_and_leaves_the_other_leads_alone() -> None:
    leads = [make_lead(**CONTACT) for _ in range(3)]
    for lead in leads:
        LeadActivity.objects.create(lead=lead, type="note", description="Ans", metadata={"to": "ans@example.org"})
        LeadRepeat.objects.create(lead=lead, **CONTACT)
    partner = make_partner()
    for lead in leads:
        execute("INSERT INTO support_tickets (lead_id, subject, body) VALUES (%s, 'Ans', 'Ans')", [lead.id])
        execute(
            "INSERT INTO lead_feedback (lead_id, partner_id, rating, comment) VALUES (%s, %s, 1, 'Ans')",
            [lead.id, partner.id],
        )

    anonymise(*leads[:2])

    assert [said(lead) for lead in leads] == [BLANK, BLANK, CONTACT]
    by_lead = {lead.id: place for place, lead in enumerate(leads)}
    activities = LeadActivity.objects.values_list("lead_id", "description", "metadata")
    assert {by_lead[key]: (text, data) for key, text, data in activities} == {
        0: (None, {}),
        1: (None, {}),
        2: ("Ans", {"to": "ans@example.org"}),
    }
    names = LeadRepeat.objects.values_list("lead_id", "contact_name", "postcode")
    assert {by_lead[key]: rest for key, *rest in names} == {
        0: ["", "3511"],
        1: ["", "3511"],
        2: ["Ans de Boer", "3511 AB"],
    }
    assert list(LeadContactDigest.objects.values_list("lead_id", flat=True)) == [leads[2].id]
    assert one_value("SELECT count(*) FROM support_tickets WHERE subject || body <> ''") == 1
    assert one_value("SELECT count(*) FROM lead_feedback WHERE comment <> ''") == 1


@pytest.mark.parametrize(
    "write",
    [
        lambda lead: lead.save(),
        lambda lead: Lead.objects.filter(pk=lead.pk).update(**CONTACT, anonymised_at=None),
        lambda lead: execute("UPDATE leads SET contact_phone = '06 12345678', postcode = '1012 AB'"),
    ],
    ids=["stale row", "all columns", "two columns"],
)
def test_it_stays_so_whatever_is_written_back(write: Callable[[Lead], object]) -> None:
    lead = make_lead(**CONTACT)
    stale = Lead.objects.get(pk=lead.pk)
    anonymise(lead)
    since = Lead.objects.get(pk=lead.pk).anonymised_at

    write(stale)

    assert said(lead) | {"postcode": "3511"} == BLANK
    assert lead.anonymised_at == since
    assert lead.postcode in ("3511", "1012")
    assert not LeadContactDigest.objects.exists()


def test_what_else_a_stale_row_says_is_written() -> None:
    lead = make_lead(**CONTACT, partner=make_partner())
    stale = Lead.objects.get(pk=lead.pk)
    anonymise(lead)

    stale.status = "accepted"
    stale.save()

    assert said(lead) == BLANK
    assert (lead.status, lead.accepted_at is not None) == ("accepted", True)


def test_a_lead_that_is_not_anonymised_is_written_as_ever() -> None:
    lead = make_lead(**CONTACT)

    execute("UPDATE leads SET contact_name = 'Piet', anonymised_at = NULL")

    assert said(lead) == CONTACT | {"contact_name": "Piet"}


def test_a_lead_that_comes_in_as_anonymised_says_nothing() -> None:
    values = CONTACT | {"anonymised_at": "2026-11-02 09:00+01"}
    copy_rows("leads", list(values), [list(values.values())])

    lead = Lead.objects.get()
    assert said(lead) == BLANK
    assert not LeadContactDigest.objects.exists()


@pytest.mark.parametrize(
    ("postcode", "area"),
    [("3511 AB", "3511"), ("B-1000", "1000"), ("3511", "3511"), ("Kerkstraat", None), (None, None)],
)
def test_of_a_postcode_the_area_is_left(postcode: str | None, area: str | None) -> None:
    lead = make_lead(postcode=postcode)

    anonymise(lead)

    assert said(lead)["postcode"] == area


def test_nobody_gets_a_lead_of_which_nobody_can_say_who_asked() -> None:
    waiting, held, rejected = make_lead(), make_lead(partner=make_partner()), make_lead(status="rejected")
    anonymise(waiting, held, rejected)
    for lead in (waiting, held, rejected):
        lead.refresh_from_db()
    assert [lead.status for lead in (waiting, held, rejected)] == ["lost", "new", "rejected"]
    assert waiting.decided_at is not None

    execute("UPDATE leads SET user_id = NULL, status = 'new' WHERE id = %s", [held.id])

    held.refresh_from_db()
    assert (held.partner_id, held.status) == (None, "lost")


def test_a_partners_open_leads_are_counted_as_before() -> None:
    partner = make_partner()
    lead = make_lead(partner=partner)

    anonymise(lead)
    partner.refresh_from_db()
    while_open = partner.open_leads
    execute("UPDATE leads SET status = 'lost'")

    partner.refresh_from_db()
    assert (while_open, partner.open_leads) == (1, 0)


INSERTS = {
    "lead_activities": "INSERT INTO lead_activities (lead_id, type, description, metadata)"
    " SELECT id, 'phone_call', 'Ans', '{\"a\": 1}' FROM leads",
    "lead_repeats": "INSERT INTO lead_repeats (lead_id, contact_name, postcode) SELECT id, 'Ans', '3511 AB' FROM leads",
    "lead_feedback": "INSERT INTO lead_feedback (lead_id, partner_id, rating, comment)"
    " SELECT id, user_id, 4, 'Ans' FROM leads",
    "support_tickets": "INSERT INTO support_tickets (lead_id, subject, body) SELECT id, 'Ans', 'Ans' FROM leads",
}


@pytest.mark.parametrize("table", INSERTS)
def test_what_is_written_later_about_it_is_there_without_the_words(table: str) -> None:
    partner = make_partner()
    gone, there = make_lead(partner=partner), make_lead(partner=partner)
    anonymise(gone)

    execute(INSERTS[table])

    count = f"SELECT count(*) FROM {table} WHERE lead_id = %s AND to_jsonb({table})::text LIKE %s"
    assert [one_value(count, lead.id, "%") for lead in (gone, there)] == [1, 1]
    assert [one_value(count, lead.id, "%Ans%") for lead in (gone, there)] == [0, 1]
    assert [one_value(count, lead.id, "%3511 AB%") for lead in (gone, there)] == [0, int(table == "lead_repeats")]


@pytest.mark.parametrize("table", INSERTS)
def test_words_that_are_put_in_or_moved_to_it_later_are_not_there(table: str) -> None:
    partner = make_partner()
    gone, _ = make_lead(partner=partner), make_lead(partner=partner)
    execute(INSERTS[table])
    anonymise(gone)
    column = {"lead_activities": "description", "lead_repeats": "message", "lead_feedback": "comment"}.get(
        table, "body"
    )

    execute(f"UPDATE {table} SET {column} = 'Piet'")
    assert one_value(f"SELECT count(*) FROM {table} WHERE {column} = 'Piet'") == 1
    if table != "lead_feedback":
        execute(f"UPDATE {table} SET lead_id = %s", [gone.id])
        assert one_value(f"SELECT count(*) FROM {table} WHERE {column} = 'Piet'") == 0


def test_what_a_contact_activity_stands_for_still_counts() -> None:
    lead = make_lead(partner=make_partner())
    anonymise(lead)

    execute("INSERT INTO lead_activities (lead_id, type, description) VALUES (%s, 'phone_call', 'Ans')", [lead.id])

    lead.refresh_from_db()
    assert lead.first_contact_at is not None
    assert LeadActivity.objects.get().description is None


def test_idempotency_keys_of_the_lead_go_and_others_stay() -> None:
    gone, there = make_lead(), make_lead()
    execute(
        "INSERT INTO auth_user (username, password, first_name, last_name, email, is_staff, is_superuser, is_active,"
        " date_joined) VALUES ('form', '', '', '', '', false, false, true, now())"
    )
    execute(
        "INSERT INTO intake_keys (client_id, key, request_hash, lead_id)"
        " SELECT (SELECT max(id) FROM auth_user), id::text, '', id FROM leads"
    )

    anonymise(gone)

    assert one_value("SELECT key FROM intake_keys") == str(there.id)


def test_an_unknown_lead_is_refused_as_ever() -> None:
    execute("INSERT INTO support_tickets (lead_id, subject) VALUES (%s, 'Ans')", [uuid.uuid4()])

    with pytest.raises(IntegrityError):
        execute("SET CONSTRAINTS ALL IMMEDIATE")
