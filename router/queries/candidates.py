"""All partners as columns: what they declare, how they stand, and how well they work.

What moves with every lead (open leads, last assignment, ...) is read each time, with one statement. What they declare,
the policy and the statistics change seldom: they are kept from one call to the next, and each is read again as soon as
the moving part shows another version of it (`profiles.routing_changed_at`, which a trigger stamps, the policy's id, the
instant of the statistics). So nothing that is kept can be out of date.
"""

import json
import math
import uuid
from collections.abc import Collection
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Self

import numpy as np
from django.db import connection
from numpy.typing import NDArray

from performance.scoring import METRIC_COLUMNS, PartnerMetrics, PerformanceScorer, PerformanceScores, ScoringSettings
from router.models import RoutingPolicy
from router.queries.policies import policy_record, route_policy, scoring_settings
from router.queries.rules import PARTNER_IS_VALID_SQL
from router.scoring import CandidatePool, RoutePolicy, Territories

_ACTIVE, _OPEN, _CAP, _PRIORITY, _LAST_ASSIGNED, _CHANGED, _VALID, _MOVING_COLUMNS = range(8)

# Eight bytes a number, as PostgreSQL sends them: NumPy reads a whole table of them at once.
STANDING_SQL = (
    "float8send(coalesce(is_active_for_routing, false)::integer)"
    " || float8send(open_leads)"
    " || float8send(coalesce(max_open_leads, 'NaN'::float8))"
    " || float8send(coalesce(routing_priority, 0))"
    " || float8send(coalesce(extract(epoch FROM last_assigned_at)::float8, 'NaN'))"
    " || float8send(coalesce(extract(epoch FROM routing_changed_at)::float8, 'NaN'))"
    f" || float8send(({PARTNER_IS_VALID_SQL})::integer)"
)
"""How a partner stands, as SQL over `profiles`: activity, open leads, cap, priority, last assignment, last change,
validity."""

_MOVING = f"""
SELECT
    (SELECT id FROM routing_policies WHERE is_active),
    (SELECT created_at FROM routing_policies WHERE is_active),
    (SELECT partner_performance_stats_as_of()),
    coalesce(string_agg(uuid_send(partner.id), ''::bytea), ''),
    coalesce(string_agg(partner.standing, ''::bytea), '')
FROM (SELECT id, {STANDING_SQL} AS standing FROM profiles ORDER BY id {{lock}}) AS partner
"""  # noqa: S608  # only our own column names are put in

_ROSTER = """
SELECT partner.id, extract(epoch FROM partner.routing_changed_at)::float8,
    partner.regions, partner.lead_locations, partner.lead_industries, partner.primary_branch, {metrics}
FROM profiles AS partner
{join}
ORDER BY partner.id
"""

_FIRST_METRIC = 6
_READINGS = 5


class FieldMoved(RuntimeError):
    """Partners came, went or changed between two statements, again and again."""


@dataclass(frozen=True, slots=True)
class AppliedPolicy:
    """The active policy as the two scoring cores take it, and as a decision record keeps it."""

    version: int
    route: RoutePolicy
    performance: ScoringSettings
    record: str
    key: tuple[int, datetime]


@dataclass(frozen=True, slots=True, eq=False)
class _Roster:
    """What seldom changes of n partners, in the order of their ids, and which version of it this is."""

    ids: bytes
    changed: bytes
    as_of: datetime | None
    territories: Territories
    metrics: PartnerMetrics


@dataclass(frozen=True, slots=True, eq=False)
class _Known:
    """A roster scored by a policy; `evidence` fills as partners are recorded."""

    policy: AppliedPolicy
    roster: _Roster
    scores: PerformanceScores
    evidence: dict[int, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, eq=False)
class Candidates:
    """n partners at one instant, in the order of their ids, under the active policy.

    `pool` and `scores` have one element a partner; `as_of` is the instant of the statistics, None: never computed.
    """

    policy: AppliedPolicy
    pool: CandidatePool
    scores: PerformanceScores
    as_of: datetime | None
    _standing: NDArray[np.float64]
    _known: _Known

    @property
    def partner_ids(self) -> tuple[str, ...]:
        """Ids of the partners, n, ascending."""
        return self.pool.territories.partner_ids

    def without(self, partner_ids: Collection[uuid.UUID]) -> Self:
        """The same, with these partners marked as invalid too."""
        is_valid = self.pool.is_valid.copy()
        is_valid[self.pool.territories.indices_of(map(str, partner_ids))] = False
        is_valid.setflags(write=False)
        return replace(self, pool=replace(self.pool, is_valid=is_valid))

    def stands_as_read(self, index: int, standing: bytes) -> bool:
        """Whether a partner still stands as it was read; `standing` is what `STANDING_SQL` says of it now."""
        as_read: bytes = self._standing[index].tobytes()
        return as_read == bytes(standing)

    def evidence(self, index: int) -> str:
        """JSON text (without the outer braces) of what a decision record keeps of a partner's performance.

        `metrics`: the columns that the score reads; `components`: for each of the eight, in the order of
        `RECORDED_COMPONENT`, what came of it.
        """
        text = self._known.evidence.get(index)
        if text is None:
            text = _evidence(self._known.roster.metrics, self.scores, index)
            self._known.evidence[index] = text
        return text


RECORDED_COMPONENT = ("raw_score", "sample_size", "score", "contribution")
"""The numbers that a decision record keeps of each component, in this order."""

_known: _Known | None = None


def load_candidates(*, now: datetime, lock: bool = False) -> Candidates:
    """Read all partners as they stand, with what was read of them before where that still holds.

    With `lock` the partner rows are locked in the order of their ids. Raises `FieldMoved` when partners come, go or
    change faster than they can be read, and `RoutingPolicy.DoesNotExist` on a database without an active policy.
    """
    for _ in range(_READINGS):
        candidates = _read(now=now, lock=lock)
        if candidates is not None:
            return candidates
    raise FieldMoved


def _read(*, now: datetime, lock: bool) -> Candidates | None:
    """Read once; None when a partner came, went or changed while a new roster was read."""
    global _known  # noqa: PLW0603  # one slot, replaced whole: threads see the old or the new one
    with connection.cursor() as cursor:
        cursor.execute(_MOVING.format(lock="FOR NO KEY UPDATE" if lock else ""))
        policy_id, policy_created_at, as_of, ids, moving = cursor.fetchone()
    ids = bytes(ids)
    standing = np.frombuffer(bytes(moving), dtype=">f8").reshape(-1, _MOVING_COLUMNS)
    changed = standing[:, _CHANGED].astype(np.float64).tobytes()
    known = _known
    if known is None or (known.roster.ids, known.roster.changed, known.roster.as_of) != (ids, changed, as_of):
        roster = _read_roster(with_stats=as_of is not None)
        if (roster.ids, roster.changed) != (ids, changed):
            return None
    else:
        roster = known.roster
    if known is None or known.roster is not roster or known.policy.key != (policy_id, policy_created_at):
        same_policy = known is not None and known.policy.key == (policy_id, policy_created_at)
        policy = known.policy if known is not None and same_policy else _read_policy()
        known = _Known(policy=policy, roster=roster, scores=PerformanceScorer(policy.performance).score(roster.metrics))
        _known = known
    return Candidates(
        policy=known.policy,
        pool=_pool(known, standing.astype(np.float64), now=now),
        scores=known.scores,
        as_of=roster.as_of,
        _standing=standing,
        _known=known,
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
    """Read what partners declare, and their metrics; NULL for all where the view was never populated."""
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
    return _Roster(
        ids=b"".join(partner_id.bytes for partner_id in partner_ids),
        changed=np.array(columns[1], dtype=np.float64).tobytes(),
        as_of=columns[-1][0] if rows else None,
        territories=Territories.from_columns(
            partner_ids=[str(partner_id) for partner_id in partner_ids],
            regions=columns[2],
            lead_locations=columns[3],
            lead_industries=columns[4],
            primary_branches=columns[5],
        ),
        metrics=PartnerMetrics.from_columns(
            {name: columns[_FIRST_METRIC + place] for place, name in enumerate(METRIC_COLUMNS)}
        ),
    )


def _pool(known: _Known, standing: NDArray[np.float64], *, now: datetime) -> CandidatePool:
    return CandidatePool.from_columns(
        territories=known.roster.territories,
        is_active=standing[:, _ACTIVE] != 0.0,
        open_leads=standing[:, _OPEN].astype(np.int64),
        max_open_leads=standing[:, _CAP],
        routing_priority=standing[:, _PRIORITY].astype(np.int64),
        waiting_hours=(now.timestamp() - standing[:, _LAST_ASSIGNED]) / 3600.0,
        performance=known.scores.total,
        is_valid=standing[:, _VALID] != 0.0,
    )


def _evidence(metrics: PartnerMetrics, scores: PerformanceScores, index: int) -> str:
    values = {column: float(getattr(metrics, column)[index]) for column in METRIC_COLUMNS}
    components = {
        component.name: [getattr(component, name) for name in RECORDED_COMPONENT]
        for component in scores.explain(index).components
    }
    record = {
        "metrics": {column: None if math.isnan(value) else value for column, value in values.items()},
        "components": components,
    }
    return json.dumps(record)[1:-1]
