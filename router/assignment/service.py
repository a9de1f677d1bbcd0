"""Assignment of leads to partners: the decision is made in the transaction that takes the place of the cap.

A transaction locks its leads by id, ranks all partners for them, locks the winners by id and checks them again. If a
winner has changed in the meantime, everything is rolled back and ranked again; after two such misses all partners are
locked before the ranking. The database refuses an assignment beyond a cap in any case.
"""

import logging
import time
import uuid
from collections.abc import Callable, Iterable, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial

from django.db import DatabaseError, IntegrityError, OperationalError, transaction
from django.utils import timezone

from leads.services.locks import LeadNotFound
from leads.vocabulary import LeadStatus
from router.assignment.handover import HandOver, WinnerMoved
from router.assignment.ranking import RouteScore, route_score
from router.decisions.queries import latest_decisions
from router.decisions.record import NOT_ROUTABLE, REJECTED, AssignmentRun, Decision, build_records
from router.decisions.replay import Replay, replay_log
from router.models import LeadAssignmentLog
from router.scoring import BatchRouter, Choice
from router.snapshot import load_snapshot
from router.snapshot.routable import RoutableLead, oldest_first, read_leads
from router.snapshot.rules import NONE_BROKEN, BrokenRules, broken_rules

logger = logging.getLogger(__name__)

BATCH_SIZE = 2_000
"""Leads in one transaction: the maximum lost by a kill, and a limit on how long partner rows stay locked."""

_FEW = 20
"""Up to this number of leads, only the partners that are candidates are scored."""

_OPTIMISTIC_TRIES = 2
_TRIES = 8
_TRY_AGAIN = frozenset({"40001", "40P01"})  # serialization failure, deadlock
_CHECK_VIOLATION = "23514"

Progress = Callable[[int, int], None]
"""Callback after each transaction with the number of leads done and the total."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LeadAssignmentService:
    """Assignment of leads, a partner's score for a lead, and replay of old decisions.

    `clock` returns the time of a decision; `batch_size` is the number of leads in one transaction.
    """

    clock: Callable[[], datetime] = timezone.now
    batch_size: int = BATCH_SIZE

    def assign(
        self,
        lead_ids: Iterable[uuid.UUID],
        *,
        trigger: str = "api",
        actor: str | None = None,
        skip_missing: bool = False,
        on_progress: Progress | None = None,
    ) -> list[Decision]:
        """Assign each lead to its best partner, oldest first; return one decision per lead, in the order of the ids.

        A lead that has a partner keeps it, and its existing decision is returned; for a rejected lead, the outcome says
        so. With `trigger="reroute"` a lead that its partner declined or let lapse goes to the next one. A lead for
        which nobody is eligible stays unassigned, with a record of the reasons; the same reasons are not recorded twice
        in a row. The same applies to a lead that the database refuses to change, because its row violates a newer rule;
        it does not delay other leads.

        Each batch is a separate transaction: a kill loses only the current batch, and repeating the call continues
        where it stopped. Raises `LeadNotFound`, before anything is changed, if a lead does not exist (with
        `skip_missing` it is left out instead); `OperationalError` if the database stays unavailable or the rows stay
        contended; and, after all other leads have been decided on, the database's error on a lead that it refuses for
        another reason, such as a trigger that is not ours.
        """
        wanted = list(lead_ids)
        todo = list(dict.fromkeys(wanted))
        if len(todo) > self.batch_size:
            found = oldest_first(todo)
            if len(found) < len(todo) and not skip_missing:
                raise LeadNotFound(sorted(set(todo) - set(found)))
            todo = found
        decisions: dict[uuid.UUID, Decision] = {}
        refusals: list[DatabaseError] = []
        for start in range(0, len(todo), self.batch_size):
            batch = todo[start : start + self.batch_size]
            call = partial(self._assign_batch, trigger=trigger, actor=actor or "", skip_missing=skip_missing)
            decisions |= _without_the_refused(batch, call, refusals)
            if on_progress is not None:
                on_progress(start + len(batch), len(todo))
        if refusals:
            raise refusals[0]
        return [decisions[lead_id] for lead_id in wanted if lead_id in decisions]

    def calculate_score(self, *, lead_id: uuid.UUID, partner_id: uuid.UUID) -> RouteScore:
        """Return a partner's scores for a lead now, and its rank among the candidates.

        Raises `LeadNotFound` or `PartnerNotFound`.
        """
        return route_score(lead_id=lead_id, partner_id=partner_id, now=self.clock())

    def replay(self, decision: LeadAssignmentLog | Decision) -> Replay:
        """Recompute a recorded decision from its record alone.

        Raises `ValueError` for a decision that was not recorded.
        """
        if isinstance(decision, Decision):
            if decision.log_id is None:
                raise ValueError(f"the decision on lead {decision.lead_id} was never recorded")
            decision = LeadAssignmentLog.objects.get(pk=decision.log_id)
        return replay_log(decision)

    def _assign_batch(
        self, lead_ids: Sequence[uuid.UUID], *, trigger: str, actor: str, skip_missing: bool
    ) -> dict[uuid.UUID, Decision]:
        """Decide on at most `batch_size` leads in one transaction; try again after conflicts with other sessions."""
        attempt = _Attempt()
        while True:
            try:
                with transaction.atomic():
                    return self._decide(
                        lead_ids, attempt=attempt, trigger=trigger, actor=actor, skip_missing=skip_missing
                    )
            except (WinnerMoved, DatabaseError) as error:
                attempt = attempt.after(error)

    def _decide(
        self, lead_ids: Sequence[uuid.UUID], *, attempt: "_Attempt", trigger: str, actor: str, skip_missing: bool
    ) -> dict[uuid.UUID, Decision]:
        started = time.perf_counter()
        # Before the leads' rows are locked: from then on, this transaction has changes of its own.
        snapshot = None if attempt.locks_all else load_snapshot()
        leads = read_leads(lead_ids, lock=True)
        if len(leads) < len(lead_ids) and not skip_missing:
            raise LeadNotFound(sorted(set(lead_ids) - {lead.id for lead in leads}))
        now = self.clock()
        reroute = trigger == LeadAssignmentLog.Trigger.REROUTE
        routable = [lead for lead in leads if _is_routable(lead, reroute=reroute)]
        routed = {lead.id for lead in routable}
        decisions = _standing_decisions([lead for lead in leads if lead.id not in routed])
        if not routable:
            return decisions
        broken = broken_rules(lead_ids=routed) if attempt.is_careful else NONE_BROKEN
        candidates = (load_snapshot(lock=True) if snapshot is None else snapshot).at(now)
        if broken.partners:
            candidates = candidates.without(broken.partners)
        router = BatchRouter(candidates.pool, candidates.policy.route, score_all=len(routable) > _FEW)
        decided = [(lead, router.route(lead.facts(broken=broken, holder_was_tried=True))) for lead in routable]
        news, standing = _to_be_recorded(decided, broken)
        with closing(HandOver(decided, candidates, broken)) as hand_over:
            hand_over.send(now=now, compare=not attempt.locks_all)
            records = build_records(news, candidates=candidates, decided_at=now)
            spent = time.perf_counter() - started
            run = AssignmentRun(now=now, trigger=trigger, actor=actor, duration_ms=spent * 1000 / len(leads))
            recorded = hand_over.finish(records, run)
        return decisions | standing | {decision.lead_id: decision for decision in recorded}


@dataclass(frozen=True, slots=True)
class _Attempt:
    """An attempt at a batch, counted from 1: all rules of retrying.

    After two winners that moved, or conflicts, `locks_all` partners before the ranking, so that no winner can move.
    If a row turned out to violate a rule, the next attempt `is_careful` and looks for all such rows first.
    """

    number: int = 1
    is_careful: bool = False

    @property
    def locks_all(self) -> bool:
        return self.number > _OPTIMISTIC_TRIES

    def after(self, error: WinnerMoved | DatabaseError) -> "_Attempt":
        """Return the next attempt, after a pause if the database was contended; raise the error if there is none."""
        is_over = self.number == _TRIES
        match error:
            case WinnerMoved() if not is_over:
                return replace(self, number=self.number + 1)
            case IntegrityError() if _sqlstate(error) == _CHECK_VIOLATION and not self.is_careful and not is_over:
                return replace(self, number=self.number + 1, is_careful=True)
            case OperationalError() if _sqlstate(error) in _TRY_AGAIN and not is_over:
                time.sleep(0.01 * 2**self.number)
                return replace(self, number=self.number + 1)
        raise error


def _without_the_refused(
    lead_ids: Sequence[uuid.UUID],
    assign: Callable[[Sequence[uuid.UUID]], dict[uuid.UUID, Decision]],
    refusals: list[DatabaseError],
) -> dict[uuid.UUID, Decision]:
    """Assign leads together; those that the database refuses are found by bisection, and added to `refusals`."""
    try:
        return assign(lead_ids)
    except OperationalError:
        raise
    except DatabaseError as error:
        if len(lead_ids) == 1:
            logger.exception("lead %s cannot be assigned", lead_ids[0])
            refusals.append(error)
            return {}
    middle = len(lead_ids) // 2
    first = _without_the_refused(lead_ids[:middle], assign, refusals)
    return first | _without_the_refused(lead_ids[middle:], assign, refusals)


def _sqlstate(error: DatabaseError) -> str | None:
    """Return PostgreSQL's code of an error, None for one that did not come from the server."""
    return getattr(error.__cause__, "sqlstate", None)


def _is_routable(lead: RoutableLead, *, reroute: bool) -> bool:
    """Return whether the lead needs a partner; re-routing has to be requested."""
    if reroute:
        return lead.status in (LeadStatus.NEW, LeadStatus.REJECTED)
    return lead.partner_id is None and lead.status == LeadStatus.NEW


def _standing_decisions(leads: Sequence[RoutableLead]) -> dict[uuid.UUID, Decision]:
    """Return the existing decisions of leads that are not routed now."""
    logs = latest_decisions([lead.id for lead in leads]) if leads else {}
    decisions = {}
    for lead in leads:
        log = logs.get(lead.id)
        if lead.status == LeadStatus.REJECTED:
            # The present partner has declined it: the recorded assignment no longer holds.
            decisions[lead.id] = Decision(lead_id=lead.id, outcome=REJECTED)
        elif lead.partner_id is None:
            decisions[lead.id] = Decision(lead_id=lead.id, outcome=NOT_ROUTABLE)
        elif log is not None and log.partner_id == lead.partner_id:
            decisions[lead.id] = Decision.from_log(log)
        else:
            # Another application assigned it.
            decisions[lead.id] = Decision(
                lead_id=lead.id, outcome=LeadAssignmentLog.Outcome.ASSIGNED.value, partner_id=lead.partner_id
            )
    return decisions


def _to_be_recorded(
    decided: Sequence[tuple[RoutableLead, Choice]], broken: BrokenRules
) -> tuple[list[tuple[RoutableLead, Choice]], dict[uuid.UUID, Decision]]:
    """Return the choices to record, and the existing decisions that remain because their reasons are unchanged."""
    repeated = [
        lead.id
        for lead, choice in decided
        if choice.winner is None and (lead.routing_attempts > 0 or lead.id in broken.leads)
    ]
    logs = latest_decisions(repeated) if repeated else {}
    news, standing = [], {}
    for lead, choice in decided:
        log = logs.get(lead.id)
        if (
            choice.winner is None
            and log is not None
            and log.outcome == LeadAssignmentLog.Outcome.NO_CANDIDATE
            and set(log.exclusions) == set(choice.excluded)
        ):
            standing[lead.id] = Decision.from_log(log)
        else:
            news.append((lead, choice))
            if lead.id in broken.leads:
                logger.warning("lead %s breaks %s: nobody can get it", lead.id, ", ".join(broken.leads[lead.id]))
    return news, standing
