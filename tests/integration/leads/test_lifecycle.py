from datetime import UTC, datetime, timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
from django.db import IntegrityError, connection
from django.test.utils import CaptureQueriesContext

from core.auth.actors import Actor
from leads.models import Lead, LeadActivity, Partner
from leads.services import lifecycle
from leads.services.lifecycle import (
    TARGETS,
    CorrectionRefused,
    LeadAction,
    TransitionRefused,
    allowed_actions,
    change_status,
    correct_status,
)
from leads.services.locks import LeadNotFound
from leads.vocabulary import LeadStatus
from tests.factories.marketplace import make_lead, make_partner
from tests.factories.threads import at_once

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
STAFF = Actor(name="user:1")

ALLOWED = {
    ("new", "accept"): "accepted",
    ("new", "reject"): "rejected",
    ("accepted", "start"): "in_progress",
    ("accepted", "complete"): "completed",
    ("in_progress", "complete"): "completed",
    ("accepted", "win"): "won",
    ("in_progress", "win"): "won",
    ("completed", "win"): "won",
    ("accepted", "lose"): "lost",
    ("in_progress", "lose"): "lost",
    ("completed", "lose"): "lost",
}


def actions_from(status: str) -> list[str]:
    return [action for action in LeadAction if (status, action.value) in ALLOWED]


@pytest.mark.parametrize("status", LeadStatus.values)
@pytest.mark.parametrize("action", LeadAction)
def test_every_action_in_every_status(status: str, action: LeadAction) -> None:
    lead = make_lead(partner=make_partner(), status=status)
    target = ALLOWED.get((status, action.value))

    if target is None:
        with pytest.raises(TransitionRefused) as refused:
            change_status(lead_id=lead.id, action=action, actor=STAFF, now=NOW)
        assert refused.value.status == status
        assert list(refused.value.allowed_actions) == actions_from(status)
    else:
        change_status(lead_id=lead.id, action=action, actor=STAFF, now=NOW)

    assert Lead.objects.get().status == (target or status)
    assert LeadActivity.objects.count() == (0 if target is None else 1)


def test_every_action_leads_somewhere() -> None:
    assert set(TARGETS) == set(LeadAction)


@pytest.mark.parametrize("action", [LeadAction.ACCEPT, LeadAction.REJECT])
def test_a_lead_that_nobody_has_is_neither_accepted_nor_rejected(action: LeadAction) -> None:
    lead = make_lead()

    with pytest.raises(TransitionRefused) as refused:
        change_status(lead_id=lead.id, action=action, actor=STAFF, now=NOW)

    assert refused.value.allowed_actions == ()
    assert allowed_actions(status="new", has_partner=True) == (LeadAction.ACCEPT, LeadAction.REJECT)


def test_the_change_is_logged_with_who_did_it() -> None:
    partner = make_partner()
    lead = make_lead(partner=partner)

    change_status(lead_id=lead.id, action=LeadAction.ACCEPT, actor=Actor(name="user:7", partner_id=partner.id), now=NOW)

    activity = LeadActivity.objects.get()
    assert (activity.lead_id, activity.type, activity.created_at) == (lead.id, "status_change", NOW)
    assert activity.metadata == {"from": "new", "to": "accepted", "actor": "user:7"}
    assert activity.created_by_id == partner.id


def test_the_times_come_from_the_database() -> None:
    lead = make_lead(partner=make_partner())

    accepted = change_status(lead_id=lead.id, action=LeadAction.ACCEPT, actor=STAFF, now=NOW)
    won = change_status(lead_id=lead.id, action=LeadAction.WIN, actor=STAFF, now=NOW)

    assert accepted.accepted_at is not None
    assert accepted.decided_at is None
    assert won.accepted_at == accepted.accepted_at
    assert won.decided_at is not None
    assert won.first_contact_at is None


def test_a_win_has_its_value() -> None:
    lead = make_lead(partner=make_partner(), status="accepted")

    won = change_status(lead_id=lead.id, action=LeadAction.WIN, actor=STAFF, now=NOW, deal_value=Decimal("12500.50"))

    assert won.deal_value == Decimal("12500.50")


@pytest.mark.parametrize("deal_value", [None, Decimal(0)])
def test_a_win_may_have_none_or_be_for_free(deal_value: Decimal | None) -> None:
    lead = make_lead(partner=make_partner(), status="accepted")

    won = change_status(lead_id=lead.id, action=LeadAction.WIN, actor=STAFF, now=NOW, deal_value=deal_value)

    assert won.deal_value == deal_value


@pytest.mark.parametrize(("action", "deal_value"), [("win", Decimal(-1)), ("lose", Decimal(1)), ("accept", Decimal(0))])
def test_a_deal_value_that_cannot_be_is_refused(action: str, deal_value: Decimal) -> None:
    lead = make_lead(partner=make_partner(), status="accepted")

    with pytest.raises(ValueError, match="deal value"):
        change_status(lead_id=lead.id, action=LeadAction(action), actor=STAFF, now=NOW, deal_value=deal_value)

    assert Lead.objects.get().status == "accepted"


def test_a_partner_reaches_its_own_leads_alone() -> None:
    mine, theirs = make_partner(), make_partner()
    lead = make_lead(partner=theirs)

    with pytest.raises(LeadNotFound):
        change_status(
            lead_id=lead.id, action=LeadAction.ACCEPT, actor=Actor(name="user:7", partner_id=mine.id), now=NOW
        )

    assert Lead.objects.get().status == "new"


def test_a_lead_that_is_not_there() -> None:
    with pytest.raises(LeadNotFound):
        change_status(lead_id=uuid4(), action=LeadAction.ACCEPT, actor=STAFF, now=NOW)


def test_only_what_changed_is_written() -> None:
    lead = make_lead(partner=make_partner(), created_at=NOW - timedelta(days=1))

    with CaptureQueriesContext(
        connection,
    ) as queries:
        change_status(lead_id=lead.id, action=LeadAction.ACCEPT, actor=STAFF, now=NOW)

    (update,) = [query["sql"] for query in queries if query["sql"].startswith("UPDATE")]
    assert update.startswith("""UPDATE "leads" SET "status" = 'accepted' WHERE""")


@pytest.mark.django_db(transaction=True)
def test_of_two_who_decide_at_once_one_is_refused() -> None:
    partner: Partner = make_partner()
    lead = make_lead(partner=partner, status="accepted")

    def decide(number: int) -> str:
        action = (LeadAction.WIN, LeadAction.LOSE)[number % 2]
        try:
            return change_status(lead_id=lead.id, action=action, actor=STAFF, now=NOW).status
        except TransitionRefused as refused:
            return f"refused: {refused.status}"

    answers = at_once(8, decide)

    (decided,) = [answer for answer in answers if not answer.startswith("refused")]
    assert answers.count(f"refused: {decided}") == 7
    assert LeadActivity.objects.count() == 1


def test_what_only_the_database_refuses_is_refused_in_the_same_words(monkeypatch: pytest.MonkeyPatch) -> None:
    lead = make_lead(partner=make_partner(), status="completed")
    monkeypatch.setitem(lifecycle.TARGETS, LeadAction.WIN, LeadStatus.ACCEPTED)

    with pytest.raises(TransitionRefused) as refused:
        change_status(lead_id=lead.id, action=LeadAction.WIN, actor=STAFF, now=NOW)

    assert (refused.value.status, refused.value.allowed_actions) == ("completed", (LeadAction.LOSE,))
    assert not LeadActivity.objects.exists()


# -- Corrections


@pytest.mark.parametrize("status", [status for status in LeadStatus if status != LeadStatus.WON])
def test_a_mistaken_status_is_corrected_with_its_times_and_the_reason_on_record(status: LeadStatus) -> None:
    then = NOW - timedelta(days=3)
    lead = make_lead(partner=make_partner(), status="won", created_at=then, accepted_at=then, decided_at=then)

    corrected = correct_status(
        lead_id=lead.id, expected="won", status=status, reason=" The wrong button. ", actor=STAFF, now=NOW
    )

    assert corrected.status == status
    assert corrected.decided_at == (then if status == "lost" else None)
    assert corrected.accepted_at == (None if status == "new" else then)
    activity = LeadActivity.objects.get()
    assert (activity.type, activity.description) == ("status_change", "The wrong button.")
    assert activity.metadata == {"from": "won", "to": status, "actor": "user:1", "correction": True}


def test_after_a_correction_the_rule_holds_again_in_the_same_transaction() -> None:
    lead = make_lead(partner=make_partner(), status="won")
    correct_status(
        lead_id=lead.id, expected="won", status=LeadStatus.REJECTED, reason="A mistake.", actor=STAFF, now=NOW
    )

    with pytest.raises(IntegrityError, match="cannot go from rejected to new"):
        Lead.objects.update(status="new")


@pytest.mark.parametrize(
    ("expected", "status", "has_partner"),
    [("won", LeadStatus.LOST, True), ("lost", LeadStatus.LOST, True), ("lost", LeadStatus.ACCEPTED, False)],
)
def test_a_correction_of_what_is_not_so_or_cannot_be_is_refused(
    expected: str,
    status: LeadStatus,
    has_partner: bool,  # noqa: FBT001  # a case
) -> None:
    lead = make_lead(partner=make_partner() if has_partner else None, status="lost")

    with pytest.raises(CorrectionRefused) as refused:
        correct_status(lead_id=lead.id, expected=expected, status=status, reason="A mistake.", actor=STAFF, now=NOW)

    assert refused.value.status == "lost"
    assert Lead.objects.get().status == "lost"
    assert not LeadActivity.objects.exists()


def test_a_correction_has_a_reason() -> None:
    lead = make_lead(status="lost")

    with pytest.raises(ValueError, match="reason"):
        correct_status(lead_id=lead.id, expected="lost", status=LeadStatus.NEW, reason=" ", actor=STAFF, now=NOW)
