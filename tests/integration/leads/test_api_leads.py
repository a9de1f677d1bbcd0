from base64 import b64encode
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from tests.factories.api import assert_problem, client_of, staff_client
from tests.factories.marketplace import (
    UNKNOWN_ID,
    make_industry,
    make_lead,
    make_partner,
    make_partner_user,
    make_staff,
)

pytestmark = pytest.mark.django_db

URL = "/api/leads/"
MONDAY = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)


@pytest.fixture
def client() -> APIClient:
    return staff_client("leads.view_lead")


def listed(client: APIClient, **parameters: Any) -> list[str]:
    response = client.get(URL, parameters)
    assert response.status_code == 200, response.content
    return [lead["id"] for lead in response.json()["results"]]


def test_a_lead_is_shown_with_its_partner_industry_and_person(client: APIClient) -> None:
    partner, industry = make_partner(company_name="De Vries"), make_industry(name="Roofs")
    lead = make_lead(
        partner=partner,
        industry=industry,
        created_at=MONDAY,
        assigned_at=MONDAY,
        price_at_purchase=Decimal("49.50"),
        contact_name="Ans de Boer",
        contact_email="ans@example.org",
        contact_phone="+31301234567",
    )

    body = client.get(f"{URL}{lead.id}/").json()

    assert body == {
        "id": str(lead.id),
        "status": "new",
        "partner": {"id": str(partner.id), "company_name": "De Vries"},
        "industry": {"id": str(industry.id), "name": "Roofs"},
        "province": "Utrecht",
        "postcode": "3511 AB",
        "source": "",
        "created_at": body["created_at"],
        "assigned_at": body["assigned_at"],
        "first_contact_at": None,
        "accepted_at": None,
        "decided_at": None,
        "price_at_purchase": "49.50",
        "deal_value": None,
        "contact_name": "Ans de Boer",
        "contact_email": "ans@example.org",
        "contact_phone": "+31301234567",
        "message": "",
        "anonymised_at": None,
        "repeats": [],
    }
    assert datetime.fromisoformat(body["created_at"]) == MONDAY
    assert client.get(URL).json()["results"] == [body]


def test_a_lead_without_partner_and_industry_says_so(client: APIClient) -> None:
    body = client.get(f"{URL}{make_lead().id}/").json()

    assert (body["partner"], body["industry"]) == (None, None)


def test_a_lead_that_is_not_there(client: APIClient) -> None:
    assert_problem(client.get(f"{URL}{uuid4()}/"), 404, "not_found")


# -- Who sees what


def test_a_partner_sees_its_own_leads_with_their_persons_and_no_others() -> None:
    partner = make_partner()
    mine = make_lead(partner=partner, contact_email="ans@example.org")
    theirs, nobodys = make_lead(partner=make_partner()), make_lead()
    client = client_of(make_partner_user(partner))

    assert listed(client) == [str(mine.id)]
    assert client.get(f"{URL}{mine.id}/").json()["contact_email"] == "ans@example.org"
    assert listed(client, partner=str(theirs.partner_id)) == []
    for other in (theirs, nobodys):
        assert_problem(client.get(f"{URL}{other.id}/"), 404, "not_found")


@pytest.mark.parametrize("url", [URL, f"{URL}{UNKNOWN_ID}/"])
def test_others_see_nothing(url: str) -> None:
    for user in (make_staff(), make_partner_user(make_partner(), is_staff=True), make_staff(is_active=True)):
        assert_problem(client_of(user).get(url), 403, "permission_denied")
    plain = make_staff()
    plain.is_staff = False
    plain.save()
    assert_problem(client_of(plain).get(url), 403, "permission_denied")
    assert_problem(client_of(None).get(url), 401, "not_authenticated")


def test_a_permission_without_staff_is_no_way_in() -> None:
    user = make_staff("leads.view_lead")
    user.is_staff = False
    user.save()

    assert_problem(client_of(user).get(URL), 403, "permission_denied")


# -- Filters


def test_filters(client: APIClient) -> None:
    partner, industry = make_partner(), make_industry()
    match = make_lead(
        partner=partner, industry=industry, status="accepted", province="Noord-Holland", created_at=MONDAY
    )
    other = make_lead(created_at=MONDAY + timedelta(days=7))

    for parameters in (
        {"status": "accepted"},
        {"status": ["accepted", "lost"]},
        {"partner": str(partner.id)},
        {"industry": str(industry.id)},
        {"province": "noord-holland"},
        {"created_before": (MONDAY + timedelta(days=7)).isoformat()},
        {"created_before": "2026-11-03"},
        {"status": "accepted", "province": "Noord-Holland"},
    ):
        assert listed(client, **parameters) == [str(match.id)], parameters
    assert listed(client, created_after=(MONDAY + timedelta(seconds=1)).isoformat()) == [str(other.id)]
    assert listed(client, created_after=MONDAY.isoformat()) == [str(other.id), str(match.id)]
    assert listed(client, status=["accepted", "new"]) == [str(other.id), str(match.id)]
    assert listed(client, status="accepted", province="Utrecht") == []
    assert listed(client, partner=str(uuid4())) == []


@pytest.mark.parametrize(
    ("parameter", "value"),
    [
        ("status", "sold"),
        ("partner", "de-vries"),
        ("industry", "5"),
        ("created_after", "yesterday"),
        ("created_before", "2026-13-01"),
        ("province", "a\x00b"),
        ("cursor", "x"),
        ("cursor", b64encode(b"p=yesterday").decode()),
        ("cursor", b64encode(b"o=minus").decode()),
        ("cursor", b64encode(urlencode({"p": "2026-11-02T09:00:00-16:25"}).encode()).decode()),
        ("created_after", "0001-01-01T00:00:00+16:25"),
        ("cursor", b64encode(b"\xff\xfe").decode()),
        ("page_size", "many"),
        ("page_size", "0"),
        ("page_size", "-1"),
        ("page_size", ""),
        ("provinces", "Utrecht"),
    ],
)
def test_a_wrong_parameter_is_named(client: APIClient, parameter: str, value: str) -> None:
    response = client.get(URL, {parameter: value})

    assert list(assert_problem(response, 400, "invalid")) == [parameter]


@pytest.mark.parametrize("time", ["0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z", "9999-12-31T23:59:59-12:00"])
def test_times_at_the_ends_of_the_calendar_are_answered(client: APIClient, time: str) -> None:
    for parameters in ({"created_after": time}, {"cursor": b64encode(urlencode({"p": time}).encode()).decode()}):
        assert client.get(URL, parameters).status_code in {200, 400}


def test_a_time_may_have_a_zone_that_postgresql_does_not_know(client: APIClient) -> None:
    lead = make_lead(created_at=MONDAY)

    assert listed(client, created_after="2026-11-01T16:35:00-16:25") == [str(lead.id)]
    assert listed(client, created_after="2026-11-01T16:36:00-16:25") == []


# -- Pages


def test_pages_go_through_every_lead_once_newest_first_also_those_of_one_instant(client: APIClient) -> None:
    leads = [make_lead(created_at=MONDAY + timedelta(minutes=number // 3)) for number in range(10)]
    expected = [str(lead.id) for lead in sorted(leads, key=lambda lead: (-lead.created_at.timestamp(), lead.id))]

    seen: list[str] = []
    url: str | None = f"{URL}?page_size=2"
    while url:
        page = client.get(url).json()
        seen += [lead["id"] for lead in page["results"]]
        url = page["next"]

    assert seen == expected


def test_a_page_goes_back(client: APIClient) -> None:
    for number in range(4):
        make_lead(created_at=MONDAY + timedelta(minutes=number))
    first = client.get(URL, {"page_size": 2}).json()
    second = client.get(first["next"]).json()

    assert first["previous"] is None
    assert client.get(second["previous"]).json()["results"] == first["results"]


def test_a_page_has_fifty_leads_and_at_most_two_hundred(client: APIClient) -> None:
    for _ in range(201):
        make_lead()

    assert len(listed(client)) == 50
    assert len(listed(client, page_size=1000)) == 200


# -- Queries


@pytest.mark.parametrize("role", ["staff", "partner"])
def test_a_list_takes_the_same_few_statements_however_long_it_is(role: str) -> None:
    partner = make_partner()
    user = make_staff("leads.view_lead") if role == "staff" else make_partner_user(partner)

    def statements(count: int) -> int:
        for _ in range(count):
            make_lead(partner=partner, industry=make_industry())
        client = client_of(user)
        with CaptureQueriesContext(connection) as queries:
            assert len(listed(client)) >= count
        return len(queries)

    few, many = statements(2), statements(30)

    assert few <= 6
    # Knox looks at the user's other tokens with one statement, whether there are any or not.
    assert many == few
