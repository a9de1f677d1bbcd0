"""Decisions on leads, and their records."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Self

import orjson
from django.db import connection

from router.models import LeadAssignmentLog
from router.scoring import Choice, replay_inputs
from router.snapshot.candidates import Candidates
from router.snapshot.routable import RoutableLead

ALGORITHM = "2"
"""Version of the formulas of a decision; it changes whenever equal inputs would score differently."""

NOT_ROUTABLE = "not_routable"
"""Outcome for a lead that needs no partner: it has none, and is no longer new."""

REJECTED = "rejected"
"""Outcome for a rejected lead, even while it is still assigned to the partner who declined it."""


@dataclass(frozen=True, slots=True)
class Decision:
    """The decision on one lead.

    `outcome`: `assigned`, `no_candidate`, `rejected` or `not_routable`. `created`: whether this call made the decision;
    otherwise it is the existing one, and `log_id` is None if the lead got its partner from another application.
    `attempts`: number of attempts without a candidate. Scores are 0-100, `bonus` and `total_score` points; None without
    a winner.
    """

    lead_id: uuid.UUID
    outcome: str
    partner_id: uuid.UUID | None = None
    created: bool = False
    log_id: int | None = None
    decided_at: datetime | None = None
    candidate_count: int | None = None
    exclusions: dict[str, int] = field(default_factory=dict)
    total_score: float | None = None
    region_score: float | None = None
    performance_score: float | None = None
    fairness_score: float | None = None
    bonus: float | None = None

    @classmethod
    def from_log(cls, log: LeadAssignmentLog, *, created: bool = False) -> Self:
        """Return the decision as it was recorded."""
        return cls(
            lead_id=log.lead_id,
            outcome=log.outcome,
            partner_id=log.partner_id,
            created=created,
            log_id=log.pk,
            decided_at=log.decided_at,
            candidate_count=log.candidate_count,
            exclusions=log.exclusions,
            total_score=log.total_score,
            region_score=log.region_score,
            performance_score=log.performance_score,
            fairness_score=log.fairness_score,
            bonus=log.bonus,
        )


@dataclass(frozen=True, slots=True)
class AssignmentRun:
    """Values shared by the decisions of one transaction."""

    now: datetime
    trigger: str
    actor: str
    duration_ms: float
    """Time per lead, in milliseconds: that of the transaction up to its records, divided by its leads."""


_COLUMNS = (
    "id",
    "lead_id",
    "partner_id",
    "outcome",
    "candidate_count",
    "exclusions",
    "total_score",
    "region_score",
    "performance_score",
    "fairness_score",
    "bonus",
    "candidates",
    "decided_at",
    "trigger",
    "actor",
    "policy_version",
    "policy",
    "stats_refreshed_at",
    "considered_count",
    "algorithm",
    "duration_ms",
)


_COPY = f"COPY lead_assignment_logs ({', '.join(_COLUMNS)}) FROM STDIN"
_INSERT = (
    f"INSERT INTO lead_assignment_logs ({', '.join(_COLUMNS[1:])}) VALUES ({', '.join(['%s'] * (len(_COLUMNS) - 1))})"  # noqa: S608  # our own names
    " RETURNING id"
)
_RESERVE_IDS = "SELECT nextval(pg_get_serial_sequence('lead_assignment_logs', 'id')) FROM generate_series(1, %s)"


@dataclass(frozen=True, slots=True)
class Record:
    """A decision that is not recorded yet, and the values of its row that differ within its transaction."""

    decision: Decision
    own_values: tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class AppendedRecord:
    """A record whose statement has been sent; its result is there once the pipeline has ended."""

    _record: Record
    _result: Any

    def decision(self) -> Decision:
        """Return the decision with the id of its record."""
        (log_id,) = self._result.fetchone()
        return replace(self._record.decision, log_id=log_id)


def build_records(
    decided: Sequence[tuple[RoutableLead, Choice]], *, candidates: Candidates, decided_at: datetime
) -> list[Record]:
    """Build a record of each choice, in the same order; no query."""
    decisions = [_decision(lead, choice, candidates, decided_at) for lead, choice in decided]
    return [
        Record(decision, (*_own_values(decision), _ranked(choice, candidates)))
        for decision, (_, choice) in zip(decisions, decided, strict=True)
    ]


def append_record(record: Record, *, candidates: Candidates, run: AssignmentRun) -> AppendedRecord:
    """Append one record with a statement that can be pipelined with another."""
    # psycopg's own cursor: on Django's, the audit adds a statement before each one, which cannot be pipelined.
    with connection.wrap_database_errors:
        result = connection.connection.cursor().execute(_INSERT, (*record.own_values, *_shared_values(candidates, run)))
    return AppendedRecord(record, result)


def append_records(records: Sequence[Record], *, candidates: Candidates, run: AssignmentRun) -> list[Decision]:
    """Append many records with one `COPY`, which needs exclusive use of the connection; return their decisions.

    The ids are taken from the sequence before, because `COPY` returns none.
    """
    if not records:
        return []
    shared = _shared_values(candidates, run)
    with connection.wrap_database_errors, connection.cursor() as cursor:
        cursor.execute(_RESERVE_IDS, [len(records)])
        log_ids = [log_id for (log_id,) in cursor.fetchall()]
        with cursor.copy(_COPY) as copy:
            for log_id, record in zip(log_ids, records, strict=True):
                copy.write_row((log_id, *record.own_values, *shared))
    return [replace(record.decision, log_id=log_id) for log_id, record in zip(log_ids, records, strict=True)]


def _decision(lead: RoutableLead, choice: Choice, candidates: Candidates, decided_at: datetime) -> Decision:
    winner = choice.winner
    if winner is None:
        return Decision(
            lead_id=lead.id,
            outcome=LeadAssignmentLog.Outcome.NO_CANDIDATE.value,
            created=True,
            decided_at=decided_at,
            candidate_count=choice.eligible,
            exclusions=choice.excluded,
        )
    standing = choice.standings[0]
    return Decision(
        lead_id=lead.id,
        outcome=LeadAssignmentLog.Outcome.ASSIGNED.value,
        partner_id=uuid.UUID(candidates.partner_ids[winner]),
        created=True,
        decided_at=decided_at,
        candidate_count=choice.eligible,
        exclusions=choice.excluded,
        total_score=choice.total[0],
        region_score=choice.region[0],
        performance_score=standing.performance,
        fairness_score=standing.fairness,
        bonus=standing.bonus,
    )


def _shared_values(candidates: Candidates, run: AssignmentRun) -> tuple[Any, ...]:
    """Return the values that the decisions of one transaction share, in the order of `_COLUMNS`."""
    # As text, which needs no further conversion per row.
    return (
        run.now.isoformat(),
        run.trigger,
        run.actor,
        candidates.policy.version,
        candidates.policy.record,
        None if candidates.as_of is None else candidates.as_of.isoformat(),
        candidates.pool.size,
        ALGORITHM,
        run.duration_ms,
    )


def _own_values(decision: Decision) -> tuple[Any, ...]:
    """Return the values of a decision that differ within its transaction, in the order of `_COLUMNS` after the id."""
    return (
        decision.lead_id.hex,
        None if decision.partner_id is None else decision.partner_id.hex,
        decision.outcome,
        decision.candidate_count,
        orjson.dumps(decision.exclusions).decode(),
        decision.total_score,
        decision.region_score,
        decision.performance_score,
        decision.fairness_score,
        decision.bonus,
    )


def _ranked(choice: Choice, candidates: Candidates) -> str:
    """Return JSON of the ranked candidates, best first: inputs, scores, metrics and components of each."""
    entries = []
    region = choice.region
    for place, inputs in enumerate(replay_inputs(choice, candidates.pool)):
        standing = choice.standings[place]
        # The partner's own values were serialised once for the whole batch.
        metrics, components = candidates.evidence(choice.ranked[place])
        entries.append(
            {
                **inputs,
                "total": choice.total[place],
                "region": region[place],
                "fairness": standing.fairness,
                "spare_capacity": standing.spare_capacity,
                "waiting": standing.waiting,
                "bonus": standing.bonus,
                "metrics": metrics,
                "components": components,
            }
        )
    return orjson.dumps(entries).decode()
