"""A form writes what its reader changed, and nothing else."""

from html.parser import HTMLParser
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from leads.models import Lead, LeadActivity, Partner
from tests.factories.marketplace import make_industry, make_lead, make_partner
from tests.factories.pages import html_of

pytestmark = pytest.mark.django_db


class _Form(HTMLParser):
    """Collects what a browser would send back unchanged."""

    def __init__(self) -> None:
        super().__init__()
        self.values: dict[str, str] = {}
        self._select = self._textarea = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = dict(attrs)
        name, kind = names.get("name") or "", names.get("type")
        if tag == "input" and name and kind not in {"submit", "checkbox"}:
            self.values[name] = names.get("value") or ""
        elif tag == "input" and kind == "checkbox" and "checked" in names:
            self.values[name] = "on"
        elif tag == "select":
            self._select = name
        elif tag == "option" and "selected" in names and self._select:
            self.values[self._select] = names.get("value") or ""
        elif tag == "textarea":
            self._textarea = name
            self.values[name] = ""

    def handle_endtag(self, tag: str) -> None:
        if tag == "select":
            self._select = ""
        elif tag == "textarea":
            self._textarea = ""

    def handle_data(self, data: str) -> None:
        if self._textarea:
            self.values[self._textarea] += data.removeprefix("\n")


def opened(client: Client, url: str) -> dict[str, Any]:
    """The values of the form as a browser has them after it opened the page."""
    form = _Form()
    form.feed(html_of(client, url))
    form.values.pop("q", None)
    return form.values


def change_url(row: Lead | Partner | LeadActivity) -> str:
    return reverse(f"admin:leads_{row._meta.model_name}_change", args=[row.pk])


def test_a_stale_form_leaves_what_others_changed_in_the_meantime(admin_client: Client) -> None:
    partner = make_partner(company_name="Old", max_open_leads=5, regions=["Utrecht", "Gelderland"])
    values = opened(admin_client, change_url(partner))
    Partner.objects.filter(pk=partner.pk).update(max_open_leads=20, ai_risk_score=70, regions=["Drenthe"])

    response = admin_client.post(change_url(partner), values | {"company_name": "New"})

    partner.refresh_from_db()
    assert response.status_code == 302, response.context["errors"]
    assert (partner.company_name, partner.max_open_leads, partner.ai_risk_score) == ("New", 20, 70)
    assert partner.regions == ["Drenthe"]


def test_a_column_that_both_changed_is_refused_with_its_name(admin_client: Client) -> None:
    partner = make_partner(max_open_leads=5)
    values = opened(admin_client, change_url(partner))
    Partner.objects.filter(pk=partner.pk).update(max_open_leads=20)

    response = admin_client.post(change_url(partner), values | {"max_open_leads": "7"})

    partner.refresh_from_db()
    assert list(response.context["adminform"].form.errors) == ["max_open_leads"]
    assert "Somebody else changed this" in response.content.decode()
    assert partner.max_open_leads == 20


def test_an_unchanged_form_writes_nothing(admin_client: Client) -> None:
    partner = make_partner(max_open_leads=5, regions=None, primary_branch=None, is_active_for_routing=None)
    before = Partner.objects.values().get(pk=partner.pk)

    response = admin_client.post(change_url(partner), opened(admin_client, change_url(partner)))

    assert response.status_code == 302
    assert Partner.objects.values().get(pk=partner.pk) == before


def test_arrays_are_separated_by_commas_and_an_emptied_text_is_null(admin_client: Client) -> None:
    partner = make_partner(primary_branch="Roofs")
    values = opened(admin_client, change_url(partner))

    admin_client.post(change_url(partner), values | {"lead_locations": "35, 36,Utrecht", "primary_branch": ""})

    partner.refresh_from_db()
    assert partner.lead_locations == ["35", "36", "Utrecht"]
    assert partner.primary_branch is None


def test_an_impossible_value_names_its_field(admin_client: Client) -> None:
    partner = make_partner()
    values = opened(admin_client, change_url(partner))

    response = admin_client.post(change_url(partner), values | {"max_open_leads": "many"})

    assert list(response.context["adminform"].form.errors) == ["max_open_leads"]


def test_a_value_that_the_database_would_refuse_is_explained(admin_client: Client) -> None:
    partner = make_partner()
    values = opened(admin_client, change_url(partner))

    response = admin_client.post(change_url(partner), values | {"max_open_leads": "-1"})

    assert "The cap on open leads cannot be negative." in response.content.decode()


def test_text_is_one_line_unless_it_is_prose(admin_client: Client) -> None:
    html = html_of(admin_client, reverse("admin:leads_lead_add"))

    assert html.count("<textarea") == 1
    assert '<textarea name="message"' in html


def test_a_partner_can_be_added_with_its_name_alone(admin_client: Client) -> None:
    url = reverse("admin:leads_partner_add")

    admin_client.post(url, opened(admin_client, url) | {"company_name": "New", "regions": "Utrecht, Drenthe"})

    partner = Partner.objects.get()
    assert (partner.company_name, partner.regions) == ("New", ["Utrecht", "Drenthe"])


def test_a_lead_that_is_entered_by_hand_is_recorded_as_any_other(admin_client: Client) -> None:
    industry = make_industry()
    url = reverse("admin:leads_lead_add")

    response = admin_client.post(
        url, opened(admin_client, url) | {"industry": str(industry.pk), "postcode": "3511 AB", "contact_name": "Kim"}
    )

    lead = Lead.objects.get()
    assert response.status_code == 302
    assert (lead.industry, lead.postcode, lead.contact_name, lead.status) == (industry, "3511 AB", "Kim", "new")
    assert [activity.type for activity in lead.activities.all()] == ["created"]


def test_status_and_partner_of_a_lead_are_not_for_the_form(admin_client: Client) -> None:
    lead = make_lead()
    values = opened(admin_client, change_url(lead))

    admin_client.post(change_url(lead), values | {"status": "won", "partner": str(make_partner().pk), "source": "fair"})

    lead.refresh_from_db()
    assert (lead.status, lead.partner_id, lead.source) == ("new", None, "fair")


def test_only_the_text_of_an_activity_can_be_corrected(admin_client: Client) -> None:
    activity = LeadActivity.objects.create(lead=make_lead(), type="note", description="Caled")
    values = opened(admin_client, change_url(activity))

    admin_client.post(change_url(activity), values | {"description": "Called", "type": "phone_call"})

    activity.refresh_from_db()
    assert (activity.description, activity.type) == ("Called", "note")
