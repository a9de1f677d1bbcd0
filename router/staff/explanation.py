"""Why a decision came out as it did, in a sentence or two that somebody from sales can read."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

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
"""The parts of a total as they are named within a sentence."""

MOST_PARTS = 2
"""Parts that a sentence names: what made most of a difference."""

LEAST_POINTS = 0.05
"""Points below which a part is not worth its words: they would be read as 0.0."""


def part(name: str) -> str:
    """A part of a total; one of a later version stands for itself."""
    return str(PARTS.get(name, name))


def points(value: float) -> str:
    """Points with a decimal; more of them where it takes more to see any."""
    return words.number(value, 1 if abs(value) >= LEAST_POINTS or value == 0 else 4)


def why(*, winner: str, total: float | None, candidate_count: int, runner_up: str = "", gap: Gap | None = None) -> str:
    """Who got the lead, with how many points, and what put it before the runner-up ("": none is on record)."""
    if total is None:
        return gettext("%(winner)s got it; the record does not say with how many points.") % {"winner": winner}
    values = {"winner": winner, "total": words.number(total), "second": runner_up}
    if candidate_count == 1:
        return gettext("%(winner)s got it with %(total)s points: no other partner was eligible.") % values
    if gap is None:
        return gettext("%(winner)s got it with %(total)s points.") % values
    if gap.difference <= 0:
        return (
            gettext("%(winner)s got it with %(total)s points, level with %(second)s: the draw of this lead decided.")
            % values
        )
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
    # On a line of its own: xgettext does not see what is called within an f-string.
    other = gettext("%(second)s was better in %(better)s.") % values
    return f"{text} {other}"


def nobody(*, considered_count: int, reasons: Sequence[tuple[int, str]]) -> str:
    """Why nobody got the lead; `reasons`: number of partners and words, the most frequent first."""
    if considered_count == 0:
        return gettext("Nobody got it: there was no partner at all.")
    values: dict[str, Any] = {"count": considered_count}
    if not reasons:
        text = ngettext(
            "Nobody got it: the only partner was left out.",
            "Nobody got it: all %(count)d partners were left out.",
            considered_count,
        )
        return text % values
    values |= {"number": words.number(reasons[0][0], 0), "reason": reasons[0][1]}
    if 1 < considered_count == reasons[0][0]:
        return gettext("Nobody got it: all %(count)d partners were left out for this reason: %(reason)s.") % values
    text = ngettext(
        "Nobody got it: the only partner was left out (%(reason)s).",
        "Nobody got it: all %(count)d partners were left out, %(number)s of them for this reason: %(reason)s.",
        considered_count,
    )
    return text % values


def fell_short(gap: Gap) -> str:
    """What made most of the points by which a candidate stood behind the winner."""
    return _listed(_most(gap.ahead))


def was_better(gap: Gap) -> str:
    """In what a candidate was ahead of the winner all the same."""
    return _listed(_most(gap.behind))


def _most(gains: Sequence[Gain]) -> list[Gain]:
    return [gain for gain in gains if abs(gain.points) >= LEAST_POINTS][:MOST_PARTS]


def _reason(gain: Gain) -> str:
    if gain.part == "region":
        return gettext("nearer region (%(points)s points)") % {"points": points(gain.points)}
    if gain.part == PACE:
        return gettext("back after a break, the other comes after all others for now (%(points)s points)") % {
            "points": points(gain.points)
        }
    return gettext("%(points)s points more on %(part)s") % {"points": points(gain.points), "part": part(gain.part)}


def _listed(gains: Sequence[Gain]) -> str:
    return ", ".join(f"{part(gain.part)} ({points(abs(gain.points))})" for gain in gains)
