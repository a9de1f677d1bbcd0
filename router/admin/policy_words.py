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
        _("Who gets a lead"),
        _("The three weights make the score by which partners are ranked for a lead. Only their proportions count."),
        (*ROUTE_WEIGHTS, "priority_points", "require_regional_match"),
    ),
    (
        "performance",
        _("What counts as performance"),
        _("The eight weights make the performance of a partner. Only their proportions count."),
        COMPONENT_WEIGHTS,
    ),
    (
        "curves",
        _("Evidence and curves"),
        _("How much evidence it takes to move a score, and where its curve ends."),
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
        "prior_strength": _("Evidence that outweighs the start"),
        "deal_rate_full": _("Deal rate that earns 100"),
        "deal_rate_cap": _("Most that a deal rate earns"),
        "complaint_rate_zero": _("Complaint rate that earns nothing"),
        "deal_value_full": _("Deal value that earns 100"),
    }
)
"""Names of the settings without the unit, which the page shows beside the field; the model names the others."""

HELP: Mapping[str, Words] = MappingProxyType(
    {
        "region_weight": _("How much it counts that the partner works where the lead lives."),
        "performance_weight": _("How much it counts how well the partner works: the eight weights below."),
        "fairness_weight": _("How much it counts that the partner has room for leads and has waited for one."),
        "priority_points": _("Added to the score for each step of a partner's routing priority (0 to 10 steps)."),
        "require_regional_match": _("Partners that do not work where the lead lives get no lead from there."),
        "response_speed_weight": _("How soon each lead hears from the partner; one that never does earns nothing."),
        "ai_trust_weight": _("What the AI makes of the partner."),
        "deal_rate_weight": _("How many leads were won, of those that were decided or are two weeks old."),
        "follow_up_weight": _("How many leads the partner contacted again, half an hour later or more."),
        "customer_feedback_weight": _("The stars that customers gave."),
        "complaints_weight": _("How few leads end in a complaint; several about one lead count once."),
        "deal_value_weight": _("What a won deal is worth on average."),
        "consistency_weight": _("How little the last 7 days differ from the last 30."),
        "prior": _("What a partner scores of whom nothing is known."),
        "prior_strength": _("So many leads weigh as much as the neutral start; 0 takes every metric as it is."),
        "deal_rate_full": _("Lower it in a market where winning one lead in five is excellent."),
        "deal_rate_cap": _("From 80 to 90: the rest cannot be earned by winning deals alone."),
        "complaint_rate_zero": _("Partners with complaints about this share of their leads get no points for it."),
        "deal_value_full": _("A higher value earns no more; the scale below it is logarithmic."),
        "ai_high_score_is_risk": _("Tick it if the AI gives risky partners a high score: trust is then 100 minus it."),
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
