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
from numpy.typing import NDArray

from leads.vocabulary import BREAK_DAYS, LEAST_LEADS_FOR_A_PACE
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
from router.scoring.pace import pace_left_of
from router.snapshot.standings import (
    ACTIVE,
    CAP,
    CHANGED,
    COMPARED,
    LAST_ASSIGNED,
    OPEN,
    PRIORITY,
    RETURNED,
    SINCE_RETURN,
    USUAL,
    VALID,
    Standings,
    read_standings,
)

logger = logging.getLogger(__name__)

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
class _Known:
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
    _table: NDArray[np.float64]
    _known: _Known

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
        return self._table[:COMPARED, index].astype(">f8").tobytes()

    def evidence(self, index: int) -> Evidence:
        """Return a partner's performance for a decision record."""
        evidence = self._known.evidence.get(index)
        if evidence is None:
            evidence = _evidence(self._known.roster.metrics, self.scores, index)
            self._known.evidence[index] = evidence
        return evidence


@dataclass(frozen=True, slots=True, eq=False)
class PartnerSnapshot:
    """Snapshot of all partners, independent of the current time."""

    _table: NDArray[np.float64]
    _known: _Known

    def at(self, now: datetime) -> Candidates:
        """Return the partners with their waiting times, and what their pace allows, at an instant."""
        return Candidates(
            policy=self._known.policy,
            pool=_pool(self._known, self._table, now=now),
            scores=self._known.scores,
            as_of=self._known.roster.as_of,
            _table=self._table,
            _known=self._known,
        )


RECORDED_COMPONENT = ("raw_score", "sample_size", "score", "contribution")
"""The recorded numbers of each component, in this order."""

_known: _Known | None = None


def load_candidates(*, now: datetime) -> Candidates:
    """Read all partners at an instant; raises as `load_snapshot` does."""
    return load_snapshot().at(now)


def load_snapshot(*, lock: bool = False) -> PartnerSnapshot:
    """Read a snapshot of all partners, reusing what is still valid of the last one.

    With `lock` the partner rows are locked in the order of their ids. Raises `SnapshotChanged` if partners are added,
    removed or changed faster than they can be read, and `RoutingPolicy.DoesNotExist` on a database without an active
    policy.
    """
    for _ in range(_READINGS):
        found = _read(lock=lock)
        if found is not None:
            return found
    raise SnapshotChanged


def _read(*, lock: bool) -> PartnerSnapshot | None:
    """Read once; return None if a partner was added, removed or changed while a new roster was read."""
    global _known  # noqa: PLW0603  # one slot, replaced whole: threads see the old or the new one
    standings = read_standings(lock=lock)
    known = _known
    roster = _roster_of(standings, known)
    if roster is None:
        return None
    policy_key = (standings.reading.policy_id, standings.reading.policy_created_at)
    if known is None or known.roster is not roster or known.policy.key != policy_key:
        policy = known.policy if known is not None and known.policy.key == policy_key else _read_policy()
        if known is not None and known.policy is policy and known.roster.metrics is roster.metrics:
            known = replace(known, roster=roster)
        else:
            scores = PerformanceScorer(policy.performance).score(roster.metrics)
            known = _Known(policy=policy, roster=roster, scores=scores)
        _known = known
    return PartnerSnapshot(standings.table, known)


def _roster_of(standings: Standings, known: _Known | None) -> _Roster | None:
    """Return the cached roster if it is valid, else a new one; None if that is of another instant."""
    changed, as_of = standings.changed, standings.reading.as_of
    if known is not None and (known.roster.ids, known.roster.as_of) == (standings.ids, as_of):
        if known.roster.changed == changed:
            return known.roster
        if _declare_the_same(standings, known.roster):
            return replace(known.roster, changed=changed)
    roster = _read_roster(with_stats=as_of is not None)
    return roster if (roster.ids, roster.changed) == (standings.ids, changed) else None


def _declare_the_same(standings: Standings, roster: _Roster) -> bool:
    """Return whether the changed partners have the same declarations: regaining capacity is a change as well."""
    then, now = np.frombuffer(roster.changed), standings.table[CHANGED]
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


def _pool(known: _Known, table: NDArray[np.float64], *, now: datetime) -> CandidatePool:
    """Return the pool, without the checks of `CandidatePool.from_columns`: the columns come from the database."""
    # Infinity and NaN cannot be computed with; NaN stands for a missing value.
    is_infinite = np.isinf(table[LAST_ASSIGNED]) | np.isinf(table[RETURNED:]).any(axis=0)
    is_readable = known.roster.territories.is_readable & np.isfinite(known.scores.total) & ~is_infinite
    if not is_readable.all():
        table = np.where(is_readable, table, 0.0)
    waiting_hours: NDArray[np.float64] = (now.timestamp() - table[LAST_ASSIGNED]) / 3600.0
    columns = {
        "is_active": table[ACTIVE] != 0.0,
        "open_leads": table[OPEN].astype(np.int64),
        "max_open_leads": table[CAP],
        "routing_priority": table[PRIORITY].astype(np.int64),
        "is_valid": table[VALID] != 0.0,
        "is_readable": is_readable,
        "waiting_hours": waiting_hours,
        "pace_left": pace_left_of(
            waiting_hours=waiting_hours,
            hours_since_return=(now.timestamp() - table[RETURNED]) / 3600.0,
            leads_since_return=table[SINCE_RETURN],
            usual_daily_leads=table[USUAL],
            break_hours=24.0 * BREAK_DAYS,
            least_leads=LEAST_LEADS_FOR_A_PACE,
        ),
    }
    for column in columns.values():
        column.setflags(write=False)
    return CandidatePool(territories=known.roster.territories, performance=known.scores.total, **columns)


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
