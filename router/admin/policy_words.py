"""Descriptions of the policy's settings: their effect, unit, and formatted values."""

from collections.abc import Mapping
from decimal import Decimal
from types import MappingProxyType
from typing import Any

from django.utils.formats import number_format
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from router.models import COMPONENT_WEIGHTS, ROUTE_WEIGHTS, RoutingPolicy

Words = str | Promise

GROUPS: tuple[tuple[str, Words, Words, tuple[str, ...]], ...] = (
    (
        "route",
        _("Ranking of partners"),
        _("These three weights determine how partners are ranked for a lead. Only their proportions matter."),
        (*ROUTE_WEIGHTS, "priority_points", "require_regional_match"),
    ),
    (
        "performance",
        _("Components of performance"),
        _("These eight weights determine a partner's performance score. Only their proportions matter."),
        COMPONENT_WEIGHTS,
    ),
    (
        "curves",
        _("Evidence and curves"),
        _("How much data it takes to move a score, and the limits of its curve."),
        (
            "prior",
            "prior_strength",
            "deal_rate_full",
            "deal_rate_cap",
            "complaint_rate_zero",
            "deal_value_full",
            "ai_high_score_is_risk",
        ),
    ),
)
"""Groups of settings on the page: key, title, sentence and fields."""

LABELS: Mapping[str, Words] = MappingProxyType(
    {
        "prior": _("Neutral start"),
        "prior_strength": _("Weight of the neutral start"),
        "deal_rate_full": _("Deal rate for 100 points"),
        "deal_rate_cap": _("Maximum from deal rate"),
        "complaint_rate_zero": _("Complaint rate for 0 points"),
        "deal_value_full": _("Deal value for 100 points"),
    }
)
"""Names of the settings without the unit, which the page shows beside the field; the model names the others."""

HELP: Mapping[str, Words] = MappingProxyType(
    {
        "region_weight": _("Weight of territory match."),
        "performance_weight": _("Weight of performance: the eight components below."),
        "fairness_weight": _("Weight of free capacity and of the time since the last lead."),
        "priority_points": _("Bonus points per step of routing priority (0 to 10)."),
        "require_regional_match": _("Exclude partners whose territory does not include the lead."),
        "response_speed_weight": _("Time to first contact; a lead that is never contacted scores 0."),
        "ai_trust_weight": _("The AI's assessment of the partner."),
        "deal_rate_weight": _("Share of leads won, among those decided or at least two weeks old."),
        "follow_up_weight": _("Share of leads contacted again after 30 minutes or more."),
        "customer_feedback_weight": _("Average customer rating."),
        "complaints_weight": _("Share of leads with a complaint; several about one lead count once."),
        "deal_value_weight": _("Average value of won deals."),
        "consistency_weight": _("Similarity of the last 7 days to the last 30."),
        "prior": _("Score of a partner without any data."),
        "prior_strength": _("Number of leads that count as much as the neutral start; 0: no adjustment."),
        "deal_rate_full": _("Lower it in a market where winning one lead in five is excellent."),
        "deal_rate_cap": _("Between 80 and 90: a high deal rate alone does not earn full points."),
        "complaint_rate_zero": _("Share of leads with a complaint at which the component scores 0."),
        "deal_value_full": _("Higher values earn no extra points; the scale is logarithmic."),
        "ai_high_score_is_risk": _(
            "Select this if a high AI score means high risk; trust is then 100 minus the score."
        ),
    }
)

UNITS: Mapping[str, Words] = MappingProxyType(
    {
        "priority_points": _("per step"),
        "prior": _("points"),
        "prior_strength": _("leads"),
        "deal_rate_full": _("fraction"),
        "deal_rate_cap": _("points"),
        "complaint_rate_zero": _("fraction"),
        "deal_value_full": _("EUR"),
    }
)
"""Units of the settings other than weights."""

FRACTIONS = frozenset({"deal_rate_full", "complaint_rate_zero"})

SHARE_TEXT = _("{weight} of {sum} = {percent} %")
"""Meaning of a weight: its share of its group's weights. The script on the page fills in the same text."""

FRACTION_TEXT = _("= {percent} %")
"""Meaning of a fraction."""


def label(name: str) -> str:
    """Return the name of a setting, as the beginning of a line."""
    text = str(LABELS.get(name) or RoutingPolicy._meta.get_field(name).verbose_name)  # type: ignore[union-attr]  # no relation
    return text[:1].upper() + text[1:]


def number(value: float, digits: int = 4) -> str:
    """Return a number in the reader's format with as many decimals as it needs, at most `digits`."""
    rounded = Decimal(f"{value:.{digits}f}").normalize()
    return number_format(rounded + 0, force_grouping=True, decimal_pos=max(0, -int(rounded.as_tuple().exponent)))


def shown(name: str, value: Any) -> str:
    """Return the value of a setting with its unit."""
    if isinstance(value, bool):
        return gettext("yes") if value else gettext("no")
    if name in FRACTIONS:
        return gettext("%(number)s %%") % {"number": number(100.0 * value)}
    unit = UNITS.get(name)
    return number(value) if unit is None else f"{number(value)}\N{NO-BREAK SPACE}{unit}"


def was(name: str, value: Any) -> str:
    """Return the active version's value, for display beside a setting that differs from it."""
    return gettext("Active: %(value)s.") % {"value": shown(name, value)}


def share(weight: float | None, total: float) -> str:
    """Return the meaning of a weight in a group whose weights add up to `total`; empty without a total."""
    if weight is None or not total > 0:
        return ""
    return str(SHARE_TEXT).format(weight=number(weight), sum=number(total), percent=number(100 * weight / total, 1))


def fraction(value: float | None) -> str:
    """Return the meaning of a fraction; empty without one."""
    return "" if value is None else str(FRACTION_TEXT).format(percent=number(100 * value, 2))
