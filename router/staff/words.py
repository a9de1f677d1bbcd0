"""Words for people: names of components, reasons and kinds, and numbers with their units."""

import math
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from types import MappingProxyType
from typing import Any

from django.utils.formats import date_format, number_format
from django.utils.functional import Promise
from django.utils.translation import gettext, ngettext, pgettext
from django.utils.translation import gettext_lazy as _

from router.models import LeadAssignmentLog, RoutingPolicy

Words = str | Promise

METRIC_TITLES: Mapping[str, Words] = MappingProxyType(
    {
        "response_speed": _("points for the time to first contact"),
        "ai_trust": _("judgement of the AI"),
        "deal_rate": _("of the leads that should have a result were won"),
        "follow_up": _("of the leads were contacted again after half an hour or more"),
        "customer_feedback": _("average rating by customers"),
        "complaints": _("of the leads had a complaint"),
        "deal_value": _("average value of a won deal"),
        "consistency": _("last 7 days against last 30"),
    }
)
"""Descriptions of the components' metrics, to be read after the value."""

EXCLUSIONS: Mapping[str, Words] = MappingProxyType(
    {
        "inactive": _("paused"),
        "at_capacity": _("at its cap of open leads"),
        "industry_mismatch": _("does not take this industry"),
        "outside_region": _("does not work in this region"),
        "already_tried": _("had this lead before"),
        "invalid_profile": _("its profile breaks a rule of the database; see inspect_database"),
        "invalid_lead": _("the lead, or who has it, breaks a rule of the database; see inspect_database"),
        "unreadable": _("its profile contains unreadable data; see inspect_database"),
    }
)

REGION_KINDS: Mapping[str, Words] = MappingProxyType(
    {
        "postcode": _("postcode area"),
        "province": _("province"),
        "anywhere": _("works everywhere"),
        "unknown": _("place of the lead unknown"),
        "none": _("no match"),
    }
)


NOTHING = "–"  # noqa: RUF001  # a dash is meant
"""Text that replaces a missing number."""


def exclusion(code: str) -> str:
    """Return why a partner is excluded; an unknown code is returned unchanged."""
    return str(EXCLUSIONS.get(code, code))


def region_kind(kind: str) -> str:
    """Return how a partner's territory matches the lead."""
    return str(REGION_KINDS.get(kind, kind))


def outcome(code: str) -> str:
    """Return the name of an outcome."""
    return str(dict(LeadAssignmentLog.Outcome.choices).get(code, code))


def trigger(code: str) -> str:
    """Return the name of a decision's trigger."""
    return str(dict(LeadAssignmentLog.Trigger.choices).get(code, code))


def number(value: float | None, digits: int = 1) -> str:
    """Return a number in the reader's format, rounded; a dash if there is none."""
    if value is None or not math.isfinite(value):
        return NOTHING
    return number_format(Decimal(f"{value:.{digits}f}"), decimal_pos=digits, force_grouping=True)


def percent(fraction: float) -> str:
    """Return a fraction as a percentage, with a decimal if it is not zero."""
    value = round(100.0 * fraction, 1)
    return gettext("%(number)s %%") % {"number": number(value, 0 if value.is_integer() else 1)}


def euro(value: float) -> str:
    """Return an amount of money, in whole euros."""
    return f"€\N{NO-BREAK SPACE}{number(value, 0)}"


def duration(minutes: float) -> str:
    """Return a duration in its two largest units, such as "3 h 20 min"."""
    if minutes < 1:
        return gettext("%(count)d s") % {"count": round(minutes * 60)}
    whole = round(minutes)
    days, hours, rest = whole // 1440, whole % 1440 // 60, whole % 60
    if days:
        parts = [gettext("%(count)d d") % {"count": days}, gettext("%(count)d h") % {"count": hours} if hours else ""]
    elif hours:
        parts = [gettext("%(count)d h") % {"count": hours}, gettext("%(count)d min") % {"count": rest} if rest else ""]
    else:
        parts = [gettext("%(count)d min") % {"count": rest}]
    return " ".join(part for part in parts if part)


def day(date_or_time: date) -> str:
    """Return a short day without its year for a chart: "7 Nov"; the format follows the reader's language."""
    return date_format(date_or_time, pgettext("form of a day; see Django's date formats", "j M"))


def metric(component: str, value: float | None) -> str:
    """Return the metric of a component with its unit."""
    if value is None:
        return gettext("no data")
    match component:
        case "deal_rate" | "complaints":
            return percent(value)
        case "follow_up":
            return percent(value / 100)
        case "customer_feedback":
            return gettext("%(number)s of 5") % {"number": number(value)}
        case "deal_value":
            return euro(value)
        case _:
            return gettext("%(number)s of 100") % {"number": number(value, 0)}


def plain_metric(component: str, stats: Mapping[str, Any]) -> str:
    """Return the simpler metric beside the scored one of a component; "" if it says the same.

    `stats` is a row of the statistics, as the database has it.
    """
    match component:
        case "response_speed":
            minutes = stats["avg_first_response_time_minutes_30d"]
            if minutes is None:
                return ""
            return gettext("%(duration)s on average until the first contact") % {"duration": duration(minutes)}
        case "deal_rate":
            rate = stats["deal_rate_30d"]
            if rate is None or rate == stats["deal_rate_with_undecided_30d"]:
                return ""
            return gettext("%(rate)s of those that were won or lost") % {"rate": percent(rate)}
        case "follow_up":
            share = stats["pct_leads_min_2_attempts_30d"]
            if share == stats["pct_leads_followed_up_30d"]:
                return ""
            return gettext("%(share)s with two contacts at any interval") % {"share": percent(share / 100)}
        case "complaints":
            count = stats["complaints_30d"]
            if count == stats["complained_leads_30d"]:
                return ""
            return ngettext("%(count)d complaint in all", "%(count)d complaints in all", count) % {"count": count}
        case _:
            return ""


def evidence(component: str, count: int) -> str:
    """Return the evidence for the metric of a component."""
    match component:
        case "ai_trust":
            return gettext("assessed") if count else gettext("not assessed")
        case "deal_rate":
            text = ngettext("%(count)d lead decided or overdue", "%(count)d leads decided or overdue", count)
        case "customer_feedback":
            text = ngettext("%(count)d rating", "%(count)d ratings", count)
        case "deal_value":
            text = ngettext("%(count)d deal with a value", "%(count)d deals with a value", count)
        case "consistency":
            text = ngettext("%(count)d lead in 7 days", "%(count)d leads in 7 days", count)
        case _:
            text = ngettext("%(count)d lead", "%(count)d leads", count)
    return text % {"count": count}


def prior(policy: RoutingPolicy) -> str:
    """Return the effect of little evidence under this policy."""
    if not policy.prior_strength:
        return gettext("This policy uses every metric unadjusted, however little data there is.")
    return gettext(
        "With few leads, a component stays close to %(prior)s points and moves towards its raw score as data comes"
        " in; %(strength)s leads bring it halfway."
    ) % {"prior": number(policy.prior, 0), "strength": number(policy.prior_strength, 0)}


def curve(component: str, policy: RoutingPolicy) -> str:
    """Return how the metric of a component becomes points under this policy."""
    match component:
        case "response_speed":
            return gettext(
                "Per lead: 100 points up to 30 minutes, 70 at 2 hours, 40 at 24 hours, 0 from 72 hours. A lead"
                " without contact for more than a day scores 0."
            )
        case "ai_trust":
            if policy.ai_high_score_is_risk:
                return gettext("A high AI score means high risk: 100 minus that score.")
            return gettext("The AI score, unchanged.")
        case "deal_rate":
            return gettext(
                "A rate of %(full)s corresponds to 100 points, capped at %(cap)s. Leads without a result after two"
                " weeks count as lost, as do leads rejected after acceptance or contact."
            ) % {"full": percent(policy.deal_rate_full), "cap": number(policy.deal_rate_cap, 0)}
        case "follow_up":
            return gettext("The percentage equals the points. Contacts within 30 minutes count as one.")
        case "customer_feedback":
            return gettext("One star earns 0 points, each additional star 25.")
        case "complaints":
            return gettext(
                "No complaints: 100 points; %(zero)s or more: 0. Several complaints about one lead count once."
            ) % {"zero": percent(policy.complaint_rate_zero)}
        case "deal_value":
            return gettext("On a logarithmic scale: %(full)s and more earns 100 points.") % {
                "full": euro(policy.deal_value_full)
            }
        case _:
            return gettext(
                "The closer the deal rate and response time of the last 7 days are to those of the last 30, the"
                " more points."
            )
