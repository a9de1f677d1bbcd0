"""A partner's score over time, on its page."""

import re
from datetime import date, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format

from leads.models import LeadActivity, Partner
from performance.models import PartnerPerformanceDay
from performance.services.history import record_day
from performance.services.refresh import refresh_statistics
from router.policies.services import save_version
from router.staff import words
from tests.factories.marketplace import make_lead, make_partner, make_staff
from tests.factories.pages import html_of, query_count, signed_in

pytestmark = pytest.mark.django_db

PERMISSION = "performance.view_partnerperformancestats"


@pytest.fixture
def viewer() -> Client:
    return signed_in(PERMISSION)


def today() -> date:
    return timezone.localdate(timezone=timezone.get_default_timezone())


def page_url(partner: Partner) -> str:
    return reverse("staff:performance", args=[partner.pk])


def text_of(client: Client, partner: Partner) -> str:
    """The page with its white space folded, as a reader sees it."""
    return " ".join(html_of(client, page_url(partner)).split())


def on_day(partner: Partner, ago: int, **metrics: float) -> None:
    """A recorded day."""
    PartnerPerformanceDay.objects.create(
        partner=partner, day=today() - timedelta(days=ago), as_of=timezone.now() - timedelta(days=ago), **metrics
    )


def rated(stars: float) -> dict[str, float]:
    """So many ratings that the prior hardly counts."""
    return {"avg_customer_rating_30d": stars, "num_ratings_30d": 1_000_000}


def only_feedback() -> None:
    """A policy under which the score is what the ratings earn."""
    weights = ("response_speed", "ai_trust", "deal_rate", "follow_up", "complaints", "deal_value", "consistency")
    save_version(values={f"{name}_weight": 0 for name in weights}, reason="feedback alone", user=make_staff())


def chart_of(html: str, chart: str) -> str:
    """One chart with its table."""
    start = html.index(f'id="{chart}-title"')
    return html[start : html.index("</figure>", start)]


def rows_of(chart: str) -> list[list[str]]:
    """The cells of the table behind a chart."""
    body = chart[chart.index("<tbody>") : chart.index("</tbody>")]
    return [re.findall(r"<t[hd][^>]*>([^<]*)</t[hd]>", row) for row in body.split("<tr>")[1:]]


def short(ago: int) -> str:
    return date_format(today() - timedelta(days=ago), "j M")


def test_every_day_has_its_score_and_a_missing_one_is_a_gap(viewer: Client) -> None:
    partner = make_partner()
    only_feedback()
    for ago, stars in ((4, 1.0), (3, 2.0), (1, 4.0)):
        on_day(partner, ago, **rated(stars))

    chart = chart_of(text_of(viewer, partner), "history")

    scores = [["0"], ["25"], [words.NOTHING], ["75"]]
    shown = [[cells[0], cells[1].replace(".0", "")] for cells in rows_of(chart)]
    assert shown == [[short(ago), *score] for ago, score in zip((4, 3, 2, 1, 0), [*scores, ["50"]], strict=True)]
    assert chart.count(" M") + chart.count('d="M') == 2  # the line is lifted once
    assert (
        f"From 0.0 points on {short(4)} to 50.0 today; lowest 0.0 on {short(4)}, highest 75.0 on {short(1)}." in chart
    )


def test_the_past_is_scored_with_the_active_policy_and_the_page_says_so(viewer: Client) -> None:
    partner = make_partner()
    on_day(partner, 1, **rated(5.0))
    before = rows_of(chart_of(text_of(viewer, partner), "history"))[0][1]
    only_feedback()

    html = text_of(viewer, partner)

    after = rows_of(chart_of(html, "history"))[0][1]
    assert float(before) == pytest.approx(55, abs=0.1)
    assert float(after) == pytest.approx(100, abs=0.1)
    assert "Past days are scored under the active policy (version 2)" in html
    assert "1 day is recorded" in html


def test_the_components_are_shown_week_by_week_up_to_today(viewer: Client) -> None:
    partner = make_partner(ai_risk_score=80)
    refresh_statistics(triggered_by="test")
    for ago in range(1, 16):
        on_day(partner, ago, **rated(1.0), ai_trust_score=10)

    html = text_of(viewer, partner)

    rows = rows_of(chart_of(html, "history-judgements"))
    assert [row[0] for row in rows] == [short(14), short(7), short(0)]
    assert [row[3] for row in rows] == ["10", "10", "80"]
    assert rows[2][1] == "50"  # no rating any more
    assert len(rows_of(chart_of(html, "history-work"))) == len(rows_of(chart_of(html, "history-results"))) == 3
    names = ("Response speed", "Follow-up", "Consistency", "Deal rate", "Deal value", "AI trust", "Complaints")
    for name in (*names, "Customer feedback"):
        assert f'<th scope="col" class="num">{name}</th>' in html


def test_the_score_says_how_far_it_moved(viewer: Client) -> None:
    partner = make_partner()
    only_feedback()
    for ago, stars in ((7, 2.0), (30, 4.0), (90, 3.0), (91, 5.0)):
        on_day(partner, ago, **rated(stars))

    html = text_of(viewer, partner)

    changes = re.findall(r'delta-(\w+)[^>]*>([^<]*)</span> <span class="quiet">in (\d+) days', html)
    assert changes == [("up", "+25.0", "7"), ("down", "\u221225.0", "30"), ("same", "0.0", "90")]
    assert len(rows_of(chart_of(html, "history"))) == 91


def test_without_an_earlier_day_the_page_says_that_there_is_none(viewer: Client) -> None:
    partner, other = make_partner(), make_partner()
    on_day(other, 1)
    on_day(partner, 0)

    html = text_of(viewer, partner)

    assert "No earlier days are recorded yet." in html
    assert "history-title" not in html
    assert "delta" not in html


def test_one_earlier_day_is_a_line_and_no_weeks(viewer: Client) -> None:
    partner = make_partner()
    on_day(partner, 1)

    html = text_of(viewer, partner)

    assert len(rows_of(chart_of(html, "history"))) == 2
    assert "week by week" not in html


def test_what_the_task_records_is_what_the_page_shows(viewer: Client) -> None:
    partner = make_partner()
    moment = timezone.now() - timedelta(days=3)
    lead = make_lead(partner=partner, status="won", created_at=moment, decided_at=moment + timedelta(minutes=2))
    LeadActivity.objects.create(lead=lead, type="phone_call", created_at=moment + timedelta(minutes=1))
    refresh_statistics(triggered_by="test")
    for ago in (5, 4, 3, 2, 1):
        record_day(day=today() - timedelta(days=ago), now=timezone.now())

    scores = [float(row[1]) for row in rows_of(chart_of(text_of(viewer, partner), "history"))]

    assert scores[0] == scores[1] == 50
    assert scores[3] > 50


def test_90_days_take_no_more_statements_than_one(viewer: Client) -> None:
    partner = make_partner()
    on_day(partner, 1)
    few = query_count(viewer, page_url(partner))
    for ago in range(2, 91):
        on_day(partner, ago)

    assert query_count(viewer, page_url(partner)) == few


def test_lengths_in_the_charts_have_no_comma_in_any_language(viewer: Client) -> None:
    partner = make_partner()
    for ago in range(1, 16):
        on_day(partner, ago, **rated(1.0 + ago / 7))

    html = viewer.get(page_url(partner), headers={"Accept-Language": "nl"}).content.decode()

    attributes = re.findall(r' (?:d|x|y|x1|x2|y1|y2|cx|cy|r|width|height|data-middle)="([^"]*)"', html)
    assert attributes
    assert not [value for value in attributes if "," in value]
