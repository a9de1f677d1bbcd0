from typing import Any
from uuid import uuid4

import pytest

from feedback.models import LeadFeedback
from leads.models import Lead
from tests.factories.api import assert_problem, staff_client
from tests.factories.marketplace import UNKNOWN_ID, make_lead, make_partner

pytestmark = pytest.mark.django_db


def url(lead: Lead) -> str:
    return f"/api/leads/{lead.id}/feedback/"


def test_a_rating_is_stored_for_the_leads_partner() -> None:
    lead = make_lead(partner=make_partner())

    response = staff_client("feedback.add_leadfeedback").post(url(lead), {"rating": 4, "comment": "Neat work."})

    feedback = LeadFeedback.objects.get()
    assert response.status_code == 201
    body = response.json()
    assert body == {
        "id": str(feedback.id),
        "lead": str(lead.id),
        "partner": str(lead.partner_id),
        "rating": 4,
        "comment": "Neat work.",
        "created_at": body["created_at"],
    }


def test_a_second_rating_is_a_conflict() -> None:
    lead = make_lead(partner=make_partner())
    client = staff_client("feedback.add_leadfeedback")
    client.post(url(lead), {"rating": 4})

    assert_problem(client.post(url(lead), {"rating": 1}), 409, "already_rated")
    assert LeadFeedback.objects.get().rating == 4


def test_a_lead_that_nobody_has_is_a_conflict() -> None:
    client = staff_client("feedback.add_leadfeedback")

    assert_problem(client.post(url(make_lead()), {"rating": 4}), 409, "lead_without_partner")


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("rating", 0),
        ("rating", 6),
        ("rating", 4.5),
        ("rating", "good"),
        ("rating", None),
        ("rating", 10**30),
        ("comment", "x" * 5001),
        ("partner", UNKNOWN_ID),
    ],
)
def test_each_mistake_names_its_field(field: str, value: Any) -> None:
    lead = make_lead(partner=make_partner())

    response = staff_client("feedback.add_leadfeedback").post(url(lead), {"rating": 4} | {field: value})

    assert list(assert_problem(response, 400, "invalid")) == [field]
    assert not LeadFeedback.objects.exists()


def test_a_lead_that_is_not_there() -> None:
    response = staff_client("feedback.add_leadfeedback").post(f"/api/leads/{uuid4()}/feedback/", {"rating": 4})

    assert_problem(response, 404, "not_found")
