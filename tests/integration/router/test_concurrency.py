"""Many at once, in real transactions: no lead with two partners, nobody above its cap, one record a decision."""

import random
import threading
import time
import uuid
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

import pytest
from django.db import OperationalError, connection, connections

from leads.models import Lead, Partner
from router.assignment import LeadAssignmentService
from router.assignment.handover import HandOver, WinnerMoved
from router.decisions.record import Decision
from router.models import LeadAssignmentLog
from tests.integration.router.worlds import ids, make_leads, make_partners

pytestmark = pytest.mark.django_db(transaction=True)

THREADS, LEADS, PARTNERS, CAP = 24, 500, 20, 5


def run(jobs: Sequence[Callable[[], object]], *, threads: int) -> list[object]:
    """Run the jobs in threads that start together; every connection is closed at the end."""
    start = threading.Barrier(threads)
    queue = list(reversed(jobs))
    results: list[object] = []

    def worker() -> None:
        start.wait()
        try:
            while queue:
                try:
                    job = queue.pop()
                except IndexError:  # another thread took the last one
                    break
                results.append(job())
        finally:
            connections.close_all()

    with ThreadPoolExecutor(threads) as pool:
        for future in [pool.submit(worker) for _ in range(threads)]:
            future.result()
    return results


def assert_nobody_exceeds_and_nothing_doubles() -> None:
    for partner in Partner.objects.all():
        held = Lead.objects.filter(partner=partner, status__in=("new", "accepted", "in_progress")).count()
        assert partner.open_leads == held, "the counter is exact"
        if partner.max_open_leads is not None:
            assert held <= partner.max_open_leads
    winners = Counter(LeadAssignmentLog.objects.filter(outcome="assigned").values_list("lead_id", flat=True))
    assert [lead_id for lead_id, count in winners.items() if count > 1] == []
    recorded = dict(LeadAssignmentLog.objects.filter(outcome="assigned").values_list("lead_id", "partner_id"))
    assert recorded == dict(Lead.objects.filter(partner__isnull=False).values_list("id", "partner_id"))


def test_24_threads_fill_20_partners_of_cap_5_exactly() -> None:
    make_partners(PARTNERS, max_open_leads=CAP)
    leads = make_leads(LEADS)
    service = LeadAssignmentService()
    # Every lead is asked for twice, so that threads also meet on the same lead.
    wanted = ids(leads) * 2
    random.Random(1).shuffle(wanted)

    decisions = run([partial(assign_one, service, lead_id) for lead_id in wanted], threads=THREADS)

    assert len(decisions) == 2 * LEADS
    assert Lead.objects.filter(partner__isnull=False).count() == PARTNERS * CAP
    assert_nobody_exceeds_and_nothing_doubles()
    assert max(Partner.objects.values_list("open_leads", flat=True)) == CAP
    unassigned = set(Lead.objects.filter(partner__isnull=True).values_list("id", flat=True))
    assert len(unassigned) == LEADS - PARTNERS * CAP
    refusals = LeadAssignmentLog.objects.filter(outcome="no_candidate")
    assert set(refusals.values_list("lead_id", flat=True)) == unassigned
    assert refusals.count() == len(unassigned), "the same reason is recorded once"
    assert all(log.exclusions == {"at_capacity": PARTNERS} for log in refusals)
    assert all(service.replay(log).agrees for log in LeadAssignmentLog.objects.all())
    by_lead: dict[uuid.UUID, set[uuid.UUID | None]] = {}
    for decision in decisions:
        assert isinstance(decision, Decision)
        if decision.partner_id is not None:
            by_lead.setdefault(decision.lead_id, set()).add(decision.partner_id)
    assert all(len(partners) == 1 for partners in by_lead.values())


def test_batches_single_calls_and_sql_at_once() -> None:
    make_partners(10, max_open_leads=20)
    leads = ids(make_leads(300))
    service = LeadAssignmentService(batch_size=25)

    def batch() -> object:
        return service.assign(leads)

    def partner_works() -> object:
        with connection.cursor() as cursor:
            cursor.execute(
                "UPDATE leads SET status = 'lost' WHERE id IN (SELECT id FROM leads WHERE user_id IS NOT NULL"
                " AND status = 'new' ORDER BY id LIMIT 5 FOR UPDATE SKIP LOCKED)"
            )
        return None

    jobs: list[Callable[[], object]] = [batch, batch, batch]
    jobs += [partial(assign_one, service, lead_id) for lead_id in leads[::3]]
    jobs += [partner_works] * 20
    random.Random(2).shuffle(jobs)

    run(jobs, threads=8)
    service.assign(leads)

    assert_nobody_exceeds_and_nothing_doubles()


def test_a_winner_that_moves_between_ranking_and_lock_is_ranked_again(monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = make_partners(2, max_open_leads=1)
    Partner.objects.filter(pk=first.pk).update(routing_priority=9)
    intruder, lead = make_leads(2)
    original = HandOver.send
    seen: list[int] = []

    def meddle(*args: Any, **kwargs: Any) -> None:
        if not seen:
            with ThreadPoolExecutor(1) as pool:
                pool.submit(hand_over, intruder.id, first.id).result()
        seen.append(1)
        original(*args, **kwargs)

    monkeypatch.setattr(HandOver, "send", meddle)

    decision = LeadAssignmentService().assign([lead.id])[0]

    assert (decision.partner_id, len(seen)) == (second.id, 2)
    log = LeadAssignmentLog.objects.get(lead=lead)
    assert log.exclusions == {"at_capacity": 1}


def test_after_two_misses_all_partners_are_locked_first(monkeypatch: pytest.MonkeyPatch) -> None:
    make_partners(3)
    (lead,) = make_leads(1)
    misses: list[int] = []

    original = HandOver.send

    def always_moved(*args: Any, compare: bool, **kwargs: Any) -> None:
        if compare:
            misses.append(1)
            raise WinnerMoved
        original(*args, compare=False, **kwargs)

    monkeypatch.setattr(HandOver, "send", always_moved)

    decision = LeadAssignmentService().assign([lead.id])[0]

    assert decision.outcome == "assigned"
    assert len(misses) == 2


def test_a_partner_that_is_deleted_meanwhile_gets_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = make_partners(2)
    Partner.objects.filter(pk=first.pk).update(routing_priority=9)
    (lead,) = make_leads(1)
    original = HandOver.send

    def delete_first(*args: Any, **kwargs: Any) -> None:
        with ThreadPoolExecutor(1) as pool:
            pool.submit(delete, first.id).result()
        original(*args, **kwargs)

    monkeypatch.setattr(HandOver, "send", delete_first)

    assert LeadAssignmentService().assign([lead.id])[0].partner_id == second.id


@pytest.mark.parametrize(("sqlstate", "tries"), [("40P01", 8), ("57014", 1)])
def test_a_deadlock_is_tried_again_and_anything_else_is_not(
    monkeypatch: pytest.MonkeyPatch, sqlstate: str, tries: int
) -> None:
    make_partners(1)
    (lead,) = make_leads(1)
    failures: list[int] = []

    class Cause(Exception):
        pass

    def fail(*args: object, **kwargs: object) -> None:
        failures.append(1)
        cause = Cause()
        cause.sqlstate = sqlstate  # type: ignore[attr-defined]  # as psycopg's errors have it
        raise OperationalError("in the way") from cause

    monkeypatch.setattr(HandOver, "send", fail)
    monkeypatch.setattr(time, "sleep", lambda seconds: None)

    with pytest.raises(OperationalError):
        LeadAssignmentService().assign([lead.id])

    assert len(failures) == tries
    lead.refresh_from_db()
    assert lead.partner_id is None


def assign_one(service: LeadAssignmentService, lead_id: uuid.UUID) -> Decision:
    return service.assign([lead_id])[0]


def hand_over(lead_id: uuid.UUID, partner_id: uuid.UUID) -> None:
    try:
        Lead.objects.filter(pk=lead_id).update(partner_id=partner_id)
    finally:
        if threading.current_thread() is not threading.main_thread():
            connection.close()


def delete(partner_id: uuid.UUID) -> None:
    try:
        Partner.objects.filter(pk=partner_id).delete()
    finally:
        connection.close()
