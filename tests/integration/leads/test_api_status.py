from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest
from rest_framework.test import APIClient

from leads.models import Lead, LeadActivity
from leads.services import lifecycle
from leads.services.lifecycle import LeadAction
from tests.factories.api import assert_problem, client_of, staff_client
from tests.factories.marketplace import make_lead, make_partner, make_partner_user, make_staff
from tests.factories.old_rows import add_rule, before_the_rule

pytestmark = pytest.mark.django_db

FROM = {
    "accept": "new",
    "reject": "new",
    "start": "accepted",
    "complete": "accepted",
    "win": "accepted",
    "lose": "accepted",
}
TO = {
    "accept": "accepted",
    "reject": "rejected",
    "start": "in_progress",
    "complete": "completed",
    "win": "won",
    "lose": "lost",
}


def url(lead: Lead, action: str) -> str:
    return f"/api/leads/{lead.id}/{action}/"


@pytest.fixture
def client() -> APIClient:
    return staff_client("leads.change_lead")


@pytest.mark.parametrize("action", LeadAction)
@pytest.mark.parametrize("role", ["staff", "partner"])
def test_staff_and_the_leads_partner_take_every_step(action: LeadAction, role: str) -> None:
    partner = make_partner()
    user = make_staff("leads.change_lead") if role == "staff" else make_partner_user(partner)
    lead = make_lead(partner=partner, status=FROM[action])

    response = client_of(user).post(url(lead, action))

    assert response.status_code == 200
    assert (response.json()["id"], response.json()["status"]) == (str(lead.id), TO[action])
    assert Lead.objects.get().status == TO[action]
    activity = LeadActivity.objects.get()
    assert activity.metadata["actor"] == f"user:{user.pk}"
    assert activity.created_by_id == (None if role == "staff" else partner.id)


def test_the_answer_has_the_times_that_the_database_set(client: APIClient) -> None:
    lead = make_lead(partner=make_partner())

    accepted = client.post(url(lead, "accept")).json()
    won = client.post(url(lead, "win"), {"deal_value": "1250.5"}).json()

    assert accepted["accepted_at"] is not None
    assert won["decided_at"] is not None
    assert won["deal_value"] == "1250.50"


@pytest.mark.parametrize(
    ("status", "action", "allowed"),
    [
        ("new", "win", ["accept", "reject"]),
        ("accepted", "accept", ["start", "complete", "win", "lose"]),
        ("in_progress", "start", ["complete", "win", "lose"]),
        ("completed", "reject", ["win", "lose"]),
        ("won", "lose", []),
        ("rejected", "complete", []),
    ],
)
def test_an_impossible_step_is_a_conflict_that_says_what_can_be_done(
    client: APIClient, status: str, action: str, allowed: list[str]
) -> None:
    lead = make_lead(partner=make_partner(), status=status)

    response = client.post(url(lead, action))

    assert assert_problem(response, 409, "transition_refused") == {}
    assert response.json()["status"] == status
    assert response.json()["allowed_actions"] == allowed
    assert Lead.objects.get().status == status


def test_a_lead_that_nobody_has_cannot_be_accepted(client: APIClient) -> None:
    response = client.post(url(make_lead(), "accept"))

    assert_problem(response, 409, "transition_refused")
    assert response.json()["allowed_actions"] == []


@pytest.mark.parametrize("value", [-1, "much", "1.234", 10**13, [], "NaN", 1e400])
def test_a_deal_value_that_cannot_be_is_named(client: APIClient, value: Any) -> None:
    lead = make_lead(partner=make_partner(), status="accepted")
    body = '{"deal_value": 1e400}' if value == 1e400 else None

    response = (
        client.post(url(lead, "win"), {"deal_value": value})
        if body is None
        else client.post(url(lead, "win"), body, content_type="application/json")
    )

    assert list(assert_problem(response, 400, "invalid")) == ["deal_value"]
    assert Lead.objects.get().status == "accepted"


@pytest.mark.parametrize("action", LeadAction)
def test_what_a_step_does_not_take_is_refused(client: APIClient, action: LeadAction) -> None:
    lead = make_lead(partner=make_partner(), status=FROM[action])
    field = "value" if action is LeadAction.WIN else "deal_value"

    response = client.post(url(lead, action), {field: 5})

    assert list(assert_problem(response, 400, "invalid")) == [field]
    assert Lead.objects.get().status == FROM[action]


@pytest.mark.parametrize("action", LeadAction)
def test_another_partners_lead_is_not_there(action: LeadAction) -> None:
    lead = make_lead(partner=make_partner(), status=FROM[action])
    client = client_of(make_partner_user(make_partner()))

    foreign = client.post(url(lead, action))
    unknown = client.post(f"/api/leads/{uuid4()}/{action}/")

    assert_problem(foreign, 404, "not_found")
    assert foreign.content == unknown.content
    assert Lead.objects.get().status == FROM[action]


@pytest.mark.parametrize("role", ["staff", "partner"])
@pytest.mark.parametrize(
    ("rule", "sentence", "fields"),
    [
        ("leads_deal_value_not_negative", "The deal value cannot be negative.", {"deal_value": -1}),
        (
            "leads_first_contact_after_creation",
            "The first contact cannot be earlier than the lead.",
            {"first_contact_at": datetime(2020, 1, 1, tzinfo=UTC)},
        ),
    ],
)
def test_a_lead_whose_row_breaks_a_rule_is_a_conflict_that_names_it(
    rule: str, sentence: str, fields: dict[str, Any], role: str
) -> None:
    partner = make_partner()
    with before_the_rule("leads", rule):
        lead = make_lead(partner=partner, **fields)
    client = staff_client("leads.change_lead") if role == "staff" else client_of(make_partner_user(partner))

    response = client.post(url(lead, "accept"))

    assert assert_problem(response, 409, "invalid_lead") == {}
    assert (response.json()["detail"], response.json()["rule"]) == (sentence, rule)
    assert Lead.objects.get().status == "new"
    assert not LeadActivity.objects.exists()


def test_a_lead_that_breaks_a_rule_of_somebody_else_is_a_conflict_that_names_it(client: APIClient) -> None:
    lead = make_lead(partner=make_partner(), source="old")
    add_rule("leads", "their_own", "CHECK (source <> 'old')")

    response = client.post(url(lead, "accept"))

    assert_problem(response, 409, "invalid_lead")
    assert response.json()["rule"] == "their_own"
    assert "their_own" in response.json()["detail"]


@pytest.mark.parametrize("action", LeadAction)
def test_the_leads_of_a_partner_whose_row_breaks_a_rule_take_every_step(client: APIClient, action: LeadAction) -> None:
    with before_the_rule("profiles", "profiles_ai_risk_score_range"):
        lead = make_lead(partner=make_partner(ai_risk_score=140), status=FROM[action])

    response = client.post(url(lead, action))

    assert response.status_code == 200
    assert Lead.objects.get().status == TO[action]


def test_a_step_that_only_the_database_refuses_is_the_same_conflict(
    client: APIClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    lead = make_lead(partner=make_partner(), status="accepted")
    monkeypatch.setitem(lifecycle.TARGETS, LeadAction.START, "new")

    response = client.post(url(lead, "start"))

    assert_problem(response, 409, "transition_refused")
    assert response.json()["status"] == "accepted"
    assert response.json()["allowed_actions"] == ["complete", "win", "lose"]
