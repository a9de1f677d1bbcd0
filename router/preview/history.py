"""Recent history for a simulation: the leads, when their places became free, and the partners.

Every statement here finds its rows by an index: the window by `leads_newest`, the leads that were open at its start by
`leads_partner_open` and `leads_decided`, the last assignment before it by `leads_partner_latest`.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple

import numpy as np
from django.db import connection
from numpy.typing import NDArray

from leads.vocabulary import OPEN_STATUSES
from performance.scoring import PartnerMetrics, PerformanceScorer, ScoringSettings
from router.scoring import CandidatePool, Demand, LeadFacts, RoutePolicy, Territories
from router.scoring.simulation import CandidateLists, PastLead, Simulation
from router.snapshot.candidates import PartnerSnapshot
from router.snapshot.rules import broken_rules
from router.snapshot.standings import Column

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

    def simulation(
        self, window: Window, *, policy: RoutePolicy, settings: ScoringSettings, lists: CandidateLists
    ) -> Simulation:
        """Return a simulation of a policy before the first lead of the window."""
        pool = CandidatePool.from_columns(
            territories=self.territories,
            is_active=self.is_active,
            open_leads=self.open_leads,
            max_open_leads=self.max_open_leads,
            routing_priority=self.routing_priority,
            waiting_hours=(window.start.timestamp() - self.last_assigned_at) / 3600.0,
            performance=PerformanceScorer(settings).score(self.metrics).total,
            is_valid=self.is_valid,
        )
        return Simulation(
            pool=pool,
            last_assigned_at=self.last_assigned_at,
            frees_at=self.frees_at,
            policy=policy,
            lists=lists,
            start=window.start.timestamp(),
            step_seconds=window.step_seconds,
        )


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
    profiles.id, profiles.company_name,
    coalesce(extract(epoch FROM
        CASE WHEN profiles.last_assigned_at < %(start)s THEN profiles.last_assigned_at ELSE (
            SELECT coalesce(lead.assigned_at, lead.created_at) FROM leads AS lead
            WHERE lead.user_id = profiles.id AND coalesce(lead.assigned_at, lead.created_at) < %(start)s
            ORDER BY coalesce(lead.assigned_at, lead.created_at) DESC LIMIT 1
        ) END
    )::float8, 'NaN')
FROM profiles
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


def read_partners(snapshot: PartnerSnapshot, window: Window, *, limit: int | None) -> PartnersThen:
    """Return the partners of a snapshot as they stood at the start of a window.

    `limit`: the maximum number of leads from before the window that are searched for those closed without a timestamp.
    """
    parameters: dict[str, Any] = {
        "start": window.start,
        "step": _STEP_SECONDS,
        "lookback": window.start - CLOSED_LOOKBACK,
        "limit": limit,
    }
    with connection.cursor() as cursor:
        cursor.execute(_PARTNERS, parameters)
        rows = {str(partner_id): (name, assigned_at) for partner_id, name, assigned_at in cursor.fetchall()}
        cursor.execute(_OPEN_AT_START, parameters)
        occupied = cursor.fetchall()
    territories, table = snapshot.territories, snapshot.standings.table
    # A partner that was deleted since the snapshot gets leads like one that never had any.
    found = [rows.get(partner_id, ("", np.nan)) for partner_id in territories.partner_ids]
    last_assigned_at = np.array([assigned_at for _, assigned_at in found], dtype=np.float64)
    is_valid = table[Column.IS_VALID] != 0.0
    is_valid[territories.indices_of(map(str, broken_rules(lead_ids=[]).partners))] = False
    open_leads = np.zeros(territories.size, dtype=np.int64)
    frees_at: dict[int, NDArray[np.int64]] = {}
    for partner_id, step, count in occupied:
        index = territories.index_of.get(str(partner_id))
        if index is not None:
            open_leads[index] += count
            if step is not None:
                frees_at.setdefault(step, np.zeros(territories.size, dtype=np.int64))[index] += count
    return PartnersThen(
        territories=territories,
        metrics=snapshot.metrics,
        names=tuple(name or "" for name, _ in found),
        is_active=table[Column.IS_ACTIVE] != 0.0,
        is_valid=is_valid,
        max_open_leads=table[Column.MAX_OPEN_LEADS],
        routing_priority=table[Column.ROUTING_PRIORITY].astype(np.int64),
        last_assigned_at=np.where(np.isinf(last_assigned_at), np.nan, last_assigned_at),
        open_leads=open_leads,
        frees_at=frees_at,
    )


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


def past_leads(leads: Iterable[LeadThen], territories: Territories) -> list[PastLead]:
    """Return the leads for the simulation: the demand of each, with indices of these partners."""
    demands: dict[tuple[str | None, ...], Demand] = {}
    past = []
    for lead in leads:
        asked = (lead.industry_id, lead.industry_name, lead.province, lead.postcode)
        demand = demands.get(asked)
        if demand is None:
            industry_id, industry_name, province, postcode = asked
            facts = LeadFacts(
                lead_id=lead.lead_id,
                industry_id=industry_id,
                industry_name=industry_name,
                province=province,
                postcode=postcode,
            )
            demand = demands[asked] = territories.demand_of(facts)
        tried = tuple(territories.indices_of(lead.tried_partner_ids)) if lead.tried_partner_ids else ()
        past.append(PastLead(lead.lead_id, demand, lead.step, lead.frees_at, tried))
    return past
