"""How the market stands, for people."""

import re
from collections.abc import Iterator
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from django.test import Client, override_settings
from django.urls import reverse
from django.utils import timezone

from leads.models import Lead, LeadActivity, Partner
from performance.models import RefreshRun
from performance.services.history import record_missing_days
from performance.services.refresh import refresh_statistics
from router.queries import dashboard
from router.services.assignment import LeadAssignmentService
from tests.factories.marketplace import make_lead, make_partner, make_partner_user
from tests.factories.pages import html_of, query_count, signed_in

pytestmark = pytest.mark.django_db

URL = "/staff/"
PERMISSION = "router.view_leadassignmentlog"
LISTS = ("leads.view_lead", "leads.view_partner", "performance.view_refreshrun")


@pytest.fixture
def viewer() -> Client:
    return signed_in(PERMISSION, *LISTS, "performance.view_partnerperformancestats")


@pytest.fixture(autouse=True)
def noon() -> Iterator[None]:
    """A zone in which it is about noon now, so that an hour ago was today, and so is the next minute."""
    hours = 12 - timezone.now().hour
    with override_settings(TIME_ZONE=f"Etc/GMT{-hours:+d}" if hours else "UTC"):
        yield


def words_of(html: str) -> str:
    """What is between the tags."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())


def figure_html(html: str, label: str) -> str:
    """What follows the name of a key figure."""
    return html.split(f"<dt>{label}</dt>")[1].partition("</div>")[0]


def figure(html: str, label: str) -> str:
    """A key figure with its notes, in words."""
    return words_of(figure_html(html, label))


def links(html: str, label: str) -> list[str]:
    """Where a key figure leads to."""
    return [unescape(url) for url in re.findall(r'href="([^"]+)"', figure_html(html, label))]


def capacity_lines(html: str) -> list[str]:
    """The rows of the table of open leads, in words."""
    card = html.split('id="capacity-title"')[1].partition("</section>")[0]
    return [words_of(row) for row in re.findall(r"<tr>(.*?)</tr>", card, re.DOTALL)][1:]


def listed(client: Client, url: str) -> int:
    """How many rows a list of the admin shows."""
    return len(re.findall(r'<input type="checkbox" name="_selected_action"', html_of(client, url))) or len(
        re.findall(r'<th class="field-', html_of(client, url))
    )


def lead_of(age: timedelta, **fields: Any) -> Lead:
    return make_lead(created_at=timezone.now() - age, **fields)


HOUR, DAY = timedelta(hours=1), timedelta(days=1)


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
        "3 1 of the last 7 days; the oldest waits for 20 d 0 % against the 7 days before"
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
    assert [listed(viewer, url) for url in links(html, "Until a partner has it")] == [2]


def test_with_nothing_there_is_a_page_all_the_same(viewer: Client) -> None:
    html = html_of(viewer, URL)

    assert figure(html, "Leads today") == "0 0 in 7 days"
    assert figure(html, "Waiting for a partner") == "0 nobody waits"
    assert figure(html, "Until a partner has it") == "– no such lead in 7 days"  # noqa: RUF001  # a dash is meant
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

    assert figure(html, "Until a partner has it") == (
        "5 min median of 7 days; nine in ten within 9 min −50 % against the 7 days before"  # noqa: RUF001  # a minus
    )
    assert 'class="delta delta-down delta-good"' in html
    assert figure(html, "Until the first contact") == "6 h median of 7 days; nine in ten within 10 h"


def test_old_statistics_are_red_and_new_ones_are_not(viewer: Client) -> None:
    refresh_statistics(triggered_by="test")

    fresh = html_of(viewer, URL)
    with override_settings(STATS_MAX_AGE_SECONDS=-1):
        old = html_of(viewer, URL)

    assert re.fullmatch(r"\d+ s the last refresh took [\d.]+ s", figure(fresh, "Age of the statistics"))
    assert re.search(r'<div class="figure-good">\s*<dt>Age of the statistics', fresh)
    assert re.search(r'<div class="figure-bad">\s*<dt>Age of the statistics', old)
    assert "older than" in figure(old, "Age of the statistics")
    assert links(fresh, "Age of the statistics") == [reverse("admin:performance_refreshrun_changelist")]


def test_the_refreshes_are_drawn_oldest_first(viewer: Client) -> None:
    now = timezone.now()
    assert "How long the refreshes took" not in html_of(viewer, URL)
    for number in range(dashboard.LATEST_RUNS + 5):
        at = now + timedelta(minutes=number)
        RefreshRun.objects.create(
            as_of=at,
            started_at=at,
            finished_at=at,
            duration_ms=1000 * number,
            row_count=1,
            mode="plain",
            triggered_by="test",
        )

    html = html_of(viewer, URL)

    chart = html[html.index('aria-labelledby="refreshes-title refreshes-desc"') :]
    assert [float(value) for value in re.findall(r"<title>[^<]+: took ([\d.]+) s</title>", chart)] == list(range(5, 53))


def test_why_leads_wait_is_told_by_their_last_decisions(viewer: Client) -> None:
    make_partner(regions=["Drenthe"])
    make_partner(regions=["Zeeland"], max_open_leads=0)
    LeadAssignmentService().assign([make_lead().pk, make_lead().pk])
    make_lead()
    Partner.objects.filter(max_open_leads=0).update(max_open_leads=None)

    html = html_of(viewer, URL)

    card = html.split('id="waiting-title"')[1].split("</section>")[0]
    rows = [words_of(row) for row in re.findall(r"<tr>(.*?)</tr>", card, re.DOTALL)]
    assert rows[1:] == ["does not work in this region 2 100 %", "at its cap of open leads 2 50 %"]
    assert "the newest 3 waiting leads say. 1 of them was not routed so far." in words_of(card)


def test_a_lead_that_got_a_partner_since_is_no_reason(viewer: Client) -> None:
    lead = make_lead()
    LeadAssignmentService().assign([lead.pk])
    Lead.objects.filter(pk=lead.pk).update(partner=make_partner())

    assert "No lead waits for a partner." in html_of(viewer, URL)


def test_partners_stand_against_their_caps_and_the_rest_is_one_line(viewer: Client) -> None:
    busy, nearly = make_partner(company_name="Busy", max_open_leads=2), make_partner(max_open_leads=10)
    for partner, leads in ((busy, 2), (nearly, 9)):
        for _ in range(leads):
            make_lead(partner=partner)
    make_partner(company_name="No cap")
    html = html_of(viewer, URL)

    lines = capacity_lines(html)
    assert lines == [f"{nearly.company_name} 9 of 10", "Busy 2 of 2", "No cap 0"]
    assert 'class="bar bar-bad"' in html
    assert 'class="bar bar-warn"' in html
    assert "3 of 3 partners take leads, and hold 11 open leads. 91.7 % of all caps is taken." in html
    (full,) = re.findall(r'<a href="([^"]+)">1 at its cap</a>', html)
    assert listed(viewer, unescape(full)) == 1

    Partner.objects.bulk_create(
        Partner(company_name=f"Further {n}", max_open_leads=None if n < 10 else 4)
        for n in range(dashboard.TOP_PARTNERS)
    )
    html = html_of(viewer, URL)

    lines = capacity_lines(html)
    assert len(lines) == dashboard.TOP_PARTNERS + 1
    assert re.fullmatch(r"3 others, on average 0\.0( of 4\.0)?", lines[-1])


def test_the_latest_decisions_of_today_lead_to_their_pages(viewer: Client) -> None:
    make_partner(company_name="Able", lead_industries=[])
    yesterday = LeadAssignmentService(clock=lambda: timezone.now() - DAY).assign([make_lead().pk])
    today = LeadAssignmentService().assign([make_lead().pk for _ in range(dashboard.LATEST_DECISIONS + 2)])
    Partner.objects.update(is_active_for_routing=False)
    nobody = LeadAssignmentService().assign([make_lead().pk])

    html = html_of(viewer, URL)

    shown = [int(number) for number in re.findall(r'/staff/ai-router/decisions/(\d+)/"', html)]
    assert shown[0] == nobody[0].log_id
    assert len(shown) == dashboard.LATEST_DECISIONS
    assert set(shown[1:]) <= {decision.log_id for decision in today}
    assert yesterday[0].log_id not in shown
    assert '<span class="badge badge-warn">nobody</span> paused' in html
    (url,) = re.findall(r'<a href="([^"]+)">All of today</a>', html)
    assert listed(viewer, unescape(url)) == len(today) + 1


def test_the_days_of_the_chart_are_days_of_the_calendar(viewer: Client) -> None:
    midnight = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
    for moment in (midnight, midnight - timedelta(microseconds=1), midnight - 13 * DAY, midnight - 13.1 * DAY):
        make_lead(created_at=moment)

    html = html_of(viewer, URL)

    came_in = re.findall(r"<title>[^<]+: came in (\d+), have a partner 0</title>", html)
    assert came_in == ["1"] + ["0"] * 11 + ["1", "1"]


def test_movers_are_partners_whose_score_changed(viewer: Client) -> None:
    now = timezone.now()
    better, worse, same = (make_partner(company_name=name) for name in ("Better", "Worse", "Same"))
    for partner, status, age in ((better, "won", 2 * DAY), (worse, "lost", 2 * DAY), (same, "won", 20 * DAY)):
        for _ in range(8):
            Lead.objects.filter(
                pk=make_lead(partner=partner, status=status, created_at=now - age, assigned_at=now - age).pk
            ).update(decided_at=now - age)
    for lead in Lead.objects.exclude(partner=worse):
        LeadActivity.objects.create(lead=lead, type="phone_call", created_at=lead.created_at + timedelta(minutes=5))
    refresh_statistics(triggered_by="test")
    assert "is not recorded yet" in html_of(viewer, URL)
    record_missing_days(now=now)

    html = html_of(viewer, URL)

    assert "3 partners that had leads, compared with 7 days ago." in html
    best, worst = html.split('id="movers-title"')[1].split("</section>")[0].split("Lost most", 1)
    assert re.findall(r">(Better|Worse|Same)<", best) == ["Better"]
    assert re.findall(r">(Better|Worse|Same)<", worst) == ["Worse"]
    assert reverse("staff:performance", args=[better.pk]) in best
    assert 'class="delta delta-down"' in worst


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
