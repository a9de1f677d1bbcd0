"""Page of a decision record: the winner, the reasons, the runners-up, the exclusions, and the policy.

Every figure is read from the record itself, which may be of an earlier version and lack some. Only names come from
elsewhere.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext

from performance.scoring import COMPONENT_NAMES
from router.decisions.queries import RecordedDecision
from router.models import LeadAssignmentLog
from router.scoring.explanation import (
    PACE,
    ROUTE_PARTS,
    explain_gap,
    is_ahead_of_pace,
    number_in,
    points_by_part,
    route_shares,
)
from router.staff import explanation, words
from router.staff.charts import Bar, Segment, bar, strip


@dataclass(frozen=True, slots=True, kw_only=True)
class CandidateRow:
    """A recorded candidate; numbers are formatted, "" if the record has none.

    `is_known`: whether the partner exists and has a page of its own. `is_ahead`: of its pace after a break. `short_on`
    and `better_on`: the largest differences from the winner, in favour of and against the winner.
    """

    rank: int
    partner_id: str
    is_known: bool
    is_ahead: bool
    name: str
    total: str
    bar: Bar | None
    behind: str
    short_on: str
    better_on: str
    region_kind: str
    open_leads: str
    waiting: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PointsRow:
    """One part of the totals: its points for each candidate, the winner first."""

    title: str
    points: list[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class WeightRow:
    """A weight of the applied policy, and its share within its group."""

    title: str
    weight: str
    share: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionPage:
    """Content of the page."""

    decision_id: int
    assigned: bool
    lead_id: str
    lead_code: str
    partner_id: str | None
    partner_name: str
    total: str
    sentence: str
    strip: list[Segment]
    ranked: list[CandidateRow]
    points: list[PointsRow]
    exclusions: list[tuple[int, str]]
    considered_count: int
    candidate_count: int
    decided_at: datetime
    trigger: str
    actor: str
    duration: str
    stats_age: str
    stats_as_of: datetime | None
    policy_version: int
    policy_id: int | None
    route_weights: list[WeightRow]
    component_weights: list[WeightRow]
    algorithm: str
    earlier_id: int | None
    later_id: int | None


def decision_page(recorded: RecordedDecision) -> DecisionPage:
    """Format a decision record."""
    log, route = recorded.log, _part_of(recorded.log.policy, "route")
    assigned = log.outcome == LeadAssignmentLog.Outcome.ASSIGNED
    exclusions = _exclusions(log.exclusions)
    partner_id = None if log.partner_id is None else str(log.partner_id)
    name = name_of(recorded, partner_id)
    points = [points_by_part(entry, route=route) for entry in recorded.candidates]
    return DecisionPage(
        decision_id=log.pk,
        assigned=assigned,
        lead_id=str(log.lead_id),
        lead_code=str(log.lead_id)[:8],
        partner_id=partner_id,
        partner_name=name,
        total="" if log.total_score is None else words.number(log.total_score),
        sentence=_why(recorded, name, route=route)
        if assigned
        else explanation.nobody(considered_count=log.considered_count, reasons=exclusions),
        strip=_strip(points[0], route=route) if points else [],
        ranked=_ranked(recorded, route=route),
        points=_points(points),
        exclusions=exclusions,
        considered_count=log.considered_count,
        candidate_count=log.candidate_count,
        decided_at=log.decided_at,
        trigger=words.trigger(log.trigger),
        actor=recorded.actor,
        duration=gettext("%(number)s ms") % {"number": words.number(log.duration_ms)},
        stats_age=_age(log),
        stats_as_of=log.stats_refreshed_at,
        policy_version=log.policy_version,
        policy_id=recorded.policy_id,
        route_weights=_weights(route, names={f"{part}_weight": part for part in ROUTE_PARTS}),
        component_weights=_weights(
            _part_of(_part_of(log.policy, "performance"), "weights"), names={name: name for name in COMPONENT_NAMES}
        ),
        algorithm=log.algorithm,
        earlier_id=recorded.earlier_id,
        later_id=recorded.later_id,
    )


def name_of(recorded: RecordedDecision, partner_id: object) -> str:
    """Return the name of a recorded partner, its id if it has none, "" for no partner."""
    return "" if partner_id is None else recorded.names.get(str(partner_id)) or str(partner_id)


def _part_of(record: object, name: str) -> Mapping[str, Any]:
    """Return a part of a record, empty if it is absent."""
    part = record.get(name) if isinstance(record, Mapping) else None
    return part if isinstance(part, Mapping) else {}


def _exclusions(recorded: object) -> list[tuple[int, str]]:
    """Return the number of partners and the reason, the most frequent first."""
    counts = recorded.items() if isinstance(recorded, Mapping) else ()
    return sorted(((count, words.exclusion(code)) for code, count in counts if isinstance(count, int)), reverse=True)


def _why(recorded: RecordedDecision, winner: str, *, route: Mapping[str, Any]) -> str:
    log, candidates = recorded.log, recorded.candidates
    second = candidates[1] if len(candidates) > 1 else None
    return explanation.why(
        winner=winner,
        total=log.total_score,
        candidate_count=log.candidate_count,
        runner_up="" if second is None else name_of(recorded, second["partner_id"]),
        gap=None if second is None else explain_gap(candidates[0], second, route=route),
    )


def _ranked(recorded: RecordedDecision, *, route: Mapping[str, Any]) -> list[CandidateRow]:
    rows = []
    totals = [number_in(entry, "total") for entry in recorded.candidates]
    # A bonus can raise totals above 100: the bars share the scale of the longest.
    scale = max([100.0, *(total for total in totals if total is not None)])
    for rank, (entry, total) in enumerate(zip(recorded.candidates, totals, strict=True), start=1):
        gap = None if rank == 1 else explain_gap(recorded.candidates[0], entry, route=route)
        rows.append(
            CandidateRow(
                rank=rank,
                partner_id=entry["partner_id"],
                is_known=entry["partner_id"] in recorded.names,
                is_ahead=is_ahead_of_pace(entry),
                name=name_of(recorded, entry["partner_id"]),
                total=words.number(total),
                bar=None if total is None else bar(100.0 * total / scale, label=words.number(total)),
                behind="" if gap is None else explanation.points(gap.difference),
                short_on="" if gap is None else explanation.fell_short(gap),
                better_on="" if gap is None else explanation.was_better(gap),
                region_kind=words.region_kind(str(entry.get("region_kind", ""))),
                open_leads=_open_leads(entry),
                waiting=_waiting(entry),
            )
        )
    return rows


def _open_leads(entry: Mapping[str, Any]) -> str:
    open_leads, cap = number_in(entry, "open_leads"), number_in(entry, "max_open_leads")
    if open_leads is None:
        return ""
    return f"{words.number(open_leads, 0)} / {'∞' if cap is None else words.number(cap, 0)}"


def _waiting(entry: Mapping[str, Any]) -> str:
    hours = number_in(entry, "waiting_hours")
    if hours is None:
        return gettext("no lead yet") if "waiting_hours" in entry else ""
    return words.duration(max(0.0, hours) * 60)


def _points(points: list[dict[str, float]]) -> list[PointsRow]:
    """Return the points of all candidates by part."""
    known = {name for entry in points for name in entry}
    # In our order, followed by any that a later version added: the record has no order.
    parts = [*(name for name in explanation.PARTS if name in known), *sorted(known - explanation.PARTS.keys())]
    return [
        PointsRow(title=_title(name), points=[words.number(entry.get(name), 1) for entry in points]) for name in parts
    ]


def _strip(points: Mapping[str, float], *, route: Mapping[str, Any]) -> list[Segment]:
    """Return the winner's total: region, performance, fairness as wide as their weights, filled by their scores."""
    earned = dict.fromkeys(ROUTE_PARTS, 0.0)
    for name, value in points.items():
        if name not in {"bonus", PACE}:
            earned[_whole_of(name)] += value
    return strip(
        [
            (
                _title(name) if share else "",
                gettext("%(component)s: %(points)s of %(most)s points")
                % {
                    "component": _title(name),
                    "points": words.number(earned[name]),
                    "most": words.number(100 * share),
                },
                100.0 * share,
                earned[name],
            )
            for name, share in route_shares(route).items()
            if points
        ]
    )


def _whole_of(part: str) -> str:
    if part in ROUTE_PARTS:
        return part
    return "fairness" if part in ("spare_capacity", "waiting") else "performance"


def _title(name: str) -> str:
    text = explanation.part(name)
    return text[:1].upper() + text[1:]


def _weights(recorded: Mapping[str, Any], *, names: Mapping[str, str]) -> list[WeightRow]:
    """Return the recorded weights, in the order of `names` (key of the record -> part)."""
    weights = {name: number_in(recorded, key) for key, name in names.items()}
    known = {name: weight for name, weight in weights.items() if weight is not None}
    whole = sum(known.values())
    return [
        WeightRow(
            title=_title(name),
            weight=words.number(weight, 0 if weight.is_integer() else 1),
            share=words.percent(weight / whole) if whole else words.NOTHING,
        )
        for name, weight in known.items()
    ]


def _age(log: LeadAssignmentLog) -> str:
    """Return the age of the statistics at the decision; "" without any."""
    if log.stats_refreshed_at is None:
        return ""
    return words.duration(max(0.0, (log.decided_at - log.stats_refreshed_at).total_seconds()) / 60)
