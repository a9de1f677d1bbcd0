"""Dashboard of the marketplace: figures with links to their rows, charts, and the latest decisions."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext, ngettext

from performance.models import RefreshRun
from router.models import LeadAssignmentLog
from router.policies.queries import active_policy_and_stats_instant
from router.staff import words
from router.staff.charts import PairChart
from router.staff.dashboard_figures import WEEK, Figure, instant, lead_figures, list_url, refresh_figure, with_filters
from router.staff.dashboard_parts import PartnerLine, ReasonRow, movers_chart, partner_lines, reason_rows
from router.staff.plots import LineChart, line
from router.staff.queries import dashboard as market
from router.staff.queries.movers import Movers, movers

DAYS = 14
"""Number of days in the chart."""

Can = Callable[[str], bool]
"""Callback that says whether the reader has a permission; without it, no link is shown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionLine:
    """One of the latest decisions."""

    decision_id: int
    decided_at: datetime
    lead_code: str
    assigned: bool
    partner_name: str
    total: str
    candidates: str
    reason: str
    trigger: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DashboardPage:
    """Content of the page; a URL is "" if the reader may not follow it."""

    figures: list[Figure]
    days: LineChart
    waiting_text: str
    waiting_url: str
    reasons: list[ReasonRow]
    refreshes: LineChart | None
    refreshes_url: str
    capacity_text: str
    full_text: str
    full_url: str
    partners: list[PartnerLine]
    movers: list[PairChart]
    movers_text: str
    decisions: list[DecisionLine]
    decisions_url: str


def dashboard_page(*, now: datetime, can: Can) -> DashboardPage:
    """Read the figures and format them. Days begin at midnight in the current time zone."""
    midnight = timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0)
    starts = _days_until(midnight)
    counted = market.counted_since(min(starts[0], now - 2 * WEEK), until=now)
    policy, as_of = active_policy_and_stats_instant()
    moved, with_pages = movers(as_of=as_of, policy=policy), can("performance.view_partnerperformancestats")
    reasons, capacity, runs = market.waiting_reasons(), market.capacity(), market.latest_refreshes()
    leads_url = list_url("leads_lead") if can("leads.view_lead") else ""
    refreshes_url = list_url("performance_refreshrun") if can("performance.view_refreshrun") else ""
    partners_url = list_url("leads_partner") if can("leads.view_partner") else ""
    return DashboardPage(
        figures=[
            *lead_figures(now=now, midnight=midnight, counted=counted, leads_url=leads_url),
            refresh_figure(as_of=as_of, last=runs[0] if runs else None, now=now, url=refreshes_url),
        ],
        days=_days(starts, counted=counted, until=now),
        waiting_text=_waiting_text(reasons),
        waiting_url=with_filters(leads_url, assigned="waiting"),
        reasons=reason_rows(reasons),
        refreshes=_refreshes(runs),
        refreshes_url=refreshes_url,
        capacity_text=_capacity_text(capacity),
        full_text=ngettext("%(number)s at its cap", "%(number)s at their cap", capacity.full)
        % {"number": words.number(capacity.full, 0)},
        full_url=with_filters(partners_url, capacity="full", is_active_for_routing__exact="1"),
        partners=partner_lines(capacity, with_pages=with_pages),
        movers=[
            movers_chart(partners, key=key, title=title, with_pages=with_pages)
            for key, title, partners in (
                ("best", gettext("Gained most"), moved.best),
                ("worst", gettext("Lost most"), moved.worst),
            )
            if partners
        ],
        movers_text=_movers_text(moved),
        decisions=[_decision(log) for log in market.decisions_since(midnight)],
        decisions_url=with_filters(list_url("router_leadassignmentlog"), decided_at__gte=instant(midnight)),
    )


def _days_until(midnight: datetime) -> list[datetime]:
    """Return the starts of the chart's days by the calendar: a day may have 23 or 25 hours."""
    naive = timezone.make_naive(midnight)
    return [timezone.make_aware(naive - timedelta(days=back)) for back in range(DAYS - 1, -1, -1)]


def _days(starts: list[datetime], *, counted: datetime, until: datetime) -> LineChart:
    """Return leads by day; a day that was not counted completely is a gap."""
    counts = market.leads_by_day(starts, since=max(starts[0], counted), until=until)
    whole = [start >= counted for start in starts]
    return line(
        id="days",
        title=gettext("Leads per day"),
        description=gettext("Leads that came in on each of the last %(days)d days, and how many have a partner by now.")
        % {"days": DAYS},
        axis=gettext("Day"),
        labels=[words.day(timezone.localtime(start)) for start in starts],
        series=[
            (gettext("came in"), [leads if known else None for (leads, _), known in zip(counts, whole, strict=True)]),
            (
                gettext("have a partner"),
                [routed if known else None for (_, routed), known in zip(counts, whole, strict=True)],
            ),
        ],
        form=_whole,
    )


def _whole(value: float | None) -> str:
    return words.number(value, 0 if value is None or float(value).is_integer() else 1)


def _waiting_text(reasons: market.Reasons) -> str:
    if not reasons.explained:
        return gettext("No lead waits for a partner.")
    text = ngettext(
        "Reasons from the last decision on the %(number)s waiting lead.",
        "Reasons from the last decisions on the newest %(number)s waiting leads.",
        reasons.explained,
    ) % {"number": words.number(reasons.explained, 0)}
    if not reasons.undecided:
        return text
    if reasons.undecided == reasons.explained:
        return ngettext(
            "The waiting lead has not been routed yet.",
            "None of the waiting leads has been routed yet.",
            reasons.undecided,
        )
    undecided = ngettext(
        "%(number)s of them has not been routed yet.", "%(number)s of them have not been routed yet.", reasons.undecided
    ) % {"number": words.number(reasons.undecided, 0)}
    return f"{text} {undecided}"


def _refreshes(runs: list[RefreshRun]) -> LineChart | None:
    """Return the durations of the latest refreshes, oldest first; None for fewer than two, which make no line."""
    if len(runs) < 2:
        return None
    oldest_first = runs[::-1]
    return line(
        id="refreshes",
        title=gettext("Duration of refreshes"),
        description=gettext("Duration in seconds of the last %(count)d refreshes of the statistics.")
        % {"count": len(runs)},
        axis=gettext("Started"),
        labels=[_at(timezone.localtime(run.started_at)) for run in oldest_first],
        series=[(gettext("took"), [run.duration_ms / 1000 for run in oldest_first])],
        form=lambda value: gettext("%(number)s s") % {"number": words.number(value)},
    )


def _at(moment: datetime) -> str:
    return f"{words.day(moment)} {date_format(moment, 'H:i')}"


def _capacity_text(capacity: market.Capacity) -> str:
    text = gettext("%(active)s of %(partners)s partners accept leads; there are %(open)s open leads.") % {
        "active": words.number(capacity.active, 0),
        "partners": words.number(capacity.partners, 0),
        "open": words.number(capacity.all_open, 0),
    }
    if not capacity.cap:
        return text
    taken = gettext("%(share)s of the total cap is in use.") % {
        "share": words.percent(capacity.open_capped / capacity.cap)
    }
    return f"{text} {taken}"


def _movers_text(moved: Movers) -> str:
    if not moved.partners:
        return gettext("No comparison yet: there are no scores from 7 days ago.")
    return ngettext(
        "%(number)s partner that had leads, compared with 7 days ago.",
        "%(number)s partners that had leads, compared with 7 days ago.",
        moved.partners,
    ) % {"number": words.number(moved.partners, 0)}


def _decision(log: LeadAssignmentLog) -> DecisionLine:
    assigned = log.outcome == LeadAssignmentLog.Outcome.ASSIGNED
    reasons = log.exclusions if isinstance(log.exclusions, dict) and not assigned else {}
    most = max(reasons, key=lambda code: reasons[code], default=None)
    return DecisionLine(
        decision_id=log.pk,
        decided_at=log.decided_at,
        lead_code=str(log.lead_id)[:8],
        assigned=assigned,
        partner_name="" if log.partner is None else log.partner.company_name or str(log.partner_id),
        total="" if log.total_score is None else words.number(log.total_score),
        candidates=f"{words.number(log.candidate_count, 0)} / {words.number(log.considered_count, 0)}",
        reason="" if most is None else words.exclusion(most),
        trigger=words.trigger(log.trigger),
    )
