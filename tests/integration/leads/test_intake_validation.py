"""A lead that comes in is checked and brought into one form, or refused with the name of the field."""

from typing import Any

import pytest
from rest_framework.test import APIClient

from leads.models import IntakeKey, Lead
from tests.factories.api import assert_problem, staff_client
from tests.factories.marketplace import make_industry

pytestmark = pytest.mark.django_db

URL = "/api/leads/"


@pytest.fixture
def client() -> APIClient:
    return staff_client("leads.add_lead")


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
