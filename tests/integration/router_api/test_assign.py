from uuid import uuid4

import pytest

from leads.models import Lead
from router.models import LeadAssignmentLog
from tests.factories.api import assert_problem, client_of, staff_client
from tests.factories.marketplace import make_lead, make_partner, make_staff
from tests.factories.old_rows import before_the_rule

pytestmark = pytest.mark.django_db


def url(lead: Lead) -> str:
    return f"/api/leads/{lead.id}/assign/"


def test_a_lead_is_routed_and_the_decision_is_answered() -> None:
    partner = make_partner(regions=["Utrecht"])
    lead = make_lead()
    user = make_staff("router.add_leadassignmentlog")

    response = client_of(user).post(url(lead))

    log = LeadAssignmentLog.objects.get()
    body = response.json()
    assert response.status_code == 200
    assert body == {
        "lead_id": str(lead.id),
        "outcome": "assigned",
        "partner_id": str(partner.id),
        "created": True,
        "decision_id": log.id,
        "decided_at": body["decided_at"],
        "candidate_count": 1,
        "exclusions": {},
        "total": log.total_score,
        "region": 80.0,
        "performance": log.performance_score,
        "fairness": log.fairness_score,
        "bonus": log.bonus,
    }
    assert Lead.objects.get().partner_id == partner.id
    assert (log.trigger, log.actor) == ("api", f"user:{user.pk}")


def test_routing_again_answers_the_decision_that_stands() -> None:
    make_partner()
    lead = make_lead()
    client = staff_client("router.add_leadassignmentlog")
    first = client.post(url(lead)).json()

    assert client.post(url(lead)).json() == first | {"created": False}
    assert LeadAssignmentLog.objects.count() == 1


def test_nobody_being_eligible_is_an_answer_too() -> None:
    make_partner(is_active_for_routing=False)

    body = staff_client("router.add_leadassignmentlog").post(url(make_lead())).json()

    assert (body["outcome"], body["partner_id"], body["total"]) == ("no_candidate", None, None)
    assert body["exclusions"] == {"inactive": 1}


def test_an_old_lead_that_the_database_refuses_to_change_is_an_answer_too() -> None:
    make_partner()
    with before_the_rule("leads", "leads_deal_value_not_negative"):
        old = make_lead(deal_value=-1)
    client = staff_client("router.add_leadassignmentlog")

    body = client.post(url(old)).json()

    assert (body["outcome"], body["created"], body["exclusions"]) == ("no_candidate", True, {"invalid_lead": 1})
    assert client.post(url(old)).json() == body | {"created": False}


def test_a_lead_that_waits_for_nobody() -> None:
    body = staff_client("router.add_leadassignmentlog").post(url(make_lead(status="lost"))).json()

    assert (body["outcome"], body["decision_id"]) == ("not_routable", None)


def test_a_lead_that_is_not_there() -> None:
    response = staff_client("router.add_leadassignmentlog").post(f"/api/leads/{uuid4()}/assign/")

    assert_problem(response, 404, "not_found")


def test_what_it_does_not_take_is_refused() -> None:
    response = staff_client("router.add_leadassignmentlog").post(url(make_lead()), {"partner": str(uuid4())})

    assert list(assert_problem(response, 400, "invalid")) == ["partner"]
