"""Leads to route: which are due, and their locked rows."""

import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection

from leads.vocabulary import OPEN_STATUSES
from router.scoring import LeadFacts
from router.snapshot.rules import BrokenRules, all_kept, checks_of

LONGEST_PAUSE_MINUTES = 60
"""Maximum pause: a lead without a candidate is retried after 1, 2, 4, ... minutes, up to this."""

# A change becomes visible when it is committed, some time after its timestamp: leads that were tried shortly after the
# timestamp are retried.
_COMMIT_MARGIN = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class RoutableLead:
    """A lead: the scoring's input, its partner, and the number of attempts.

    `created_at` is None on rows older than the rule that requires one.
    """

    id: uuid.UUID
    partner_id: uuid.UUID | None
    status: str
    industry_id: uuid.UUID | None
    industry_name: str | None
    province: str | None
    postcode: str | None
    created_at: datetime | None
    tried_partner_ids: Sequence[uuid.UUID] | None
    routing_attempts: int

    @property
    def takes_a_place(self) -> bool:
        """True if the lead counts towards its partner's cap."""
        return self.partner_id is not None and self.status in OPEN_STATUSES

    def facts(self, *, broken: BrokenRules, holder_was_tried: bool) -> LeadFacts:
        """Return the scoring's input, given the rows that the database refuses to change.

        `holder_was_tried`: whether the present partner is excluded.
        """
        is_stuck = self.id in broken.leads or (self.takes_a_place and broken.stop_counting_on(self.partner_id))
        tried = {str(partner_id) for partner_id in self.tried_partner_ids or ()}
        if holder_was_tried and self.partner_id is not None:
            tried.add(str(self.partner_id))
        return LeadFacts(
            lead_id=str(self.id),
            industry_id=None if self.industry_id is None else str(self.industry_id),
            industry_name=self.industry_name,
            province=self.province,
            postcode=self.postcode,
            tried_partner_ids=frozenset(tried),
            is_movable=not is_stuck,
        )


_READ = """
SELECT lead.id, lead.user_id, lead.status, lead.industry_id, industry.name, lead.province, lead.postcode,
    lead.created_at, lead.tried_partner_ids, lead.routing_attempts
FROM leads AS lead
LEFT JOIN industries AS industry ON industry.id = lead.industry_id
WHERE lead.id = ANY(%s)
"""
_LOCK = "SELECT * FROM lock_leads(%s::uuid[])"


def read_leads(lead_ids: Collection[uuid.UUID], *, lock: bool) -> list[RoutableLead]:
    """Return the leads that exist, oldest first. With `lock`, their rows are locked in the order of their ids."""
    with connection.cursor() as cursor:
        cursor.execute(_LOCK if lock else _READ, [list(lead_ids)])
        leads = [RoutableLead(*row) for row in cursor.fetchall()]
    return sorted(leads, key=_age)


def _age(lead: RoutableLead) -> tuple[bool, datetime | None, uuid.UUID]:
    """Return the sort key: oldest first, and leads of unknown age last."""
    return lead.created_at is None, lead.created_at, lead.id


def oldest_first(lead_ids: Collection[uuid.UUID]) -> list[uuid.UUID]:
    """Return the ids of the leads that exist, by age."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT id FROM leads WHERE id = ANY(%s) ORDER BY created_at, id", [list(lead_ids)])
        return [row[0] for row in cursor.fetchall()]


def waiting_lead_ids(*, limit: int | None = None) -> list[uuid.UUID]:
    """Return all leads that wait for a partner, oldest first, whether they are due or not."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id FROM leads WHERE user_id IS NULL AND status = 'new' ORDER BY created_at, id LIMIT %s", [limit]
        )
        return [row[0] for row in cursor.fetchall()]


# For a lead that violates a rule not even an attempt can be counted: it is tried until its last decision says so, and
# then no more until its row is corrected. The table has no alias here, because the checks use the names of its columns.
_DUE = """
WITH last_change AS (
    SELECT greatest(
        (SELECT max(routing_changed_at) FROM profiles),
        (SELECT activated_at FROM routing_policies WHERE is_active)
    ) AS instant
)
SELECT id
FROM leads
WHERE user_id IS NULL AND status = 'new'
    AND (
        routing_attempted_at IS NULL
        OR routing_attempted_at < (SELECT instant FROM last_change) + %(margin)s
        OR routing_attempted_at <= %(now)s
            - least(2 ^ least(routing_attempts - 1, 30), %(longest)s) * interval '1 minute'
    )
    AND (
        {is_valid}
        OR (
            SELECT log.exclusions ? 'invalid_lead' FROM lead_assignment_logs AS log
            WHERE log.lead_id = leads.id ORDER BY log.id DESC LIMIT 1
        ) IS NOT TRUE
    )
ORDER BY created_at, id
LIMIT %(limit)s
FOR NO KEY UPDATE SKIP LOCKED
"""


def due_lead_ids(*, now: datetime, limit: int) -> list[uuid.UUID]:
    """Return the leads without a partner that are due now, oldest first.

    Leads are due if they were never tried or if their pause is over; all of them are due at once after a partner gained
    capacity or the policy changed. A lead that violates a rule of its table is due once. Rows that another session is
    writing are left to the next call.
    """
    parameters: dict[str, Any] = {
        "now": now,
        "margin": _COMMIT_MARGIN,
        "longest": LONGEST_PAUSE_MINUTES,
        "limit": limit,
    }
    is_valid = all_kept(checks_of("leads"))
    with connection.cursor() as cursor:
        cursor.execute(_DUE.format(is_valid=is_valid), parameters)
        return [row[0] for row in cursor.fetchall()]
