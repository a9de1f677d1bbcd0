"""Market figures as single numbers, which monitoring reads every few seconds.

Each is found by an index, or in a table with one row per partner: the cost of a reading grows with the waiting leads
and the decisions of an hour, not with the history.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from django.db import connection


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """Figures at one instant; ages and durations in seconds, None if there is nothing yet.

    `waiting`: leads without a partner, and the age of the oldest (0 without any). `decisions`: of the last hour, by
    outcome. `active`, `full`, `open_places`: partners that accept leads, those of them at their cap, and the remaining
    capacity of the others.
    """

    waiting: int
    oldest_waiting_seconds: float
    decisions: Mapping[str, int]
    active: int
    full: int
    open_places: int
    statistics_age_seconds: float | None
    refresh_seconds: float | None


_FIGURES = """
SELECT waiting.count, waiting.oldest, decided.assigned, decided.no_candidate,
    capacity.active, capacity.full_up, capacity.places,
    extract(epoch FROM clock_timestamp() - partner_performance_stats_as_of())::float8,
    (SELECT duration_ms / 1000 FROM partner_performance_refresh_runs ORDER BY id DESC LIMIT 1)
FROM (
    SELECT count(*) AS count,
        coalesce(greatest(extract(epoch FROM clock_timestamp() - min(created_at)), 0), 0)::float8 AS oldest
    FROM leads WHERE user_id IS NULL AND status = 'new'
) AS waiting
CROSS JOIN (
    SELECT count(*) FILTER (WHERE outcome = 'assigned') AS assigned,
        count(*) FILTER (WHERE outcome = 'no_candidate') AS no_candidate
    FROM lead_assignment_logs WHERE decided_at > statement_timestamp() - interval '1 hour'
) AS decided
CROSS JOIN (
    SELECT count(*) AS active,
        count(*) FILTER (WHERE open_leads >= max_open_leads) AS full_up,
        coalesce(sum(greatest(max_open_leads - open_leads, 0)), 0)::int8 AS places
    FROM profiles WHERE is_active_for_routing
) AS capacity
"""


def figures() -> Figures:
    """Read all figures with one statement."""
    with connection.cursor() as cursor:
        cursor.execute(_FIGURES)
        waiting, oldest, assigned, no_candidate, active, full, places, age, refresh = cursor.fetchone()
    return Figures(
        waiting=waiting,
        oldest_waiting_seconds=oldest,
        decisions={"assigned": assigned, "no_candidate": no_candidate},
        active=active,
        full=full,
        open_places=places,
        statistics_age_seconds=age,
        refresh_seconds=refresh,
    )
