"""Where a partner stands among the others, what would raise its score, and the rows behind its figures."""

import re
from datetime import timedelta
from html import unescape

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from feedback.models import LeadFeedback
from leads.models import LeadActivity, Partner
from performance.models import PartnerPerformanceStats
from performance.scoring import calculate_performance_score
from performance.services.refresh import refresh_statistics
from router.policies.queries import active_policy, scoring_settings
from router.staff import words
from support.models import SupportTicket
from tests.factories.marketplace import make_lead, make_partner
from tests.factories.pages import html_of, query_count, signed_in

pytestmark = pytest.mark.django_db

PERMISSION = "performance.view_partnerperformancestats"
ROWS = ("leads.view_lead", "feedback.view_leadfeedback", "support.view_supportticket")


@pytest.fixture
def viewer() -> Client:
    return signed_in(PERMISSION)


def page_url(partner: Partner) -> str:
    return reverse("staff:performance", args=[partner.pk])


def text_of(client: Client, partner: Partner) -> str:
    """The page with its white space folded, as a reader sees it."""
    return " ".join(html_of(client, page_url(partner)).split())


def row_of(html: str, component: str) -> list[str]:
    """The cells of a component in the table beside the pool, as text."""
    table = html[html.index('id="levels-caption"') :]
    row = next(row for row in table.split("<tr>")[2:] if f">{component}<" in row)
    return [" ".join(re.sub(r"<[^>]+>", " ", cell).split()) for cell in re.findall(r"<t[hd].*?</t[hd]>", row)]


def sentences_of(html: str) -> list[str]:
    listed = re.search(r'id="steps-title".*?<ol>(.*?)</ol>', html)
    return [] if listed is None else re.findall(r"<li>(.*?)</li>", listed[1])


def partner_with(*, minutes: int, leads: int = 4, silent: int = 0, rating: int | None = None) -> Partner:
    """A partner that contacted its leads of yesterday after so many minutes, and left some without an answer."""
    partner, yesterday = make_partner(), timezone.now() - timedelta(hours=30)
    for _ in range(leads):
        lead = make_lead(partner=partner, created_at=yesterday)
        LeadActivity.objects.create(lead=lead, type="phone_call", created_at=yesterday + timedelta(minutes=minutes))
        if rating is not None:
            LeadFeedback.objects.create(lead=lead, partner=partner, rating=rating, created_at=yesterday)
    for _ in range(silent):
        make_lead(partner=partner, created_at=yesterday)
    return partner


def score_with(partner: Partner, **changed: float) -> float:
    """The score of a partner if some columns of its statistics were others."""
    row = PartnerPerformanceStats.objects.filter(pk=partner.pk).values().get()
    return calculate_performance_score(row | changed, scoring_settings(active_policy())).score


def test_a_slow_partner_reads_what_the_median_and_the_best_tenth_would_gain(viewer: Client) -> None:
    slow = partner_with(minutes=1200)
    for minutes in (20, 60, 120):
        partner_with(minutes=minutes)
    refresh_statistics(triggered_by="test")
    now = score_with(slow)
    # 20, 60, 120 and 1,200 minutes are worth 100, 90, 70 and 45.5 points: their median, and the best of four.
    median = score_with(slow, response_points_30d=80) - now
    best = score_with(slow, response_points_30d=100) - now

    html = text_of(viewer, slow)

    assert sentences_of(html)[0] == (
        f"Response speed: from 45 of 100 to the median, 80 of 100, would gain {median:.1f} points;"
        f" to the best tenth, 100 of 100, {best:.1f} points."
    )
    assert row_of(html, "Response speed") == [
        "Response speed points for the time to first contact",
        *("45 of 100 worse", "80 of 100", f"+{median:.1f}", "100 of 100", f"+{best:.1f}", "4"),
    ]


def test_who_is_before_the_median_reads_of_the_best_tenth_alone(viewer: Client) -> None:
    fair = partner_with(minutes=60)
    for minutes in (5, 240, 1200):
        partner_with(minutes=minutes)
    refresh_statistics(triggered_by="test")
    best = score_with(fair, response_points_30d=100) - score_with(fair)

    html = text_of(viewer, fair)

    assert sentences_of(html)[0] == (
        "Response speed: no worse than the median with 90 of 100; the best tenth, 100 of 100, would gain"
        f" {best:.1f} points."
    )
    cells = row_of(html, "Response speed")
    assert cells[1].endswith("better")
    assert cells[3] == ""


def test_leads_without_an_answer_are_what_to_begin_with(viewer: Client) -> None:
    partner = partner_with(minutes=10, leads=2, silent=6)
    refresh_statistics(triggered_by="test")
    gain = score_with(partner, response_points_30d=100) - score_with(partner)

    (sentence,) = sentences_of(text_of(viewer, partner))

    assert sentence.startswith("Contacting the 6 leads without a response")
    assert sentence.endswith(f"would gain {gain:.1f} points.")


def test_the_three_largest_steps_become_sentences(viewer: Client) -> None:
    weak = partner_with(minutes=1700, silent=1, rating=1)
    strong = partner_with(minutes=5, rating=5)
    for lead in strong.leads.all():
        LeadActivity.objects.create(lead=lead, type="email_sent")
    Partner.objects.filter(pk=weak.pk).update(ai_risk_score=10)
    Partner.objects.filter(pk=strong.pk).update(ai_risk_score=90)
    refresh_statistics(triggered_by="test")

    sentences = sentences_of(text_of(viewer, weak))

    gains = [float(sentence.split(" points.")[0].rsplit(" ", 1)[1]) for sentence in sentences]
    assert len(gains) == 3
    assert gains == sorted(gains, reverse=True)


def test_the_best_and_the_unknown_have_nothing_to_raise(viewer: Client) -> None:
    best, newcomer = partner_with(minutes=5), make_partner()
    refresh_statistics(triggered_by="test")

    assert "this partner is in the best tenth" in text_of(viewer, best)
    html = text_of(viewer, newcomer)
    assert "No suggestions yet: no metric has data." in html
    assert row_of(html, "Response speed")[1] == "no data no evidence"
    assert row_of(html, "Customer feedback")[2:] == [words.NOTHING, "", words.NOTHING, "", "0"]


def test_without_statistics_there_are_no_figures_and_no_levels(viewer: Client) -> None:
    html = text_of(viewer, make_partner())

    assert "No suggestions yet: no metric has data." in html
    assert "levels-caption" not in html
    assert 'class="figures"' not in html


def test_each_figure_links_to_the_rows_that_it_counts() -> None:
    partner = partner_with(minutes=5, rating=4)
    won = make_lead(partner=partner, status="won", created_at=timezone.now() - timedelta(days=2), deal_value=3000)
    for days, kind in ((40, "complaint"), (1, "complaint"), (1, "question")):
        created_at = timezone.now() - timedelta(days=days)
        SupportTicket.objects.create(lead=won, partner=partner, type=kind, created_at=created_at)
    make_lead(partner=partner, created_at=timezone.now() - timedelta(days=40))
    make_lead(partner=make_partner())
    refresh_statistics(triggered_by="test")
    client = signed_in(PERMISSION, *ROWS)

    html = text_of(client, partner)

    figures = re.findall(r'<dd class="figure"><a href="([^"]+)">(\d+)</a></dd>', html)
    assert [int(count) for _, count in figures] == [5, 1, 4, 1]
    for url, count in figures:
        changelist = client.get(unescape(url)).context["cl"]
        assert changelist.result_count == int(count), url


def test_figures_are_no_links_for_those_who_may_not_see_the_rows(viewer: Client) -> None:
    partner = partner_with(minutes=5)
    refresh_statistics(triggered_by="test")

    assert '<dd class="figure">4</dd>' in text_of(viewer, partner)


def test_the_page_takes_as_many_statements_with_many_decisions_and_partners(viewer: Client) -> None:
    partner = partner_with(minutes=5)
    refresh_statistics(triggered_by="test")
    few = query_count(viewer, page_url(partner))
    for number in range(20):
        partner_with(minutes=number, leads=1)
    refresh_statistics(triggered_by="test")

    assert query_count(viewer, page_url(partner)) == few
