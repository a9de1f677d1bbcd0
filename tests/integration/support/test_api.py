from typing import Any
from uuid import uuid4

import pytest

from leads.models import Lead
from support.models import SupportTicket
from tests.factories.api import assert_problem, staff_client
from tests.factories.marketplace import make_lead, make_partner

pytestmark = pytest.mark.django_db

BODY = {"type": "complaint", "subject": "Nobody came", "body": "Twice."}


def url(lead: Lead) -> str:
    return f"/api/leads/{lead.id}/tickets/"


def test_a_ticket_is_opened_about_the_lead_and_its_partner() -> None:
    lead = make_lead(partner=make_partner())

    response = staff_client("support.add_supportticket").post(url(lead), BODY)

    assert response.status_code == 201
    body = response.json()
    assert body == BODY | {
        "id": str(SupportTicket.objects.get().id),
        "lead": str(lead.id),
        "partner": str(lead.partner_id),
        "status": "open",
        "created_at": body["created_at"],
        "resolved_at": None,
    }


def test_a_ticket_about_a_lead_that_nobody_has_is_about_no_partner() -> None:
    response = staff_client("support.add_supportticket").post(url(make_lead()), BODY)

    assert response.json()["partner"] is None


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("type", "praise"),
        ("type", None),
        ("subject", ""),
        ("subject", "x" * 201),
        ("body", "x" * 10_001),
        ("status", "resolved"),
    ],
)
def test_each_mistake_names_its_field(field: str, value: Any) -> None:
    response = staff_client("support.add_supportticket").post(url(make_lead()), BODY | {field: value})

    assert list(assert_problem(response, 400, "invalid")) == [field]
    assert not SupportTicket.objects.exists()


@pytest.mark.parametrize("missing", ["type", "subject"])
def test_what_is_required_is_named(missing: str) -> None:
    body = {name: value for name, value in BODY.items() if name != missing}

    response = staff_client("support.add_supportticket").post(url(make_lead()), body)

    assert list(assert_problem(response, 400, "invalid")) == [missing]


def test_a_lead_that_is_not_there() -> None:
    response = staff_client("support.add_supportticket").post(f"/api/leads/{uuid4()}/tickets/", BODY)

    assert_problem(response, 404, "not_found")
