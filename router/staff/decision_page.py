"""Page of a decision record: the winner, the reasons, the runners-up, the exclusions, and the policy.

Every figure is read from the record itself, which may be of an earlier version and lack some. Only names come from
elsewhere.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext

from performance.scoring import COMPONENT_NAMES
from router.decisions.queries import DecisionDetails, mapping_in
from router.models import LeadAssignmentLog
from router.scoring.explanation import ROUTE_PARTS, number_in
from router.staff import explanation, words
from router.staff.decision_parts import DecisionCard, decision_card


@dataclass(frozen=True, slots=True, kw_only=True)
class WeightRow:
    """A weight of the applied policy, and its share within its group."""

    title: str
    weight: str
    share: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionPage:
    """Content of the page: the decision, and how it came about. `actor`: the name of the user who asked."""

    card: DecisionCard
    lead_id: str
    lead_code: str
    considered_count: int
    actor: str
    duration: str
    stats_age: str
    stats_as_of: datetime | None
    policy_id: int | None
    route_weights: list[WeightRow]
    component_weights: list[WeightRow]
    earlier_id: int | None
    later_id: int | None


def decision_page(details: DecisionDetails) -> DecisionPage:
    """Format a decision record."""
    log = details.log
    weights = mapping_in(mapping_in(log.policy, "performance"), "weights")
    return DecisionPage(
        card=decision_card(details.decision, details.names),
        lead_id=str(log.lead_id),
        lead_code=str(log.lead_id)[:8],
        considered_count=log.considered_count,
        actor=details.actor,
        duration=gettext("%(number)s ms") % {"number": words.number(log.duration_ms)},
        stats_age=_age(log),
        stats_as_of=log.stats_refreshed_at,
        policy_id=details.policy_id,
        route_weights=_weights(details.decision.route_policy, names={f"{part}_weight": part for part in ROUTE_PARTS}),
        component_weights=_weights(weights, names={name: name for name in COMPONENT_NAMES}),
        earlier_id=details.earlier_id,
        later_id=details.later_id,
    )


def _weights(recorded: Mapping[str, Any], *, names: Mapping[str, str]) -> list[WeightRow]:
    """Return the recorded weights, in the order of `names` (key of the record -> part)."""
    weights = {name: number_in(recorded, key) for key, name in names.items()}
    known = {name: weight for name, weight in weights.items() if weight is not None}
    whole = sum(known.values())
    return [
        WeightRow(
            title=explanation.title(name),
            weight=words.number(weight, 0 if weight.is_integer() else 1),
            share=words.percent(weight / whole) if whole else words.NOTHING,
        )
        for name, weight in known.items()
    ]


def _age(log: LeadAssignmentLog) -> str:
    """Return the age of the statistics at the decision; "" without any."""
    if log.stats_refreshed_at is None:
        return ""
    return words.duration(max(0.0, (log.decided_at - log.stats_refreshed_at).total_seconds()) / 60)
