"""The key figures of the dashboard, and who may see them."""

import re
from datetime import timedelta
from html import unescape

import pytest
from django.test import Client, override_settings
from django.urls import reverse
from django.utils import timezone

from leads.models import Lead, LeadActivity, Partner
from performance.services.history import record_missing_days
from performance.services.refresh import refresh_statistics
from router.assignment import LeadAssignmentService
from router.staff.queries import dashboard
from tests.factories.marketplace import make_lead, make_partner, make_partner_user
from tests.factories.pages import html_of, query_count, signed_in
from tests.integration.staff.market import DAY, HOUR, PERMISSIONS, URL, figure, lead_of, links, listed

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("noon")]

PERMISSION = "router.view_leadassignmentlog"


@pytest.fixture
def viewer() -> Client:
    return signed_in(*PERMISSIONS)


def test_leads_are_counted_by_what_became_of_them(viewer: Client) -> None:
    partner = make_partner()
    for age in (HOUR, HOUR, 2 * DAY):
        lead_of(age, partner=partner)
    lead_of(HOUR)
    lead_of(10 * DAY)
    for _ in range(2):
        lead_of(9 * DAY, partner=partner)
    lead_of(20 * DAY)
    lead_of(3 * HOUR, status="rejected")

    html = html_of(viewer, URL)

    assert figure(html, "Leads today") == "4 5 in 7 days +66.7 % against the 7 days before"
    assert figure(html, "Of these, with a partner") == "2 3 in 7 days +50 % against the 7 days before"
    assert figure(html, "Waiting for a partner") == (
        "3 1 from the last 7 days; the oldest has waited 20 d 0 % against the 7 days before"
    )


def test_each_figure_leads_to_as_many_rows_as_it_says(viewer: Client) -> None:
    partner = make_partner()
    for age in (HOUR, 2 * DAY, 9 * DAY):
        lead_of(age, partner=partner, assigned_at=timezone.now() - age)
        lead_of(age)

    html = html_of(viewer, URL)

    assert [listed(viewer, url) for url in links(html, "Leads today")] == [2, 4]
    assert [listed(viewer, url) for url in links(html, "Of these, with a partner")] == [1, 2]
    assert [listed(viewer, url) for url in links(html, "Waiting for a partner")] == [3, 2]
    assert [listed(viewer, url) for url in links(html, "Time to assignment")] == [2]


def test_with_nothing_there_is_a_page_all_the_same(viewer: Client) -> None:
    html = html_of(viewer, URL)

    assert figure(html, "Leads today") == "0 0 in 7 days"
    assert figure(html, "Waiting for a partner") == "0 no leads waiting"
    assert figure(html, "Time to assignment") == "– no leads in 7 days"  # noqa: RUF001  # a dash is meant
    assert figure(html, "Age of the statistics") == "none never computed"
    for words in ("No lead waits for a partner.", "No decision was taken today.", "There is no partner yet."):
        assert words in html


def test_speed_is_the_median_and_what_nine_in_ten_keep_to(viewer: Client) -> None:
    partner = make_partner()
    for number in range(11):
        lead = lead_of(2 * DAY, partner=partner)
        Lead.objects.filter(pk=lead.pk).update(assigned_at=lead.created_at + timedelta(minutes=number))
        LeadActivity.objects.create(
            lead=lead, type="phone_call", created_at=lead.created_at + timedelta(hours=number + 1)
        )
    for _ in range(2):
        lead = lead_of(9 * DAY, partner=partner)
        Lead.objects.filter(pk=lead.pk).update(assigned_at=lead.created_at + timedelta(minutes=10))

    html = html_of(viewer, URL)

    assert figure(html, "Time to assignment") == (
        "5 min median of 7 days; nine in ten within 9 min −50 % against the 7 days before"  # noqa: RUF001  # a minus
    )
    assert 'class="delta delta-down delta-good"' in html
    assert figure(html, "Time to first contact") == "6 h median of 7 days; nine in ten within 10 h"


def test_old_statistics_are_red_and_new_ones_are_not(viewer: Client) -> None:
    refresh_statistics(triggered_by="test")

    fresh = html_of(viewer, URL)
    with override_settings(STATS_MAX_AGE_SECONDS=-1):
        old = html_of(viewer, URL)

    assert re.fullmatch(r"\d+ s the last refresh took [\d,]+ ms", figure(fresh, "Age of the statistics"))
    assert re.search(r'<div class="figure-good">\s*<dt>Age of the statistics', fresh)
    assert re.search(r'<div class="figure-bad">\s*<dt>Age of the statistics', old)
    assert "older than" in figure(old, "Age of the statistics")
    assert links(fresh, "Age of the statistics") == [reverse("admin:performance_refreshrun_changelist")]


def test_more_leads_than_are_counted_are_said_to_be_more(viewer: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(4):
        lead_of(HOUR * (number + 1))
        lead_of(8 * DAY + HOUR * number)

    monkeypatch.setattr(dashboard, "MOST_LEADS", 6)
    html = html_of(viewer, URL)
    assert figure(html, "Leads today") == "4 4 in 7 days"

    monkeypatch.setattr(dashboard, "MOST_LEADS", 3)
    monkeypatch.setattr(dashboard, "MOST_WAITING", 5)
    html = html_of(viewer, URL)
    assert figure(html, "Leads today").startswith("3+ 3+ in 7 days")
    assert figure(html, "Waiting for a partner").startswith("5+ ")


def test_company_names_are_text_and_not_html(viewer: Client) -> None:
    make_partner(company_name="<script>alert(1)</script>")
    LeadAssignmentService().assign([make_lead().pk])

    assert "<script>alert" not in html_of(viewer, URL)


def test_the_page_takes_as_many_statements_with_many_rows_as_with_none(viewer: Client) -> None:
    none = query_count(viewer, URL)
    partner = make_partner()
    for age in (2 * DAY, 9 * DAY):
        lead_of(age, partner=partner, assigned_at=timezone.now() - age)
    Partner.objects.bulk_create(Partner(company_name=f"Partner {n}") for n in range(60))
    LeadAssignmentService().assign([make_lead().pk for _ in range(30)])
    Partner.objects.update(is_active_for_routing=False)
    LeadAssignmentService().assign([make_lead().pk for _ in range(5)])
    refresh_statistics(triggered_by="test")
    refresh_statistics(triggered_by="test")

    record_missing_days(now=timezone.now())

    assert query_count(viewer, URL) == none + 3 <= 17


def test_who_may_see_it(client: Client, viewer: Client) -> None:
    partner = Client()
    partner.force_login(make_partner_user(make_partner()))

    assert client.get(URL)["Location"] == f"{reverse('admin:login')}?next={URL}"
    assert partner.get(URL).status_code == 403
    assert signed_in("leads.view_lead").get(URL).status_code == 403
    assert viewer.get(URL).status_code == 200
    assert viewer.post(URL).status_code == 405


def test_there_are_no_links_that_the_reader_may_not_follow() -> None:
    make_partner(company_name="Able")
    LeadAssignmentService().assign([make_lead().pk])
    reader = signed_in(PERMISSION)

    html = html_of(reader, URL)

    addresses = {unescape(url) for url in re.findall(r'href="(/(?:staff|admin)/[^"]*)"', html)}
    refused = {url for url in addresses if reader.get(url).status_code == 403}
    assert len(addresses) > 4
    assert refused == set()


def test_the_first_address_leads_to_the_dashboard_for_those_who_may_see_it(viewer: Client, client: Client) -> None:
    assert viewer.get("/")["Location"] == URL
    assert signed_in("leads.view_lead").get("/")["Location"] == reverse("admin:index")
    assert client.get("/")["Location"] == f"{reverse('admin:login')}?next=/"
