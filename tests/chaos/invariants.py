"""What has to hold whatever happens, asked of the database with SQL alone, past all of the product's code."""

import uuid
from collections.abc import Collection
from dataclasses import astuple, dataclass
from typing import Any

import psycopg

# Partners that could take a lead. What a partner declares has to fit word by word, as it does in these worlds; open
# leads are counted rather than read from the counter.
_ROUTABLE = """
SELECT lead.id
FROM leads AS lead
LEFT JOIN industries AS industry ON industry.id = lead.industry_id
WHERE lead.user_id IS NULL AND lead.status = 'new' AND EXISTS (
    SELECT FROM profiles AS partner
    WHERE partner.is_active_for_routing
        AND partner.id <> ALL (coalesce(lead.tried_partner_ids, '{}'))
        AND (
            (coalesce(cardinality(partner.regions), 0) = 0 AND coalesce(cardinality(partner.lead_locations), 0) = 0)
            OR lead.province = ANY (partner.regions || partner.lead_locations)
        )
        AND (
            lead.industry_id IS NULL
            OR (coalesce(cardinality(partner.lead_industries), 0) = 0 AND partner.primary_branch IS NULL)
            OR industry.name = ANY (partner.lead_industries)
        )
        AND (
            partner.max_open_leads IS NULL
            OR partner.max_open_leads > (
                SELECT count(*) FROM leads AS taken
                WHERE taken.user_id = partner.id AND taken.status IN ('new', 'accepted', 'in_progress')
            )
        )
)
"""

_NEVER_TRIED = "SELECT id FROM leads WHERE user_id IS NULL AND status = 'new' AND routing_attempts = 0"

# Each partner that has or had the lead has exactly one record of it.
_HANDED_OVER = """
WITH handover AS (
    SELECT lead.id AS lead_id, partner_id
    FROM leads AS lead, unnest(array_append(lead.tried_partner_ids, lead.user_id)) AS partner_id
    WHERE partner_id IS NOT NULL
), recorded AS (
    SELECT lead_id, partner_id, count(*) AS records FROM lead_assignment_logs
    WHERE outcome = 'assigned' GROUP BY lead_id, partner_id
)
"""

# Two partners, though the lead was never taken away from the first; or the last record names somebody else.
_DOUBLED = (
    _HANDED_OVER
    + """
SELECT lead_id FROM recorded FULL JOIN handover USING (lead_id, partner_id) WHERE handover.partner_id IS NULL
UNION
SELECT lead.id
FROM leads AS lead
JOIN LATERAL (
    SELECT log.partner_id FROM lead_assignment_logs AS log
    WHERE log.lead_id = lead.id AND log.outcome = 'assigned' ORDER BY log.id DESC LIMIT 1
) AS last ON true
WHERE lead.user_id IS NOT NULL AND last.partner_id <> lead.user_id
"""
)

# Handed over without a record, or tried without one that says why nobody was found.
_UNRECORDED = (
    _HANDED_OVER
    + """
SELECT lead_id FROM handover LEFT JOIN recorded USING (lead_id, partner_id) WHERE recorded.lead_id IS NULL
UNION ALL
SELECT lead.id FROM leads AS lead
WHERE lead.routing_attempts > 0 AND NOT EXISTS (
    SELECT FROM lead_assignment_logs AS log WHERE log.lead_id = lead.id AND log.outcome = 'no_candidate'
)
"""
)

# The same partner twice, or the same reasons twice in a row.
_RECORDED_TWICE = """
SELECT lead_id FROM lead_assignment_logs WHERE outcome = 'assigned' GROUP BY lead_id, partner_id HAVING count(*) > 1
UNION ALL
SELECT lead_id FROM (
    SELECT lead_id, outcome, reasons, lag((outcome, reasons)) OVER (PARTITION BY lead_id ORDER BY id) AS previous
    FROM (
        SELECT id, lead_id, outcome, ARRAY(SELECT jsonb_object_keys(exclusions) AS code ORDER BY code) AS reasons
        FROM lead_assignment_logs
    ) AS log
) AS log
WHERE outcome = 'no_candidate' AND previous = (outcome, reasons)
"""

_CAPS_EXCEEDED = """
SELECT id::text FROM chaos_history WHERE counted > cap
UNION ALL
SELECT partner.id::text
FROM profiles AS partner
WHERE partner.max_open_leads < (
    SELECT count(*) FROM leads WHERE user_id = partner.id AND status IN ('new', 'accepted', 'in_progress')
)
"""

_MISCOUNTED = """
SELECT partner_id FROM chaos_history WHERE counter <> counted
UNION
SELECT partner.id
FROM profiles AS partner
WHERE partner.open_leads <> (
    SELECT count(*) FROM leads WHERE user_id = partner.id AND status IN ('new', 'accepted', 'in_progress')
)
"""

_MISSING = """
SELECT accepted FROM unnest(%s::uuid[]) AS accepted
WHERE NOT EXISTS (SELECT FROM leads WHERE leads.id = accepted)
"""

_LONGEST_WAIT = """
SELECT coalesce(extract(epoch FROM max(assigned_at - created_at)), 0)::float8 FROM leads
WHERE user_id IS NOT NULL AND tried_partner_ids IS NULL
"""

Session = psycopg.Connection[tuple[Any, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What the database says when all is quiet again; every number but `leads` has to be 0.

    `lost`: leads that were accepted and are gone, or that wait although a partner could take them. `doubled`: leads
    that two partners got, or whose record names another partner. `caps_exceeded`: times that a partner had more open
    leads than its cap, now or at any moment before. `unrecorded`, `recorded_twice`: decisions without a record of
    their own, and those with more than one. `miscounted`: partners whose counter of open leads is or was wrong.
    """

    leads: int = 0
    lost: int = 0
    doubled: int = 0
    caps_exceeded: int = 0
    unrecorded: int = 0
    recorded_twice: int = 0
    miscounted: int = 0

    @property
    def holds(self) -> bool:
        """Whether every invariant holds."""
        _, *broken = astuple(self)
        return not any(broken)


def check(dsn: str, *, accepted: Collection[uuid.UUID] = ()) -> Found:
    """Ask the database that `prepare` has prepared. `accepted`: leads that somebody was told are taken.

    To be asked when no message is left and nobody works: a lead that is on its way counts as lost.
    """
    with psycopg.connect(dsn) as session:
        # All at one instant.
        session.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        return Found(
            leads=_count(session, "SELECT FROM leads"),
            lost=len(
                {row[0] for row in session.execute(_MISSING, [list(accepted)]).fetchall()}
                | {row[0] for row in session.execute(_ROUTABLE).fetchall()}
            ),
            doubled=_count(session, _DOUBLED),
            caps_exceeded=_count(session, _CAPS_EXCEEDED),
            unrecorded=_count(session, _UNRECORDED),
            recorded_twice=_count(session, _RECORDED_TWICE),
            miscounted=_count(session, _MISCOUNTED),
        )


def undecided(session: Session) -> int:
    """The number of leads without a partner that a partner could take now, or that nobody has looked at yet."""
    return _count(session, f"{_ROUTABLE} UNION {_NEVER_TRIED}")


def longest_wait_seconds(dsn: str) -> float:
    """The longest time from a lead's creation to its first partner; 0 without any such lead."""
    with psycopg.connect(dsn, autocommit=True) as session:
        row = session.execute(_LONGEST_WAIT).fetchone()
        return 0.0 if row is None else float(row[0])


def _count(session: Session, query: str) -> int:
    return session.execute(query.encode()).rowcount
