"""Leads that are to be routed: which are due, and the rows under lock."""

import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection

from leads.vocabulary import OPEN_STATUSES
from router.scoring import LeadFacts
from router.snapshot.rules import all_kept, checks_of

LONGEST_PAUSE_MINUTES = 60
"""A lead that nobody can take is tried again after 1, 2, 4, ... minutes, and never less often than this."""

# A change becomes visible when it is committed, some time after it was stamped: leads that were tried shortly after
# the stamp are tried once more.
_COMMIT_MARGIN = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class RoutableLead:
    """A lead: what the scoring needs, who has it, and how often it was tried.

    `created_at` is None on rows that are older than the rule that there has to be one. `log_id`: reserved for the
    record of a decision on it, None for a lead that was not locked.
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
    log_id: int | None

    @property
    def takes_a_place(self) -> bool:
        """Whether the lead counts as an open one of the partner who has it."""
        return self.partner_id is not None and self.status in OPEN_STATUSES

    def facts(self, *, holder_was_tried: bool, is_movable: bool) -> LeadFacts:
        """What the scoring needs.

        `holder_was_tried`: whether who has the lead now is out of the running; `is_movable`: see `LeadFacts`.
        """
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
            is_movable=is_movable,
        )


_READ = """
SELECT lead.id, lead.user_id, lead.status, lead.industry_id, industry.name, lead.province, lead.postcode,
    lead.created_at, lead.tried_partner_ids, lead.routing_attempts, NULL
FROM leads AS lead
LEFT JOIN industries AS industry ON industry.id = lead.industry_id
WHERE lead.id = ANY(%s)
"""
_LOCK = "SELECT * FROM lock_leads(%s::uuid[])"


def read_leads(lead_ids: Collection[uuid.UUID], *, lock: bool) -> list[RoutableLead]:
    """The leads that exist, oldest first. With `lock`, their rows are locked in the order of their ids."""
    with connection.cursor() as cursor:
        cursor.execute(_LOCK if lock else _READ, [list(lead_ids)])
        leads = [RoutableLead(*row) for row in cursor.fetchall()]
    return sorted(leads, key=_age)


def _age(lead: RoutableLead) -> tuple[bool, datetime | None, uuid.UUID]:
    """The key that sorts the oldest first, and last those of which nobody knows."""
    return lead.created_at is None, lead.created_at, lead.id


def oldest_first(lead_ids: Collection[uuid.UUID]) -> list[uuid.UUID]:
    """The ids of the leads that exist, by age."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT id FROM leads WHERE id = ANY(%s) ORDER BY created_at, id", [list(lead_ids)])
        return [row[0] for row in cursor.fetchall()]


def waiting_lead_ids(*, limit: int | None = None) -> list[uuid.UUID]:
    """All leads that wait for a partner, oldest first, whether they are due or not."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id FROM leads WHERE user_id IS NULL AND status = 'new' ORDER BY created_at, id LIMIT %s", [limit]
        )
        return [row[0] for row in cursor.fetchall()]


# A lead that breaks a rule cannot even have its attempt noted: it is tried until its last decision says so, and then no
# more until its row is right. The table has no other name here, because the checks are in the names of its columns.
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
    """Leads without a partner that are to be tried now, oldest first.

    Due are leads that were never tried, leads whose pause is over, and, at once, all of them after a partner became
    able to take more or the policy changed. A lead that breaks a rule of its table is due once. What somebody else is
    just writing is left to the next call.
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
