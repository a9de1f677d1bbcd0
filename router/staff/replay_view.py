"""Replay of a decision, beside its record."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from django.utils.formats import number_format
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from router.assignment import LeadAssignmentService
from router.decisions.queries import DecisionDetails
from router.decisions.record import ALGORITHM
from router.decisions.replay import TOLERANCE, Difference
from router.staff import words
from router.staff.decision_parts import name_of
from router.staff.explanation import PARTS

_SCORES = ("total", "region", "performance", "fairness", "bonus")

_DIGITS = 4

_NAMES: Mapping[str, words.Words] = MappingProxyType(
    {
        **PARTS,
        "winner": _("winner"),
        "order": _("order"),
        "total": _("total"),
        "total_score": _("total"),
        "region_score": _("region"),
        "performance_score": _("performance"),
        "fairness_score": _("fairness"),
    }
)

_PARTS: Mapping[str, words.Words] = MappingProxyType(
    {
        "raw_score": _("raw score"),
        "sample_size": _("evidence"),
        "score": _("score"),
        "contribution": _("contribution"),
    }
)
"""The recorded values of a component."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ScorePair:
    """A recorded score and the recomputed one."""

    recorded: str
    computed: str
    is_equal: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplayRow:
    """A recorded candidate; the pairs are total, region, performance, fairness and bonus."""

    partner_id: str
    name: str
    pairs: list[ScorePair]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplayResult:
    """Result of a replay: `kind` is "equal", "differs", "nothing" (no candidates recorded) or "impossible".

    `differences` are sentences for investigating them.
    """

    kind: str
    text: str
    note: str
    rows: list[ReplayRow]
    differences: list[str]


def replay(recorded: DecisionDetails) -> ReplayResult:
    """Replay a decision from its record; the result says if the record is not sufficient."""
    log = recorded.log
    note = ""
    if log.algorithm != ALGORITHM:
        note = gettext("Decided with version %(then)s of the formulas; the current version is %(now)s.") % {
            "then": log.algorithm,
            "now": ALGORITHM,
        }
    try:
        again = LeadAssignmentService().replay(log)
    except (KeyError, TypeError, ValueError, AttributeError):
        # The record is incomplete; the page shows what it has.
        text = gettext("This record lacks the data for a replay.")
        return ReplayResult(kind="impossible", text=text, note=note, rows=[], differences=[])
    if again.agrees and not again.candidates:
        text = gettext("Identical: no partner was recorded, and none was found.")
        return ReplayResult(kind="nothing", text=text, note=note, rows=[], differences=[])
    computed = {candidate.partner_id: candidate for candidate in again.candidates}
    rows = []
    for entry in recorded.candidates:
        candidate = computed[entry.partner_id]
        pairs = [_pair(getattr(entry, name), getattr(candidate, name)) for name in _SCORES]
        rows.append(
            ReplayRow(partner_id=candidate.partner_id, name=name_of(recorded.names, candidate.partner_id), pairs=pairs)
        )
    text = (
        gettext("Identical: all scores and the order match the record.")
        if again.agrees
        else gettext("The result differs from the record.")
    )
    return ReplayResult(
        kind="equal" if again.agrees else "differs",
        text=text,
        note=note,
        rows=rows,
        differences=[_sentence(recorded, difference) for difference in again.differences],
    )


def _pair(recorded: float | None, computed: float) -> ScorePair:
    return ScorePair(
        recorded=words.number(recorded, _DIGITS),
        computed=words.number(computed, _DIGITS),
        is_equal=recorded is not None and abs(recorded - computed) <= TOLERANCE,
    )


def _sentence(recorded: DecisionDetails, difference: Difference) -> str:
    """Return a difference: partner, value, then and now. All digits are shown, as the last may matter."""
    parts = (
        name_of(recorded.names, difference.partner_id or None),
        _NAMES.get(difference.name, difference.name),
        _PARTS.get(difference.part, difference.part),
    )
    return gettext("%(what)s: recorded %(then)s, computed %(now)s") % {
        "what": capfirst(", ".join(str(part) for part in parts if part)),
        "then": _in_full(recorded, difference.recorded),
        "now": _in_full(recorded, difference.computed),
    }


def _in_full(recorded: DecisionDetails, value: float | str | None) -> str:
    if value is None:
        return words.NOTHING
    return name_of(recorded.names, value) if isinstance(value, str) else number_format(value)
