"""Preview of a draft, as the fragment beside the sliders shows it."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext, ngettext

from router.preview import Estimate, PolicyComparison
from router.staff import words
from router.staff.charts import Pair, PairChart, pair_bars

CHART_ROWS = 8
"""Number of partners in the chart: those with the biggest change."""

CHANGE_ROWS = 25
"""Number of reassigned leads that are listed, with a link each."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One figure under both policies, formatted; a `range` is the interval of an estimate."""

    label: str
    hint: str
    active: str
    draft: str
    active_range: str = ""
    draft_range: str = ""

    @property
    def differs(self) -> bool:
        """True if the two differ as they are shown."""
        return (self.active, self.active_range) != (self.draft, self.draft_range)


@dataclass(frozen=True, slots=True, kw_only=True)
class MovedLead:
    """A lead that goes to another partner; an empty name means no partner."""

    lead_id: str
    code: str
    active_name: str
    draft_name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PreviewPage:
    """Text of the fragment."""

    headline: str
    caption: str
    leads: str
    leads_in_window: str
    active_name: str
    draft_name: str
    figures: list[Figure]
    verdict: str
    chart: PairChart
    rest: str
    changes: list[MovedLead]
    changes_caption: str


def preview_page(comparison: PolicyComparison, *, has_partner_pages: bool) -> PreviewPage:
    """Format a comparison; partners link to their pages if the reader may view them."""
    names = (
        gettext("Version %(version)d") % {"version": comparison.policy_version},
        gettext("These settings"),
    )
    shown = min(CHANGE_ROWS, len(comparison.changes))
    return PreviewPage(
        headline=_headline(comparison),
        caption=gettext("Leads of the last %(days)d days in the simulation: %(count)s")
        % {"days": comparison.days, "count": words.number(comparison.leads, 0)},
        leads=words.number(comparison.leads, 0),
        leads_in_window=words.number(comparison.leads_in_window, 0),
        active_name=names[0],
        draft_name=names[1],
        figures=_figures(comparison),
        verdict=comparison.verdict,
        chart=_chart(comparison, names=names, has_partner_pages=has_partner_pages),
        rest=_rest(comparison),
        changes=[
            MovedLead(
                lead_id=lead.lead_id,
                code=lead.lead_id[:8],
                active_name=lead.active_name or "",
                draft_name=lead.draft_name or "",
            )
            for lead in comparison.changes[:shown]
        ],
        changes_caption=gettext("The first %(shown)s of %(count)s")
        % {"shown": words.number(shown, 0), "count": words.number(comparison.changed, 0)},
    )


def _headline(comparison: PolicyComparison) -> str:
    if not comparison.leads:
        return gettext("No lead came in during these days.")
    if not comparison.changed:
        return gettext("No lead would go to a different partner.")
    text = ngettext(
        "%(changed)s of %(leads)s leads (%(percent)s) would go to a different partner.",
        "%(changed)s of %(leads)s leads (%(percent)s) would go to a different partner.",
        comparison.leads,
    )
    return text % {
        "changed": words.number(comparison.changed, 0),
        "leads": words.number(comparison.leads, 0),
        "percent": words.percent(comparison.changed_share),
    }


def _figures(comparison: PolicyComparison) -> list[Figure]:
    active, draft = comparison.active, comparison.draft
    counts = (
        (gettext("Leads without a partner"), "", active.nobody, draft.nobody),
        (
            gettext("Cap hits"),
            gettext("how often a lead filled its partner's cap"),
            active.cap_hits,
            draft.cap_hits,
        ),
        (gettext("Partners without a lead"), "", active.without_leads, draft.without_leads),
    )
    return [
        *(
            Figure(label=label, hint=hint, active=words.number(before, 0), draft=words.number(after, 0))
            for label, hint, before, after in counts
        ),
        Figure(
            label=gettext("Longest wait for a lead"),
            hint="",
            active=words.duration(60 * active.longest_wait_hours),
            draft=words.duration(60 * draft.longest_wait_hours),
        ),
        Figure(
            label=gettext("Inequality (Gini)"),
            hint=gettext("0: equal shares, 1: one partner gets everything"),
            active=words.number(active.gini, 2),
            draft=words.number(draft.gini, 2),
        ),
        Figure(
            label=gettext("Mean performance"),
            hint=gettext("of the partners that get the leads, scored by the active version"),
            active=words.number(active.mean_performance),
            draft=words.number(draft.mean_performance),
        ),
        _deal_rate(active.expected_deal_rate, draft.expected_deal_rate),
    ]


def _deal_rate(active: Estimate, draft: Estimate) -> Figure:
    return Figure(
        label=gettext("Expected deal rate"),
        hint=gettext("with its 90 % interval"),
        active=_rate(active),
        draft=_rate(draft),
        active_range=_interval(active),
        draft_range=_interval(draft),
    )


def _rate(estimate: Estimate) -> str:
    return words.percent(estimate.value) if estimate.enough else gettext("not enough evidence")


def _interval(estimate: Estimate) -> str:
    if not estimate.enough:
        return ""
    return gettext("%(low)s to %(high)s") % {"low": words.percent(estimate.low), "high": words.percent(estimate.high)}


def _chart(comparison: PolicyComparison, *, names: tuple[str, str], has_partner_pages: bool) -> PairChart:
    rows = comparison.partners[:CHART_ROWS]
    return pair_bars(
        id="preview-shares",
        title=gettext("Share of the leads"),
        description=gettext("The partners with the biggest change.")
        if comparison.changed
        else gettext("The partners with the most leads."),
        axis=gettext("Partner"),
        names=names,
        pairs=[
            Pair(
                label=row.name,
                url=reverse("staff:performance", args=[row.id]) if has_partner_pages else "",
                before=_fraction(row.leads_active, comparison.active.assigned),
                after=_fraction(row.leads_draft, comparison.draft.assigned),
            )
            for row in rows
        ],
        form=lambda value: words.percent(value or 0.0),
    )


def _fraction(part: int, whole: int) -> float:
    return part / whole if whole else 0.0


def _rest(comparison: PolicyComparison) -> str:
    """Return a sentence on the partners that the chart leaves out."""
    rest: Sequence[int] = [abs(row.difference) for row in comparison.partners[CHART_ROWS:]]
    if not rest:
        return ""
    if not any(rest):
        text = ngettext(
            "One more partner gets leads, as many as now.",
            "%(count)d more partners get leads, as many as now.",
            len(rest),
        )
        return text % {"count": len(rest)}
    most = ngettext("at most %(count)d lead", "at most %(count)d leads", max(rest)) % {"count": max(rest)}
    text = ngettext(
        "One more partner gets leads; its number changes by %(most)s.",
        "%(count)d more partners get leads; the number of each changes by %(most)s.",
        len(rest),
    )
    return text % {"count": len(rest), "most": most}
