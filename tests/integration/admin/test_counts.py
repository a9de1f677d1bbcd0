"""Large tables are not counted to the end."""

from datetime import timedelta
from urllib.parse import urlencode

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from core.admin.base import CappedPaginator
from performance.models import PartnerPerformanceStats
from performance.services.refresh import refresh_statistics
from tests.factories.marketplace import make_lead, make_partner
from tests.factories.pages import html_of
from tests.integration.admin.worlds import fill

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(("cap", "shown"), [(2, "2+ results"), (3, "3+ results"), (4, "3 results")])
def test_a_count_that_stopped_says_so(
    cap: int, shown: str, admin_client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(CappedPaginator, "count_cap", cap)
    fill(3)

    html = " ".join(html_of(admin_client, reverse("admin:leads_lead_changelist")).split())

    assert shown in html
    assert shown.replace("results", "leads") in html


def test_the_boxes_with_suggestions_work(admin_client: Client) -> None:
    world = fill(2)

    answer = admin_client.get(
        reverse("admin:autocomplete"),
        {"app_label": "leads", "model_name": "leadactivity", "field_name": "lead", "term": str(world.lead.pk)[:8]},
    )

    assert [result["id"] for result in answer.json()["results"]] == [str(world.lead.pk)]


def test_the_leads_that_the_statistics_count_are_those_of_the_list(admin_client: Client) -> None:
    """A lead that was re-routed counts from when its partner got it."""
    now = timezone.now()
    partner, since = make_partner(), now - timedelta(days=30)
    old, recent = now - timedelta(days=40), now - timedelta(days=2)
    tried = [make_partner().pk]
    for created_at, assigned_at, tried_partner_ids in (
        (recent, recent, None),
        (old, recent, None),
        (old, recent, tried),
        (old, old, tried),
    ):
        make_lead(partner=partner, created_at=created_at, assigned_at=assigned_at, tried_partner_ids=tried_partner_ids)
    refresh_statistics(triggered_by="test")
    query = urlencode({"partner__id__exact": partner.pk, "counted_since": since.isoformat(sep=" ")})

    html = html_of(admin_client, f"{reverse('admin:leads_lead_changelist')}?{query}")

    assert PartnerPerformanceStats.objects.get(partner=partner).leads_assigned_30d == 2
    assert "2 results" in " ".join(html.split())
    assert "By counted since" in html


def test_a_time_that_is_none_counts_nothing(admin_client: Client) -> None:
    response = admin_client.get(reverse("admin:leads_lead_changelist"), {"counted_since": "yesterday"})

    assert (response.status_code, response["Location"]) == (302, "/admin/leads/lead/?e=1")
