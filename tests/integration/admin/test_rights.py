"""Who may look, and who may change."""

import pytest
from django.test import Client
from django.urls import reverse

from leads.intake.models import IntakeKey
from leads.notifications.models import Notification
from performance.models import PartnerPerformanceDay, PartnerPerformanceStats, RefreshRun
from router.models import LeadAssignmentLog
from tests.factories.pages import html_of, signed_in
from tests.integration.admin.worlds import fill

pytestmark = pytest.mark.django_db

READ_ONLY = {
    "intake_intakekey": IntakeKey,
    "notifications_notification": Notification,
    "performance_partnerperformancestats": PartnerPerformanceStats,
    "performance_partnerperformanceday": PartnerPerformanceDay,
    "performance_refreshrun": RefreshRun,
    "router_leadassignmentlog": LeadAssignmentLog,
}


@pytest.mark.parametrize("name", READ_ONLY)
def test_what_the_system_writes_can_be_read_and_not_changed_even_by_a_superuser(
    name: str, admin_client: Client
) -> None:
    fill(1)
    key = READ_ONLY[name].objects.order_by("pk")[0].pk  # type: ignore[attr-defined]  # every model here has a manager
    change, delete = (reverse(f"admin:{name}_{page}", args=[key]) for page in ("change", "delete"))

    html = html_of(admin_client, change)

    assert 'name="_save"' not in html
    assert admin_client.post(change, {}).status_code == 403
    assert admin_client.post(delete, {"post": "yes"}).status_code == 403
    assert admin_client.get(reverse(f"admin:{name}_add")).status_code == 403
    assert READ_ONLY[name].objects.filter(pk=key).exists()  # type: ignore[attr-defined]  # as above


def test_who_may_only_look_at_partners_sees_no_actions_and_no_form() -> None:
    world = fill(1)
    client = signed_in("leads.view_partner")
    url = reverse("admin:leads_partner_changelist")

    html = html_of(client, url)
    client.post(url, {"action": "pause", "_selected_action": [str(world.partner.pk)]})

    world.partner.refresh_from_db()
    assert "Pause" not in html
    assert world.partner.is_active_for_routing is True
    assert client.post(reverse("admin:leads_partner_change", args=[world.partner.pk]), {}).status_code == 403


def test_links_to_pages_that_one_may_not_see_are_left_out() -> None:
    world = fill(1)
    client = signed_in("leads.view_partner", "leads.view_lead")

    lead = html_of(client, reverse("admin:leads_lead_change", args=[world.lead.pk]))
    partner = html_of(client, reverse("admin:leads_partner_change", args=[world.partner.pk]))

    assert "Why this partner?" not in lead
    assert "Performance</a>" not in partner


def test_lead_and_partner_lead_to_their_explanations(admin_client: Client) -> None:
    world = fill(1)
    lead_page = reverse("staff:lead", args=[world.lead.pk])

    assert lead_page in html_of(admin_client, reverse("admin:leads_lead_change", args=[world.lead.pk]))
    assert lead_page in html_of(admin_client, reverse("admin:leads_lead_changelist"))
    assert reverse("staff:performance", args=[world.partner.pk]) in html_of(
        admin_client, reverse("admin:leads_partner_change", args=[world.partner.pk])
    )


def test_a_company_name_is_text_and_not_html(admin_client: Client) -> None:
    world = fill(1)
    type(world.partner).objects.update(company_name="<script>alert(1)</script>")

    for page in ("leads_partner_changelist", "leads_lead_changelist", "router_leadassignmentlog_changelist"):
        html = html_of(admin_client, reverse(f"admin:{page}"))
        assert "&lt;script&gt;alert(1)" in html


def test_who_is_not_staff_is_sent_to_the_login(client: Client) -> None:
    url = reverse("admin:leads_lead_changelist")

    response = client.get(url)

    assert (response.status_code, response["Location"]) == (302, f"{reverse('admin:login')}?next={url}")
