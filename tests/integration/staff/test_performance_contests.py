"""For which leads a partner was on the list, and what made the difference, on its page."""

import uuid
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from leads.models import Partner
from router.assignment import LeadAssignmentService
from router.models import LeadAssignmentLog
from router.staff.partner_contests import MOST_SHOWN
from router.staff.queries.contests import MOST_LOST, contests_of
from tests.factories.marketplace import make_lead, make_partner
from tests.factories.pages import html_of, signed_in

pytestmark = pytest.mark.django_db

PERMISSION = "performance.view_partnerperformancestats"


@pytest.fixture
def viewer() -> Client:
    return signed_in(PERMISSION, "router.view_leadassignmentlog")


def page_url(partner: Partner) -> str:
    return reverse("staff:performance", args=[partner.pk])


def text_of(client: Client, partner: Partner) -> str:
    """The page with its white space folded, as a reader sees it."""
    return " ".join(html_of(client, page_url(partner)).split())


def two_partners() -> tuple[Partner, Partner]:
    """One that works in the lead's postcode area, and one that works everywhere: the first is always nearer."""
    return (
        make_partner(company_name="Near", lead_locations=["35"]),
        make_partner(company_name="Anywhere", max_open_leads=1),
    )


def decide() -> LeadAssignmentLog:
    (decision,) = LeadAssignmentService().assign([make_lead().pk])
    assert decision.log_id is not None
    return LeadAssignmentLog.objects.get(pk=decision.log_id)


def a_record(*, winner: Partner, **fields: Any) -> LeadAssignmentLog:
    """A record with what is given."""
    return LeadAssignmentLog.objects.create(
        **{
            "lead": make_lead(),
            "partner": winner,
            "outcome": "assigned",
            "trigger": "import",
            "policy_version": 1,
            "considered_count": 2,
            "candidate_count": 2,
            "algorithm": "0",
            "duration_ms": 1.0,
        }
        | fields
    )


def candidates(*partners: Partner) -> list[dict[str, Any]]:
    return [{"partner_id": str(partner.pk)} for partner in partners]


def test_who_lost_sees_by_how_much_and_what_made_the_difference(viewer: Client) -> None:
    near, anywhere = two_partners()
    log = decide()
    assert log.partner_id == near.pk
    difference = log.candidates[0]["total"] - log.candidates[1]["total"]

    html = text_of(viewer, anywhere)

    assert "Candidate for 0 won and 1 lost leads among the latest 1 decisions for all partners (since" in html
    assert f"outscored by {difference:.1f} points, mainly region" in html
    assert '<li class="chip"><strong>1</strong> region</li>' in html
    lost = html[html.index('id="lost-title"') :]
    assert reverse("staff:decision", args=[log.pk]) in lost
    assert reverse("staff:lead", args=[log.lead_id]) in lost
    assert f'<a href="{page_url(near)}">Near</a></td><td class="num">2</td>' in lost


def test_who_won_sees_what_put_it_before_the_next(viewer: Client) -> None:
    near, _ = two_partners()
    log = decide()
    difference = log.candidates[0]["total"] - log.candidates[1]["total"]

    html = text_of(viewer, near)

    assert f"{difference:.1f} points ahead of the runner-up, mainly region" in html
    assert "Candidate for 1 won and 0 lost leads" in html
    assert "None in these decisions." in html


def test_the_only_candidate_and_an_equal_one_are_said_so(viewer: Client) -> None:
    twins = (make_partner(), make_partner())
    equal = decide()
    winner, loser = sorted(twins, key=lambda partner: partner.pk != equal.partner_id)
    loser.is_active_for_routing = False
    loser.save()
    decide()

    assert "tied with the winner; decided by lot" in text_of(viewer, loser)
    html = text_of(viewer, winner)
    assert "tied with the runner-up; decided by lot" in html
    assert "no other candidate" in html


def test_records_that_say_nothing_are_counted_and_not_explained(viewer: Client) -> None:
    winner, partner = make_partner(), make_partner()
    a_record(winner=winner, candidates=candidates(winner, partner))
    a_record(winner=winner, candidates=candidates(partner), policy={"route": "?"})
    nothing: tuple[Any, ...] = (["x", None], [{"partner_id": None}])
    for nonsense in nothing:
        a_record(winner=winner, candidates=nonsense, policy={"route": []})

    html = text_of(viewer, partner)

    assert "Candidate for 0 won and 2 lost leads among the latest 4 decisions" in html
    assert "outscored" not in html
    assert "chip" not in html[html.index('id="lost-title"') :]
    assert text_of(viewer, winner).count("before the next") == 0


def test_only_the_latest_decisions_are_looked_through_and_the_newest_lost_are_taken_apart() -> None:
    winner, partner = make_partner(), make_partner()
    logs = [a_record(winner=winner, candidates=candidates(winner, partner)) for _ in range(5)]
    a_record(winner=partner, candidates=candidates(partner, winner))
    LeadAssignmentLog.objects.create(
        lead=make_lead(),
        outcome="no_candidate",
        trigger="sweep",
        policy_version=1,
        considered_count=2,
        candidate_count=0,
        algorithm="1",
        duration_ms=1.0,
    )

    some, all_of_them = contests_of(partner.pk, scanned=3), contests_of(partner.pk)

    assert (some.scanned, some.won, some.lost, some.since) == (3, 1, 2, logs[3].decided_at)
    assert (all_of_them.scanned, all_of_them.won, all_of_them.lost) == (6, 1, 5)
    newest_first = [log.pk for log in reversed(logs)]
    assert [contest.decision_id for contest in all_of_them.latest_lost] == newest_first
    assert {contest.rank for contest in all_of_them.latest_lost} == {2}
    assert MOST_SHOWN <= MOST_LOST


def test_without_any_decision_the_page_says_nothing_of_a_number(viewer: Client) -> None:
    contests = contests_of(uuid.uuid4())

    assert (contests.scanned, contests.since, contests.won, contests.lost, contests.latest_lost) == (0, None, 0, 0, ())
    html = text_of(viewer, make_partner())
    assert "On the list" not in html
    assert "None in these decisions." in html


def test_records_are_linked_only_for_those_who_may_see_them() -> None:
    near, anywhere = two_partners()
    log = decide()

    for partner in (near, anywhere):
        assert reverse("staff:decision", args=[log.pk]) not in text_of(signed_in(PERMISSION), partner)
