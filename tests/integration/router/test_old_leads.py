"""Leads whose rows are older than a rule of the database and break it: they wait, and hold up nobody."""

import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection
from django.utils import timezone

from leads.models import Lead
from router import tasks
from router.assignment import LeadAssignmentService, ranking
from router.models import LeadAssignmentLog
from router.snapshot import load_snapshot
from router.snapshot.routable import due_lead_ids
from router.tasks import assign_lead, sweep_unassigned_leads
from tests.factories.old_rows import add_rule, before_the_rule
from tests.integration.router.worlds import ids, make_leads, make_partners

pytestmark = pytest.mark.django_db

LONG_AGO = timezone.now() - timedelta(days=900)
BROKEN: list[tuple[str, dict[str, Any]]] = [
    ("leads_deal_value_not_negative", {"deal_value": -1}),
    ("leads_first_contact_after_creation", {"first_contact_at": LONG_AGO}),
]


def make_old_leads(count: int, **fields: Any) -> list[Lead]:
    """Leads that break a rule, by a negative deal value."""
    with before_the_rule("leads", "leads_deal_value_not_negative"):
        return make_leads(count, deal_value=-1, **fields)


def due() -> list[uuid.UUID]:
    return due_lead_ids(now=timezone.now(), limit=100)


@pytest.mark.parametrize(("rule", "fields"), BROKEN)
def test_the_others_of_a_batch_get_their_partners_and_such_a_lead_a_record(rule: str, fields: dict[str, Any]) -> None:
    make_partners(2)
    with before_the_rule("leads", rule):
        (old,) = make_leads(1, **fields)
    before = Lead.objects.values().get()
    others = make_leads(3)
    wanted = [others[0].id, old.id, others[1].id, others[2].id]

    decisions = LeadAssignmentService().assign(wanted)

    assert [decision.lead_id for decision in decisions] == wanted
    assert [decision.outcome for decision in decisions] == ["assigned", "no_candidate", "assigned", "assigned"]
    assert all(decision.created for decision in decisions)
    log = LeadAssignmentLog.objects.get(lead=old)
    assert log.pk == decisions[1].log_id
    assert (log.outcome, log.candidate_count, log.exclusions) == ("no_candidate", 0, {"invalid_lead": 2})
    assert LeadAssignmentService().replay(log).agrees
    assert Lead.objects.values().get(pk=old.pk) == before


def test_the_rule_is_named_in_the_log(caplog: pytest.LogCaptureFixture) -> None:
    make_partners(1)
    (old,) = make_old_leads(1)

    LeadAssignmentService().assign([old.id])

    assert f"lead {old.id} breaks leads_deal_value_not_negative" in caplog.text


def test_a_rule_of_somebody_else_counts_as_well() -> None:
    make_partners(1)
    old, other = make_leads(2, source="50% off", province="Utrecht")
    Lead.objects.filter(pk=other.pk).update(province="Zeeland")
    add_rule("leads", "their_own", "CHECK (source NOT LIKE '50%' OR province <> 'Utrecht')")

    stuck, routed = LeadAssignmentService().assign([old.id, other.id])

    assert (stuck.outcome, stuck.exclusions) == ("no_candidate", {"invalid_lead": 1})
    assert routed.outcome == "assigned"


def test_a_second_call_finds_the_decision_that_stands() -> None:
    make_partners(1)
    (old,) = make_old_leads(1)
    first = LeadAssignmentService().assign([old.id])[0]

    assign_lead(str(old.id))
    second = LeadAssignmentService().assign([old.id])[0]

    assert (second.log_id, second.created, second.exclusions) == (first.log_id, False, {"invalid_lead": 1})
    assert LeadAssignmentLog.objects.count() == 1


def test_a_lead_that_nobody_could_take_in_any_case_has_both_reasons() -> None:
    make_partners(1, is_active_for_routing=False)
    (old,) = make_old_leads(1)

    decision = LeadAssignmentService().assign([old.id])[0]

    assert decision.exclusions == {"inactive": 1, "invalid_lead": 1}


def test_an_old_lead_that_was_declined_does_not_move_on() -> None:
    first, _ = make_partners(2)
    (old,) = make_old_leads(1, partner=first, status="rejected")

    decision = LeadAssignmentService().assign([old.id], trigger="reroute")[0]

    assert (decision.outcome, decision.exclusions) == ("no_candidate", {"already_tried": 1, "invalid_lead": 2})


def test_the_oldest_of_the_others_still_get_the_last_places() -> None:
    make_partners(1, max_open_leads=2)
    old = make_old_leads(3)
    leads = make_leads(4)

    LeadAssignmentService(batch_size=3).assign([*reversed(ids(leads)), *ids(old)])

    assert set(Lead.objects.filter(partner__isnull=False).values_list("id", flat=True)) == {leads[0].id, leads[1].id}


def test_such_a_lead_is_due_until_a_decision_says_so_and_again_once_it_is_right() -> None:
    make_partners(1)
    (old,) = make_old_leads(1)
    assert due() == [old.id]

    sweep_unassigned_leads()
    assert due() == []

    Lead.objects.filter(pk=old.pk).update(deal_value=None)
    assert due() == [old.id]

    sweep_unassigned_leads()
    old.refresh_from_db()
    assert old.partner_id is not None


def test_a_head_of_such_leads_does_not_keep_the_sweep_from_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    make_partners(1)
    make_old_leads(4)
    leads = make_leads(3)
    monkeypatch.setattr(tasks, "SWEEP_LIMIT", 2)

    for _ in range(4):
        sweep_unassigned_leads()

    assert Lead.objects.filter(pk__in=ids(leads), partner__isnull=False).count() == 3
    assert LeadAssignmentLog.objects.filter(exclusions={"invalid_lead": 1}).count() == 4
    assert due() == []


def test_a_lead_that_was_put_right_and_meets_a_younger_rule_is_due_once_more() -> None:
    make_partners(1, is_active_for_routing=False)
    (old,) = make_old_leads(1)
    sweep_unassigned_leads()
    Lead.objects.filter(pk=old.pk).update(deal_value=None)
    sweep_unassigned_leads()
    assert due() == [old.id]

    add_rule("leads", "younger", "CHECK (province <> 'Utrecht')")
    sweep_unassigned_leads()

    assert due() == []
    assert [log.exclusions for log in LeadAssignmentLog.objects.order_by("id")] == [
        {"inactive": 1, "invalid_lead": 1},
        {"inactive": 1},
        {"inactive": 1, "invalid_lead": 1},
    ]


def test_a_lead_that_keeps_the_rules_is_due_whatever_was_recorded_before() -> None:
    make_partners(1, is_active_for_routing=False)
    (lead,) = make_leads(1)
    LeadAssignmentService().assign([lead.id])
    Lead.objects.update(routing_attempted_at=LONG_AGO)

    assert due() == [lead.id]


@pytest.mark.parametrize(("code", "tries"), [("check_violation", 2), ("unique_violation", 1)])
def test_a_refusal_that_no_row_explains_is_raised(code: str, tries: int) -> None:
    make_partners(1)
    (lead,) = make_leads(1)
    with connection.cursor() as cursor:
        cursor.execute("CREATE SEQUENCE refusals")
        cursor.execute(
            "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS"
            f" $$BEGIN PERFORM nextval('refusals'); RAISE EXCEPTION 'no' USING ERRCODE = '{code}'; END$$"
        )
        cursor.execute("CREATE TRIGGER theirs BEFORE UPDATE ON leads FOR EACH ROW EXECUTE FUNCTION refuse()")

    with pytest.raises(IntegrityError):
        LeadAssignmentService().assign([lead.id])

    with connection.cursor() as cursor:
        cursor.execute("SELECT last_value FROM refusals")
        assert cursor.fetchone() == (tries,)


def test_without_any_check_on_the_tables_nothing_is_broken() -> None:
    make_partners(1)
    (lead,) = make_leads(1)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for table in ("leads", "profiles"):
            cursor.execute("SELECT conname FROM pg_constraint WHERE conrelid = %s::regclass AND contype = 'c'", [table])
            for (name,) in cursor.fetchall():
                cursor.execute(f"ALTER TABLE {table} DROP CONSTRAINT {name}")

    ranked = ranking.rank_partners(lead_id=lead.id, candidates=load_snapshot().at(timezone.now()))

    assert ranked.broken_rules == ()
    assert ranked.ranking.winner == 0
    assert due() == [lead.id]


def test_leads_that_are_deleted_after_the_choice_of_the_sweep_are_nothing_to_do(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    make_partners(1)
    gone, stays = make_leads(2)

    def choose_then_delete(**kwargs: Any) -> list[uuid.UUID]:
        chosen = due_lead_ids(**kwargs)
        Lead.objects.filter(pk=gone.pk).delete()
        return chosen

    monkeypatch.setattr(tasks, "due_lead_ids", choose_then_delete)

    sweep_unassigned_leads()

    stays.refresh_from_db()
    assert stays.partner_id is not None


def test_with_leads_to_be_skipped_the_others_come_back_in_order_and_progress_ends_at_all() -> None:
    make_partners(1)
    leads = make_leads(5)
    told: list[tuple[int, int]] = []

    def delete_meanwhile(done: int, total: int) -> None:
        told.append((done, total))
        Lead.objects.filter(pk__in=ids(leads[2:4])).delete()

    service = LeadAssignmentService(batch_size=2)
    decisions = service.assign([uuid.uuid4(), *ids(leads)], skip_missing=True, on_progress=delete_meanwhile)

    assert [decision.lead_id for decision in decisions] == [leads[0].id, leads[1].id, leads[4].id]
    assert told == [(2, 5), (4, 5), (5, 5)]
    assert LeadAssignmentService().assign([uuid.uuid4()], skip_missing=True) == []
