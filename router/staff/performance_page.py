"""A partner's performance score, put into words and bars."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext

from router.models import RoutingPolicy
from router.staff import words
from router.staff.charts import Bar, Segment, bar, strip


@dataclass(frozen=True, slots=True, kw_only=True)
class ComponentRow:
    """One of the eight components; numbers in the reader's form, points on a scale of 0-100."""

    title: str
    value: str
    measures: str
    evidence: str
    raw: str
    score: str
    weight: str
    contribution: str
    most: str
    curve: str
    bar: Bar


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionRow:
    """A decision in favour of the partner."""

    lead_id: str
    lead_code: str
    decided_at: datetime | None
    total: str
    trigger: str
    policy_version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How the partner stands for one lead."""

    lead_id: str
    lead_code: str
    eligible: bool
    reasons: list[str]
    rank: int | None
    candidates: int
    parts: list[tuple[str, str]]
    total: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PerformancePage:
    """Everything that the page shows; `stats` are column and value as the database has them."""

    partner: Mapping[str, Any]
    name: str
    at_cap: bool
    capacity: Bar | None
    score: str
    strip: list[Segment]
    components: list[ComponentRow]
    evidence_note: str
    stats_age: str | None
    stats: list[tuple[str, Any]]
    policy_version: int
    decisions: list[DecisionRow]
    standing: Standing | None


def performance_page(debug: Mapping[str, Any], *, policy: RoutingPolicy) -> PerformancePage:
    """Put the answer of `performance_debug` into words; `policy` is the one that it was computed with."""
    partner, performance = debug["partner"], debug["performance"]
    components = performance["components"]
    weights = sum(component["weight"] for component in components)
    age, cap = debug["stats_age_seconds"], partner["max_open_leads"]
    return PerformancePage(
        partner=partner,
        name=partner["company_name"] or partner["id"],
        at_cap=cap is not None and partner["open_leads"] >= cap,
        capacity=_capacity(partner["open_leads"], cap),
        score=words.number(performance["score"]),
        strip=strip(
            [_segment(component, place=place, weights=weights) for place, component in enumerate(components, start=1)]
        ),
        components=[_component(component, weights=weights, policy=policy) for component in components],
        evidence_note=words.prior(policy),
        stats_age=None if age is None else words.duration(max(0.0, age) / 60),
        stats=list(debug["stats"].items()),
        policy_version=debug["policy"]["version"],
        decisions=[_decision(decision) for decision in debug["recent_decisions"]],
        standing=None if debug["route"] is None else _standing(debug["route"]),
    )


def _capacity(open_leads: int, cap: int | None) -> Bar | None:
    """How much of the cap is taken; None without a cap."""
    if cap is None:
        return None
    label = gettext("%(open)d of %(cap)d open leads") % {"open": open_leads, "cap": cap}
    return bar(100.0 * open_leads / cap if cap else 100.0, label=label)


def _segment(component: Mapping[str, Any], *, place: int, weights: float) -> tuple[str, str, float, float]:
    share = 100.0 * component["weight"] / weights
    title = gettext("%(component)s: %(points)s of %(most)s points") % {
        "component": words.COMPONENT_TITLES[component["name"]],
        "points": words.number(component["contribution"]),
        "most": words.number(share),
    }
    # A component without weight has no width, and no room for its number.
    return str(place) if share else "", title, share, component["contribution"]


def _component(component: Mapping[str, Any], *, weights: float, policy: RoutingPolicy) -> ComponentRow:
    name, raw = component["name"], component["raw_score"]
    label = gettext("%(score)s of 100 points") % {"score": words.number(component["score"])}
    return ComponentRow(
        title=str(words.COMPONENT_TITLES[name]),
        value=words.metric(name, component["value"]),
        measures=str(words.METRIC_TITLES[name]),
        evidence=words.evidence(name, component["sample_size"]),
        raw=words.number(raw),
        score=words.number(component["score"]),
        weight=words.number(component["weight"]),
        contribution=words.number(component["contribution"]),
        most=words.number(100.0 * component["weight"] / weights),
        curve=words.curve(name, policy),
        bar=bar(component["score"], label=label, tick=raw),
    )


def _decision(decision: Mapping[str, Any]) -> DecisionRow:
    return DecisionRow(
        lead_id=decision["lead_id"],
        lead_code=decision["lead_id"][:8],
        decided_at=words.moment(decision["decided_at"]),
        total=words.number(decision["total"]),
        trigger=words.trigger(decision["trigger"]),
        policy_version=decision["policy_version"],
    )


def _standing(route: Mapping[str, Any]) -> Standing:
    titles = {
        "region": gettext("region"),
        "performance": gettext("performance"),
        "fairness": gettext("fairness"),
        "bonus": gettext("bonus"),
    }
    return Standing(
        lead_id=route["lead_id"],
        lead_code=route["lead_id"][:8],
        eligible=route["eligible"],
        reasons=[words.exclusion(code) for code in route["exclusion_codes"]],
        rank=route["rank"],
        candidates=route["candidates"],
        parts=[(title, words.number(route[name])) for name, title in titles.items()],
        total=words.number(route["total"]),
    )
