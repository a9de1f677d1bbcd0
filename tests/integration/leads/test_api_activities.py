from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from leads.models import Lead, LeadActivity
from tests.factories.api import assert_problem, client_of, staff_client
from tests.factories.marketplace import UNKNOWN_ID, make_lead, make_partner, make_partner_user

pytestmark = pytest.mark.django_db

MONDAY = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)


def url(lead: Lead) -> str:
    return f"/api/leads/{lead.id}/activities/"


def test_a_partner_logs_a_call_and_reads_it_back() -> None:
    partner = make_partner()
    lead = make_lead(partner=partner)
    user = make_partner_user(partner)
    client = client_of(user)

    created = client.post(url(lead), {"type": "phone_call", "description": "Nobody answered."})

    assert created.status_code == 201
    body = created.json()
    assert body == {
        "id": body["id"],
        "type": "phone_call",
        "description": "Nobody answered.",
        "created_by": str(partner.id),
        "created_at": body["created_at"],
        "metadata": {"actor": f"user:{user.pk}"},
    }
    assert client.get(url(lead)).json()["results"] == [body]
    assert Lead.objects.get().first_contact_at is not None


def test_staff_log_and_read_by_separate_permissions() -> None:
    lead = make_lead()
    writer, reader = staff_client("leads.add_leadactivity"), staff_client("leads.view_leadactivity")

    assert writer.post(url(lead), {"type": "note"}).status_code == 201
    assert reader.get(url(lead)).json()["results"][0]["created_by"] is None
    assert_problem(writer.get(url(lead)), 403, "permission_denied")
    assert_problem(reader.post(url(lead), {"type": "note"}), 403, "permission_denied")


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("type", "smoke_signal"),
        ("type", "status_change"),
        ("type", "assigned"),
        ("type", None),
        ("description", "x" * 5001),
        ("created_at", "2020-01-01T00:00:00Z"),
        ("created_by", UNKNOWN_ID),
        ("metadata", {}),
    ],
)
def test_each_mistake_names_its_field(field: str, value: Any) -> None:
    lead = make_lead()

    response = staff_client("leads.add_leadactivity").post(url(lead), {"type": "note"} | {field: value})

    assert list(assert_problem(response, 400, "invalid")) == [field]
    assert not LeadActivity.objects.exists()


def test_the_type_is_required() -> None:
    response = staff_client("leads.add_leadactivity").post(url(make_lead()), {})

    assert list(assert_problem(response, 400, "invalid")) == ["type"]


def test_another_partners_lead_is_not_there() -> None:
    lead = make_lead(partner=make_partner())
    client = client_of(make_partner_user(make_partner()))

    assert_problem(client.get(url(lead)), 404, "not_found")
    assert_problem(client.post(url(lead), {"type": "note"}), 404, "not_found")
    assert not LeadActivity.objects.exists()


def test_a_lead_that_is_not_there() -> None:
    client = staff_client("leads.add_leadactivity", "leads.view_leadactivity")

    assert_problem(client.get(f"/api/leads/{uuid4()}/activities/"), 404, "not_found")
    assert_problem(client.post(f"/api/leads/{uuid4()}/activities/", {"type": "note"}), 404, "not_found")


def test_the_log_is_newest_first_and_has_types_that_were_there_before_us() -> None:
    lead = make_lead(created_at=MONDAY)
    for number, kind in enumerate(("phone_call", "note", "created")):
        LeadActivity.objects.create(lead=lead, type=kind, created_at=MONDAY + timedelta(hours=number))
    LeadActivity.objects.create(lead=make_lead(), type="note")

    results = staff_client("leads.view_leadactivity").get(url(lead)).json()["results"]

    assert [row["type"] for row in results] == ["created", "note", "phone_call"]


def test_the_log_takes_the_same_few_statements_however_long_it_is() -> None:
    lead = make_lead(partner=make_partner())
    client = staff_client("leads.view_leadactivity")

    def statements(count: int) -> int:
        LeadActivity.objects.bulk_create(
            LeadActivity(lead=lead, type="note", created_by_id=lead.partner_id) for _ in range(count)
        )
        with CaptureQueriesContext(connection) as queries:
            assert len(client.get(url(lead)).json()["results"]) >= count
        return len(queries)

    assert statements(2) == statements(30)
