"""A decision computed again from its record."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from leads.models import LeadActivity
from performance.services.refresh import refresh_statistics
from router.assignment import LeadAssignmentService
from router.decisions.record import Decision
from router.decisions.replay import replay_log
from router.models import LeadAssignmentLog
from tests.factories.marketplace import make_lead
from tests.integration.router.worlds import ids, make_leads, make_partners

pytestmark = pytest.mark.django_db


@pytest.fixture
def log() -> LeadAssignmentLog:
    for n in range(8):
        make_partners(1, max_open_leads=5 + n, routing_priority=n % 3, ai_risk_score=10 * n)
    refresh_statistics(triggered_by="test")
    decision = LeadAssignmentService().assign(ids(make_leads(1)))[0]
    return LeadAssignmentLog.objects.get(lead_id=decision.lead_id)


def tampered(log: LeadAssignmentLog, **changes: object) -> tuple[str, ...]:
    for name, value in changes.items():
        setattr(log, name, value)
    return tuple(map(str, replay_log(log).differences))


def test_every_decision_of_a_batch_agrees_with_its_replay() -> None:
    make_partners(6, max_open_leads=4, regions=["Utrecht"])
    make_partners(6, max_open_leads=2, lead_locations=["35"])
    refresh_statistics(triggered_by="test")
    service = LeadAssignmentService()

    decisions = service.assign(ids(make_leads(60)))

    replays = [service.replay(decision) for decision in decisions]
    assert [replay.differences for replay in replays] == [()] * 60
    assert {decision.outcome for decision in decisions} == {"assigned", "no_candidate"}
    assert all(replay.agrees for replay in replays)


def test_the_replay_gives_the_candidates_and_their_components(log: LeadAssignmentLog) -> None:
    replay = replay_log(log)

    assert [candidate.partner_id for candidate in replay.candidates] == [
        entry["partner_id"] for entry in log.candidates
    ]
    assert replay.performance[0].score == log.performance_score


def test_a_changed_total_shows(log: LeadAssignmentLog) -> None:
    assert log.total_score is not None
    assert tampered(log, total_score=log.total_score + 0.001)[0].startswith("total_score: recorded")


def test_another_winner_shows(log: LeadAssignmentLog) -> None:
    assert tampered(log, partner_id=log.candidates[1]["partner_id"])[0].startswith("winner: recorded")


def test_a_missing_winner_shows(log: LeadAssignmentLog) -> None:
    assert tampered(log, candidates=[])[0].startswith("winner: recorded")


def test_a_changed_component_shows(log: LeadAssignmentLog) -> None:
    log.candidates[2]["components"]["ai_trust"][0] = None
    assert any("ai_trust raw_score: recorded None" in text for text in tampered(log))


def test_a_changed_order_shows(log: LeadAssignmentLog) -> None:
    log.candidates[1], log.candidates[2] = log.candidates[2], log.candidates[1]
    assert any(text.startswith("order: recorded") for text in tampered(log))


def test_a_changed_input_shows(log: LeadAssignmentLog) -> None:
    log.candidates[-1]["open_leads"] += 1
    assert any("spare_capacity: recorded" in text for text in tampered(log))


def test_a_decision_without_a_record_cannot_be_replayed(log: LeadAssignmentLog) -> None:
    unrecorded = replace(Decision.from_log(log), log_id=None)

    with pytest.raises(ValueError, match="never recorded"):
        LeadAssignmentService().replay(unrecorded)


def test_the_row_alone_is_enough(log: LeadAssignmentLog) -> None:
    with connection.cursor() as cursor:
        cursor.execute("UPDATE profiles SET ai_risk_score = 1, max_open_leads = 1, routing_priority = 10")

    assert LeadAssignmentService().replay(log).agrees


def test_a_decision_of_the_first_formulas_agrees_as_well() -> None:
    """It holds the mean time where later ones hold points, and the plain columns."""
    created_at = timezone.now() - timedelta(days=2)
    for partner in make_partners(3):
        lead = make_lead(partner=partner, created_at=created_at)
        LeadActivity.objects.create(lead=lead, type="phone_call", created_at=created_at + timedelta(minutes=75))
    refresh_statistics(triggered_by="test")
    decision = LeadAssignmentService().assign(ids(make_leads(1)))[0]
    log = LeadAssignmentLog.objects.get(lead_id=decision.lead_id)
    then = {
        "response_points_30d": "avg_first_response_time_minutes_30d",
        "deal_rate_with_undecided_30d": "deal_rate_30d",
        "pct_leads_followed_up_30d": "pct_leads_min_2_attempts_30d",
        "complained_lead_rate_30d": "complaint_rate_30d",
    }
    for entry in log.candidates:
        assert entry["metrics"]["response_points_30d"] == 85
        metrics = {then.get(column, column): value for column, value in entry["metrics"].items()}
        entry["metrics"] = metrics | {"avg_first_response_time_minutes_30d": 75.0}
    log.algorithm = "1"

    assert replay_log(log).differences == ()
