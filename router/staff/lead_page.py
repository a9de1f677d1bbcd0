"""Page of a lead: its partner, the reasons, and all partners' scores for it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext

from leads.vocabulary import LeadStatus
from router.models import LeadAssignmentLog
from router.scoring.explanation import is_ahead_of_pace
from router.staff import words
from router.staff.charts import Bar, Segment, bar, strip

MOST_ROWS = 25
"""Rows of the two long tables that are shown before the reader asks for all."""

ROUTE_PARTS = ("region", "performance", "fairness")
"""The weighted parts of a route score, in display order; the bonus is added to them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RankedRow:
    """A candidate for the lead; scores 0-100, formatted.

    `behind`: points behind the first. `is_ahead`: of its pace after a break.
    """

    rank: int
    partner_id: str
    name: str
    total: str
    bar: Bar
    behind: str
    region: str
    region_kind: str
    performance: str
    fairness: str
    bonus: str
    open_leads: str
    waiting: str
    has_the_lead: bool
    is_ahead: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ExcludedRow:
    """A partner that cannot get the lead, and all of the reasons."""

    partner_id: str
    name: str
    reasons: list[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class PartRow:
    """One part of the winner's total: its score, its weight, and the resulting points. The bonus has points only."""

    title: str
    score: str
    weight: str
    points: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionCard:
    """A recorded decision."""

    decision_id: int
    assigned: bool
    outcome: str
    partner_id: str | None
    name: str
    decided_at: datetime | None
    trigger: str
    actor: str
    policy_version: int
    candidate_count: int
    total: str
    reason: str
    strip: list[Segment]
    parts: list[PartRow]
    ranked: list[RankedRow]
    exclusions: list[tuple[int, str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class LeadPage:
    """Content of the page, without name, address or telephone number of the person."""

    lead_id: str
    code: str
    status: str
    facts: list[tuple[str, str]]
    created_at: datetime | None
    partner_id: str | None
    partner_name: str
    decision: DecisionCard | None
    earlier: list[DecisionCard]
    policy_version: int
    stats_as_of: datetime | None
    considered_count: int
    candidate_count: int
    ranked: list[RankedRow]
    excluded_count: int
    exclusions: list[tuple[int, str]]
    excluded: list[ExcludedRow]


def lead_page(ranking: Mapping[str, Any], *, show_all: bool) -> LeadPage:
    """Format the result of `ranking`; the long tables are cut off unless `show_all`."""
    lead = ranking["lead"]
    rows = None if show_all else MOST_ROWS
    names = {
        partner["partner_id"]: partner["company_name"] or partner["partner_id"]
        for partner in (*ranking["candidates"], *ranking["excluded"])
    }
    decisions = [_decision(decision, names) for decision in ranking["decisions"]]
    candidates = ranking["candidates"]
    return LeadPage(
        lead_id=lead["id"],
        code=lead["id"][:8],
        status=str(dict(LeadStatus.choices).get(lead["status"], lead["status"])),
        facts=[
            (title, value)
            for title, value in (
                (gettext("Industry"), lead["industry"]),
                (gettext("Province"), lead["province"]),
                (gettext("Postcode"), lead["postcode"]),
                (gettext("Breaks the rules"), ", ".join(lead["broken_rules"])),
            )
            if value
        ],
        created_at=words.moment(lead["created_at"]),
        partner_id=lead["partner_id"],
        partner_name=names.get(lead["partner_id"], ""),
        decision=decisions[0] if decisions else None,
        earlier=decisions[1:],
        policy_version=ranking["policy"]["version"],
        stats_as_of=words.moment(ranking["stats_as_of"]),
        considered_count=ranking["considered_count"],
        candidate_count=ranking["candidate_count"],
        ranked=_ranked(candidates[:rows], names, holder=lead["partner_id"]),
        excluded_count=len(ranking["excluded"]),
        exclusions=_counts(ranking["exclusions"]),
        excluded=[
            ExcludedRow(
                partner_id=partner["partner_id"],
                name=names[partner["partner_id"]],
                reasons=[words.exclusion(code) for code in partner["codes"]],
            )
            for partner in ranking["excluded"][:rows]
        ],
    )


def _counts(exclusions: Mapping[str, int]) -> list[tuple[int, str]]:
    """Return the number of partners and the reason, the most frequent first."""
    return sorted(((count, words.exclusion(code)) for code, count in exclusions.items()), reverse=True)


def _ranked(
    candidates: Sequence[Mapping[str, Any]], names: Mapping[str, str], *, holder: str | None
) -> list[RankedRow]:
    if not candidates:
        return []
    best = candidates[0]["total"]
    # A bonus can raise totals above 100: the bars share the scale of the longest.
    scale = max(100.0, best)
    return [
        RankedRow(
            rank=rank,
            partner_id=candidate["partner_id"],
            name=names.get(candidate["partner_id"], candidate["partner_id"]),
            total=words.number(candidate["total"]),
            bar=bar(100.0 * candidate["total"] / scale, label=words.number(candidate["total"])),
            behind="" if rank == 1 else words.number(candidate["total"] - best),
            region=words.number(candidate["region"], 0),
            region_kind=words.region_kind(candidate["region_kind"]),
            performance=words.number(candidate["performance"]),
            fairness=words.number(candidate["fairness"]),
            bonus=words.number(candidate["bonus"]),
            open_leads=_open_leads(candidate),
            waiting=_waiting(candidate["waiting_hours"]),
            has_the_lead=candidate["partner_id"] == holder,
            is_ahead=is_ahead_of_pace(candidate),
        )
        for rank, candidate in enumerate(candidates, start=1)
    ]


def _open_leads(candidate: Mapping[str, Any]) -> str:
    cap = candidate["max_open_leads"]
    return f"{candidate['open_leads']:.0f} / {'∞' if cap is None else f'{cap:.0f}'}"


def _waiting(hours: float | None) -> str:
    return gettext("no lead yet") if hours is None else words.duration(max(0.0, hours) * 60)


def _decision(decision: Mapping[str, Any], names: Mapping[str, str]) -> DecisionCard:
    assigned = decision["outcome"] == LeadAssignmentLog.Outcome.ASSIGNED
    points = _points(decision, decision["route_policy"]) if assigned else {}
    return DecisionCard(
        decision_id=decision["id"],
        assigned=assigned,
        outcome=words.outcome(decision["outcome"]),
        partner_id=decision["partner_id"],
        name=decision["company_name"] or decision["partner_id"] or "",
        decided_at=words.moment(decision["decided_at"]),
        trigger=words.trigger(decision["trigger"]),
        actor=decision["actor"],
        policy_version=decision["policy_version"],
        candidate_count=decision["candidate_count"],
        total=words.number(decision["total"]) if assigned else "",
        reason=_reason(decision, names) if assigned else "",
        strip=_strip(points),
        parts=_parts(decision) if assigned else [],
        ranked=_ranked(decision["candidates"], names, holder=decision["partner_id"]),
        exclusions=_counts(decision["exclusions"]),
    )


def _strip(points: Mapping[str, tuple[float, float]]) -> list[Segment]:
    titles = _titles()
    return strip(
        [
            (titles[name] if most else "", f"{titles[name]}: {words.number(value)}", most, value)
            for name, (most, value) in points.items()
        ]
    )


def _titles() -> dict[str, str]:
    return {
        "region": gettext("Region"),
        "performance": gettext("Performance"),
        "fairness": gettext("Fairness"),
        "bonus": gettext("Priority bonus"),
    }


def _points(scores: Mapping[str, Any], policy: Mapping[str, Any]) -> dict[str, tuple[float, float]]:
    """Return for each weighted part its maximum of points (they add up to 100) and its points.

    Empty for a record that lacks weights or scores.
    """
    weights = {name: float(policy.get(f"{name}_weight", 0.0)) for name in ROUTE_PARTS}
    whole = sum(weights.values())
    if not whole or any(scores[name] is None for name in ROUTE_PARTS):
        return {}
    return {name: (100.0 * weight / whole, scores[name] * weight / whole) for name, weight in weights.items()}


def _parts(decision: Mapping[str, Any]) -> list[PartRow]:
    points = _points(decision, decision["route_policy"])
    rows = [
        PartRow(
            title=_titles()[name],
            score=words.number(decision[name]),
            weight=words.percent(share / 100),
            points=words.number(value),
        )
        for name, (share, value) in points.items()
    ]
    bonus = decision["bonus"]
    # Negative if a pace after a break reduces it.
    title = gettext("Bonus") if (bonus or 0.0) < 0 else _titles()["bonus"]
    return [*rows, PartRow(title=title, score="", weight="", points=words.number(bonus))]


def _reason(decision: Mapping[str, Any], names: Mapping[str, str]) -> str:
    """Return a sentence on the winner's lead over the runner-up, and its main reasons."""
    ranked = decision["candidates"]
    if len(ranked) < 2:
        return gettext("No other partner was eligible.")
    first, second = ranked[0], ranked[1]
    if is_ahead_of_pace(second) and not is_ahead_of_pace(first):
        return gettext("%(second)s is back after a break, and comes after all others for now.") % {
            "second": names.get(second["partner_id"], second["partner_id"])
        }
    mine, theirs = _points(first, decision["route_policy"]), _points(second, decision["route_policy"])
    gains = {name: mine[name][1] - theirs[name][1] for name in mine} | {"bonus": first["bonus"] - second["bonus"]}
    strongest = max(gains, key=lambda name: gains[name])
    values = {
        "second": names.get(second["partner_id"], second["partner_id"]),
        "points": words.number(first["total"] - second["total"]),
        "part": _titles()[strongest].lower(),
    }
    if gains[strongest] < 0.05:
        return gettext("Level with %(second)s; the draw of this lead decided.") % values
    return gettext("Ahead of %(second)s by %(points)s points, mostly by %(part)s.") % values
