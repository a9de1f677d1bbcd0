"""Who got a lead and why, for people."""

import uuid
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from leads.models import Lead, Partner
from performance.services.refresh import refresh_statistics
from router.assignment import LeadAssignmentService
from router.models import LeadAssignmentLog
from router.policies.services import save_version
from tests.factories.marketplace import make_industry, make_lead, make_partner, make_staff
from tests.factories.old_rows import before_the_rule
from tests.factories.pages import html_of, query_count, signed_in

pytestmark = pytest.mark.django_db

PERMISSION = "router.view_leadassignmentlog"


@pytest.fixture
def viewer() -> Client:
    return signed_in(PERMISSION)


def page_url(lead: Lead) -> str:
    return reverse("staff:lead", args=[lead.pk])


def text_of(client: Client, url: str) -> str:
    """The page with its white space folded, as a reader sees it."""
    return " ".join(html_of(client, url).split())


def assign(lead: Lead) -> None:
    LeadAssignmentService().assign([lead.pk], trigger="admin", actor="kim")
    lead.refresh_from_db()


def test_an_assigned_lead_names_its_partner_the_parts_of_the_score_and_who_came_next(viewer: Client) -> None:
    near = make_partner(company_name="Near", regions=["Utrecht"], max_open_leads=20)
    make_partner(company_name="Everywhere", max_open_leads=20)
    make_partner(company_name="Far", regions=["Drenthe"])
    lead = make_lead(industry=make_industry(name="Roofs"))
    assign(lead)

    html = text_of(viewer, page_url(lead))

    assert lead.partner == near
    assert "Roofs" in html
    assert "more than Everywhere: closer territory match (9.0 points)." in html
    assert "How the total is made up" in html
    assert '<td class="num">80.0</td><td class="num">30 %</td><td class="num">24.0</td>' in html
    assert "admin (kim) · policy version 1 · 2 candidates" in html
    assert "<strong>1</strong> does not work in this region" in html
    assert "Behind" in html
    assert '<td class="num">9.0</td>' in html
    assert "has the lead" in html


def test_the_only_candidate_wins_without_a_race(viewer: Client) -> None:
    make_partner()
    lead = make_lead()
    assign(lead)

    assert "no other partner was eligible." in text_of(viewer, page_url(lead))


def test_equals_are_told_apart_by_the_draw(viewer: Client) -> None:
    make_partner(company_name="One"), make_partner(company_name="Two")
    lead = make_lead()
    assign(lead)

    assert "decided by lot" in text_of(viewer, page_url(lead))


def test_a_lead_that_nobody_can_take_says_why(viewer: Client) -> None:
    make_partner(company_name="Asleep", is_active_for_routing=False)
    make_partner(company_name="Full", max_open_leads=0)
    lead = make_lead()
    assign(lead)

    html = text_of(viewer, page_url(lead))

    assert "Nobody got it: all 2 partners were excluded" in html
    assert "<strong>1</strong> paused" in html
    assert "<strong>1</strong> at its cap of open leads" in html
    assert "Asleep" in html
    assert "nobody yet" in html


def test_rows_that_break_a_rule_of_the_database_are_told_in_words(viewer: Client) -> None:
    with before_the_rule("profiles", "profiles_ai_risk_level_known"):
        make_partner(company_name="Shouting", ai_risk_level="HIGH")
    with before_the_rule("leads", "leads_deal_value_not_negative"):
        old = make_lead(deal_value=-1)
    assign(old)

    html = text_of(viewer, page_url(old))

    assert "<dt>Breaks the rules</dt><dd>leads_deal_value_not_negative</dd>" in html
    assert "<strong>1</strong> its profile breaks a rule of the database; see inspect_database" in html
    assert "<strong>1</strong> the lead, or who has it, breaks a rule of the database; see inspect_database" in html
    assert "Breaks the rules" not in text_of(viewer, page_url(make_lead()))


def test_a_lead_without_a_record_says_so(viewer: Client) -> None:
    waiting, imported = make_lead(), make_lead(partner=make_partner())

    assert "the lead has not been routed" in text_of(viewer, page_url(waiting))
    assert "the lead was assigned outside the router" in text_of(viewer, page_url(imported))


def test_earlier_decisions_stay_in_reach(viewer: Client) -> None:
    lead = make_lead()
    assign(lead)
    make_partner(company_name="Late")
    assign(lead)

    html = text_of(viewer, page_url(lead))

    assert html.index("Late") < html.index("<summary>")
    assert "nobody was eligible</summary>" in html


def test_the_weights_of_the_decision_are_shown_and_not_todays(viewer: Client) -> None:
    make_partner()
    lead = make_lead()
    assign(lead)
    save_version(values={"region_weight": 0, "fairness_weight": 0}, reason="try", user=make_staff())

    html = text_of(viewer, page_url(lead))

    assert '<td class="num">30 %</td>' in html
    assert "under policy version 2" in html


def test_a_weight_of_zero_and_a_bonus_are_shown_for_what_they_are(viewer: Client) -> None:
    save_version(values={"region_weight": 0, "fairness_weight": 0}, reason="try", user=make_staff())
    make_partner(company_name="Loved", routing_priority=4)
    make_partner(company_name="Plain")
    lead = make_lead()
    assign(lead)

    html = text_of(viewer, page_url(lead))

    assert "more than Plain: 4.0 more points for priority bonus." in html
    assert '<td class="num">0 %</td><td class="num">0.0</td>' in html


def test_a_record_without_scores_and_policy_still_opens(viewer: Client) -> None:
    lead = make_lead(partner=make_partner(company_name="Kept"))
    LeadAssignmentLog.objects.create(
        lead=lead,
        partner=lead.partner,
        outcome="assigned",
        trigger="import",
        policy_version=1,
        considered_count=1,
        candidate_count=1,
        algorithm="0",
        duration_ms=1.0,
    )

    assert "Kept" in text_of(viewer, page_url(lead))


def test_long_tables_are_cut_off_until_all_is_asked_for(viewer: Client) -> None:
    Partner.objects.bulk_create(Partner(company_name=f"Able {n:02}") for n in range(30))
    Partner.objects.bulk_create(Partner(company_name=f"Away {n:02}", regions=["Drenthe"]) for n in range(40))
    lead = make_lead()

    short, whole = html_of(viewer, page_url(lead)), html_of(viewer, f"{page_url(lead)}?show=all")

    assert (short.count("Able "), short.count("Away ")) == (25, 25)
    assert "Show all 30 candidates" in short
    assert "Show all 40 excluded partners" in short
    assert (whole.count("Able "), whole.count("Away ")) == (30, 40)
    assert "Show all" not in whole


def test_company_names_and_places_are_text_and_not_html(viewer: Client) -> None:
    make_partner(company_name="<script>alert(1)</script>")
    make_partner(company_name='" onmouseover="alert(1)', is_active_for_routing=False)
    lead = make_lead(postcode="<b>35", province='"><img src=x>')
    assign(lead)

    html = html_of(viewer, page_url(lead))

    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in html
    assert "<script>alert" not in html
    assert "<img src=x>" not in html


def test_nothing_of_the_person_is_on_the_page(viewer: Client) -> None:
    make_partner()
    person = {
        "contact_name": "Kim Jansen",
        "contact_email": "kim@example.com",
        "contact_phone": "0612345678",
        "message": "Call me after six",
    }
    lead = make_lead(**person)
    assign(lead)

    html = html_of(viewer, page_url(lead))

    assert [value for value in person.values() if value in html] == []


def test_the_page_takes_as_many_statements_with_50_partners_as_with_5(viewer: Client) -> None:
    Partner.objects.bulk_create(Partner(company_name=f"Partner {n}") for n in range(5))
    lead = make_lead(created_at=timezone.now() - timedelta(hours=1))
    assign(lead)
    refresh_statistics(triggered_by="test")
    few = query_count(viewer, page_url(lead))
    Partner.objects.bulk_create(Partner(company_name=f"Further {n}") for n in range(50))

    assert query_count(viewer, page_url(lead)) == few <= 10


def test_a_lead_that_is_not_there_is_a_page_of_its_own(viewer: Client) -> None:
    response = viewer.get(reverse("staff:lead", args=[uuid.uuid4()]))

    assert response.status_code == 404
    assert "There is no lead with this id." in response.content.decode()
    assert viewer.get("/staff/ai-router/leads/none/").status_code == 404


def test_who_is_not_signed_in_as_staff_is_sent_to_the_login(client: Client, viewer: Client) -> None:
    url = page_url(make_lead())

    assert client.get(url)["Location"] == f"{reverse('admin:login')}?next={url}"
    assert signed_in("leads.view_lead").get(url).status_code == 403
    assert viewer.post(url).status_code == 405
    assert viewer.get(url).status_code == 200
