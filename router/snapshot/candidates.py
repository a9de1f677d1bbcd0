"""Snapshot of all partners as columns: declarations, standings, and performance.

What changes with every lead (open leads, last assignment, ...) is read each time. Declarations, the policy and the
statistics change rarely: they are cached, and each is read again once the standings show another version of it
(`profiles.routing_changed_at`, which a trigger sets, the policy's id, the instant of the statistics). So nothing cached
can be stale.
"""

import json
import logging
import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, NamedTuple, Self

import numpy as np
import orjson
from django.db import connection

from performance.scoring import (
    COMPONENT_METRICS,
    METRIC_COLUMNS,
    PartnerMetrics,
    PerformanceScorer,
    PerformanceScores,
    ScoringSettings,
)
from router.models import RoutingPolicy
from router.policies.queries import policy_record, route_policy, scoring_settings
from router.scoring import CandidatePool, RoutePolicy, Territories
from router.snapshot.standings import Column, Standings

logger = logging.getLogger(__name__)

RECORDED_COMPONENT = ("raw_score", "sample_size", "score", "contribution")
"""The recorded numbers of each component, in this order."""

_ROSTER = """
SELECT partner.id, extract(epoch FROM partner.routing_changed_at)::float8,
    partner.regions, partner.lead_locations, partner.lead_industries, partner.primary_branch, {metrics}
FROM profiles AS partner
{join}
ORDER BY partner.id
"""

_DECLARATIONS = """
SELECT partner.id, extract(epoch FROM partner.routing_changed_at)::float8,
    partner.regions, partner.lead_locations, partner.lead_industries, partner.primary_branch
FROM profiles AS partner
WHERE partner.id = ANY(%s)
"""

_FIRST_METRIC = 6
_READINGS = 5
_FEW = 1_000
"""Up to this many partners are compared one by one, to see whether their declarations differ."""


class SnapshotChanged(RuntimeError):
    """Partners were added, removed or changed between two statements, repeatedly."""


class Evidence(NamedTuple):
    """A partner's performance in a decision record, as JSON texts.

    `metrics`: the columns that the score reads; `components`: the result of each of the eight, in the order of
    `RECORDED_COMPONENT`.
    """

    metrics: orjson.Fragment
    components: orjson.Fragment


@dataclass(frozen=True, slots=True)
class AppliedPolicy:
    """The active policy in the form of the two scoring cores, and of a decision record."""

    version: int
    route: RoutePolicy
    performance: ScoringSettings
    record: str
    key: tuple[int, datetime]


@dataclass(frozen=True, slots=True, eq=False)
class _Roster:
    """Rarely changing data of n partners, in id order, and its version."""

    ids: bytes
    changed: bytes
    as_of: datetime | None
    declarations: Sequence[tuple[Any, ...]]
    territories: Territories
    metrics: PartnerMetrics


@dataclass(frozen=True, slots=True, eq=False)
class _ScoredRoster:
    """A roster scored by a policy; `evidence` is filled as partners are recorded."""

    policy: AppliedPolicy
    roster: _Roster
    scores: PerformanceScores
    evidence: dict[int, Evidence] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, eq=False)
class Candidates:
    """n partners at one instant, in the order of their ids, under the active policy.

    `pool` and `scores` have one element a partner; `as_of` is the instant of the statistics, None: never computed.
    """

    policy: AppliedPolicy
    pool: CandidatePool
    scores: PerformanceScores
    as_of: datetime | None
    _snapshot: "PartnerSnapshot"

    @property
    def partner_ids(self) -> tuple[str, ...]:
        """Ids of the partners, n, ascending."""
        return self.pool.territories.partner_ids

    def without(self, partner_ids: Collection[uuid.UUID]) -> Self:
        """Return the same, with these partners marked as invalid too."""
        is_valid = self.pool.is_valid.copy()
        is_valid[self.pool.territories.indices_of(map(str, partner_ids))] = False
        is_valid.setflags(write=False)
        return replace(self, pool=replace(self.pool, is_valid=is_valid))

    def standing_of(self, index: int) -> bytes:
        """Return a partner's standing when it was read, in the format of the database's `partner_standing`."""
        return self._snapshot.standings.standing_of(index)

    def evidence(self, index: int) -> Evidence:
        """Return a partner's performance for a decision record."""
        known = self._snapshot.roster
        evidence = known.evidence.get(index)
        if evidence is None:
            evidence = known.evidence[index] = _evidence(known.roster.metrics, self.scores, index)
        return evidence


@dataclass(frozen=True, slots=True, eq=False)
class PartnerSnapshot:
    """Snapshot of all partners, independent of the current time."""

    standings: Standings
    roster: _ScoredRoster

    @property
    def territories(self) -> Territories:
        """The declarations of the partners."""
        return self.roster.roster.territories

    @property
    def metrics(self) -> PartnerMetrics:
        """The metrics of the partners."""
        return self.roster.roster.metrics

    @property
    def version(self) -> tuple[object, ...]:
        """A value that differs once a partner is added, removed or declares something else, or statistics are new.

        It holds a reference to the declarations, and does not change with open leads.
        """
        return self.territories, self.roster.roster.as_of, self.standings.settings

    def at(self, now: datetime) -> Candidates:
        """Return the partners with their waiting times, and what their pace allows, at an instant."""
        scores, roster = self.roster.scores, self.roster.roster
        return Candidates(
            policy=self.roster.policy,
            pool=self.standings.pool(roster.territories, performance=scores.total, now=now),
            scores=scores,
            as_of=roster.as_of,
            _snapshot=self,
        )


class PartnerReader:
    """Reader of snapshots, which keeps what it read for the next one.

    Threads may share it: each of its two slots is replaced whole, so they see the old or the new one.
    """

    def __init__(self) -> None:
        self._standings: Standings | None = None
        self._roster: _ScoredRoster | None = None

    def load(self, *, lock: bool = False) -> PartnerSnapshot:
        """Read a snapshot of all partners, reusing what is still valid of the last one.

        With `lock` the partner rows are locked in the order of their ids. Raises `SnapshotChanged` if partners are
        added, removed or changed faster than they can be read, and `RoutingPolicy.DoesNotExist` on a database without
        an active policy.
        """
        for _ in range(_READINGS):
            standings = self.standings(lock=lock)
            roster = _roster_of(standings, self._roster)
            if roster is not None:
                self._roster = roster
                return PartnerSnapshot(standings, roster)
        raise SnapshotChanged

    def standings(self, *, lock: bool = False) -> Standings:
        """Read all partners' standings with one statement, or two if the ones kept cannot be used."""
        last = self._standings
        standings = (None if last is None or lock else last.updated()) or Standings.read(lock=lock)
        # A transaction also sees its own changes, which it may roll back, and a lock waits for changes outside its
        # snapshot.
        if not standings.reading.has_written and not lock:
            self._standings = standings
        return standings

    def forget(self) -> None:
        """Read everything again next time."""
        self._standings = self._roster = None


def _roster_of(standings: Standings, known: _ScoredRoster | None) -> _ScoredRoster | None:
    """Return the scored roster if it is valid, else a new one; None if a partner changed while that was read."""
    roster = _unscored_roster_of(standings, None if known is None else known.roster)
    if roster is None:
        return None
    policy_key = (standings.reading.policy_id, standings.reading.policy_created_at)
    if known is None or known.policy.key != policy_key:
        policy = _read_policy()
    elif known.roster.metrics is roster.metrics:
        return known if known.roster is roster else replace(known, roster=roster)
    else:
        policy = known.policy
    return _ScoredRoster(policy, roster, PerformanceScorer(policy.performance).score(roster.metrics))


def _unscored_roster_of(standings: Standings, known: _Roster | None) -> _Roster | None:
    changed, as_of = standings.changed, standings.reading.as_of
    if known is not None and (known.ids, known.as_of) == (standings.ids, as_of):
        if known.changed == changed:
            return known
        if _declare_the_same(standings, known):
            return replace(known, changed=changed)
    roster = _read_roster(with_stats=as_of is not None)
    return roster if (roster.ids, roster.changed) == (standings.ids, changed) else None


def _declare_the_same(standings: Standings, roster: _Roster) -> bool:
    """Return whether the changed partners have the same declarations: regaining capacity is a change as well."""
    then, now = np.frombuffer(roster.changed), standings.table[Column.CHANGED_AT]
    moved = np.flatnonzero((then != now) & ~(np.isnan(then) & np.isnan(now))).tolist()
    if len(moved) > _FEW:
        return False
    ids = [uuid.UUID(roster.territories.partner_ids[index]) for index in moved]
    with connection.cursor() as cursor:
        cursor.execute(_DECLARATIONS, [ids])
        rows = {partner_id: (changed, declaration) for partner_id, changed, *declaration in cursor.fetchall()}
    return all(
        rows.get(partner_id) == (now.item(index), [*roster.declarations[index]])
        for index, partner_id in zip(moved, ids, strict=True)
    )


def _read_policy() -> AppliedPolicy:
    policy = RoutingPolicy.objects.get(is_active=True)
    return AppliedPolicy(
        version=policy.version,
        route=route_policy(policy),
        performance=scoring_settings(policy),
        record=json.dumps(policy_record(policy)),
        key=(policy.pk, policy.created_at),
    )


def _read_roster(*, with_stats: bool) -> _Roster:
    """Read the partners' declarations and metrics; NULL for all if the view was never populated."""
    if with_stats:
        metrics = ", ".join(f"stats.{column}::float8" for column in METRIC_COLUMNS)
        metrics += ", (SELECT partner_performance_stats_as_of())"
        join = "LEFT JOIN partner_performance_stats AS stats ON stats.partner_id = partner.id"
    else:
        metrics = ", ".join("NULL::float8" for _ in METRIC_COLUMNS) + ", NULL::timestamptz"
        join = ""
    with connection.cursor() as cursor:
        cursor.execute(_ROSTER.format(metrics=metrics, join=join))
        rows = cursor.fetchall()
    columns = list(zip(*rows, strict=True)) or [()] * (_FIRST_METRIC + len(METRIC_COLUMNS) + 1)
    partner_ids: tuple[uuid.UUID, ...] = columns[0]
    territories = Territories.from_columns(
        partner_ids=[str(partner_id) for partner_id in partner_ids],
        regions=columns[2],
        lead_locations=columns[3],
        lead_industries=columns[4],
        primary_branches=columns[5],
    )
    for index in np.flatnonzero(~territories.is_readable).tolist():
        logger.warning("partner %s cannot be read and gets no lead", territories.partner_ids[index])
    return _Roster(
        ids=b"".join(partner_id.bytes for partner_id in partner_ids),
        changed=np.array(columns[1], dtype=np.float64).tobytes(),
        as_of=columns[-1][0] if rows else None,
        declarations=list(zip(*columns[2:_FIRST_METRIC], strict=True)),
        territories=territories,
        metrics=PartnerMetrics.from_columns(
            {name: columns[_FIRST_METRIC + place] for place, name in enumerate(METRIC_COLUMNS)}
        ),
    )


def _evidence(metrics: PartnerMetrics, scores: PerformanceScores, index: int) -> Evidence:
    # NaN becomes null. The components are in the order of `RECORDED_COMPONENT`.
    values = {column: getattr(metrics, column).item(index) for column in METRIC_COLUMNS}
    components = {
        name: (
            scores.raw.item(row, index),
            int(scores.sample_size.item(row, index)),
            scores.score.item(row, index),
            scores.contribution.item(row, index),
        )
        for row, name in enumerate(COMPONENT_METRICS)
    }
    return Evidence(*(orjson.Fragment(orjson.dumps(part)) for part in (values, components)))
