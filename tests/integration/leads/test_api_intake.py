from typing import Any
from uuid import UUID

import pytest
from rest_framework.test import APIClient

from leads.models import Industry, Lead
from tests.factories.api import assert_problem, client_of, staff_client
from tests.factories.marketplace import (
    UNKNOWN_ID,
    make_industry,
    make_lead,
    make_staff,
)
from tests.factories.threads import at_once

pytestmark = pytest.mark.django_db

URL = "/api/leads/"
BODY = {
    "industry": "Roofs",
    "province": "Utrecht",
    "postcode": "3511 AB",
    "contact_name": "Ans de Boer",
    "contact_email": "ans@example.org",
    "contact_phone": "+31301234567",
    "message": "Twelve panels.",
    "source": "landing-page",
}


@pytest.fixture(autouse=True)
def roofs() -> Industry:
    """The industry of `BODY`."""
    return make_industry(name="Roofs")


@pytest.fixture
def client() -> APIClient:
    return staff_client("leads.add_lead")


def test_a_lead_is_taken_in(client: APIClient, roofs: Industry) -> None:
    response = client.post(URL, BODY)

    lead = Lead.objects.get()
    assert response.status_code == 201
    assert set(response.json()) == {"id", "status", "created_at", "duplicate_of"}
    assert response.json()["id"] == str(lead.id)
    assert response["Location"] == f"/api/leads/{lead.id}/"
    assert "Idempotency-Replayed" not in response
    assert lead.industry == roofs
    assert {name: getattr(lead, name) for name in BODY} == BODY | {"industry": roofs}


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("industry", "gutters"),
        ("industry", UNKNOWN_ID),
        ("province", "x" * 101),
        ("province", ""),
        ("postcode", "x" * 13),
        ("postcode", ["3511 AB"]),
        ("contact_name", "x" * 201),
        ("contact_name", None),
        ("contact_email", "nobody"),
        ("contact_email", "a@b@c"),
        ("contact_phone", "1" * 41),
        ("contact_phone", True),
        ("message", "x" * 5001),
        ("message", "a\x00b"),
        ("source", {"a": 1}),
        ("contact_mail", "ans@example.org"),
        ("status", "won"),
    ],
)
def test_each_mistake_names_its_field(client: APIClient, field: str, value: Any) -> None:
    response = client.post(URL, BODY | {field: value})

    assert list(assert_problem(response, 400, "invalid")) == [field]
    assert not Lead.objects.exists()


def test_all_mistakes_are_named_at_once(client: APIClient) -> None:
    response = client.post(URL, BODY | {"contact_email": "nobody", "industry": "gutters"})

    assert set(assert_problem(response, 400, "invalid")) == {"contact_email", "industry"}


@pytest.mark.parametrize("body", [[], "text", 5])
def test_a_body_that_is_no_object_is_refused(client: APIClient, body: Any) -> None:
    response = client.post(URL, body)

    assert list(assert_problem(response, 400, "invalid")) == ["non_field_errors"]


# -- Idempotency


def test_a_repeat_gets_the_first_answer(client: APIClient) -> None:
    first = client.post(URL, BODY, headers={"Idempotency-Key": "order-1"})
    second = client.post(URL, dict(reversed(BODY.items())), headers={"Idempotency-Key": "order-1"})

    assert first.status_code == second.status_code == 201
    assert second.content == first.content
    assert second["Location"] == first["Location"]
    assert second["Idempotency-Replayed"] == "true"
    assert Lead.objects.count() == 1


def test_the_same_key_with_another_body_is_refused(client: APIClient) -> None:
    client.post(URL, BODY, headers={"Idempotency-Key": "order-1"})

    response = client.post(URL, BODY | {"message": "Ten."}, headers={"Idempotency-Key": "order-1"})

    assert_problem(response, 422, "idempotency_key_reused")
    assert Lead.objects.count() == 1


def test_another_clients_key_is_another_key(client: APIClient) -> None:
    for each in (client, staff_client("leads.add_lead")):
        each.post(
            URL,
            BODY | {"contact_email": f"{id(each)}@example.org", "contact_phone": ""},
            headers={"Idempotency-Key": "order-1"},
        )

    assert Lead.objects.count() == 2


@pytest.mark.parametrize("key", ["", " ", "x" * 256, "é", "a\tb"])
def test_a_key_that_cannot_be_kept_is_refused(client: APIClient, key: str) -> None:
    response = client.post(URL, BODY, headers={"Idempotency-Key": key})

    assert list(assert_problem(response, 400, "invalid")) == ["Idempotency-Key"]
    assert not Lead.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_twenty_at_the_same_moment_make_one_lead_and_get_one_answer() -> None:
    user = make_staff("leads.add_lead")
    clients = [client_of(user) for _ in range(20)]

    responses = at_once(20, lambda number: clients[number].post(URL, BODY, headers={"Idempotency-Key": "order-1"}))

    assert {response.status_code for response in responses} == {201}
    assert len({response.content for response in responses}) == 1
    assert [response.get("Idempotency-Replayed") for response in responses].count(None) == 1
    assert [str(lead_id) for lead_id in Lead.objects.values_list("id", flat=True)] == [responses[0].json()["id"]]


# -- Who


def test_anonymous_is_asked_for_a_token() -> None:
    response = client_of(None).post(URL, BODY)

    assert_problem(response, 401, "not_authenticated")
    assert response["WWW-Authenticate"] == "Token"


@pytest.mark.django_db(transaction=True)
def test_a_lead_is_taken_in_while_the_broker_is_away(client: APIClient, settings: Any) -> None:
    from celery import current_app  # noqa: PLC0415  # the application of the settings

    before = current_app.conf.broker_url, current_app.conf.broker_write_url
    current_app.conf.update(broker_url="redis://127.0.0.1:1/0", broker_write_url="redis://127.0.0.1:1/0")
    try:
        response = client.post(URL, BODY)
    finally:
        current_app.conf.update(broker_url=before[0], broker_write_url=before[1])

    assert response.status_code == 201
    assert Lead.objects.get().id == UUID(response.json()["id"])


def test_a_lead_that_exists_is_not_taken_over_by_its_id(client: APIClient) -> None:
    lead = make_lead()

    fields = assert_problem(client.post(URL, BODY | {"id": str(lead.id)}), 400, "invalid")

    assert list(fields) == ["id"]
