"""Assigning, pausing and resuming from the lists."""

from unittest.mock import patch

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from leads.models import Lead, Partner
from leads.services.locks import LeadNotFound
from router.admin import leads as lead_admin
from router.assignment.service import LeadAssignmentService
from router.models import LeadAssignmentLog
from tests.factories.marketplace import make_industry, make_lead, make_partner
from tests.factories.pages import html_of, signed_in

pytestmark = pytest.mark.django_db

LEADS, PARTNERS = "admin:leads_lead_changelist", "admin:leads_partner_changelist"


def run(client: Client, page: str, action: str, *rows: Lead | Partner) -> str:
    """Run an action on the rows, and return the page that follows."""
    values = {"action": action, "_selected_action": [str(row.pk) for row in rows]}
    return client.post(reverse(page), values, follow=True).content.decode()


def test_leads_are_assigned_and_each_outcome_is_reported(admin_client: Client) -> None:
    holder, taker = make_partner(is_active_for_routing=False), make_partner(lead_industries=["Solar"])
    waiting, taken, ended = make_lead(), make_lead(partner=holder), make_lead(status="lost")
    nobodys = make_lead(industry=make_industry(name="Roofs"))

    html = run(admin_client, LEADS, "assign_now", waiting, taken, nobodys, ended)

    waiting.refresh_from_db()
    log = LeadAssignmentLog.objects.get(lead=waiting)
    assert waiting.partner == taker
    assert (log.trigger, log.actor) == ("admin", f"user:{User.objects.get(username='admin').pk}")
    assert "1 lead was assigned." in html
    assert "1 lead already had a partner and keeps it." in html
    assert "For 1 lead no partner is eligible" in html
    assert "1 lead has no partner but is no longer new" in html


def test_assigning_takes_its_own_permission() -> None:
    make_partner()
    lead = make_lead()
    client = signed_in("leads.view_lead", "leads.change_lead")

    run(client, LEADS, "assign_now", lead)

    lead.refresh_from_db()
    assert "Assign now" not in html_of(client, reverse(LEADS))
    assert lead.partner is None

    router = signed_in("leads.view_lead", "router.add_leadassignmentlog")

    assert "1 lead was assigned." in run(router, LEADS, "assign_now", lead)


def test_too_many_leads_at_once_are_refused_before_anything_is_assigned(
    admin_client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lead_admin, "MOST_LEADS_AT_ONCE", 1)
    make_partner()

    html = run(admin_client, LEADS, "assign_now", make_lead(), make_lead())

    assert "Choose at most 1 leads at a time" in html
    assert not LeadAssignmentLog.objects.exists()


def test_a_lead_that_vanished_is_reported(admin_client: Client) -> None:
    lead = make_lead()
    with patch.object(LeadAssignmentService, "assign", side_effect=LeadNotFound([lead.pk])):
        html = run(admin_client, LEADS, "assign_now", lead)

    assert "One of the chosen leads is no longer there" in html


def test_partners_are_paused_and_resumed_with_a_note_in_their_history(admin_client: Client) -> None:
    active, paused, legacy = (make_partner(is_active_for_routing=value) for value in (True, False, None))

    html = run(admin_client, PARTNERS, "pause", active, paused, legacy)

    assert "1 partner was paused." in html
    assert set(Partner.objects.values_list("is_active_for_routing", flat=True)) == {False, None}
    assert [entry.object_id for entry in LogEntry.objects.all()] == [str(active.pk)]

    html = run(admin_client, PARTNERS, "resume", active, paused, legacy)

    assert "3 partners take leads again." in html
    assert set(Partner.objects.values_list("is_active_for_routing", flat=True)) == {True}
    assert "0 partners take leads again." in run(admin_client, PARTNERS, "resume", active)
