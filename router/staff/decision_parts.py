"""Parts of the pages of a lead and of a decision: why the winner won, the points, and the ranked candidates."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext

from router.decisions.queries import RecordedDecision
from router.scoring.explanation import (
    Candidate,
    coarse_points,
    explain_gap,
    points_by_part,
    route_shares,
)
from router.staff import explanation, words
from router.staff.charts import Bar, Segment, bar, strip


@dataclass(frozen=True, slots=True, kw_only=True)
class CandidateRow:
    """A ranked candidate; numbers are formatted, "" or a dash if the record has none.

    `is_known`: whether the partner exists and has a page of its own. `is_ahead`: of its pace after a break. `short_on`
    and `better_on`: the largest differences from the first, in favour of and against the first; only of a decision.
    """

    rank: int
    partner_id: str
    name: str
    is_known: bool
    is_ahead: bool
    total: str
    bar: Bar | None
    behind: str
    short_on: str
    better_on: str
    region: str
    region_kind: str
    performance: str
    fairness: str
    bonus: str
    open_leads: str
    waiting: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PartRow:
    """One part of the winner's total: its score, its weight, and the resulting points. A bonus has points only."""

    title: str
    score: str
    weight: str
    points: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PointsRow:
    """One part of the totals: its points for each candidate, the winner first."""

    title: str
    points: list[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionCard:
    """A recorded decision; `partner_id` is None for a decision without a partner."""

    decision_id: int
    assigned: bool
    outcome: str
    partner_id: str | None
    name: str
    decided_at: datetime
    trigger: str
    actor: str
    policy_version: int
    candidate_count: int
    total: str
    sentence: str
    strip: list[Segment]
    parts: list[PartRow]
    points: list[PointsRow]
    ranked: list[CandidateRow]
    exclusions: list[tuple[int, str]]


def decision_card(decision: RecordedDecision, names: Mapping[str, str]) -> DecisionCard:
    """Format a recorded decision; `names`: company names by the partner's id."""
    route, candidates = decision.route_policy, decision.candidates
    exclusions = exclusion_counts(decision.exclusions)
    partner_id = None if decision.partner_id is None else str(decision.partner_id)
    return DecisionCard(
        decision_id=decision.id,
        assigned=decision.is_assigned,
        outcome=words.outcome(decision.outcome),
        partner_id=partner_id,
        name=name_of(names, partner_id),
        decided_at=decision.decided_at,
        trigger=words.trigger(decision.trigger),
        actor=decision.actor,
        policy_version=decision.policy_version,
        candidate_count=decision.candidate_count,
        total="" if decision.total is None else words.number(decision.total),
        sentence=_why(decision, candidates, names)
        if decision.is_assigned
        else explanation.nobody(considered_count=decision.considered_count, reasons=exclusions),
        strip=_strip(candidates[0], route=route) if candidates else [],
        parts=_parts(candidates[0], route=route) if candidates else [],
        points=_points([points_by_part(candidate, route=route) for candidate in candidates]),
        ranked=candidate_rows(candidates, names, route=route),
        exclusions=exclusions,
    )


def name_of(names: Mapping[str, str], partner_id: object) -> str:
    """Return the name of a partner, its id if it has none, "" for no partner."""
    return "" if partner_id is None else names.get(str(partner_id)) or str(partner_id)


def exclusion_counts(exclusions: Mapping[str, int]) -> list[tuple[int, str]]:
    """Return the number of partners and the reason, the most frequent first."""
    return sorted(((count, words.exclusion(code)) for code, count in exclusions.items()), reverse=True)


def candidate_rows(
    candidates: Sequence[Candidate], names: Mapping[str, str], *, route: Mapping[str, Any] | None = None
) -> list[CandidateRow]:
    """Format candidates, the best first; with the `route` policy of a decision also why the others came after it."""
    if not candidates:
        return []
    # A bonus can raise totals above 100: the bars share the scale of the longest.
    scale = max([100.0, *(candidate.total for candidate in candidates if candidate.total is not None)])
    rows = []
    for rank, candidate in enumerate(candidates, start=1):
        total = candidate.total
        gap = None if rank == 1 else explain_gap(candidates[0], candidate, route=route or {})
        rows.append(
            CandidateRow(
                rank=rank,
                partner_id=candidate.partner_id,
                name=name_of(names, candidate.partner_id),
                is_known=candidate.partner_id in names,
                is_ahead=candidate.is_ahead_of_pace,
                total=words.number(total),
                bar=None if total is None else bar(100.0 * total / scale, label=words.number(total)),
                behind="" if gap is None else explanation.points(gap.difference),
                short_on="" if gap is None else explanation.fell_short(gap),
                better_on="" if gap is None else explanation.was_better(gap),
                region=words.number(candidate.region, 0),
                region_kind=words.region_kind(candidate.region_kind),
                performance=words.number(candidate.performance),
                fairness=words.number(candidate.fairness),
                bonus=words.number(candidate.bonus),
                open_leads=_open_leads(candidate),
                waiting=_waiting(candidate),
            )
        )
    return rows


def _open_leads(candidate: Candidate) -> str:
    if candidate.open_leads is None:
        return ""
    cap = candidate.max_open_leads
    return f"{words.number(candidate.open_leads, 0)} / {'∞' if cap is None else words.number(cap, 0)}"


def _waiting(candidate: Candidate) -> str:
    if candidate.waiting_hours is not None:
        return words.duration(max(0.0, candidate.waiting_hours) * 60)
    # A record without the open leads has no waiting time either.
    return "" if candidate.open_leads is None else gettext("no lead yet")


def _why(decision: RecordedDecision, candidates: Sequence[Candidate], names: Mapping[str, str]) -> str:
    second = candidates[1] if len(candidates) > 1 else None
    return explanation.why(
        winner=name_of(names, decision.partner_id),
        total=decision.total,
        candidate_count=decision.candidate_count,
        runner_up="" if second is None else name_of(names, second.partner_id),
        gap=None if second is None else explain_gap(candidates[0], second, route=decision.route_policy),
    )


def _strip(winner: Candidate, *, route: Mapping[str, Any]) -> list[Segment]:
    """Return the winner's total: region, performance, fairness as wide as their weights, filled by their scores."""
    earned = coarse_points(winner, route=route)
    if not earned:
        return []
    return strip(
        [
            (
                explanation.title(name) if share else "",
                gettext("%(component)s: %(points)s of %(most)s points")
                % {
                    "component": explanation.title(name),
                    "points": words.number(earned[name]),
                    "most": words.number(100 * share),
                },
                100.0 * share,
                earned[name],
            )
            for name, share in route_shares(route).items()
        ]
    )


def _parts(winner: Candidate, *, route: Mapping[str, Any]) -> list[PartRow]:
    points, shares = coarse_points(winner, route=route), route_shares(route)
    scores = {"region": winner.region, "performance": winner.performance, "fairness": winner.fairness}
    return [
        PartRow(
            title=explanation.title(name),
            score=words.number(scores[name]) if name in scores else "",
            weight=words.percent(shares[name]) if name in scores else "",
            points=words.number(value),
        )
        for name, value in points.items()
    ]


def _points(points: Sequence[Mapping[str, float]]) -> list[PointsRow]:
    """Return the points of all candidates by part."""
    known = {name for entry in points for name in entry}
    # In our order, followed by any that a later version added: the record has no order.
    parts = [*(name for name in explanation.PARTS if name in known), *sorted(known - explanation.PARTS.keys())]
    return [
        PointsRow(title=explanation.title(name), points=[words.number(entry.get(name)) for entry in points])
        for name in parts
    ]
