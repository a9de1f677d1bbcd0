"""The rules `note_contact_*` and `drop_contact_del`: digests by which a repeat finds its lead."""

import uuid
from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import connection

from leads.models import Lead, LeadContactDigest
from tests.factories.marketplace import make_lead, make_partner
from tests.factories.raw import copy_rows, execute, truncate

pytestmark = pytest.mark.django_db

MONDAY = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)


def digest(text: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT hashtextextended(%s, 0)", [text])
        (found,) = cursor.fetchone()
    return int(found)


def kept() -> dict[uuid.UUID, tuple[Any, ...]]:
    rows = LeadContactDigest.objects.values_list("lead_id", "email_digest", "phone_digest", "created_at")
    return {row[0]: row[1:] for row in rows}


def test_a_lead_is_noted_by_the_forms_in_which_contacts_are_compared() -> None:
    lead = make_lead(contact_email=" Ans@Example.org", contact_phone="030-1234567", created_at=MONDAY)

    assert kept() == {lead.id: (digest("ans@example.org"), digest("+31301234567"), MONDAY)}


def test_rows_of_a_bulk_load_are_noted_and_those_without_a_contact_are_not() -> None:
    ids = [uuid.uuid4() for _ in range(3)]
    rows = [[ids[0], "a@example.org", ""], [ids[1], "", "06 12345678"], [ids[2], "", "?"]]

    copy_rows("leads", ["id", "contact_email", "contact_phone"], rows)
    make_lead()

    assert {key: value[:2] for key, value in kept().items()} == {
        ids[0]: (digest("a@example.org"), None),
        ids[1]: (None, digest("+31612345678")),
    }


def test_a_change_of_the_contact_is_noted() -> None:
    lead = make_lead(contact_email="ans@example.org", created_at=MONDAY)

    execute("UPDATE leads SET contact_email = 'bea@example.org', contact_phone = '0612345678'")

    assert kept() == {lead.id: (digest("bea@example.org"), digest("+31612345678"), MONDAY)}


def test_another_country_makes_another_number() -> None:
    lead = make_lead(contact_phone="0470123456", postcode="3511 AB")

    execute("UPDATE leads SET postcode = '1000'")

    assert kept()[lead.id][1] == digest("+32470123456")


def test_of_an_erased_contact_nothing_is_left() -> None:
    make_lead(contact_email="ans@example.org", contact_phone="0612345678")

    execute("UPDATE leads SET contact_email = '', contact_phone = ''")

    assert kept() == {}


def test_of_a_deleted_lead_nothing_is_left() -> None:
    make_lead(contact_email="ans@example.org")
    other = make_lead(contact_email="bea@example.org")

    execute("DELETE FROM leads WHERE id <> %s", [other.id])

    assert set(kept()) == {other.id}


def test_an_id_that_comes_again_after_the_table_was_emptied_is_noted_anew() -> None:
    lead = make_lead(contact_email="ans@example.org")
    execute("SET CONSTRAINTS ALL IMMEDIATE")
    truncate("leads")

    make_lead(id=lead.id, contact_email="bea@example.org")

    assert kept()[lead.id][0] == digest("bea@example.org")


def test_rows_of_a_restore_that_came_with_their_leads_are_passed_over() -> None:
    lead = make_lead(contact_email="ans@example.org", created_at=MONDAY)
    other = uuid.uuid4()

    copy_rows(
        "lead_contact_digests", ["lead_id", "email_digest", "created_at"], [[lead.id, 1, MONDAY], [other, 2, MONDAY]]
    )

    assert kept() == {lead.id: (digest("ans@example.org"), None, MONDAY), other: (2, None, MONDAY)}


def test_a_hand_over_and_a_change_of_status_write_no_digest() -> None:
    make_lead(contact_email="ans@example.org")
    versions = "SELECT xmin::text || ctid::text FROM lead_contact_digests"
    before = _scalar(versions)

    execute("UPDATE leads SET user_id = %s", [make_partner().id])
    execute("UPDATE leads SET status = 'accepted'")
    Lead.objects.get().save()

    assert _scalar(versions) == before


@pytest.mark.parametrize(
    ("phone", "postcode", "number"),
    [
        ("+31301234567", None, "+31301234567"),
        ("030-123 45 67", None, "+31301234567"),
        ("0031 (0)30 1234567", "3511 AB", "+31301234567"),
        ("+31 (0)30 123 45 67", "1000", "+31301234567"),
        (" +31 30 1234567", None, "+31301234567"),
        ("+310301234567", None, "+31301234567"),
        ("301234567", None, "+31301234567"),
        ("31301234567", None, "+31301234567"),
        ("0470 12 34 56", " 1000 ", "+32470123456"),
        ("0470 12 34 56", "1000 AB", "+31470123456"),
        ("+49 30 901820", "1000", "+4930901820"),
        ("0", None, None),
        ("0000000000", None, None),
        ("+", None, None),
        ("none", None, None),
        ("", None, None),
        (None, None, None),
    ],
)
def test_the_form_in_which_numbers_are_compared(phone: str | None, postcode: str | None, number: str | None) -> None:
    assert _scalar("SELECT lead_phone(%s, %s)", [phone, postcode]) == number


@pytest.mark.parametrize(
    ("email", "address"),
    [(" Ans@Example.ORG\n", "ans@example.org"), ("none", None), ("", None), (None, None)],
)
def test_the_form_in_which_addresses_are_compared(email: str | None, address: str | None) -> None:
    assert _scalar("SELECT lead_email(%s)", [email]) == address


def _scalar(statement: str, parameters: Any = ()) -> Any:
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        (value,) = cursor.fetchone()
    return value
