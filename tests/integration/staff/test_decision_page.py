"""The record of a decision, for people."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from leads.models import Lead, LeadActivity, Partner
from performance.services.refresh import refresh_statistics
from router.models import LeadAssignmentLog, RoutingPolicy
from router.services.assignment import LeadAssignmentService
from router.services.policies import save_version
from tests.factories.marketplace import make_lead, make_partner, make_partner_user, make_staff
from tests.factories.pages import html_of, inline_parts, query_count, signed_in

pytestmark = pytest.mark.django_db

PERMISSION = "router.view_leadassignmentlog"


@pytest.fixture
def viewer() -> Client:
    return signed_in(PERMISSION, "router.view_routingpolicy")


def decide(lead: Lead, *, trigger: str = "api", actor: str = "") -> LeadAssignmentLog:
    """Have the lead routed, and return the record."""
    (decision,) = LeadAssignmentService().assign([lead.pk], trigger=trigger, actor=actor)
    assert decision.log_id is not None
    return LeadAssignmentLog.objects.get(pk=decision.log_id)


def an_old_record(lead: Lead, **fields: Any) -> LeadAssignmentLog:
    """A record that says as little as the table allows."""
    return LeadAssignmentLog.objects.create(
        **{
            "lead": lead,
            "partner": lead.partner,
            "outcome": "assigned" if lead.partner_id else "no_candidate",
            "trigger": "import",
            "policy_version": 1,
            "considered_count": 2,
            "candidate_count": 2,
            "algorithm": "0",
            "duration_ms": 1.0,
        }
        | fields
    )


def page_url(log: LeadAssignmentLog) -> str:
    return reverse("staff:decision", args=[log.pk])


def replay_url(log: LeadAssignmentLog) -> str:
    return reverse("staff:decision-replay", args=[log.pk])


def text_of(client: Client, url: str) -> str:
    """The page with its white space folded, as a reader sees it."""
    return " ".join(html_of(client, url).split())


def words_of(html: str) -> str:
    """What is between the tags."""
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


def replayed(client: Client, log: LeadAssignmentLog) -> str:
    """What the button puts into the page."""
    response = client.post(replay_url(log), headers={"HX-Request": "true"})
    assert response.status_code == 200
    html = response.content.decode()
    assert inline_parts(html) == []
    assert "<html" not in html
    return " ".join(html.split())


def quick_and_slow() -> tuple[Partner, Partner]:
    """Two partners that differ in how soon they called ten leads of yesterday, and in nothing else."""
    quick, slow = make_partner(company_name="Zonneveld BV"), make_partner(company_name="Janssen Dak")
    yesterday = timezone.now() - timedelta(days=1)
    for partner, minutes in ((quick, 10), (slow, 1200)):
        for _ in range(10):
            lead = make_lead(partner=partner, status="lost", created_at=yesterday, assigned_at=yesterday)
            LeadActivity.objects.create(lead=lead, type="phone_call", created_at=yesterday + timedelta(minutes=minutes))
    Partner.objects.update(last_assigned_at=yesterday)
    refresh_statistics(triggered_by="test")
    return quick, slow


def test_the_sentence_says_who_got_it_and_what_put_it_before_the_next(viewer: Client) -> None:
    quick, slow = quick_and_slow()
    log = decide(make_lead())

    html = text_of(viewer, page_url(log))

    first, second = log.candidates
    share = 0.5 * (first["components"]["response_speed"][3] - second["components"]["response_speed"][3])
    assert share > 1
    assert f"Zonneveld BV got it with {log.total_score:.1f} points, " in html
    assert f"more than Janssen Dak: {share:.1f} points more on response speed" in html
    assert reverse("staff:performance", args=[quick.pk]) in html
    assert reverse("staff:performance", args=[slow.pk]) in html
    # Who came next: by how much, and by what.
    row = html[html.index("Who came next") :]
    assert f'<td class="num">{first["total"] - second["total"]:.1f}</td><td class="wrap">response speed' in row


def test_a_nearer_region_is_named_as_such(viewer: Client) -> None:
    make_partner(company_name="Near", lead_locations=["3511"])
    make_partner(company_name="Far", regions=["Utrecht"])
    log = decide(make_lead())

    assert "more than Far: nearer region (" in text_of(viewer, page_url(log))


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
    assert re.search(r"Took [\d.]+ ms", words)
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

    assert "Nobody got it: all 2 partners were left out for this reason: does not work in this region." in html
    assert "<strong>2</strong> does not work in this region" in html
    assert "<strong>1</strong> at its cap of open leads" in html
    assert "Who came next" not in html


def test_without_any_partner_it_says_so(viewer: Client) -> None:
    assert "there was no partner at all" in text_of(viewer, page_url(decide(make_lead())))


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
        r"points, level with (Left|Right): the draw of this lead decided\.",
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


def test_computed_again_it_is_equal(viewer: Client) -> None:
    quick_and_slow()
    log = decide(make_lead())

    html = replayed(viewer, log)

    assert "Equal: every score came out as it was recorded" in html
    assert html.count(f'<td class="num">{log.total_score:.4f}</td>') == 2
    assert "≠" not in html
    assert "What differs" not in html


def test_computed_again_a_record_that_was_tampered_with_shows_where(viewer: Client) -> None:
    quick_and_slow()
    log = decide(make_lead())
    first, second = log.candidates
    forged = an_old_record(
        log.lead,
        partner=log.partner,
        total_score=log.total_score,
        region_score=log.region_score,
        performance_score=log.performance_score,
        fairness_score=log.fairness_score,
        bonus=log.bonus,
        candidates=[first, second | {"total": second["total"] + 1}],
        policy=log.policy,
        algorithm=log.algorithm,
    )

    html = replayed(viewer, forged)

    assert "It came out differently." in html
    assert html.count("≠") == 1
    assert f"Janssen Dak total: recorded {second['total'] + 1}, computed {second['total']}" in html


def test_for_nobody_nobody_comes_out_again(viewer: Client) -> None:
    assert "Equal: nobody is on record" in replayed(viewer, decide(make_lead()))


def test_without_htmx_the_button_gives_the_whole_page(viewer: Client) -> None:
    make_partner()
    log = decide(make_lead())

    html = viewer.post(replay_url(log)).content.decode()

    assert "Equal: every score" in html
    assert "Who got it, and why" in html
    assert inline_parts(html) == []


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"candidates": {}, "policy": [], "exclusions": []},
        {"candidates": [None, {}, {"partner_id": 5}], "exclusions": {"inactive": "many"}},
        {"candidates": [{"partner_id": "nobody", "total": "high"}], "policy": {"route": 3, "performance": 4}},
        {
            "candidates": [
                {"partner_id": "ec7b8cb0-0000-4000-8000-000000000001", "total": 50.0},
                {"partner_id": "ec7b8cb0-0000-4000-8000-000000000002", "total": 40.0},
            ],
            "policy": {"route": {"region_weight": 1}, "performance": {"weights": {"deal_rate": 5}}},
            "total_score": 50.0,
        },
    ],
)
def test_a_record_that_lacks_much_still_opens_and_says_that_it_cannot_be_computed(
    fields: dict[str, Any], viewer: Client
) -> None:
    log = an_old_record(make_lead(partner=make_partner(company_name="Kept")), **fields)

    html = text_of(viewer, page_url(log))

    assert "Kept got it" in html
    assert "were never computed" in html
    again = replayed(viewer, log)
    assert "This record does not hold what it takes to compute it again." in again
    assert "version 0 of the formulas" in again


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
