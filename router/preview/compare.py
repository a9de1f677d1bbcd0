"""Comparison of a draft with the active policy, over the same recent leads.

What does not depend on the draft (the leads, the partners, the active policy's result) is cached in the process for a
minute, so the next position of a slider costs only the draft's simulation.
"""

import threading
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Self

import numpy as np
from django.utils import timezone
from django.utils.translation import gettext as _

from performance.scoring import PerformanceScorer, ScoringSettings
from router.models import RoutingPolicy
from router.policies.queries import PolicyError, active_policy, proposed_policy, route_policy, scoring_settings
from router.preview.history import (
    PartnersThen,
    Window,
    leads_after,
    newest_leads,
    past_leads,
    read_partners,
    window_of,
)
from router.preview.results import ChangedLead, PartnerChange, PolicyComparison, SimulationResult, outcome_of
from router.scoring import RoutePolicy
from router.scoring.arrays import FloatArray, IndexArray
from router.scoring.deal_rate import DealRates
from router.scoring.simulation import NOBODY, CandidateLists, PastLead, Simulation
from router.snapshot import load_snapshot
from router.snapshot.candidates import PartnerSnapshot

QUICK_LIMIT = 10_000
"""Maximum leads of a quick preview; above it, the newest ones are used."""

MOST_DAYS = 365

_PORTION = 20_000
"""Number of leads in memory at once during a full preview."""

_MOST_CHANGES = 100
_KEPT = 3

OnProgress = Callable[[int, int], None]
"""Callback with the number of leads done and the total."""


@dataclass(frozen=True, slots=True, eq=False)
class _Policy:
    """A policy in the form of the two cores."""

    route: RoutePolicy
    settings: ScoringSettings

    @classmethod
    def of(cls, policy: RoutingPolicy) -> Self:
        """Build from a version, saved or not."""
        return cls(route_policy(policy), scoring_settings(policy))


@dataclass(frozen=True, slots=True, eq=False)
class PreviewContext:
    """Context shared by both policies. `performance` (n,): the scores of the active policy."""

    days: int
    window: Window
    leads_in_window: int
    is_sample: bool
    version: int
    active: _Policy
    partners: PartnersThen
    rates: DealRates
    performance: FloatArray
    lists: dict[bool, CandidateLists] = field(default_factory=dict)

    def simulation(self, policy: _Policy) -> Simulation:
        """Return a simulation of a policy before the first lead."""
        return self.partners.simulation(
            self.window, policy=policy.route, settings=policy.settings, lists=self.lists_for(policy)
        )

    def result(self, run: Simulation, policy: _Policy) -> SimulationResult:
        """Return the result of a simulation after the last lead."""
        return SimulationResult.of(run, end=self.window.end.timestamp(), in_demand=self.lists_for(policy).in_demand)

    def lists_for(self, policy: _Policy) -> CandidateLists:
        """Return the candidates of each demand; they depend on one setting of a policy only."""
        required = policy.route.require_regional_match
        if required not in self.lists:
            self.lists[required] = CandidateLists(self.partners.territories, require_regional_match=required)
        return self.lists[required]


@dataclass(frozen=True, slots=True, eq=False)
class CachedBaseline:
    """Cached context with its leads, and the active policy's result on them; `key` says of what."""

    key: tuple[object, ...]
    context: PreviewContext
    leads: list[PastLead]
    winners: IndexArray
    result: SimulationResult


_kept: deque[CachedBaseline] = deque(maxlen=_KEPT)
_lock = threading.Lock()


def preview_policy(
    *,
    values: Mapping[str, Any],
    days: int = 30,
    limit: int | None = QUICK_LIMIT,
    on_progress: OnProgress | None = None,
    now: datetime | None = None,
) -> PolicyComparison:
    """Simulate the leads of the last `days` days under the active policy and under a draft.

    `values`: the settings in which the draft differs from the active policy; text is parsed as a form would. `limit`:
    above this number, only the newest leads; None: all of them, however long it takes. `now`: the end of the period, by
    default the last full minute. Writes nothing, and opens no transaction.

    Raises `PolicyError`, which names the field, for values that could not be saved and for days outside 1 to 365.
    """
    check_days(days)
    policy = active_policy()
    draft = _Policy.of(proposed_policy(values, active=policy))
    snapshot = load_snapshot()
    now = now or timezone.now().replace(second=0, microsecond=0)
    if limit is None:
        context = _context_of(policy, snapshot, days=days, limit=None, now=now, on_progress=on_progress)
        return _compare_all(context, draft, on_progress=on_progress)
    key = (days, limit, now, policy.pk, policy.created_at, snapshot.version)
    # One at a time: the candidate sets are shared, and two at once would take twice as long each.
    with _lock:
        # Compared from the cheap to the dear, and not hashed: the version holds numbers of all partners.
        kept = next((baseline for baseline in _kept if baseline.key == key), None)
        if kept is None:
            context = _context_of(policy, snapshot, days=days, limit=limit, now=now)
            kept = _baseline_of(key, context, limit=limit)
            _kept.append(kept)
        winners, result = _run(kept.context, draft, kept.leads)
    if on_progress is not None:
        on_progress(len(kept.leads), len(kept.leads))
    changed = np.flatnonzero(winners != kept.winners)
    changes = [
        _change(kept.context, kept.leads[place], kept.winners.item(place), winners.item(place))
        for place in changed[:_MOST_CHANGES].tolist()
    ]
    return _comparison(
        kept.context, leads=len(kept.leads), changed=changed.size, changes=changes, active=kept.result, draft=result
    )


def check_days(days: int) -> None:
    """Raise `PolicyError` for a number of days that a preview does not allow."""
    if not 1 <= days <= MOST_DAYS:
        raise PolicyError({"days": [_("Choose 1 to %(most)d days.") % {"most": MOST_DAYS}]})


def _context_of(
    policy: RoutingPolicy,
    snapshot: PartnerSnapshot,
    *,
    days: int,
    limit: int | None,
    now: datetime,
    on_progress: OnProgress | None = None,
) -> PreviewContext:
    window, leads_in_window = window_of(now=now, days=days, limit=limit)
    if on_progress is not None:
        on_progress(0, leads_in_window)
    partners = read_partners(snapshot, window, limit=limit)
    active = _Policy.of(policy)
    return PreviewContext(
        days=days,
        window=window,
        leads_in_window=leads_in_window,
        is_sample=limit is not None and leads_in_window > limit,
        version=policy.version,
        active=active,
        partners=partners,
        rates=DealRates.from_outcomes(won=partners.metrics.won_leads_30d, lost=partners.metrics.lost_leads_30d),
        performance=PerformanceScorer(active.settings).score(partners.metrics).total,
    )


def _baseline_of(key: tuple[object, ...], context: PreviewContext, *, limit: int) -> CachedBaseline:
    leads = past_leads(newest_leads(context.window, limit=limit), context.partners.territories)
    winners, result = _run(context, context.active, leads)
    return CachedBaseline(key=key, context=context, leads=leads, winners=winners, result=result)


def _run(context: PreviewContext, policy: _Policy, leads: list[PastLead]) -> tuple[IndexArray, SimulationResult]:
    run = context.simulation(policy)
    winners = run.run(leads)
    return winners, context.result(run, policy)


def _compare_all(context: PreviewContext, draft: _Policy, *, on_progress: OnProgress | None) -> PolicyComparison:
    """Simulate both policies together, over one portion of the leads after the other."""
    policies = (context.active, draft)
    runs = [context.simulation(policy) for policy in policies]
    done = changed = 0
    changes: list[ChangedLead] = []
    for leads in _portions(context):
        before, after = [run.run(leads) for run in runs]
        different = np.flatnonzero(before != after)
        changed += different.size
        changes += [
            _change(context, leads[place], before.item(place), after.item(place))
            for place in different[: _MOST_CHANGES - len(changes)].tolist()
        ]
        done += len(leads)
        if on_progress is not None:
            on_progress(done, max(done, context.leads_in_window))
    active, other = [context.result(run, policy) for run, policy in zip(runs, policies, strict=True)]
    return _comparison(context, leads=done, changed=changed, changes=changes, active=active, draft=other)


def _portions(context: PreviewContext) -> Iterator[list[PastLead]]:
    last = None
    while leads := leads_after(context.window, last, limit=_PORTION):
        last = leads[-1]
        yield past_leads(leads, context.partners.territories)


def _comparison(
    context: PreviewContext,
    *,
    leads: int,
    changed: int,
    changes: list[ChangedLead],
    active: SimulationResult,
    draft: SimulationResult,
) -> PolicyComparison:
    before, after = [
        outcome_of(result, partners=context.partners, rates=context.rates, performance=context.performance)
        for result in (active, draft)
    ]
    return PolicyComparison(
        days=context.days,
        since=context.window.start.isoformat(),
        leads_in_window=context.leads_in_window,
        leads=leads,
        is_sample=context.is_sample,
        policy_version=context.version,
        changed=changed,
        active=before,
        draft=after,
        difference=context.rates.difference(active.given, draft.given),
        partners=_partner_changes(context.partners, active, draft),
        changes=tuple(changes),
    )


def _partner_changes(
    partners: PartnersThen, active: SimulationResult, draft: SimulationResult
) -> tuple[PartnerChange, ...]:
    rows = [
        PartnerChange(
            id=partners.territories.partner_ids[index],
            name=partners.names[index],
            leads_active=active.given.item(index),
            leads_draft=draft.given.item(index),
        )
        for index in np.flatnonzero(active.given + draft.given).tolist()
    ]
    return tuple(sorted(rows, key=lambda row: (-abs(row.difference), -row.leads_active, row.name, row.id)))


def _change(context: PreviewContext, lead: PastLead, before: int, after: int) -> ChangedLead:
    ids, names = context.partners.territories.partner_ids, context.partners.names
    return ChangedLead(
        lead_id=lead.lead_id,
        active_id=None if before == NOBODY else ids[before],
        active_name=None if before == NOBODY else names[before],
        draft_id=None if after == NOBODY else ids[after],
        draft_name=None if after == NOBODY else names[after],
    )
