"""Handing decided leads over: the winners under lock, looked at once more, and the leads' rows written."""

import uuid
from collections.abc import Sequence
from datetime import datetime

from django.db import connection

from router.queries.candidates import STANDING_SQL, Candidates
from router.queries.routable import RoutableLead
from router.queries.rules import BrokenRules
from router.scoring import Choice


class WinnerMoved(Exception):
    """A winner's row changed between the ranking and its lock."""


_LOCK_PARTNERS = f"""
SELECT id, {STANDING_SQL}
FROM profiles
WHERE id = ANY(%s)
ORDER BY id
FOR NO KEY UPDATE
"""  # noqa: S608  # only our own column names are put in


def lock_and_compare(decided: Sequence[tuple[RoutableLead, Choice]], candidates: Candidates) -> None:
    """Lock the partners whose counters will move; raise `WinnerMoved` if a winner is not as it was ranked."""
    winners = {choice.winner for _, choice in decided if choice.winner is not None}
    if not winners:
        return
    partner_ids = {candidates.partner_ids[winner] for winner in winners}
    partner_ids |= {str(lead.partner_id) for lead, choice in decided if lead.partner_id and choice.winner is not None}
    with connection.cursor() as cursor:
        cursor.execute(_LOCK_PARTNERS, [sorted(partner_ids)])
        standings = {str(partner_id): standing for partner_id, standing in cursor.fetchall()}
    for winner in winners:
        standing = standings.get(candidates.partner_ids[winner])
        if standing is None or not candidates.stands_as_read(winner, standing):
            raise WinnerMoved


_WRITE_LEADS = """
UPDATE leads AS lead
SET user_id = coalesce(decision.partner_id, lead.user_id),
    assigned_at = CASE WHEN decision.partner_id IS NULL THEN lead.assigned_at ELSE %s END,
    status = CASE WHEN decision.partner_id IS NULL THEN lead.status ELSE 'new' END,
    routing_attempts = lead.routing_attempts + (decision.partner_id IS NULL)::integer,
    routing_attempted_at = %s
FROM unnest(%s::uuid[], %s::uuid[]) AS decision (lead_id, partner_id)
WHERE lead.id = decision.lead_id
RETURNING lead.id, nextval(pg_get_serial_sequence('lead_assignment_logs', 'id'))
"""


_RESERVE_LOG_IDS = """
SELECT lead_id, nextval(pg_get_serial_sequence('lead_assignment_logs', 'id')) FROM unnest(%s::uuid[]) AS lead_id
"""


def write_leads(
    decided: Sequence[tuple[RoutableLead, Choice]], candidates: Candidates, broken: BrokenRules, *, now: datetime
) -> dict[uuid.UUID, int]:
    """Hand the leads over, note the attempt on those that nobody can take; return an id for the record of each.

    On a lead that breaks a rule nothing can be noted.
    """
    partner_ids = {
        lead.id: None if choice.winner is None else candidates.partner_ids[choice.winner]
        for lead, choice in decided
        if lead.id not in broken.leads
    }
    with connection.cursor() as cursor:
        cursor.execute(_WRITE_LEADS, [now, now, list(partner_ids), list(partner_ids.values())])
        log_ids = dict(cursor.fetchall())
        if broken.leads:
            cursor.execute(_RESERVE_LOG_IDS, [list(broken.leads)])
            log_ids |= dict(cursor.fetchall())
    return log_ids
