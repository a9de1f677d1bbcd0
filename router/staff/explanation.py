"""Explanation of a decision in a sentence or two for sales staff."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

from django.utils.text import capfirst
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from router.scoring.explanation import PACE, Gain, Gap
from router.staff import words

PARTS: Mapping[str, words.Words] = MappingProxyType(
    {
        "region": _("region"),
        "performance": _("performance"),
        "response_speed": _("response speed"),
        "ai_trust": _("AI trust"),
        "deal_rate": _("deal rate"),
        "follow_up": _("follow-up"),
        "customer_feedback": _("customer feedback"),
        "complaints": _("complaints"),
        "deal_value": _("deal value"),
        "consistency": _("consistency"),
        "fairness": _("fairness"),
        "spare_capacity": _("spare capacity"),
        "waiting": _("time since the last lead"),
        "bonus": _("priority bonus"),
        PACE: _("usual pace after a break"),
    }
)
"""Names of the parts of a total within a sentence."""

MOST_PARTS = 2
"""Maximum number of parts that a sentence names: those with the largest differences."""

LEAST_POINTS = 0.05
"""Minimum points of a part that is mentioned: less would be shown as 0.0."""


def part(name: str) -> str:
    """Return the name of a part of a total; an unknown one is returned unchanged."""
    return str(PARTS.get(name, name))


def title(name: str) -> str:
    """Return the name of a part of a total as a heading."""
    return str(capfirst(part(name)))


def points(value: float) -> str:
    """Return points with one decimal, or more if they would be shown as zero."""
    return words.number(value, 1 if abs(value) >= LEAST_POINTS or value == 0 else 4)


def why(*, winner: str, total: float | None, candidate_count: int, runner_up: str = "", gap: Gap | None = None) -> str:
    """Return who got the lead, with how many points, and the advantage over the runner-up ("": none recorded)."""
    if total is None:
        return gettext("%(winner)s got it; the record does not say with how many points.") % {"winner": winner}
    values = {"winner": winner, "total": words.number(total), "second": runner_up}
    if candidate_count == 1:
        return gettext("%(winner)s got it with %(total)s points: no other partner was eligible.") % values
    if gap is None:
        return gettext("%(winner)s got it with %(total)s points.") % values
    if gap.difference <= 0:
        return gettext("%(winner)s got it with %(total)s points, tied with %(second)s; decided by lot.") % values
    values["difference"] = points(gap.difference)
    reasons = _most(gap.ahead)
    if not reasons:
        return gettext("%(winner)s got it with %(total)s points, %(difference)s more than %(second)s.") % values
    values["reasons"] = ", ".join(_reason(gain) for gain in reasons)
    text = (
        gettext("%(winner)s got it with %(total)s points, %(difference)s more than %(second)s: %(reasons)s.") % values
    )
    values["better"] = was_better(gap)
    if not values["better"]:
        return text
    # On a separate line: xgettext does not see calls within an f-string.
    other = gettext("%(second)s was better in %(better)s.") % values
    return f"{text} {other}"


def nobody(*, considered_count: int, reasons: Sequence[tuple[int, str]]) -> str:
    """Return why nobody got the lead; `reasons`: number of partners and words, the most frequent first."""
    if considered_count == 0:
        return gettext("Nobody got it: there were no partners.")
    values: dict[str, Any] = {"count": considered_count}
    if not reasons:
        text = ngettext(
            "Nobody got it: the only partner was excluded.",
            "Nobody got it: all %(count)d partners were excluded.",
            considered_count,
        )
        return text % values
    values |= {"number": words.number(reasons[0][0], 0), "reason": reasons[0][1]}
    if 1 < considered_count == reasons[0][0]:
        return gettext("Nobody got it: all %(count)d partners were excluded (%(reason)s).") % values
    text = ngettext(
        "Nobody got it: the only partner was excluded (%(reason)s).",
        "Nobody got it: all %(count)d partners were excluded, %(number)s of them for this reason: %(reason)s.",
        considered_count,
    )
    return text % values


def fell_short(gap: Gap) -> str:
    """Return the main reasons why a candidate was behind the winner."""
    return _listed(_most(gap.ahead))


def was_better(gap: Gap) -> str:
    """Return the parts in which a candidate was ahead of the winner all the same."""
    return _listed(_most(gap.behind))


def _most(gains: Sequence[Gain]) -> list[Gain]:
    return [gain for gain in gains if abs(gain.points) >= LEAST_POINTS][:MOST_PARTS]


def _reason(gain: Gain) -> str:
    if gain.part == "region":
        return gettext("closer territory match (%(points)s points)") % {"points": points(gain.points)}
    if gain.part == PACE:
        return gettext("the other partner is back after a break and ranks last for now (%(points)s points)") % {
            "points": points(gain.points)
        }
    return gettext("%(points)s more points for %(part)s") % {"points": points(gain.points), "part": part(gain.part)}


def _listed(gains: Sequence[Gain]) -> str:
    return ", ".join(f"{part(gain.part)} ({points(abs(gain.points))})" for gain in gains)
