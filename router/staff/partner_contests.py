"""Leads for which a partner was a candidate, their winners, and the decisive parts."""

import uuid
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext

from router.decisions.queries import RecordedDecision
from router.scoring.explanation import Gap, explain_gap
from router.staff import explanation, words
from router.staff.queries.contests import LostContest, contests_of

MOST_SHOWN = 10
"""Number of lost leads shown."""

MOST_REASONS = 5
"""Number of reasons that are listed with a count."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WonRow:
    """A decision in favour of the partner; `why` is "" if the record does not say."""

    decision_id: int
    lead_id: str
    lead_code: str
    decided_at: datetime
    total: str
    why: str
    trigger: str
    policy_version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LostRow:
    """A decision in favour of another partner."""

    decision_id: int
    lead_id: str
    lead_code: str
    decided_at: datetime
    winner_id: str
    winner_name: str
    rank: int
    why: str
    better_on: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ContestsPart:
    """Summary of the latest decisions. `reasons`: how often a part made the largest difference in lost ones."""

    scanned: int
    since: datetime | None
    won_count: int
    lost_count: int
    won: list[WonRow]
    lost: list[LostRow]
    reasons: list[tuple[int, str]]
    explained: int


def contests_part(partner_id: uuid.UUID, decisions: Sequence[RecordedDecision]) -> ContestsPart:
    """Summarise the contests; `decisions` are the latest won ones, newest first."""
    contests = contests_of(partner_id)
    gaps = [explain_gap(contest.winner, contest.own, route=contest.route) for contest in contests.latest_lost]
    return ContestsPart(
        scanned=contests.scanned,
        since=contests.since,
        won_count=contests.won,
        lost_count=contests.lost,
        won=[_won(decision) for decision in decisions],
        lost=[_lost(contest, gap) for contest, gap in zip(contests.latest_lost, gaps, strict=True)][:MOST_SHOWN],
        reasons=_reasons(gaps),
        explained=sum(1 for gap in gaps if gap is not None and gap.ahead),
    )


def _reasons(gaps: Sequence[Gap | None]) -> list[tuple[int, str]]:
    """Return the parts with the largest difference, the most frequent first."""
    counts = Counter(gap.ahead[0].part for gap in gaps if gap is not None and gap.ahead)
    return [(count, explanation.part(name)) for name, count in counts.most_common(MOST_REASONS)]


def _won(decision: RecordedDecision) -> WonRow:
    return WonRow(
        decision_id=decision.id,
        lead_id=str(decision.lead_id),
        lead_code=str(decision.lead_id)[:8],
        decided_at=decision.decided_at,
        total=words.number(decision.total),
        why=_why_won(decision),
        trigger=words.trigger(decision.trigger),
        policy_version=decision.policy_version,
    )


def _why_won(decision: RecordedDecision) -> str:
    if decision.candidate_count == 1:
        return gettext("no other candidate")
    candidates = decision.candidates
    if len(candidates) <= 1:
        return ""
    gap = explain_gap(candidates[0], candidates[1], route=decision.route_policy)
    return _difference(
        gap,
        tie=gettext("tied with the runner-up; decided by lot"),
        unexplained=gettext("%(points)s points ahead of the runner-up"),
        explained=gettext("%(points)s points ahead of the runner-up, mainly %(parts)s"),
    )


def _lost(contest: LostContest, gap: Gap | None) -> LostRow:
    return LostRow(
        decision_id=contest.decision_id,
        lead_id=contest.lead_id,
        lead_code=contest.lead_id[:8],
        decided_at=contest.decided_at,
        winner_id=contest.winner_id,
        winner_name=contest.winner_name,
        rank=contest.rank,
        why=_difference(
            gap,
            tie=gettext("tied with the winner; decided by lot"),
            unexplained=gettext("outscored by %(points)s points"),
            explained=gettext("outscored by %(points)s points, mainly %(parts)s"),
        ),
        better_on="" if gap is None else explanation.was_better(gap),
    )


def _difference(gap: Gap | None, *, tie: str, unexplained: str, explained: str) -> str:
    """Return the text for the gap between two candidates; "" if the record does not say."""
    if gap is None:
        return ""
    if gap.difference <= 0:
        return tie
    values = {"points": explanation.points(gap.difference), "parts": explanation.fell_short(gap)}
    return (explained if values["parts"] else unexplained) % values
