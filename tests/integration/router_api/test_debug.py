from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from rest_framework.test import APIClient

from performance.models import PartnerPerformanceStats
from performance.scoring import COMPONENT_NAMES
from performance.services.refresh import refresh_statistics
from router.assignment import LeadAssignmentService
from router.models import RoutingPolicy
from tests.factories.api import assert_problem, staff_client
from tests.factories.marketplace import make_industry, make_lead, make_partner
from tests.factories.old_rows import before_the_rule

pytestmark = pytest.mark.django_db

BASE = "/api/admin/ai-router/"
DEBUG, RANKING, POLICY = f"{BASE}performance-debug", f"{BASE}ranking", f"{BASE}policy"
VIEW = {
    DEBUG: "performance.view_partnerperformancestats",
    RANKING: "router.view_leadassignmentlog",
    POLICY: "router.view_routingpolicy",
}


@pytest.fixture
def client() -> APIClient:
    return staff_client(*VIEW.values())


def get(client: APIClient, url: str, **parameters: Any) -> dict[str, Any]:
    response = client.get(url, parameters)
    assert response.status_code == 200, response.content
    body: dict[str, Any] = response.json()
    return body


# -- performance-debug


def test_a_partner_is_taken_apart(client: APIClient) -> None:
    partner = make_partner(
        company_name="De Vries",
        routing_priority=2,
        max_open_leads=20,
        regions=["Utrecht"],
        lead_locations=["35"],
        lead_industries=["Roofs"],
        primary_branch="Roofs",
        ai_risk_score=80,
        ai_risk_level="low",
        ai_risk_assessed_at=timezone.now(),
    )
    for status in ("new", "won", "lost"):
        make_lead(partner=partner, status=status, created_at=timezone.now() - timedelta(days=1))
    refresh_statistics(triggered_by="test")

    body = get(client, DEBUG, partner_id=partner.id)

    assert list(body) == [
        *("partner", "stats", "stats_age_seconds", "performance", "policy", "route", "recent_decisions"),
    ]
    assert body["partner"] == {
        "id": str(partner.id),
        "company_name": "De Vries",
        "is_active_for_routing": True,
        "routing_priority": 2,
        "max_open_leads": 20,
        "open_leads": 1,
        "regions": ["Utrecht"],
        "lead_locations": ["35"],
        "lead_industries": ["Roofs"],
        "primary_branch": "Roofs",
        "ai_risk_level": "low",
        "ai_risk_assessed_at": body["partner"]["ai_risk_assessed_at"],
    }
    assert set(body["stats"]) == {field.attname for field in PartnerPerformanceStats._meta.concrete_fields}
    assert (body["stats"]["leads_assigned_30d"], body["stats"]["deal_rate_30d"]) == (3, 0.5)
    assert 0 <= body["stats_age_seconds"] < 60
    components = body["performance"]["components"]
    assert [component["name"] for component in components] == list(COMPONENT_NAMES)
    assert set(components[0]) == {
        *("name", "metric", "value", "raw_score", "sample_size", "score", "weight", "contribution"),
    }
    total = sum(component["contribution"] for component in components)
    assert total == pytest.approx(body["performance"]["score"])
    assert components[1]["value"] == 80
    assert body["policy"] == {"version": 1, "region_weight": 30, "performance_weight": 50, "fairness_weight": 20}
    assert (body["route"], body["recent_decisions"]) == (None, [])


def test_a_number_that_is_not_there_is_null(client: APIClient) -> None:
    partner = make_partner(max_open_leads=None)
    refresh_statistics(triggered_by="test")

    body = get(client, DEBUG, partner_id=partner.id)

    assert body["partner"]["max_open_leads"] is None
    assert body["stats"]["deal_rate_30d"] is None
    assert body["performance"]["components"][2]["value"] is None
    assert body["performance"]["score"] == 50.0


def test_before_the_first_refresh_everybody_is_neutral(client: APIClient) -> None:
    body = get(client, DEBUG, partner_id=make_partner().id)

    assert body["stats_age_seconds"] is None
    assert body["performance"]["score"] == 50.0


def test_with_a_lead_it_says_how_the_partner_stands_for_it(client: APIClient) -> None:
    near, far = make_partner(lead_locations=["3511"]), make_partner(regions=["Limburg"])
    lead = make_lead()

    stands, left_out = (get(client, DEBUG, partner_id=each.id, lead_id=lead.id)["route"] for each in (near, far))

    assert set(stands) == {
        *("lead_id", "eligible", "exclusion_codes", "region", "performance", "fairness", "bonus", "total"),
        *("rank", "candidates", "pace"),
    }
    assert (stands["eligible"], stands["rank"], stands["candidates"], stands["region"]) == (True, 1, 1, 100.0)
    assert (left_out["eligible"], left_out["rank"]) == (False, None)
    assert left_out["exclusion_codes"] == ["outside_region"]


def test_recent_decisions_are_shown(client: APIClient) -> None:
    partner = make_partner()
    lead = make_lead()
    LeadAssignmentService().assign([lead.id])

    (decision,) = get(client, DEBUG, partner_id=partner.id)["recent_decisions"]

    assert (decision["lead_id"], decision["outcome"]) == (str(lead.id), "assigned")


@pytest.mark.parametrize(
    ("parameters", "field"),
    [
        ({}, "partner_id"),
        ({"partner_id": ""}, "partner_id"),
        ({"partner_id": "de-vries"}, "partner_id"),
        ({"partner_id": str(uuid4()), "lead_id": "5x"}, "lead_id"),
    ],
)
def test_debug_names_a_parameter_that_is_missing_or_malformed(
    client: APIClient, parameters: dict[str, str], field: str
) -> None:
    assert list(assert_problem(client.get(DEBUG, parameters), 400, "invalid")) == [field]


def test_debug_of_a_partner_or_lead_that_is_not_there(client: APIClient) -> None:
    assert_problem(client.get(DEBUG, {"partner_id": str(uuid4())}), 404, "not_found")
    assert_problem(client.get(DEBUG, {"partner_id": str(make_partner().id), "lead_id": str(uuid4())}), 404, "not_found")


@pytest.mark.parametrize("with_lead", [False, True])
def test_debug_takes_the_same_few_statements_however_many_partners_there_are(
    client: APIClient,
    with_lead: bool,  # noqa: FBT001  # a parameter of the test
) -> None:
    partner = make_partner()
    parameters = {"partner_id": partner.id} | ({"lead_id": make_lead().id} if with_lead else {})

    def statements(more: int) -> int:
        for _ in range(more):
            make_partner(regions=["Utrecht"], lead_industries=["Roofs"])
        refresh_statistics(triggered_by="test")
        with CaptureQueriesContext(connection) as queries:
            get(client, DEBUG, **parameters)
        return len(queries)

    # A process reads the policy once.
    get(client, DEBUG, **parameters)
    few, many = statements(2), statements(60)

    assert few == many
    # Of these, four find out who asks.
    assert few <= 4 + 9


# -- ranking


def test_all_partners_for_a_lead(client: APIClient) -> None:
    roofs = make_industry(name="Roofs")
    lead = make_lead(industry=roofs)
    best = make_partner(lead_locations=["3511"])
    second = make_partner(regions=["utrecht"])
    elsewhere = make_partner(regions=["Limburg"], lead_industries=["Solar"])

    body = get(client, RANKING, lead_id=lead.id)

    assert [row["partner_id"] for row in body["candidates"]] == [str(best.id), str(second.id)]
    assert [row["rank"] for row in body["candidates"]] == [1, 2]
    (left_out,) = body["excluded"]
    assert left_out["partner_id"] == str(elsewhere.id)
    assert set(left_out["codes"]) == {"industry_mismatch", "outside_region"}
    assert (body["considered_count"], body["candidate_count"]) == (3, 2)
    assert body["lead"]["industry"] == "Roofs"


def test_old_rows_that_break_a_rule_are_named(client: APIClient) -> None:
    with before_the_rule("leads", "leads_deal_value_not_negative"):
        old = make_lead(deal_value=-1)
    with before_the_rule("profiles", "profiles_ai_risk_score_range"):
        broken = make_partner(ai_risk_score=140)
    fine = make_partner()
    lead = make_lead()

    of_old, of_lead = (get(client, RANKING, lead_id=each.id) for each in (old, lead))

    assert of_old["lead"]["broken_rules"] == ["leads_deal_value_not_negative"]
    assert of_old["candidates"] == []
    assert of_old["exclusions"] == {"invalid_profile": 1, "invalid_lead": 2}
    assert of_lead["lead"]["broken_rules"] == []
    assert [row["partner_id"] for row in of_lead["candidates"]] == [str(fine.id)]
    assert [(row["partner_id"], row["codes"]) for row in of_lead["excluded"]] == [(str(broken.id), ["invalid_profile"])]
    route = get(client, DEBUG, partner_id=broken.id, lead_id=lead.id)["route"]
    assert (route["eligible"], route["rank"], route["exclusion_codes"]) == (False, None, ["invalid_profile"])


def test_ranking_names_a_parameter_that_is_missing_or_malformed(client: APIClient) -> None:
    for parameters in ({}, {"lead_id": "5x"}):
        assert list(assert_problem(client.get(RANKING, parameters), 400, "invalid")) == ["lead_id"]


def test_ranking_of_a_lead_that_is_not_there(client: APIClient) -> None:
    assert_problem(client.get(RANKING, {"lead_id": str(uuid4())}), 404, "not_found")


# -- policy


def test_the_active_policy(client: APIClient) -> None:
    RoutingPolicy.objects.create(version=2, region_weight=99.0)

    body = get(client, POLICY)

    assert (body["version"], body["is_active"], body["region_weight"]) == (1, True, 30.0)
    assert {"deal_rate_cap", "prior", "prior_strength", "ai_high_score_is_risk", "reason", "created_at"} <= set(body)


# -- All three


@pytest.mark.parametrize("url", VIEW)
@pytest.mark.parametrize("slash", ["", "/"])
def test_each_answers_with_and_without_a_slash(client: APIClient, url: str, slash: str) -> None:
    parameters = {DEBUG: {"partner_id": str(make_partner().id)}, RANKING: {"lead_id": str(make_lead().id)}, POLICY: {}}[
        url
    ]

    assert client.get(f"{url}{slash}", parameters).status_code == 200
