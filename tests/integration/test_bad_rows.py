"""With a row of each bad kind that a database can hold, every page, list, export, sweep and refresh stays up."""

import logging
from collections.abc import Iterator
from typing import Any

import pytest
from axes.models import AccessAttempt
from django.db import models
from django.test import Client
from django.urls import reverse

from leads.models import Lead, LeadActivity, Partner
from performance.services.refresh import refresh_statistics
from router import preview
from router.models import LeadAssignmentLog, PolicyPreview
from router.tasks import sweep_unassigned_leads
from support.models import SupportTicket
from tests.factories.bad_rows import write_bad_rows
from tests.factories.marketplace import make_intake_client, make_lead, make_partner
from tests.integration.access.addresses import addresses
from tests.integration.admin.worlds import fill

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("redis_url"), pytest.mark.unmeasured]

TOKEN = "a-token-of-the-tests"

PAGES: dict[type[models.Model], tuple[str, ...]] = {
    Lead: ("/api/leads/{}/", "/staff/ai-router/leads/{}/", "/api/admin/ai-router/ranking/?lead_id={}"),
    Partner: ("/staff/ai-router/performance/{}/", "/api/admin/ai-router/ranking/?lead_id={lead}&partner_id={}"),
    LeadAssignmentLog: ("/staff/ai-router/decisions/{}/",),
    LeadActivity: (),
    SupportTicket: (),
}
"""Pages of one row; without any, it is looked at in the admin."""


@pytest.fixture
def lead(settings: Any) -> Lead:
    """A won lead, in a marketplace with a row of everything."""
    settings.METRICS_TOKEN = TOKEN
    lead = fill(1).lead
    Lead.objects.filter(pk=lead.pk).update(intake_client=make_intake_client(), status="won", deal_value=100)
    PolicyPreview.objects.create(days=30)
    AccessAttempt.objects.create(username="somebody", ip_address="192.0.2.1", failures_since_start=1)
    lead.refresh_from_db()
    return lead


@pytest.fixture(autouse=True)
def quiet() -> Iterator[None]:
    """What is said of hundreds of requests and of each bad row is not kept."""
    logging.disable(logging.CRITICAL)
    yield
    logging.disable(logging.NOTSET)


def test_everything_stays_up(lead: Lead, admin_client: Client) -> None:
    good, waiting = make_partner(), make_lead()
    write_bad_rows(waiting)
    bases = {model: lead if model is Lead else _first(model) for model in PAGES}
    bad = {model: write_bad_rows(base) for model, base in bases.items()}
    # Of each column one value has pages of its own; the lists have all.
    seen = {(model, value.column): key for model, keys in bad.items() for value, key in keys.items()}

    refresh_statistics(triggered_by="test")
    sweep_unassigned_leads()
    question = PolicyPreview.objects.create(days=30)
    preview.compute(question.pk)
    paths = [address.path for address in addresses(lead) if not address.is_action]
    paths += [page.format(key, lead=lead.pk) for (model, _), key in seen.items() for page in _pages(model)]

    assert [path for path in paths if _fails(admin_client, path)] == []
    for name in ("lead", "partner"):
        for file_format in ("csv", "xlsx"):
            export = admin_client.post(reverse(f"admin:leads_{name}_export"), {"format": file_format})
            assert export.status_code == 200
    question.refresh_from_db()
    waiting.refresh_from_db()
    assert all(bad.values())
    assert question.status == "done"
    assert waiting.partner_id in {good.pk, lead.partner_id}


def _first(model: type[models.Model]) -> models.Model:
    row = model._default_manager.order_by("pk").first()
    assert row is not None
    return row


def _pages(model: type[models.Model]) -> tuple[str, ...]:
    change = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_change", args=["0"])
    return PAGES[model] or (change.replace("/0/", "/{}/"),)


def _fails(client: Client, path: str) -> bool:
    """Whether the page is an error of ours."""
    client.raise_request_exception = False
    headers = {"Authorization": f"Bearer {TOKEN}"} if path == "/metrics" else {}
    return client.get(path, headers=headers).status_code == 500
