"""Changes in performance: the scores of a week ago and of now, both under the present policy.

So a change comes from the partner's work, and not from the weights.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import numpy as np
from django.utils import timezone

from leads.models import Partner
from performance.queries import metrics_now, metrics_on
from performance.scoring import PerformanceScorer
from router.models import RoutingPolicy
from router.policies.queries import scoring_settings

LOOK_BACK = timedelta(days=7)
"""Interval between the earlier scores and the latest statistics."""

MOST_MOVERS = 5
"""Number of partners shown in each direction."""

LEAST_CHANGE = 0.05
"""Minimum points of a change: less would be shown as 0.0."""


@dataclass(frozen=True, slots=True)
class Mover:
    """A partner whose performance score changed, 0-100 each."""

    partner_id: str
    name: str
    before: float
    now: float


@dataclass(frozen=True, slots=True)
class Movers:
    """The partners that gained most, and those that lost most, largest change first; `partners` were compared."""

    best: tuple[Mover, ...]
    worst: tuple[Mover, ...]
    partners: int


NOBODY = Movers((), (), 0)


def movers(*, as_of: datetime | None, policy: RoutingPolicy) -> Movers:
    """Compare all partners that had leads in the 30 days before either instant.

    `as_of`: instant of the statistics; empty without one, or if the day was not recorded.
    """
    if as_of is None:
        return NOBODY
    now, then = metrics_now(), metrics_on(_day_before(as_of))
    scorer = PerformanceScorer(scoring_settings(policy))
    scores_now, scores_then = scorer.score(now.metrics).total, scorer.score(then.metrics).total
    leads_now, leads_then = now.metrics.leads_assigned_30d, then.metrics.leads_assigned_30d
    places = {partner_id: place for place, partner_id in enumerate(then.partner_ids)}
    both = [
        (place, places[partner_id])
        for place, partner_id in enumerate(now.partner_ids)
        if partner_id in places and (leads_now[place] or leads_then[places[partner_id]])
    ]
    if not both:
        return NOBODY
    pairs = np.array(both)
    change = scores_now[pairs[:, 0]] - scores_then[pairs[:, 1]]
    order = np.argsort(change, kind="stable").tolist()
    worst = [both[place] for place in order[:MOST_MOVERS] if change[place] <= -LEAST_CHANGE]
    best = [both[place] for place in order[: -MOST_MOVERS - 1 : -1] if change[place] >= LEAST_CHANGE]
    names = _names(now.partner_ids[place] for place, _ in (*best, *worst))

    def named(chosen: list[tuple[int, int]]) -> tuple[Mover, ...]:
        return tuple(
            Mover(
                partner_id=now.partner_ids[place],
                name=names.get(now.partner_ids[place]) or now.partner_ids[place],
                before=scores_then.item(earlier),
                now=scores_now.item(place),
            )
            for place, earlier in chosen
        )

    return Movers(named(best), named(worst), len(both))


def _day_before(as_of: datetime) -> date:
    """Return the recorded day to compare with; days are those of the zone in the settings."""
    return timezone.localdate(as_of, timezone.get_default_timezone()) - LOOK_BACK


def _names(partner_ids: Iterable[str]) -> dict[str, str]:
    rows = Partner.objects.filter(pk__in=list(partner_ids)).values_list("pk", "company_name")
    return {str(key): name for key, name in rows}
