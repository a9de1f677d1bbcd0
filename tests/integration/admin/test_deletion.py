"""What hangs on a row is shown before it is deleted, and a deletion that is too large to be shown is refused."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from core.admin import deletion
from leads.models import Industry, Lead, LeadActivity
from tests.factories.marketplace import make_industry, make_lead
from tests.factories.pages import html_of

pytestmark = pytest.mark.django_db

LEADS = reverse("admin:leads_lead_changelist")


@pytest.fixture(autouse=True)
def most_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(deletion, "MOST_ROWS", 3)


def url_of(row: Industry | Lead) -> str:
    return reverse(f"admin:leads_{row._meta.model_name}_delete", args=[row.pk])


def lead_with(activities: int) -> Lead:
    lead = make_lead()
    for _ in range(activities):
        LeadActivity.objects.create(lead=lead, type="phone_call")
    return lead


def test_what_can_be_shown_is_deleted(admin_client: Client) -> None:
    lead = lead_with(3)

    shown = html_of(admin_client, url_of(lead))
    admin_client.post(url_of(lead), {"post": "yes"})

    assert shown.count("Activity: ") == 3
    assert not Lead.objects.exists()


def test_what_is_too_much_is_neither_shown_nor_deleted(admin_client: Client) -> None:
    lead = lead_with(4)

    shown = html_of(admin_client, url_of(lead))
    admin_client.post(url_of(lead), {"post": "yes"})

    assert "More than 3 of: activities" in shown
    assert "Activity: " not in shown
    assert LeadActivity.objects.count() == 4


def test_of_rows_that_stand_in_the_way_no_more_are_read(admin_client: Client) -> None:
    industry = make_industry()
    for _ in range(6):
        make_lead(industry=industry)

    with CaptureQueriesContext(
        connection,
    ) as queries:
        shown = html_of(admin_client, url_of(industry))

    assert "More than 3 of: leads" in shown
    assert str(Lead.objects.all()[0].pk) not in shown
    assert all("LIMIT 4" in query["sql"] for query in queries if 'FROM "leads"' in query["sql"])


def test_too_many_chosen_rows_are_refused(admin_client: Client) -> None:
    chosen = [str(lead_with(0).pk) for _ in range(4)]
    form = {"action": "delete_selected", "_selected_action": chosen, "post": "yes"}

    refused = admin_client.post(LEADS, form)
    admin_client.post(LEADS, form | {"_selected_action": chosen[:3]})

    assert b"More than 3 of: leads" in refused.content
    assert Lead.objects.count() == 1
