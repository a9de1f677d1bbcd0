"""A lead that comes in is checked and brought into one form, or refused with the name of the field."""

import json
import time
from typing import Any

import pytest
from rest_framework.test import APIClient

from leads.intake.models import IntakeKey
from leads.models import Lead
from tests.factories.api import assert_problem, client_of, staff_client
from tests.factories.marketplace import ASKS_NOTHING, make_industry, make_intake_client

pytestmark = pytest.mark.django_db

URL = "/api/leads/"


@pytest.fixture
def client() -> APIClient:
    """A client that may leave out everything, so that each test sends what it is about."""
    return client_of(make_intake_client(**ASKS_NOTHING).user)


@pytest.mark.parametrize(
    ("body", "stored"),
    [
        ({"postcode": " 3511ab"}, {"postcode": "3511 AB", "province": "Utrecht"}),
        ({"postcode": "1000"}, {"postcode": "1000", "province": "Brussel"}),
        ({"postcode": "8911 ab", "province": "fryslân"}, {"postcode": "8911 AB", "province": "Friesland"}),
        ({"postcode": "9351 AB"}, {"province": "Groningen"}),
        ({"postcode": "9351 AB", "province": "drenthe"}, {"province": "Drenthe"}),
        ({"province": "NOORD HOLLAND"}, {"postcode": None, "province": "Noord-Holland"}),
        ({"contact_phone": "06-12345678"}, {"contact_phone": "+31612345678"}),
        ({"contact_phone": "0470 12 34 56", "postcode": "2000"}, {"contact_phone": "+32470123456"}),
        ({"contact_email": " Ans@Example.org "}, {"contact_email": "Ans@Example.org"}),
        ({"contact_email": "jan\u200b@example.nl\u200b"}, {"contact_email": "jan@example.nl"}),
        ({"contact_name": "\ufeffJan\u00ad sen\u2060"}, {"contact_name": "Jan sen"}),
        ({"contact_phone": "06\u200b12345678"}, {"contact_phone": "+31612345678"}),
        ({"contact_phone": ""}, {"contact_phone": ""}),
    ],
)
def test_it_is_stored_in_one_form(client: APIClient, body: dict[str, Any], stored: dict[str, Any]) -> None:
    response = client.post(URL, body)

    assert response.status_code == 201, response.content
    lead = Lead.objects.get()
    assert {name: getattr(lead, name) for name in stored} == stored


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"postcode": "35111 AB"}, "postcode"),
        ({"postcode": "10115"}, "postcode"),
        ({"postcode": ""}, "postcode"),
        ({"postcode": "3511 AB", "province": "Zeeland"}, "province"),
        ({"postcode": "3511", "province": "Utrecht"}, "province"),
        ({"province": "Bavaria"}, "province"),
        ({"contact_phone": "12345"}, "contact_phone"),
        ({"contact_phone": "0470 12 34 56", "postcode": "3511 AB"}, "contact_phone"),
        ({"contact_email": "ans@example"}, "contact_email"),
        ({"industry": "Gutters"}, "industry"),
        ({"industry": ""}, "industry"),
        ({"industry": {"name": "Roofs"}}, "industry"),
        ({"phone": "06-12345678"}, "phone"),
    ],
)
def test_what_is_wrong_is_named_and_nothing_is_stored(client: APIClient, body: dict[str, Any], field: str) -> None:
    make_industry(name="Roofs")

    response = client.post(URL, body, headers={"Idempotency-Key": "order-1"})

    assert list(assert_problem(response, 400, "invalid")) == [field]
    assert not Lead.objects.exists()
    assert not IntakeKey.objects.exists()


def test_all_that_is_wrong_is_named_at_once(client: APIClient) -> None:
    body = {
        "postcode": "x",
        "province": "Bavaria",
        "contact_phone": "1",
        "contact_email": "nobody",
        "industry": "Roofs",
    }

    assert set(assert_problem(client.post(URL, body), 400, "invalid")) == set(body)


@pytest.mark.parametrize("name", ["Zonnepanelen & batterij", "zonnepanelen & BATTERIJ", " Zónnepanelen  & batterij "])
def test_an_industry_is_found_by_its_name_without_case_and_accents(client: APIClient, name: str) -> None:
    industry = make_industry(name="Zonnepanelen & batterij")
    make_industry(name="Roofs")

    assert client.post(URL, {"industry": name}).status_code == 201
    assert Lead.objects.get().industry == industry


def test_an_industry_is_found_by_its_id(client: APIClient) -> None:
    industry = make_industry()

    assert client.post(URL, {"industry": str(industry.id)}).status_code == 201
    assert Lead.objects.get().industry == industry


def test_a_name_that_two_industries_have_is_refused(client: APIClient) -> None:
    make_industry(name="Roofs")
    make_industry(name="ROOFS")

    fields = assert_problem(client.post(URL, {"industry": "roofs"}), 400, "invalid")

    assert fields == {"industry": ["Several industries have this name: send the id."]}


def test_a_repeated_key_gets_its_answer_although_the_body_would_be_refused_by_now(client: APIClient) -> None:
    industry = make_industry(name="Roofs")
    body, headers = {"industry": "Roofs"}, {"Idempotency-Key": "order-1"}
    first = client.post(URL, body, headers=headers)
    industry.name = "Gutters"
    industry.save()

    second = client.post(URL, body, headers=headers)

    assert (second.status_code, second.content) == (201, first.content)
    assert second["Idempotency-Replayed"] == "true"


# -- What has to be there

WHOLE = {"industry": "Roofs", "postcode": "3511 AB", "contact_email": "ans@example.org"}
CONTACT, PLACE, INDUSTRY = {"contact_email", "contact_phone"}, {"postcode", "province"}, {"industry"}


def test_an_empty_lead_is_refused_whoever_sends_it() -> None:
    for api in (staff_client("leads.add_lead"), client_of(make_intake_client().user)):
        assert set(assert_problem(api.post(URL, {}), 400, "invalid")) == CONTACT | PLACE | INDUSTRY
    assert not Lead.objects.exists()


@pytest.mark.parametrize(
    ("left_out", "named"), [("contact_email", CONTACT), ("postcode", PLACE), ("industry", INDUSTRY)]
)
def test_what_is_missing_is_named(left_out: str, named: set[str]) -> None:
    make_industry(name="Roofs")
    body = {name: value for name, value in WHOLE.items() if name != left_out}

    response = client_of(make_intake_client().user).post(URL, body)

    assert set(assert_problem(response, 400, "invalid")) == named


@pytest.mark.parametrize(
    ("setting", "left_out"),
    [("requires_contact", "contact_email"), ("requires_place", "postcode"), ("requires_industry", "industry")],
)
def test_a_client_may_leave_out_what_its_settings_do_not_ask_for(setting: str, left_out: str) -> None:
    make_industry(name="Roofs")
    body = {name: value for name, value in WHOLE.items() if name != left_out}

    response = client_of(make_intake_client(**{setting: False}).user).post(URL, body)

    assert response.status_code == 201, response.content


@pytest.mark.parametrize("instead", [{"contact_phone": "0301234567"}, {"province": "Utrecht"}])
def test_one_way_to_reach_the_person_and_one_place_are_enough(instead: dict[str, str]) -> None:
    make_industry(name="Roofs")
    left_out = "contact_email" if "contact_phone" in instead else "postcode"
    body = {name: value for name, value in WHOLE.items() if name != left_out} | instead

    assert client_of(make_intake_client().user).post(URL, body).status_code == 201


def test_of_many_unknown_fields_twenty_are_named(client: APIClient) -> None:
    response = client.post(URL, {f"f{number}": "" for number in range(5000)})

    assert len(assert_problem(response, 400, "invalid")) == 20


def test_many_unknown_keys_are_refused_before_they_are_read(client: APIClient) -> None:
    body = json.dumps({f"key{number}": 1 for number in range(200_000)})
    started = time.process_time()

    response = client.post(URL, body, content_type="application/json")

    assert_problem(response, 413, "too_large")
    assert time.process_time() - started < 1
