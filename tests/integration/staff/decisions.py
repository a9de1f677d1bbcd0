"""Decisions to look at, and the pages that show them."""

import re
from datetime import timedelta
from typing import Any

from django.test import Client
from django.urls import reverse
from django.utils import timezone

from leads.models import Lead, LeadActivity, Partner
from performance.services.refresh import refresh_statistics
from router.assignment import LeadAssignmentService
from router.models import LeadAssignmentLog
from tests.factories.marketplace import make_lead, make_partner
from tests.factories.pages import html_of, inline_parts

PERMISSION = "router.view_leadassignmentlog"


def decide(lead: Lead, *, trigger: str = "api", actor: str = "") -> LeadAssignmentLog:
    """Have the lead routed, and return the record."""
    (decision,) = LeadAssignmentService().assign([lead.pk], trigger=trigger, actor=actor)
    assert decision.log_id is not None
    return LeadAssignmentLog.objects.get(pk=decision.log_id)


def an_old_record(lead: Lead, **fields: Any) -> LeadAssignmentLog:
    """A record that says as little as the table allows."""
    return LeadAssignmentLog.objects.create(
        **{
            "lead": lead,
            "partner": lead.partner,
            "outcome": "assigned" if lead.partner_id else "no_candidate",
            "trigger": "import",
            "policy_version": 1,
            "considered_count": 2,
            "candidate_count": 2,
            "algorithm": "0",
            "duration_ms": 1.0,
        }
        | fields
    )


def page_url(log: LeadAssignmentLog) -> str:
    return reverse("staff:decision", args=[log.pk])


def replay_url(log: LeadAssignmentLog) -> str:
    return reverse("staff:decision-replay", args=[log.pk])


def text_of(client: Client, url: str) -> str:
    """The page with its white space folded, as a reader sees it."""
    return " ".join(html_of(client, url).split())


def words_of(html: str) -> str:
    """What is between the tags."""
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


def quick_and_slow() -> tuple[Partner, Partner]:
    """Two partners that differ in how soon they called ten leads of yesterday, and in nothing else."""
    quick, slow = make_partner(company_name="Zonneveld BV"), make_partner(company_name="Janssen Dak")
    yesterday = timezone.now() - timedelta(days=1)
    for partner, minutes in ((quick, 10), (slow, 1200)):
        for _ in range(10):
            lead = make_lead(partner=partner, status="lost", created_at=yesterday, assigned_at=yesterday)
            LeadActivity.objects.create(lead=lead, type="phone_call", created_at=yesterday + timedelta(minutes=minutes))
    Partner.objects.update(last_assigned_at=yesterday)
    refresh_statistics(triggered_by="test")
    return quick, slow


def replayed(client: Client, log: LeadAssignmentLog) -> str:
    """What the button puts into the page."""
    response = client.post(replay_url(log), headers={"HX-Request": "true"})
    assert response.status_code == 200
    html = response.content.decode()
    assert inline_parts(html) == []
    assert "<html" not in html
    return " ".join(html.split())
