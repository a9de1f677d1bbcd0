"""What the assignment answers for a lead, and how it is recorded."""

import json
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Self

from django.db import connection

from router.models import LeadAssignmentLog
from router.queries.candidates import Candidates
from router.queries.routable import RoutableLead
from router.scoring import Choice, replay_inputs

ALGORITHM = "1"
"""Version of the formulas that a decision was taken with; it changes whenever equal inputs would score differently."""

NOT_ROUTABLE = "not_routable"
"""Outcome for a lead that waits for nobody: it has no partner, and is no longer new."""


@dataclass(frozen=True, slots=True)
class Decision:
    """The answer for one lead.

    `outcome`: `assigned`, `no_candidate` or `not_routable`. `created`: whether this call took the decision; else it is
    the one that stands, and `log_id` is None where the lead got its partner from somebody else. `attempts`: how often
    nobody was found. Scores are 0-100, `bonus` and `total_score` points; None without a winner.
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
        """The decision as it was recorded."""
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

    def as_dict(self) -> dict[str, Any]:
        """The decision for the API: ids as text, times as ISO 8601."""
        return {
            "lead_id": str(self.lead_id),
            "outcome": self.outcome,
            "partner_id": None if self.partner_id is None else str(self.partner_id),
            "created": self.created,
            "decision_id": self.log_id,
            "decided_at": None if self.decided_at is None else self.decided_at.isoformat(),
            "candidate_count": self.candidate_count,
            "exclusions": self.exclusions,
            "total": self.total_score,
            "region": self.region_score,
            "performance": self.performance_score,
            "fairness": self.fairness_score,
            "bonus": self.bonus,
        }


@dataclass(frozen=True, slots=True)
class Occasion:
    """What the decisions of one transaction have in common."""

    now: datetime
    trigger: str
    actor: str
    policy_version: int
    policy: dict[str, object]
    duration_ms: float
    """Time per lead, in milliseconds: that of the transaction up to the writing, divided by its leads."""


_COLUMNS = (
    ("lead_id", "uuid"),
    ("partner_id", "uuid"),
    ("outcome", "text"),
    ("candidate_count", "integer"),
    ("exclusions", "jsonb"),
    ("total_score", "float8"),
    ("region_score", "float8"),
    ("performance_score", "float8"),
    ("fairness_score", "float8"),
    ("bonus", "float8"),
    ("candidates", "jsonb"),
)

_INSERT = f"""
INSERT INTO lead_assignment_logs (
    {", ".join(name for name, _ in _COLUMNS)},
    decided_at, trigger, actor, policy_version, policy, stats_refreshed_at, considered_count, algorithm, duration_ms
)
SELECT decision.*, %s, %s, %s, %s, %s::jsonb, %s, %s, %s, %s
FROM unnest({", ".join(f"%s::{kind}[]" for _, kind in _COLUMNS)}) AS decision
RETURNING id, lead_id
"""  # noqa: S608  # only our own column names are put in


def record_decisions(
    decided: Sequence[tuple[RoutableLead, Choice]], *, candidates: Candidates, occasion: Occasion
) -> list[Decision]:
    """Append one record for each choice, with one statement; return the decisions in the same order."""
    if not decided:
        return []
    rows = [_row(lead, choice, candidates) for lead, choice in decided]
    shared: list[Any] = [
        occasion.now,
        occasion.trigger,
        occasion.actor,
        occasion.policy_version,
        json.dumps(occasion.policy),
        candidates.as_of,
        candidates.pool.size,
        ALGORITHM,
        occasion.duration_ms,
    ]
    with connection.cursor() as cursor:
        cursor.execute(_INSERT, [*shared, *(list(column) for column in zip(*rows, strict=True))])
        log_ids = {lead_id: log_id for log_id, lead_id in cursor.fetchall()}
    return [
        Decision(
            lead_id=lead.id,
            outcome=row[2],
            partner_id=row[1],
            created=True,
            log_id=log_ids[lead.id],
            decided_at=occasion.now,
            candidate_count=choice.eligible,
            exclusions=choice.excluded,
            total_score=row[5],
            region_score=row[6],
            performance_score=row[7],
            fairness_score=row[8],
            bonus=row[9],
        )
        for (lead, choice), row in zip(decided, rows, strict=True)
    ]


def _row(lead: RoutableLead, choice: Choice, candidates: Candidates) -> tuple[Any, ...]:
    """The values of one record, in the order of `_COLUMNS`."""
    winner = choice.winner
    head = (choice.eligible, json.dumps(choice.excluded))
    if winner is None:
        return (lead.id, None, LeadAssignmentLog.Outcome.NO_CANDIDATE.value, *head, *[None] * 5, "[]")
    standing = choice.standings[0]
    return (
        lead.id,
        uuid.UUID(candidates.partner_ids[winner]),
        LeadAssignmentLog.Outcome.ASSIGNED.value,
        *head,
        choice.total[0],
        choice.region[0],
        standing.performance,
        standing.fairness,
        standing.bonus,
        _ranked(choice, candidates),
    )


def _ranked(choice: Choice, candidates: Candidates) -> str:
    """JSON text of the ranked candidates, best first: inputs, scores, metrics and components of each."""
    entries = []
    for place, inputs in enumerate(replay_inputs(choice, candidates.pool)):
        standing = choice.standings[place]
        scores = {
            **inputs,
            "total": choice.total[place],
            "region": choice.region[place],
            "fairness": standing.fairness,
            "spare_capacity": standing.spare_capacity,
            "waiting": standing.waiting,
            "bonus": standing.bonus,
        }
        # What belongs to the partner alone was put into words once for the whole batch.
        entries.append(f"{json.dumps(scores)[:-1]}, {candidates.evidence(choice.ranked[place])}}}")
    return f"[{', '.join(entries)}]"
