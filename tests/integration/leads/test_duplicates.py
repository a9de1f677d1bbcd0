"""The same person asks for the same again: linked to the first lead, and never sold twice."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.contrib.auth.models import User
from pytest_django import DjangoCaptureOnCommitCallbacks

from core.auth.actors import Actor
from leads.intake.models import IntakeKey
from leads.intake.services import intake
from leads.intake.services.intake import NewLead, Receipt, create_lead
from leads.intake.services.repeats import IdempotencyKey
from leads.models import Lead, LeadActivity, LeadRepeat
from tests.factories.api import client_of
from tests.factories.marketplace import (
    ASKS_NOTHING,
    make_industry,
    make_intake_client,
    make_lead,
    make_partner,
    make_partner_user,
)
from tests.factories.raw import execute
from tests.factories.threads import at_once

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
STAFF = Actor(name="user:5")
ANS = NewLead(
    province="Utrecht",
    postcode="3511 AB",
    contact_name="Ans de Boer",
    contact_email="ans@example.org",
    contact_phone="+31301234567",
    message="Twelve panels.",
    source="landing-page",
)


@pytest.fixture
def routed(monkeypatch: pytest.MonkeyPatch) -> list[UUID]:
    """The leads for which routing was asked."""
    asked: list[UUID] = []
    monkeypatch.setattr(intake, "request_routing", asked.append)
    return asked


def take_in(new: NewLead = ANS, *, actor: Actor = STAFF, now: datetime = NOW, **options: Any) -> Receipt:
    return create_lead(new=new, actor=actor, now=now, **options)


def test_a_repeat_is_kept_with_the_first_lead_and_routed_no_more(
    routed: list[UUID], django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    later = NOW + timedelta(days=3)
    again = replace(ANS, message="Still twelve.", source="form", contact_name="A. de Boer", postcode="3512 AB")

    with django_capture_on_commit_callbacks(execute=True):
        first, second = take_in(), take_in(again, now=later)

    repeat = LeadRepeat.objects.get()
    assert second == Receipt(
        id=repeat.id, lead_id=first.id, status="duplicate", created_at=later, duplicate_of=first.id
    )
    assert (repeat.lead_id, repeat.received_at, repeat.source, repeat.message) == (
        first.id,
        later,
        "form",
        "Still twelve.",
    )
    assert (repeat.contact_name, repeat.contact_email, repeat.contact_phone) == (
        "A. de Boer",
        "ans@example.org",
        "+31301234567",
    )
    assert (repeat.province, repeat.postcode) == ("Utrecht", "3512 AB")
    assert (Lead.objects.count(), LeadActivity.objects.count(), routed) == (1, 1, [first.id])


@pytest.mark.parametrize(
    "again",
    [
        replace(ANS, contact_phone=""),
        replace(ANS, contact_phone="+31612345678"),
        replace(ANS, contact_email=" ANS@Example.ORG"),
        replace(ANS, contact_email=""),
        replace(ANS, contact_email="other@example.org"),
    ],
)
def test_the_address_or_the_number_is_enough(again: NewLead) -> None:
    take_in()

    assert take_in(again).status == "duplicate"


@pytest.mark.parametrize(
    "other",
    [
        replace(ANS, contact_email="bea@example.org", contact_phone="+31612345678"),
        replace(ANS, contact_email="", contact_phone=""),
        replace(ANS, contact_email="", contact_phone="+32301234567"),
    ],
)
def test_somebody_else_is_a_lead(other: NewLead) -> None:
    take_in()

    assert take_in(other).status == "new"
    assert Lead.objects.count() == 2


def test_another_industry_is_another_lead() -> None:
    roofs, doors = make_industry(), make_industry()

    statuses = [
        take_in(replace(ANS, industry_id=industry)).status for industry in (None, roofs.id, doors.id, roofs.id, None)
    ]

    assert statuses == ["new", "new", "new", "duplicate", "duplicate"]


def test_after_the_window_the_same_person_is_a_lead_again(settings: Any) -> None:
    settings.DUPLICATE_DAYS = 10
    days = [0, 9, 11, 20, 22]

    statuses = [take_in(now=NOW + timedelta(days=day)).status for day in days]

    # The window is that of the lead, and not of its repeats.
    assert statuses == ["new", "duplicate", "new", "duplicate", "new"]


def test_without_a_window_every_request_is_a_lead(settings: Any) -> None:
    settings.DUPLICATE_DAYS = 0

    assert [take_in().status for _ in range(2)] == ["new", "new"]


def test_of_several_leads_it_is_the_oldest() -> None:
    oldest = take_in(replace(ANS, contact_phone=""))
    take_in(replace(ANS, contact_email=""), now=NOW + timedelta(hours=1))

    assert take_in(now=NOW + timedelta(hours=2)).lead_id == oldest.id


@pytest.mark.parametrize(
    ("email", "phone", "postcode"),
    [
        ("  Ans@EXAMPLE.org ", "", "3511 AB"),
        ("ans@example.org\u200b", "", "3511 AB"),
        (None, "030\u00ad1234567\u2060", "3511 AB"),
        (None, "030 - 123 45 67", "3511 AB"),
        (None, "0031 30 1234567", None),
        (None, "+31 (0)30 1234567", None),
        (None, "31301234567", None),
    ],
)
def test_a_lead_of_another_application_is_found_whatever_way_it_is_written(
    email: str | None, phone: str | None, postcode: str | None
) -> None:
    lead_id = uuid4()
    execute(
        "INSERT INTO leads (id, contact_email, contact_phone, postcode, created_at)"
        " VALUES (%s, coalesce(%s, ''), coalesce(%s, ''), %s, %s)",
        [lead_id, email, phone, postcode, NOW - timedelta(days=1)],
    )

    assert take_in().lead_id == lead_id


def test_a_corrected_lead_is_found_by_what_it_is_now() -> None:
    first = take_in()
    execute("UPDATE leads SET contact_email = 'bea@example.org', contact_phone = '' WHERE id = %s", [first.id])

    assert take_in().status == "new"
    assert take_in(replace(ANS, contact_email="bea@example.org", contact_phone="")).lead_id == first.id


def test_an_equal_digest_of_somebody_else_is_no_repeat() -> None:
    first = take_in()
    other = replace(ANS, contact_email="bea@example.org", contact_phone="")
    execute(
        "UPDATE lead_contact_digests SET email_digest = hashtextextended('bea@example.org', 0) WHERE lead_id = %s",
        [first.id],
    )

    assert take_in(other).status == "new"


# -- Who is told what


def test_a_client_is_told_which_lead_it_was_if_that_was_its_own() -> None:
    mine, other = make_intake_client(), make_intake_client()
    actor = Actor(name="user:1", intake_client_id=mine.pk)
    first = take_in(actor=actor)

    own = take_in(actor=actor)
    others = take_in(actor=Actor(name="user:2", intake_client_id=other.pk))

    assert (own.duplicate_of, others.duplicate_of) == (first.id, None)
    assert (own.lead_id, others.lead_id) == (first.id, first.id)
    assert list(
        LeadRepeat.objects.order_by("id")
        .values_list("intake_client_id", flat=True)
        .distinct()
        .order_by("intake_client_id")
    ) == [mine.pk, other.pk]


def test_the_api_says_duplicate_and_gives_it_an_id_of_its_own() -> None:
    client = client_of(make_intake_client(**ASKS_NOTHING).user)
    body = {"contact_email": "ans@example.org"}
    first = client.post("/api/leads/", body).json()

    response = client.post("/api/leads/", body)

    answer = response.json()
    assert response.status_code == 201
    assert (answer["status"], answer["duplicate_of"]) == ("duplicate", first["id"])
    assert answer["id"] == str(LeadRepeat.objects.get().id)
    assert response["Location"] == f"/api/leads/{first['id']}/"


def test_a_client_that_may_not_know_the_lead_gets_no_address_of_it() -> None:
    take_in(now=datetime.now(UTC))
    client = client_of(make_intake_client(**ASKS_NOTHING).user)

    response = client.post("/api/leads/", {"contact_email": "ans@example.org"})

    assert response.json()["status"] == "duplicate"
    assert response.json()["duplicate_of"] is None
    assert "Location" not in response
    assert str(Lead.objects.get().id) not in response.content.decode()


def test_a_page_is_not_told_that_the_person_is_known() -> None:
    page = make_intake_client(allowed_origins=["https://www.example.com"], **ASKS_NOTHING)
    client, body = client_of(page.user), {"contact_email": "ans@example.org"}
    first = client.post("/api/leads/", body)

    again = client.post("/api/leads/", body, headers={"Idempotency-Key": "order-1"})
    replayed = client.post("/api/leads/", body, headers={"Idempotency-Key": "order-1"})

    assert (Lead.objects.count(), LeadRepeat.objects.count()) == (1, 1)
    for answer in (first, again, replayed):
        assert answer.status_code == 201
        assert (answer.json()["status"], answer.json()["duplicate_of"]) == ("new", None)
        assert answer["Location"] == f"/api/leads/{answer.json()['id']}/"
    assert again.json()["id"] != first.json()["id"]
    assert replayed.content == again.content


def test_the_partner_sees_when_and_where_it_was_repeated_and_how_to_reach_the_person_by_now() -> None:
    partner = make_partner()
    lead = make_lead(partner=partner, contact_email="ans@example.org", created_at=NOW)
    for hours, source in ((1, "form"), (2, "app")):
        take_in(
            replace(ANS, source=source, contact_phone="+31612345678", message=f"By {source}."),
            now=NOW + timedelta(hours=hours),
        )
    client = client_of(make_partner_user(partner))

    one, several = client.get(f"/api/leads/{lead.id}/").json(), client.get("/api/leads/").json()["results"][0]

    assert [(repeat["source"], repeat["contact_phone"], repeat["message"]) for repeat in one["repeats"]] == [
        ("app", "+31612345678", "By app."),
        ("form", "+31612345678", "By form."),
    ]
    assert several == one


# -- With a key


def test_a_repeat_of_a_duplicate_by_its_key_gets_its_answer(routed: list[UUID]) -> None:
    user = User.objects.create_user("client")
    keys = [IdempotencyKey(client_id=user.pk, key=name, request_hash="a") for name in ("order-1", "order-2")]
    first = take_in(key=keys[0])

    second = take_in(key=keys[1], now=NOW + timedelta(minutes=1))
    third = take_in(key=keys[1], now=NOW + timedelta(minutes=2))

    assert second.status == "duplicate"
    assert third == replace(second, replayed=True)
    assert IntakeKey.objects.get(key="order-2").lead_id == first.id
    assert LeadRepeat.objects.count() == 1


# -- At once


@pytest.mark.django_db(transaction=True)
def test_fifty_duplicates_at_once_make_one_lead(routed: list[UUID]) -> None:
    # By turns with the address, with the number and with both: nobody waits for somebody who waits for him.
    kinds = [ANS, replace(ANS, contact_phone=""), ANS, replace(ANS, contact_email="")]
    take_in_both = [kinds[number % 4] for number in range(50)]
    people = [replace(new, message=str(number)) for number, new in enumerate(take_in_both)]

    receipts = at_once(50, lambda number: take_in(people[number]))

    leads = {lead.id for lead in Lead.objects.all()}
    made = [receipt.lead_id for receipt in receipts if receipt.status == "new"]
    assert set(made) == leads == set(routed)
    # One with the address alone and one with the number alone may come first: nothing links them yet.
    assert len(made) <= 2
    assert LeadRepeat.objects.count() == 50 - len(made)


@pytest.mark.django_db(transaction=True)
def test_fifty_equal_ones_at_once_make_one_lead_in_every_round(routed: list[UUID]) -> None:
    for round_ in range(3):
        person = replace(ANS, contact_email=f"ans{round_}@example.org", contact_phone=f"+3161234567{round_}")

        receipts = at_once(50, lambda _, person=person: take_in(person))  # type: ignore[misc]  # bound now

        assert len({receipt.lead_id for receipt in receipts}) == 1
        assert [receipt.status for receipt in receipts].count("new") == 1
        assert len({receipt.id for receipt in receipts}) == 50
    assert (Lead.objects.count(), len(routed), LeadRepeat.objects.count()) == (3, 3, 147)
