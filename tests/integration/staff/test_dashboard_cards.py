"""The boxes of the dashboard: why leads wait, capacity, who moved, refreshes, decisions."""

import re
from datetime import timedelta
from html import unescape

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from leads.models import Lead, LeadActivity, Partner
from performance.models import RefreshRun
from performance.services.history import record_missing_days
from performance.services.refresh import refresh_statistics
from router.assignment import LeadAssignmentService
from router.staff.queries import dashboard
from tests.factories.marketplace import make_lead, make_partner
from tests.factories.pages import html_of, signed_in
from tests.integration.staff.market import DAY, PERMISSIONS, URL, capacity_lines, listed, words_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("noon")]


@pytest.fixture
def viewer() -> Client:
    return signed_in(*PERMISSIONS)


def test_the_refreshes_are_drawn_oldest_first(viewer: Client) -> None:
    now = timezone.now()
    assert "Duration of refreshes" not in html_of(viewer, URL)
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
    assert "the newest 3 waiting leads. 1 of them has not been routed yet." in words_of(card)


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
    assert "3 of 3 partners accept leads; there are 11 open leads. 91.7 % of the total cap is in use." in html
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
    assert "No comparison yet" in html_of(viewer, URL)
    record_missing_days(now=now)

    html = html_of(viewer, URL)

    assert "3 partners that had leads, compared with 7 days ago." in html
    best, worst = html.split('id="movers-title"')[1].split("</section>")[0].split("Lost most", 1)
    assert re.findall(r">(Better|Worse|Same)<", best) == ["Better"]
    assert re.findall(r">(Better|Worse|Same)<", worst) == ["Worse"]
    assert reverse("staff:performance", args=[better.pk]) in best
    assert 'class="delta delta-down"' in worst
