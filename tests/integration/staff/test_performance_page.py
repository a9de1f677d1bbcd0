"""A partner's score taken apart, for people."""

import re
import uuid
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from feedback.models import LeadFeedback
from leads.models import LeadActivity, Partner
from performance.services.refresh import refresh_statistics
from router.assignment import LeadAssignmentService
from router.policies.services import save_version
from support.models import SupportTicket
from tests.factories.marketplace import make_lead, make_partner, make_staff
from tests.factories.pages import html_of, query_count, signed_in

pytestmark = pytest.mark.django_db

PERMISSION = "performance.view_partnerperformancestats"


@pytest.fixture
def viewer() -> Client:
    return signed_in(PERMISSION)


def page_url(partner: Partner) -> str:
    return reverse("staff:performance", args=[partner.pk])


def text_of(client: Client, url: str) -> str:
    """The page with its white space folded, as a reader sees it."""
    return " ".join(html_of(client, url).split())


def busy_partner() -> Partner:
    """A partner with two leads of yesterday: won for 5,000 after 42 minutes, and lost; one rating, one complaint."""
    partner = make_partner(
        company_name="De Vries", max_open_leads=4, regions=["Utrecht"], lead_locations=["35"], ai_risk_score=80
    )
    yesterday = timezone.now() - timedelta(days=1)
    won = make_lead(partner=partner, status="won", created_at=yesterday, deal_value=5000)
    make_lead(partner=partner, status="lost", created_at=yesterday)
    make_lead(partner=partner, created_at=yesterday)
    LeadActivity.objects.create(lead=won, type="phone_call", created_at=yesterday + timedelta(minutes=42))
    LeadFeedback.objects.create(lead=won, partner=partner, rating=4, created_at=yesterday)
    SupportTicket.objects.create(lead=won, partner=partner, type="complaint", created_at=yesterday)
    refresh_statistics(triggered_by="test")
    return partner


def test_each_component_shows_metric_evidence_and_points(viewer: Client) -> None:
    html = text_of(viewer, page_url(busy_partner()))

    assert "De Vries" in html
    assert "takes leads" in html
    assert '1 <span class="quiet">of 4</span>' in html
    assert "Utrecht, 35" in html
    for words in ("96 of 100", "80 of 100", "50 %", "4.0 of 5", "33.3 %", "€ 5,000"):
        assert f"<strong>{words}</strong>" in html
    for words in (
        "3 leads",
        "assessed",
        "2 leads decided or overdue",
        "1 rating",
        "1 deal with a value",
        "3 leads in 7 days",
    ):
        assert f"({words})" in html
    assert "42 min on average until the first contact" in html
    assert html.count('<li class="component">') == 8
    assert "of 25.0 points" in html
    assert "Statistics from" in html
    assert "avg_first_response_time_minutes_30d" in html


def test_where_the_score_reads_another_metric_the_plain_one_stands_beside_it(viewer: Client) -> None:
    partner, created_at = make_partner(), timezone.now() - timedelta(days=20)
    won = make_lead(partner=partner, status="won", created_at=created_at)
    make_lead(partner=partner, status="completed", created_at=created_at)
    for second in range(2):
        moment = created_at + timedelta(seconds=second)
        LeadActivity.objects.create(lead=won, type="phone_call", created_at=moment)
        SupportTicket.objects.create(lead=won, partner=partner, type="complaint", created_at=moment)
    refresh_statistics(triggered_by="test")

    html = text_of(viewer, page_url(partner))

    for scored, plain in (
        ("50 %", "100 % of those that were won or lost"),
        ("0 %", "50 % with two contacts at any interval"),
        ("50 %", "2 complaints in all"),
    ):
        assert re.search(f'<strong>{scored}</strong> <span class="quiet">[^<]* · {plain}</span>', html), plain
    assert "of 1 decided leads (100 %); 1 more count as lost" in html
    assert "about 1 lead<" in html


def test_the_contributions_of_the_table_add_up_to_the_score(viewer: Client) -> None:
    html = html_of(viewer, page_url(busy_partner()))

    table = html[html.index("components-caption") : html.index("stats-caption")]
    *contributions, total = [
        float(row.rpartition('<td class="num">')[2].split("<")[0]) for row in table.split("<tr>")[2:]
    ]
    assert len(contributions) == 8
    assert sum(contributions) == pytest.approx(total, abs=0.4)


def test_a_newcomer_stands_at_the_prior_and_the_page_says_that_nothing_is_known(viewer: Client) -> None:
    html = text_of(viewer, page_url(make_partner(company_name="")))

    assert "50.0 <span" in html
    assert html.count("<strong>no data</strong>") == 8
    assert "Statistics were never computed" in html
    assert "not assessed" in html
    assert "no cap" in html
    assert "everywhere" in html
    assert "every industry" in html
    assert "None yet." in html


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"is_active_for_routing": False}, "paused"),
        ({"max_open_leads": 0}, "at its cap"),
        ({"lead_industries": ["Roofs", "Solar"]}, "Roofs, Solar"),
        ({"primary_branch": "Roofs"}, "Roofs"),
        ({"regions": ["Utrecht"]}, "Utrecht"),
    ],
)
def test_the_head_says_how_the_partner_stands(fields: dict[str, object], words: str, viewer: Client) -> None:
    assert words in text_of(viewer, page_url(make_partner(**fields)))


def test_the_sentences_follow_the_policy(viewer: Client) -> None:
    partner = make_partner()
    values = {
        "ai_high_score_is_risk": True,
        "deal_rate_full": 0.25,
        "deal_rate_cap": 90,
        "complaint_rate_zero": 0.125,
        "deal_value_full": 12_500,
        "prior_strength": 0,
        "consistency_weight": 0,
    }
    before = text_of(viewer, page_url(partner))
    save_version(values=values, reason="try", user=make_staff())
    after = text_of(viewer, page_url(partner))

    assert "The AI score, unchanged." in before
    assert "5 leads bring it halfway." in before
    assert "100 minus that score" in after
    assert "A rate of 25 % corresponds to 100 points, capped at 90." in after
    assert "No complaints: 100 points; 12.5 % or more: 0." in after
    assert "€ 12,500 and more earns 100 points." in after
    assert "uses every metric unadjusted" in after
    assert "policy version 2" in after


def test_the_leads_that_the_partner_got_are_linked_to_their_explanation(viewer: Client) -> None:
    partner, lead = make_partner(), make_lead()
    LeadAssignmentService().assign([lead.pk])

    assert reverse("staff:lead", args=[lead.pk]) in html_of(viewer, page_url(partner))


def test_asked_for_a_lead_the_page_says_how_the_partner_stands_for_it(viewer: Client) -> None:
    able, away = make_partner(regions=["Utrecht"]), make_partner(regions=["Drenthe"], max_open_leads=0)
    lead = make_lead()

    first = text_of(viewer, f"{page_url(able)}?lead={lead.pk}")
    excluded = text_of(viewer, f"{page_url(away)}?lead={lead.pk}")

    assert "Rank 1 of 1 candidates" in first
    assert "Excluded: at its cap of open leads, does not work in this region." in excluded


def test_a_company_name_is_text_and_not_html(viewer: Client) -> None:
    html = html_of(viewer, page_url(make_partner(company_name="<script>alert(1)</script>", regions=["<b>"])))

    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in html
    assert "&lt;b&gt;" in html
    assert "<script>alert" not in html


def test_numbers_of_the_drawing_have_no_comma_in_any_language(viewer: Client) -> None:
    partner = busy_partner()

    html = viewer.get(page_url(partner), headers={"Accept-Language": "nl"}).content.decode()

    drawing = html[html.index('<svg class="strip"') : html.index("</ul>", html.index('class="components"'))]
    attributes = [part.split('"')[0] for name in (' width="', ' x="', ' x1="') for part in drawing.split(name)[1:]]
    assert attributes
    assert not [value for value in attributes if "," in value]
    assert "20,0" in html or "12," in html or ",5" in html


def test_the_page_takes_as_many_statements_with_50_partners_as_with_5(viewer: Client) -> None:
    partner = busy_partner()
    few = query_count(viewer, page_url(partner))
    Partner.objects.bulk_create(Partner(company_name=f"Further {n}") for n in range(50))
    refresh_statistics(triggered_by="test")

    assert query_count(viewer, page_url(partner)) == few <= 12


def test_what_is_not_there_is_a_page_of_its_own(viewer: Client) -> None:
    partner = make_partner()

    unknown = viewer.get(reverse("staff:performance", args=[uuid.uuid4()]))
    no_lead = viewer.get(f"{page_url(partner)}?lead={uuid.uuid4()}")
    no_id = viewer.get(f"{page_url(partner)}?lead=x")

    assert [response.status_code for response in (unknown, no_lead, no_id)] == [404, 404, 404]
    assert "There is no partner with this id." in unknown.content.decode()
    assert "There is no lead with this id." in no_lead.content.decode()


def test_who_is_not_signed_in_as_staff_is_sent_to_the_login(client: Client, viewer: Client) -> None:
    url = page_url(make_partner())

    assert client.get(url)["Location"] == f"{reverse('admin:login')}?next={url}"
    assert signed_in("leads.view_partner").get(url).status_code == 403
    assert viewer.get(url).status_code == 200
