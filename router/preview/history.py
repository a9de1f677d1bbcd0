"""Recent history for a simulation: the leads, when their places became free, and the partners.

Every statement here finds its rows by an index: the window by `leads_newest`, the leads that were open at its start by
`leads_partner_open` and `leads_decided`, the last assignment before it by `leads_partner_latest`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple

import numpy as np
from django.db import connection
from numpy.typing import NDArray

from leads.vocabulary import OPEN_STATUSES
from performance.scoring import METRIC_COLUMNS, PartnerMetrics
from router.scoring import Territories
from router.snapshot.rules import PARTNER_IS_VALID_SQL, broken_rules

STEP_HOURS = 4
"""Length of a time step in hours."""

CLOSED_LOOKBACK = timedelta(days=30)
"""A lead closed without a timestamp counts as closed at the window's start if it is older than this."""

_STEP_SECONDS = STEP_HOURS * 3600

_OPEN = ", ".join(f"'{status.value}'" for status in OPEN_STATUSES)
_LAST_ACTIVITY = "(SELECT max(activity.created_at) FROM lead_activities AS activity WHERE activity.lead_id = lead.id)"
# The first step that starts after an instant, which is not NULL. Infinity is not subtracted from.
_FIRST_STEP_AFTER = (
    "ceil(extract(epoch FROM greatest(least({instant}, '9999-01-01'), '0001-01-01') - %(start)s) / %(step)s)::integer"
)


@dataclass(frozen=True, slots=True)
class Window:
    """The start of the simulated leads; steps count from `start`."""

    start: datetime
    end: datetime

    @property
    def step_seconds(self) -> float:
        """Length of a step."""
        return float(_STEP_SECONDS)


@dataclass(frozen=True, slots=True, eq=False)
class PartnersThen:
    """n partners with today's declarations and metrics, and their standing at the start of a window.

    `max_open_leads`: NaN = no cap; `last_assigned_at`: seconds of the epoch, NaN = never; `open_leads`: leads that were
    open; `frees_at`: step -> number of places (n,) that become free at its start.
    """

    territories: Territories
    metrics: PartnerMetrics
    names: tuple[str, ...]
    is_active: NDArray[np.bool_]
    is_valid: NDArray[np.bool_]
    max_open_leads: NDArray[np.float64]
    routing_priority: NDArray[np.int64]
    last_assigned_at: NDArray[np.float64]
    open_leads: NDArray[np.int64]
    frees_at: dict[int, NDArray[np.int64]]


class LeadThen(NamedTuple):
    """A lead of the window.

    `step`: the one it came in; `frees_at`: the one at whose start its place becomes free, None while it is open;
    `created_at`: in PostgreSQL's text format.
    """

    lead_id: str
    industry_id: str | None
    industry_name: str | None
    province: str | None
    postcode: str | None
    tried_partner_ids: list[str] | None
    step: int
    frees_at: int | None
    created_at: str


# This statement alone detects changed declarations; it excludes open leads, which change all the time.
_ROSTER_STAMP = """
SELECT count(*), bit_xor(hashtextextended(ROW(
    id, company_name, regions, lead_locations, lead_industries, primary_branch, max_open_leads,
    is_active_for_routing, routing_priority, ai_risk_score, ai_risk_level
)::text, 0))
FROM profiles
"""


def roster_stamp() -> tuple[int, int | None]:
    """Return a value that changes as soon as a partner is added, removed or changes its declarations."""
    with connection.cursor() as cursor:
        cursor.execute(_ROSTER_STAMP)
        count, mixed = cursor.fetchone()
    return count, mixed


_SIZE = """
SELECT
    (SELECT count(*) FROM leads WHERE created_at >= %(start)s AND created_at < %(end)s),
    (
        SELECT created_at FROM leads WHERE created_at >= %(start)s AND created_at < %(end)s
        ORDER BY created_at DESC, id LIMIT 1 OFFSET %(skipped)s
    )
"""


def window_of(*, now: datetime, days: int, limit: int | None) -> tuple[Window, int]:
    """Return the window of the last `days` days, and its number of leads.

    If it has more leads than `limit`, it begins later, with the first of the newest `limit`.
    """
    start = now - timedelta(days=days)
    with connection.cursor() as cursor:
        cursor.execute(_SIZE, {"start": start, "end": now, "skipped": 0 if limit is None else limit - 1})
        count, first_at = cursor.fetchone()
    if limit is not None and count > limit:
        start = first_at
    return Window(start=start, end=now), count


_PARTNERS = """
SELECT
    profiles.id, profiles.company_name, profiles.regions, profiles.lead_locations, profiles.lead_industries,
    profiles.primary_branch, coalesce(profiles.is_active_for_routing, false), {is_valid},
    coalesce(profiles.max_open_leads, 'NaN'::float8), coalesce(profiles.routing_priority, 0),
    coalesce(extract(epoch FROM
        CASE WHEN profiles.last_assigned_at < %(start)s THEN profiles.last_assigned_at ELSE (
            SELECT coalesce(lead.assigned_at, lead.created_at) FROM leads AS lead
            WHERE lead.user_id = profiles.id AND coalesce(lead.assigned_at, lead.created_at) < %(start)s
            ORDER BY coalesce(lead.assigned_at, lead.created_at) DESC LIMIT 1
        ) END
    )::float8, 'NaN'),
    {metrics}
FROM profiles
{join}
ORDER BY profiles.id
"""

_OPEN_AT_START = f"""
SELECT user_id, frees_at, count(*)
FROM (
    SELECT user_id, NULL::integer AS frees_at
    FROM leads
    WHERE user_id IS NOT NULL AND status IN ({_OPEN}) AND created_at < %(start)s
    UNION ALL
    SELECT user_id, {_FIRST_STEP_AFTER.format(instant="decided_at")}
    FROM leads
    WHERE user_id IS NOT NULL AND (status IN ({_OPEN})) IS NOT TRUE
        AND decided_at > %(start)s AND created_at < %(start)s
    UNION ALL
    SELECT user_id, {_FIRST_STEP_AFTER.format(instant="closed_at")}
    FROM (
        SELECT user_id, {_LAST_ACTIVITY} AS closed_at
        FROM (
            SELECT id, user_id, status, decided_at FROM leads
            WHERE created_at >= %(lookback)s AND created_at < %(start)s
            ORDER BY created_at DESC
            LIMIT %(limit)s
        ) AS lead
        WHERE user_id IS NOT NULL AND (status IN ({_OPEN})) IS NOT TRUE AND decided_at IS NULL
    ) AS closed
    WHERE closed_at > %(start)s
) AS occupied
GROUP BY user_id, frees_at
"""  # noqa: S608  # only our own words are put in


def read_partners(window: Window, *, with_stats: bool, limit: int | None) -> PartnersThen:
    """Return all partners at the start of a window; `with_stats`: whether the statistics were ever computed.

    `limit`: the maximum number of leads from before the window that are searched for those closed without a timestamp.
    """
    if with_stats:
        metrics = ", ".join(f"stats.{column}::float8" for column in METRIC_COLUMNS)
        join = "LEFT JOIN partner_performance_stats AS stats ON stats.partner_id = profiles.id"
    else:
        metrics, join = ", ".join("NULL::float8" for _ in METRIC_COLUMNS), ""
    statement = _PARTNERS.format(is_valid=PARTNER_IS_VALID_SQL, metrics=metrics, join=join)
    parameters: dict[str, Any] = {
        "start": window.start,
        "step": _STEP_SECONDS,
        "lookback": window.start - CLOSED_LOOKBACK,
        "limit": limit,
    }
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        rows = cursor.fetchall()
        cursor.execute(_OPEN_AT_START, parameters)
        occupied = cursor.fetchall()
    columns = list(zip(*rows, strict=True)) or [()] * (_FIRST_METRIC + len(METRIC_COLUMNS))
    ids = [str(partner_id) for partner_id in columns[0]]
    is_valid = np.array(columns[7], dtype=np.bool_)
    last_assigned_at = np.array(columns[10], dtype=np.float64)
    index_of = {partner_id: index for index, partner_id in enumerate(columns[0])}
    is_valid[[index_of[partner_id] for partner_id in broken_rules(lead_ids=[]).partners if partner_id in index_of]] = (
        False
    )
    open_leads = np.zeros(len(ids), dtype=np.int64)
    frees_at: dict[int, NDArray[np.int64]] = {}
    for partner_id, step, count in occupied:
        index = index_of.get(partner_id)
        if index is not None:
            open_leads[index] += count
            if step is not None:
                frees_at.setdefault(step, np.zeros(len(ids), dtype=np.int64))[index] += count
    return PartnersThen(
        territories=Territories.from_columns(
            partner_ids=ids,
            regions=columns[2],
            lead_locations=columns[3],
            lead_industries=columns[4],
            primary_branches=columns[5],
        ),
        metrics=PartnerMetrics.from_columns(
            {name: columns[_FIRST_METRIC + place] for place, name in enumerate(METRIC_COLUMNS)}
        ),
        names=tuple(name or "" for name in columns[1]),
        is_active=np.array(columns[6], dtype=np.bool_),
        is_valid=is_valid,
        max_open_leads=np.array(columns[8], dtype=np.float64),
        routing_priority=np.array(columns[9], dtype=np.int64),
        last_assigned_at=np.where(np.isinf(last_assigned_at), np.nan, last_assigned_at),
        open_leads=open_leads,
        frees_at=frees_at,
    )


_FIRST_METRIC = 11

# A place freed in the lead's own step is free at the start of the next one.
_LEADS = f"""
SELECT
    lead.id::text, lead.industry_id::text, industry.name, lead.province, lead.postcode, lead.tried_partner_ids::text[],
    floor(extract(epoch FROM lead.created_at - %(start)s) / %(step)s)::integer,
    CASE WHEN (lead.status IN ({_OPEN})) IS NOT TRUE THEN
        greatest(
            floor(extract(epoch FROM lead.created_at - %(start)s) / %(step)s)::integer + 1,
            {_FIRST_STEP_AFTER.format(instant=f"coalesce(lead.decided_at, {_LAST_ACTIVITY}, lead.created_at)")}
        )
    END,
    lead.created_at::text
FROM (
    SELECT * FROM leads
    WHERE created_at >= %(after_at)s AND created_at < %(end)s {{further}}
    ORDER BY created_at {{direction}}, id LIMIT %(limit)s
) AS lead
LEFT JOIN industries AS industry ON industry.id = lead.industry_id
ORDER BY lead.created_at, lead.id
"""  # noqa: S608  # only our own words are put in
_FURTHER = "AND (created_at > %(after_at)s OR id > %(after_id)s)"


def newest_leads(window: Window, *, limit: int | None) -> list[LeadThen]:
    """Return the newest leads of a window, oldest first."""
    statement = _LEADS.format(further="", direction="DESC")
    return _read_leads(statement, {"after_at": window.start, "limit": limit}, window)


def leads_after(window: Window, after: LeadThen | None, *, limit: int) -> list[LeadThen]:
    """Return the next leads of a window, oldest first; None: from its start on."""
    if after is None:
        return _read_leads(
            _LEADS.format(further="", direction="ASC"), {"after_at": window.start, "limit": limit}, window
        )
    parameters = {"after_at": after.created_at, "after_id": after.lead_id, "limit": limit}
    return _read_leads(_LEADS.format(further=_FURTHER, direction="ASC"), parameters, window)


def _read_leads(statement: str, parameters: dict[str, Any], window: Window) -> list[LeadThen]:
    with connection.cursor() as cursor:
        cursor.execute(statement, {**parameters, "start": window.start, "end": window.end, "step": _STEP_SECONDS})
        rows: Sequence[tuple[Any, ...]] = cursor.fetchall()
    return [LeadThen(*row) for row in rows]
