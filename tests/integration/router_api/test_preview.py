"""`POST policy/preview`: what a draft would do, for programs."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from leads.models import Lead
from router.api.views import PreviewThrottle
from router.models import RoutingPolicy
from tests.factories.api import assert_problem, staff_client
from tests.factories.marketplace import make_lead, make_partner

pytestmark = pytest.mark.django_db

PREVIEW = "/api/admin/ai-router/policy/preview"


@pytest.fixture
def client() -> APIClient:
    return staff_client("router.view_routingpolicy")


@pytest.mark.parametrize("url", [PREVIEW, f"{PREVIEW}/"])
def test_a_draft_is_shown_beside_the_active_policy(client: APIClient, url: str) -> None:
    favourite = make_partner(company_name="Favourite", max_open_leads=None, routing_priority=10)
    newcomer = make_partner(company_name="Newcomer", max_open_leads=None)
    lead = make_lead(created_at=timezone.now() - timedelta(hours=3))

    response = client.post(url, {"values": {"priority_points": 0, "require_regional_match": False}, "days": 7})

    assert response.status_code == 200, response.content
    body: dict[str, Any] = response.json()
    assert (body["days"], body["leads"], body["leads_in_window"], body["is_sample"]) == (7, 1, 1, False)
    assert body["policy_version"] == 1
    assert body["active"]["assigned"] == body["draft"]["assigned"] == 1
    assert body["difference"]["enough"] is False
    assert body["difference"]["lack"] == "few_decided"
    assert body["verdict"].startswith("Not enough evidence")
    ids = {str(favourite.id), str(newcomer.id)}
    assert {row["id"] for row in body["partners"]} <= ids
    assert Lead.objects.get(pk=lead.pk).partner_id is None
    assert RoutingPolicy.objects.count() == 1


def test_without_values_the_active_policy_is_compared_with_itself(client: APIClient) -> None:
    make_partner(max_open_leads=None)
    make_lead(created_at=timezone.now() - timedelta(hours=3))

    body = client.post(PREVIEW, {}).json()

    assert (body["days"], body["leads"], body["changed"], body["changes"]) == (30, 1, 0, [])


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"values": {"performance_weight": 101}}, "values.performance_weight"),
        ({"values": {"performance_weight": "70"}}, "values.performance_weight"),
        ({"values": {"performance_weight": None}}, "values.performance_weight"),
        ({"values": {"performance_weight": [1]}}, "values.performance_weight"),
        ({"values": {"priority_points": 10**400}}, "values.priority_points"),
        ({"values": {"colour": 1}}, "values.colour"),
        ({"values": [1]}, "values"),
        ({"days": 0}, "days"),
        ({"days": 366}, "days"),
    ],
)
def test_mistakes_are_named(client: APIClient, body: dict[str, Any], field: str) -> None:
    assert list(assert_problem(client.post(PREVIEW, body), 400, "invalid")) == [field]


def test_three_weights_of_zero_are_refused(client: APIClient) -> None:
    zero = {"region_weight": 0, "performance_weight": 0, "fairness_weight": 0}

    assert_problem(client.post(PREVIEW, {"values": zero}), 400, "invalid")


def test_who_asks_in_a_loop_is_told_to_wait(client: APIClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(PreviewThrottle, "rate", "1/min")

    answers = [client.post(PREVIEW, {"values": {}, "days": 7}) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [200, 429]
    assert_problem(answers[1], 429, "throttled")
    assert int(answers[1]["Retry-After"]) > 0
