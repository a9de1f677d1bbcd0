"""Parts of the dashboard: a partner's open leads, a reason why leads wait, a change of score."""

from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext, ngettext

from leads.models import Partner
from router.staff import words
from router.staff.charts import Bar, Pair, PairChart, bar, pair_bars
from router.staff.queries.dashboard import Capacity, Reasons
from router.staff.queries.movers import Mover

NEARLY_FULL = 0.9
"""Fraction of the cap from which a partner is nearly full."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReasonRow:
    """A reason why leads wait: the number of leads concerned, and the share of partners that it excludes."""

    text: str
    leads: str
    share: str
    bar: Bar


def reason_rows(reasons: Reasons) -> list[ReasonRow]:
    """Return the reasons by the share of partners excluded, the largest first."""
    return [
        ReasonRow(
            text=words.exclusion(reason.code),
            leads=words.number(reason.leads, 0),
            share=words.percent(reason.share),
            bar=bar(100.0 * reason.share, label=words.percent(reason.share)),
        )
        for reason in reasons.reasons
    ]


@dataclass(frozen=True, slots=True, kw_only=True)
class PartnerLine:
    """The open leads of a partner, or of all others, against the cap."""

    name: str
    url: str
    text: str
    bar: Bar


def partner_lines(capacity: Capacity, *, with_pages: bool) -> list[PartnerLine]:
    """Return the busiest partners, and the mean of the others, on one scale."""
    busiest = capacity.busiest
    scale = float(max((max(partner.open_leads, partner.max_open_leads or 0) for partner in busiest), default=0)) or 1.0
    lines = [_partner_line(partner, scale=scale, with_pages=with_pages) for partner in busiest]
    others = capacity.partners - len(busiest)
    if not others:
        return lines
    capped = [partner for partner in busiest if partner.max_open_leads is not None]
    mean_open = (capacity.all_open - sum(partner.open_leads for partner in busiest)) / others
    others_capped = capacity.capped - len(capped)
    mean_cap = (capacity.cap - sum(partner.max_open_leads or 0 for partner in capped)) / max(1, others_capped)
    text = (
        gettext("%(open)s of %(cap)s") % {"open": words.number(mean_open), "cap": words.number(mean_cap)}
        if others_capped
        else words.number(mean_open)
    )
    name = ngettext("%(number)s other", "%(number)s others, on average", others) % {"number": words.number(others, 0)}
    tick = 100.0 * mean_cap / scale if others_capped else None
    return [
        *lines,
        PartnerLine(name=name, url="", text=text, bar=bar(100.0 * mean_open / scale, label=text, tick=tick)),
    ]


def _partner_line(partner: Partner, *, scale: float, with_pages: bool) -> PartnerLine:
    cap, open_leads = partner.max_open_leads, words.number(partner.open_leads, 0)
    text = (
        open_leads
        if cap is None
        else gettext("%(open)s of %(cap)s") % {"open": open_leads, "cap": words.number(cap, 0)}
    )
    kind = ""
    if cap is not None and partner.open_leads >= cap * NEARLY_FULL:
        kind = "bad" if partner.open_leads >= cap else "warn"
    return PartnerLine(
        name=partner.company_name or str(partner.pk),
        url=reverse("staff:performance", args=[partner.pk]) if with_pages else "",
        text=text,
        bar=bar(
            100.0 * partner.open_leads / scale, label=text, tick=None if cap is None else 100.0 * cap / scale, kind=kind
        ),
    )


def movers_chart(movers: tuple[Mover, ...], *, key: str, title: str, with_pages: bool) -> PairChart:
    """Return the partners whose score changed: the score of a week ago, and of now."""
    return pair_bars(
        id=key,
        title=title,
        description=gettext("Performance scores out of 100, both under the current policy."),
        axis=gettext("Partner"),
        names=(gettext("7 days ago"), gettext("now")),
        pairs=[
            Pair(
                label=mover.name,
                before=mover.before,
                after=mover.now,
                url=reverse("staff:performance", args=[mover.partner_id]) if with_pages else "",
            )
            for mover in movers
        ],
        form=words.number,
    )
