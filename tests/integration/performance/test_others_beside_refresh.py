"""Nobody waits for a refresh: assignment and pages answer while one stands still in the middle of its work."""

from collections.abc import Iterator

import pytest

from leads.models import Lead, Partner
from performance.models import RefreshRun
from performance.services.refresh import refresh_statistics
from router.assignment import LeadAssignmentService
from tests.factories.api import staff_client
from tests.factories.marketplace import make_lead, make_partner
from tests.factories.pages import html_of, signed_in
from tests.factories.raw import execute
from tests.integration.performance.sessions import hanging_refresh, waiting_at_most

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def partner() -> Iterator[Partner]:
    """A partner with statistics, while a concurrent refresh hangs and nobody waits long for a lock."""
    partner = make_partner(company_name="De Vries", regions=["Utrecht"])
    refresh_statistics(triggered_by="test")
    with hanging_refresh() as hanging, waiting_at_most("2s"):
        yield partner
    assert hanging.result().mode == "concurrent"
    # As migrations leave it: emptying the tables leaves the view as it is.
    execute("REFRESH MATERIALIZED VIEW partner_performance_stats WITH NO DATA")


def test_a_lead_is_assigned(partner: Partner) -> None:
    lead = make_lead()

    (decision,) = LeadAssignmentService().assign([lead.pk])

    assert (decision.outcome, decision.partner_id) == ("assigned", partner.pk)
    assert Lead.objects.get().partner == partner


def test_the_dashboard_answers(partner: Partner) -> None:
    make_lead(partner=partner)

    assert "De Vries" in html_of(signed_in("router.view_leadassignmentlog", "leads.view_partner"), "/staff/")


def test_the_page_of_a_partner_answers(partner: Partner) -> None:
    viewer = signed_in("performance.view_partnerperformancestats")

    assert "De Vries" in html_of(viewer, f"/staff/ai-router/performance/{partner.pk}/")


def test_performance_debug_answers_from_the_refresh_before(partner: Partner) -> None:
    client = staff_client("performance.view_partnerperformancestats")

    response = client.get("/api/admin/ai-router/performance-debug", {"partner_id": str(partner.pk)})

    assert response.status_code == 200
    assert response.json()["partner"]["company_name"] == "De Vries"
    assert RefreshRun.objects.count() == 1
