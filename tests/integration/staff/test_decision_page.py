"""The record of a decision, for people."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from leads.models import Partner
from router.models import RoutingPolicy
from router.policies.services import save_version
from tests.factories.marketplace import make_lead, make_partner, make_partner_user, make_staff
from tests.factories.pages import html_of, query_count, signed_in
from tests.integration.staff.decisions import (
    PERMISSION,
    an_old_record,
    decide,
    page_url,
    quick_and_slow,
    replay_url,
    replayed,
    text_of,
    words_of,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def viewer() -> Client:
    return signed_in(PERMISSION, "router.view_routingpolicy")


def test_the_sentence_says_who_got_it_and_what_put_it_before_the_next(viewer: Client) -> None:
    quick, slow = quick_and_slow()
    log = decide(make_lead())

    html = text_of(viewer, page_url(log))

    first, second = log.candidates
    share = 0.5 * (first["components"]["response_speed"][3] - second["components"]["response_speed"][3])
    assert share > 1
    assert f"Zonneveld BV got it with {log.total_score:.1f} points, " in html
    assert f"more than Janssen Dak: {share:.1f} more points for response speed" in html
    assert reverse("staff:performance", args=[quick.pk]) in html
    assert reverse("staff:performance", args=[slow.pk]) in html
    # Who came next: by how much, and by what.
    row = html[html.index("Ranking of the candidates") :]
    assert f'<td class="num">{first["total"] - second["total"]:.1f}</td><td class="wrap">response speed' in row


def test_a_nearer_region_is_named_as_such(viewer: Client) -> None:
    make_partner(company_name="Near", lead_locations=["3511"])
    make_partner(company_name="Far", regions=["Utrecht"])
    log = decide(make_lead())

    assert "more than Far: closer territory match (" in text_of(viewer, page_url(log))


def test_the_parts_of_a_total_are_all_there_and_add_up_to_it(viewer: Client) -> None:
    quick_and_slow()
    log = decide(make_lead())

    html = html_of(viewer, page_url(log))

    table = html[html.index("points-caption") : html.index("excluded-title")]
    rows = [re.findall(r'<td class="num">([^<]+)</td>', row) for row in table.split("<tr>")[2:]]
    *parts, totals = rows
    assert len(parts) == 1 + 8 + 2 + 1
    for place in (0, 1):
        assert sum(float(row[place]) for row in parts) == pytest.approx(float(totals[place]), abs=0.6)


def test_how_it_came_to_be_decided_is_said(viewer: Client) -> None:
    user = make_staff(username="anna")
    quick_and_slow()
    log = decide(make_lead(), trigger="admin", actor=f"user:{user.pk}")
    policy = RoutingPolicy.objects.get()

    words = words_of(html_of(viewer, page_url(log)))

    assert "Asked by admin (anna)" in words
    assert "2 of 2 partners" in words
    assert re.search(r"Statistics \d+ s old", words)
    assert re.search(r"Duration [\d.]+ ms", words)
    assert reverse("admin:router_routingpolicy_change", args=[policy.pk]) in html_of(viewer, page_url(log))


@pytest.mark.parametrize(
    ("recorded", "shown"), [("user:999999", "user:999999"), ("user:x", "user:x"), ("import", "import")]
)
def test_who_asked_is_shown_as_recorded_where_there_is_no_such_user(recorded: str, shown: str, viewer: Client) -> None:
    make_partner()

    assert f"Asked by API ({shown})" in words_of(html_of(viewer, page_url(decide(make_lead(), actor=recorded))))


def test_the_weights_are_those_of_the_decision_and_not_todays(viewer: Client) -> None:
    make_partner()
    log = decide(make_lead())
    save_version(values={"region_weight": 0, "deal_rate_weight": 99}, reason="try", user=make_staff())

    words = words_of(html_of(viewer, page_url(log)))

    assert "The weights of policy version 1" in words
    assert "Region 30 30 % Performance 50 50 % Fairness 20 20 %" in words
    assert "Deal rate 25 25 %" in words


def test_for_nobody_it_says_why(viewer: Client) -> None:
    make_partner(regions=["Drenthe"])
    make_partner(regions=["Zeeland"], max_open_leads=0)
    log = decide(make_lead())

    html = text_of(viewer, page_url(log))

    assert "Nobody got it: all 2 partners were excluded (does not work in this region)." in html
    assert "<strong>2</strong> does not work in this region" in html
    assert "<strong>1</strong> at its cap of open leads" in html
    assert "Ranking of the candidates" not in html


def test_without_any_partner_it_says_so(viewer: Client) -> None:
    assert "there were no partners" in text_of(viewer, page_url(decide(make_lead())))


def test_the_only_candidate_needs_no_comparison(viewer: Client) -> None:
    make_partner(company_name="Only")
    make_partner(company_name="Away", regions=["Drenthe"])

    html = text_of(viewer, page_url(decide(make_lead())))

    assert re.search(r"Only got it with [\d.]+ points: no other partner was eligible\.", html)
    assert "<strong>1</strong> does not work in this region" in html


def test_equal_partners_are_told_to_be_level(viewer: Client) -> None:
    make_partner(company_name="Left")
    make_partner(company_name="Right")

    assert re.search(
        r"points, tied with (Left|Right); decided by lot\.",
        text_of(viewer, page_url(decide(make_lead()))),
    )


def test_decisions_on_the_same_lead_lead_to_each_other(viewer: Client) -> None:
    lead = make_lead()
    first = decide(lead)
    make_partner()
    second = decide(lead)
    decide(make_lead())

    earlier, later = html_of(viewer, page_url(first)), html_of(viewer, page_url(second))

    assert f'href="{page_url(second)}" rel="next"' in earlier
    assert 'rel="prev"' not in earlier
    assert f'href="{page_url(first)}" rel="prev"' in later
    assert 'rel="next"' not in later
    assert reverse("staff:lead", args=[lead.pk]) in later


def test_without_scores_the_difference_of_the_totals_is_all_that_is_said(viewer: Client) -> None:
    first, second = make_partner(company_name="First"), make_partner(company_name="Second")
    log = an_old_record(
        make_lead(partner=first),
        total_score=50.0,
        candidates=[{"partner_id": str(first.pk), "total": 50.0}, {"partner_id": str(second.pk), "total": 40.0}],
    )

    assert "First got it with 50.0 points, 10.0 more than Second." in text_of(viewer, page_url(log))


def test_company_names_are_text_and_not_html(viewer: Client) -> None:
    make_partner(company_name="<script>alert(1)</script>")
    make_partner(company_name='" onmouseover="alert(1)')

    log = decide(make_lead())

    assert "<script>alert" not in html_of(viewer, page_url(log))
    assert "<script>alert" not in replayed(viewer, log)


def test_the_page_takes_as_many_statements_with_six_candidates_as_with_one(viewer: Client) -> None:
    make_partner()
    few = query_count(viewer, page_url(decide(make_lead(), actor="user:1")))
    Partner.objects.bulk_create(Partner(company_name=f"Further {n}") for n in range(50))

    assert query_count(viewer, page_url(decide(make_lead(), actor="user:1"))) == few <= 8


def test_who_may_see_it(client: Client, viewer: Client) -> None:
    make_partner()
    log = decide(make_lead())
    partner = Client()
    partner.force_login(make_partner_user(make_partner()))

    for url, ask in ((page_url(log), "get"), (replay_url(log), "post")):
        assert getattr(client, ask)(url)["Location"] == f"{reverse('admin:login')}?next={url}"
        assert getattr(partner, ask)(url).status_code == 403
        assert getattr(signed_in("leads.view_lead"), ask)(url).status_code == 403
        assert getattr(viewer, ask)(url).status_code == 200
    assert viewer.post(page_url(log)).status_code == 405
    assert viewer.get(replay_url(log)).status_code == 405


def test_links_that_the_reader_may_not_follow_are_not_there() -> None:
    make_partner()
    log = decide(make_lead())

    assert "routingpolicy" not in html_of(signed_in(PERMISSION), page_url(log))


def test_a_decision_that_is_not_there_is_a_page_of_its_own(viewer: Client) -> None:
    for number in (0, 10**30):
        response = viewer.get(f"/staff/ai-router/decisions/{number}/")
        assert response.status_code == 404
        assert "There is no decision with this number." in response.content.decode()


def test_lists_of_decisions_and_the_page_of_the_lead_lead_to_the_page() -> None:
    make_partner()
    log = decide(make_lead())
    reader = signed_in(PERMISSION)

    assert page_url(log) in html_of(reader, reverse("staff:lead", args=[log.lead_id]))
    assert page_url(log) in html_of(reader, reverse("admin:router_leadassignmentlog_changelist"))
    assert page_url(log) in html_of(reader, reverse("admin:router_leadassignmentlog_change", args=[log.pk]))
