"""All partners as columns: what they declare, how they stand, and how well they work."""

import json
import math
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import connection

from performance.scoring import METRIC_COLUMNS, PartnerMetrics, PerformanceScorer, PerformanceScores, ScoringSettings
from router.scoring import CandidatePool, PartnerFacts

_PROFILE_COLUMNS = (
    "is_active_for_routing",
    "open_leads",
    "max_open_leads",
    "routing_priority",
    "last_assigned_at",
    "regions",
    "lead_locations",
    "lead_industries",
    "primary_branch",
)

_FIRST_METRIC = 2 + len(_PROFILE_COLUMNS)

_PROFILE = ", ".join(f"partner.{column}" for column in _PROFILE_COLUMNS)

_FACTS = f"""
SELECT partner.id, partner.company_name, {_PROFILE}, {{metrics}}, {{as_of}}
FROM profiles AS partner
{{join}}
ORDER BY partner.id
{{lock}}
"""  # noqa: S608  # only our own column names are put in


@dataclass(frozen=True, slots=True, eq=False)
class Candidates:
    """n partners at one instant, in the order of their ids.

    `pool` and `scores` have one element a partner; `as_of` is the instant of the statistics, None: never computed.
    `last_assigned_at` and `names` are lists of n. `evidence(i)` is what a decision record keeps of partner i.
    """

    pool: CandidatePool
    metrics: PartnerMetrics
    scores: PerformanceScores
    as_of: datetime | None
    names: Sequence[str]
    last_assigned_at: Sequence[datetime | None]
    _evidence: dict[int, str] = field(default_factory=dict)

    @property
    def partner_ids(self) -> tuple[str, ...]:
        """Ids of the partners, n, ascending."""
        return self.pool.territories.partner_ids

    def evidence(self, index: int) -> str:
        """JSON text (without the outer braces) of a partner's metric columns and eight components."""
        text = self._evidence.get(index)
        if text is None:
            components = [component.as_dict() for component in self.scores.explain(index).components]
            text = json.dumps({"metrics": self.metrics_of(index), "components": components})[1:-1]
            self._evidence[index] = text
        return text

    def metrics_of(self, index: int) -> dict[str, float | None]:
        """The metric columns of a partner, None where the database has NULL."""
        values = {column: float(getattr(self.metrics, column)[index]) for column in METRIC_COLUMNS}
        return {column: None if math.isnan(value) else value for column, value in values.items()}


def load_candidates(*, now: datetime, with_stats: bool, settings: ScoringSettings, lock: bool = False) -> Candidates:
    """Read all partners with one statement, and score them.

    Without statistics (the view was never populated) everybody scores the prior. With `lock` the partner rows are
    locked in the order of their ids, and are read as they are under the lock.
    """
    if with_stats:
        metrics = ", ".join(f"stats.{column}::float8" for column in METRIC_COLUMNS)
        join = "LEFT JOIN partner_performance_stats AS stats ON stats.partner_id = partner.id"
        as_of = "(SELECT partner_performance_stats_as_of())"
    else:
        metrics = ", ".join(f"NULL::float8 AS {column}" for column in METRIC_COLUMNS)
        join, as_of = "", "NULL::timestamptz"
    statement = _FACTS.format(
        metrics=metrics, join=join, as_of=as_of, lock="FOR NO KEY UPDATE OF partner" if lock else ""
    )
    with connection.cursor() as cursor:
        cursor.execute(statement)
        rows = cursor.fetchall()
    columns: Sequence[Sequence[Any]] = list(zip(*rows, strict=True)) or [()] * (_FIRST_METRIC + len(METRIC_COLUMNS) + 1)
    metrics_of_all = PartnerMetrics.from_columns(
        {name: columns[_FIRST_METRIC + place] for place, name in enumerate(METRIC_COLUMNS)}
    )
    scores = PerformanceScorer(settings).score(metrics_of_all)
    return Candidates(
        pool=CandidatePool.from_partners([_facts(row, now) for row in rows], performance=scores.total),
        metrics=metrics_of_all,
        scores=scores,
        as_of=rows[0][-1] if rows else None,
        names=columns[1],
        last_assigned_at=columns[2 + _PROFILE_COLUMNS.index("last_assigned_at")],
    )


def _facts(row: Sequence[Any], now: datetime) -> PartnerFacts:
    partner_id: uuid.UUID = row[0]
    active, open_leads, cap, priority, last_assigned_at, regions, locations, industries, branch = row[2:_FIRST_METRIC]
    return PartnerFacts(
        partner_id=str(partner_id),
        is_active=active,
        open_leads=open_leads,
        max_open_leads=cap,
        routing_priority=priority,
        waiting_hours=None if last_assigned_at is None else (now - last_assigned_at).total_seconds() / 3600,
        regions=regions,
        lead_locations=locations,
        lead_industries=industries,
        primary_branch=branch,
    )
