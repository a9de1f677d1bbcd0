"""Page of a partner's performance score."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from django.utils import timezone
from django.utils.translation import gettext, ngettext

from performance.scoring import ComponentScore
from router.explanation import Pace, PartnerExplanation, PartnerFacts, PartnerRoute
from router.models import RoutingPolicy
from router.policies.queries import scoring_settings
from router.scoring.parts import is_ahead
from router.staff import explanation, words
from router.staff.charts import Bar, Segment, bar, strip
from router.staff.partner_contests import ContestsPart, contests_part
from router.staff.partner_history import HistoryPart, history_part
from router.staff.partner_steps import StepsPart, steps_part

WINDOW = timedelta(days=30)
"""Number of days that the statistics cover."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ComponentRow:
    """One of the eight components; formatted numbers, points on a scale of 0-100.

    `plain`: the simpler metric in the statistics beside the scored one, "" if it says the same.
    """

    title: str
    value: str
    measures: str
    plain: str
    evidence: str
    raw: str
    score: str
    weight: str
    contribution: str
    most: str
    curve: str
    bar: Bar


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A number of the last 30 days, its parts, and the rows that it counts.

    `rows` names the admin's list, `query` its filter, `permission` the one needed to see it.
    """

    title: str
    value: str
    note: str
    rows: str
    query: str
    permission: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """The partner's result for one lead."""

    lead_id: str
    lead_code: str
    eligible: bool
    reasons: list[str]
    rank: int | None
    candidates: int
    parts: list[tuple[str, str]]
    total: str
    pace: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PerformancePage:
    """Content of the page; `stats` are column and value as the database has them."""

    partner: PartnerFacts
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
    figures: list[Figure]
    steps: StepsPart
    history: HistoryPart
    contests: ContestsPart
    standing: Standing | None


def performance_page(explained: PartnerExplanation, *, policy: RoutingPolicy) -> PerformancePage:
    """Format the explanation of a score, beside the pool, the past and the latest decisions.

    `policy` is the one that the score was computed with. Takes three more queries, whatever the number of rows.
    """
    now, settings = timezone.now(), scoring_settings(policy)
    partner, performance, stats = explained.partner, explained.performance, explained.stats
    components = performance.components
    weights = sum(component.weight for component in components)
    age, cap = explained.stats_age_seconds, partner.max_open_leads
    return PerformancePage(
        partner=partner,
        name=partner.company_name or str(partner.id),
        at_cap=cap is not None and partner.open_leads >= cap,
        capacity=_capacity(partner.open_leads, cap),
        score=words.number(performance.score),
        strip=strip(
            [_segment(component, place=place, weights=weights) for place, component in enumerate(components, start=1)]
        ),
        components=[_component(component, stats=stats, weights=weights, policy=policy) for component in components],
        evidence_note=words.prior(policy),
        stats_age=None if age is None else words.duration(max(0.0, age) / 60),
        stats=[(name, value.isoformat() if isinstance(value, datetime) else value) for name, value in stats.items()],
        policy_version=explained.policy.version,
        figures=_figures(str(partner.id), stats, since=now - timedelta(seconds=age or 0.0) - WINDOW),
        steps=steps_part(stats, components, settings=settings),
        history=history_part(
            partner.id,
            today=timezone.localdate(now, timezone.get_default_timezone()),
            score=performance.score,
            components={component.name: component.score for component in components},
            settings=settings,
        ),
        contests=contests_part(partner.id, explained.recent_decisions),
        standing=None if explained.route is None else _standing(explained.route),
    )


def _figures(partner_id: str, stats: Mapping[str, Any], *, since: datetime) -> list[Figure]:
    """Return the counts of the statistics from `since` on; empty without statistics."""
    if not stats:
        return []
    decided = stats["won_leads_30d"] + stats["lost_leads_30d"]
    unsaid = stats["undecided_leads_30d"] + stats["rejected_late_leads_30d"]
    rating, rate, value = (stats[name] for name in ("avg_customer_rating_30d", "deal_rate_30d", "avg_deal_value_30d"))
    of_partner = {"partner__id__exact": partner_id}
    start = since.isoformat(sep=" ", timespec="seconds")
    counted, lately = of_partner | {"counted_since": start}, of_partner | {"created_at__gte": start}
    return [
        Figure(
            title=gettext("Leads"),
            value=words.number(stats["leads_assigned_30d"], 0),
            note=gettext("%(accepted)s accepted, %(rejected)s rejected, %(silent)s without an answer")
            % {
                "accepted": words.number(stats["leads_accepted_30d"], 0),
                "rejected": words.number(stats["leads_rejected_30d"], 0),
                "silent": words.number(stats["silent_leads_30d"], 0),
            },
            rows="admin:leads_lead_changelist",
            query=urlencode(counted),
            permission="leads.view_lead",
        ),
        Figure(
            title=gettext("Won"),
            value=words.number(stats["won_leads_30d"], 0),
            note=gettext(
                "of %(decided)s decided leads (%(rate)s); %(unsaid)s more count as lost; average deal value %(value)s"
            )
            % {
                "decided": words.number(decided, 0),
                "rate": words.NOTHING if rate is None else words.percent(rate),
                "unsaid": words.number(unsaid, 0),
                "value": words.NOTHING if value is None else words.euro(value),
            },
            rows="admin:leads_lead_changelist",
            query=urlencode(counted | {"status__exact": "won"}),
            permission="leads.view_lead",
        ),
        Figure(
            title=gettext("Ratings"),
            value=words.number(stats["num_ratings_30d"], 0),
            note=gettext("%(rating)s of 5 on average") % {"rating": words.number(rating)},
            rows="admin:feedback_leadfeedback_changelist",
            query=urlencode(lately),
            permission="feedback.view_leadfeedback",
        ),
        Figure(
            title=gettext("Complaints"),
            value=words.number(stats["complaints_30d"], 0),
            note=ngettext("about %(count)s lead", "about %(count)s leads", stats["complained_leads_30d"])
            % {"count": words.number(stats["complained_leads_30d"], 0)},
            rows="admin:support_supportticket_changelist",
            query=urlencode(lately | {"type__exact": "complaint"}),
            permission="support.view_supportticket",
        ),
    ]


def _capacity(open_leads: int, cap: int | None) -> Bar | None:
    """Return the used part of the cap; None without a cap."""
    if cap is None:
        return None
    label = gettext("%(open)d of %(cap)d open leads") % {"open": open_leads, "cap": cap}
    return bar(100.0 * open_leads / cap if cap else 100.0, label=label)


def _segment(component: ComponentScore, *, place: int, weights: float) -> tuple[str, str, float, float]:
    share = 100.0 * component.weight / weights
    title = gettext("%(component)s: %(points)s of %(most)s points") % {
        "component": explanation.title(component.name),
        "points": words.number(component.contribution),
        "most": words.number(share),
    }
    # A component without weight has no width, and no room for its number.
    return str(place) if share else "", title, share, component.contribution


def _component(
    component: ComponentScore, *, stats: Mapping[str, Any], weights: float, policy: RoutingPolicy
) -> ComponentRow:
    name, raw = component.name, component.raw_score
    label = gettext("%(score)s of 100 points") % {"score": words.number(component.score)}
    return ComponentRow(
        title=explanation.title(name),
        value=words.metric(name, component.value),
        measures=str(words.METRIC_TITLES[name]),
        plain=words.plain_metric(name, stats) if stats else "",
        evidence=words.evidence(name, component.sample_size),
        raw=words.number(raw),
        score=words.number(component.score),
        weight=words.number(component.weight),
        contribution=words.number(component.contribution),
        most=words.number(100.0 * component.weight / weights),
        curve=words.curve(name, policy),
        bar=bar(component.score, label=label, tick=raw),
    )


def _standing(route: PartnerRoute) -> Standing:
    parts = (
        (gettext("region"), route.region),
        (gettext("performance"), route.performance),
        (gettext("fairness"), route.fairness),
        (gettext("bonus"), route.bonus),
    )
    return Standing(
        lead_id=str(route.lead_id),
        lead_code=str(route.lead_id)[:8],
        eligible=route.eligible,
        reasons=[words.exclusion(code) for code in route.exclusion_codes],
        rank=route.rank,
        candidates=route.candidates,
        parts=[(title, words.number(value)) for title, value in parts],
        total=words.number(route.total),
        pace=_pace(route.pace),
    )


def _pace(pace: Pace | None) -> str:
    """Return whether the partner is held to its pace after a break; "" if it is not."""
    if pace is None:
        return ""
    if is_ahead(pace.left):
        return gettext("Back after a break, this partner has reached its usual pace and ranks last for now.")
    return gettext("Back after a break, this partner is limited to its usual pace.")
