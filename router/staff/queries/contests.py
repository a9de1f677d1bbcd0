"""Decisions in which a partner was among the recorded candidates, and lost."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection

from router.scoring.explanation import Candidate

SCANNED = 2000
"""Number of latest decisions that are scanned: no index covers the other candidates."""

MOST_LOST = 100
"""Number of latest lost decisions that are analysed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LostContest:
    """A lead for which the partner was a recorded candidate, and another one got it.

    `winner` and `own` are the recorded entries of both, `route` the recorded route policy; `rank` is the partner's.
    """

    decision_id: int
    lead_id: str
    decided_at: datetime
    winner_id: str
    winner_name: str
    winner: Candidate
    own: Candidate
    route: Mapping[str, Any]
    rank: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Contests:
    """A partner's results in the latest `scanned` decisions, the first of them at `since` (None: there is none).

    `won` and `lost` count those in which it was among the recorded candidates; `latest_lost` are the newest lost.
    """

    scanned: int
    since: datetime | None
    won: int
    lost: int
    latest_lost: tuple[LostContest, ...]


# One statement; the other candidates' entries stay in the database.
_CONTESTS = """
WITH latest AS MATERIALIZED (
    SELECT id, lead_id, partner_id, decided_at, candidates, policy
    FROM lead_assignment_logs
    WHERE outcome = 'assigned'
    ORDER BY decided_at DESC, id DESC
    LIMIT %(scanned)s
), met AS MATERIALIZED (
    -- An id is found in the text much faster than by taking the record apart.
    SELECT * FROM latest WHERE strpos(candidates::text, %(partner)s::text) > 0 AND EXISTS (
        SELECT FROM json_array_elements(candidates) AS candidate (entry)
        WHERE entry ->> 'partner_id' = %(partner)s::text
    )
), covered AS (
    SELECT count(*) AS scanned, min(decided_at) AS since FROM latest
), fared AS (
    SELECT
        count(*) FILTER (WHERE partner_id = %(partner)s::uuid) AS won,
        count(*) FILTER (WHERE partner_id <> %(partner)s::uuid) AS lost
    FROM met
)
SELECT
    covered.scanned, covered.since, fared.won, fared.lost,
    lost.id, lost.lead_id::text, lost.decided_at, lost.partner_id::text, winner.company_name,
    best.entry, own.entry, lost.policy -> 'route', own.rank
FROM covered
CROSS JOIN fared
LEFT JOIN (
    SELECT * FROM met WHERE partner_id <> %(partner)s::uuid ORDER BY decided_at DESC, id DESC LIMIT %(lost)s
) AS lost ON TRUE
LEFT JOIN profiles AS winner ON winner.id = lost.partner_id
LEFT JOIN LATERAL (
    SELECT entry FROM json_array_elements(lost.candidates) AS candidate (entry)
    WHERE entry ->> 'partner_id' = lost.partner_id::text
    LIMIT 1
) AS best ON TRUE
LEFT JOIN LATERAL (
    SELECT entry, rank FROM json_array_elements(lost.candidates) WITH ORDINALITY AS candidate (entry, rank)
    WHERE entry ->> 'partner_id' = %(partner)s::text
    LIMIT 1
) AS own ON TRUE
ORDER BY lost.decided_at DESC, lost.id DESC
"""


def contests_of(partner_id: uuid.UUID, *, scanned: int = SCANNED) -> Contests:
    """Return the partner's results in the latest decisions; the cost does not grow with the number of decisions."""
    with connection.cursor() as cursor:
        cursor.execute(_CONTESTS, {"partner": str(partner_id), "scanned": scanned, "lost": MOST_LOST})
        rows = cursor.fetchall()
    count, since, won, lost = rows[0][:4]
    return Contests(
        scanned=count,
        since=since,
        won=won,
        lost=lost,
        latest_lost=tuple(
            LostContest(
                decision_id=decision_id,
                lead_id=lead_id,
                decided_at=decided_at,
                winner_id=winner_id,
                winner_name=name or winner_id,
                winner=Candidate.from_record(_entry(winner)),
                own=Candidate.from_record(_entry(own)),
                route=_entry(route),
                rank=rank,
            )
            for _, _, _, _, decision_id, lead_id, decided_at, winner_id, name, winner, own, route, rank in rows
            if decision_id is not None
        ),
    )


def _entry(part: object) -> Mapping[str, Any]:
    """Return a part of a record; empty if there is none."""
    return part if isinstance(part, dict) else {}
