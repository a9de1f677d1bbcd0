"""The rule `status_transition`: the state machine, for whoever writes."""

from itertools import product
from pathlib import Path
from uuid import UUID

import psycopg
import pytest
from django.db import IntegrityError, transaction

from leads.models import Lead
from leads.vocabulary import RESTARTING, STEPS, TRANSITION_RULE, LeadStatus
from tests.factories.marketplace import make_lead, make_partner
from tests.factories.old_rows import before_the_rule
from tests.factories.raw import bind_again, execute, exempt

pytestmark = pytest.mark.django_db

DIAGRAM = Path(__file__).resolve().parents[2] / "docs" / "lifecycle.md"


def steps_from(source: str, *, has_partner: bool) -> set[str]:
    return {step.target for step in STEPS if step.source == source and (has_partner or not step.needs_partner)}


def refused(statement: str, *values: object) -> psycopg.errors.CheckViolation | None:
    """The refusal of a statement, which is taken back in any case."""
    try:
        with transaction.atomic():
            execute(statement, list(values))
            transaction.set_rollback(True)
    except IntegrityError as error:
        if not isinstance(error.__cause__, psycopg.errors.CheckViolation):
            raise
        return error.__cause__
    return None


@pytest.mark.parametrize("has_partner", [True, False])
def test_every_pair_of_statuses_for_a_lead_that_stays_where_it_is(*, has_partner: bool) -> None:
    partner = make_partner() if has_partner else None
    allowed = set()
    for source, target in product(LeadStatus.values, repeat=2):
        lead = make_lead(partner=partner, status=source)
        if refused("UPDATE leads SET status = %s WHERE id = %s", target, lead.id) is None:
            allowed.add((source, target))

    same = {(status, status) for status in LeadStatus.values}
    assert allowed == same | {
        (source, target) for source in LeadStatus.values for target in steps_from(source, has_partner=has_partner)
    }


@pytest.mark.parametrize("stays_assigned", [True, False])
def test_every_pair_of_statuses_for_a_lead_that_changes_hands(*, stays_assigned: bool) -> None:
    partner, next_one = make_partner(), make_partner()
    user_id: UUID | None = next_one.id if stays_assigned else None
    staying = {(status, status) for status in LeadStatus.values}
    allowed = set()
    for source, target in product(LeadStatus.values, repeat=2):
        lead = make_lead(partner=partner, status=source)
        staying |= {(source, step) for step in steps_from(source, has_partner=stays_assigned)}
        if refused("UPDATE leads SET status = %s, user_id = %s WHERE id = %s", target, user_id, lead.id) is None:
            allowed.add((source, target))

    again = {"new"} | steps_from("new", has_partner=stays_assigned)
    assert allowed == (
        {(status, status) for status in LeadStatus.values}
        | {
            (source, target)
            for source in LeadStatus.values
            for target in steps_from(source, has_partner=stays_assigned)
        }
        | set(product((status.value for status in RESTARTING), again))
    )


def test_the_diagram_shows_the_same_steps() -> None:
    drawn = set()
    for line in DIAGRAM.read_text(encoding="utf-8").splitlines():
        source, arrow, rest = line.strip().partition(" --> ")
        target, _, label = rest.partition(" : ")
        if arrow and "[*]" not in (source, target):
            drawn |= {(source, target, word.strip()) for word in label.split(",")}

    assert drawn == {(step.source, step.target, step.action or "SQL only") for step in STEPS}


@pytest.mark.parametrize(
    ("source", "has_partner", "hint"),
    [
        ("completed", True, "It can become: won, lost."),
        ("won", True, "It can become: nothing else."),
        ("new", False, "Without a partner it can become: rejected, lost."),
    ],
)
def test_the_refusal_names_the_rule_and_what_can_follow(source: str, has_partner: bool, hint: str) -> None:  # noqa: FBT001  # a case
    make_lead(partner=make_partner() if has_partner else None, status=source)

    refusal = refused("UPDATE leads SET status = 'accepted'")

    assert refusal is not None
    assert (refusal.diag.constraint_name, refusal.diag.table_name) == (TRANSITION_RULE, "leads")
    assert refusal.diag.message_hint == hint


def test_a_statement_with_one_impossible_step_changes_nothing() -> None:
    partner = make_partner()
    possible, impossible = make_lead(partner=partner, status="accepted"), make_lead(partner=partner, status="won")

    assert refused("UPDATE leads SET status = 'completed'") is not None

    assert set(Lead.objects.values_list("id", "status")) == {(possible.id, "accepted"), (impossible.id, "won")}


def test_a_row_that_was_read_before_the_hand_over_and_is_written_back_whole_is_no_step() -> None:
    lead = make_lead()
    stale = Lead.objects.get(pk=lead.pk)
    partner = make_partner()
    execute("UPDATE leads SET user_id = %s, assigned_at = now() WHERE id = %s", [partner.id, lead.id])
    execute("UPDATE leads SET status = 'completed' WHERE id = %s", [lead.id])

    stale.province = "Utrecht"
    stale.save()

    lead.refresh_from_db()
    assert (lead.status, lead.partner_id, lead.province) == ("completed", partner.id, "Utrecht")


def test_a_status_that_is_older_than_the_rule_can_become_any_that_is_known() -> None:
    with before_the_rule("leads", "leads_status_known"):
        lead = make_lead(status="archived")

    assert [status for status in LeadStatus.values if refused("UPDATE leads SET status = %s", status)] == []

    execute("UPDATE leads SET status = 'in_progress' WHERE id = %s", [lead.id])
    assert refused("UPDATE leads SET status = 'new'") is not None


def test_who_says_that_it_is_a_correction_goes_anywhere() -> None:
    make_lead(partner=make_partner(), status="lost")

    exempt("status")
    assert refused("UPDATE leads SET status = 'new'") is None

    bind_again("status")
    assert refused("UPDATE leads SET status = 'new'") is not None


@pytest.mark.parametrize("status", LeadStatus.values)
def test_a_lead_may_come_in_with_any_status(status: str) -> None:
    assert make_lead(status=status).status == status
