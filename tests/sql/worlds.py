"""Small random worlds for the metrics: rows whose times lie on, beside and far from every edge of the definitions."""

import uuid
from collections.abc import Sequence
from dataclasses import fields
from datetime import datetime, timedelta
from typing import Any

from django.db.backends.utils import CursorWrapper
from hypothesis import strategies as st

from tests.sql.reference import (
    APART,
    DAY,
    EARLY_ACTIVITIES,
    HOUR,
    MONTH,
    OVERDUE,
    WEEK,
    ActivityRow,
    FeedbackRow,
    LeadRow,
    PartnerRow,
    TicketRow,
    World,
)

TICK = timedelta(microseconds=1)
STATUSES = ("new", "accepted", "rejected", "in_progress", "completed", "won", "lost")
ACTIVITY_TYPES = ("phone_call", "email_sent", "whatsapp", "meeting", "status_change_contacted", "note", "assigned")

_EDGES = [timedelta(0), HOUR, DAY, WEEK, OVERDUE, MONTH, MONTH + EARLY_ACTIVITIES]
_ages = st.one_of(
    st.sampled_from([edge + step for edge in _EDGES for step in (-TICK, timedelta(0), TICK)]),
    st.timedeltas(min_value=timedelta(days=-2), max_value=timedelta(days=45)),
)
_delays = st.one_of(
    st.sampled_from([timedelta(0), TICK, APART - TICK, APART, HOUR, HOUR + TICK, 2 * HOUR, DAY, DAY + TICK, 3 * DAY]),
    st.timedeltas(min_value=timedelta(0), max_value=timedelta(days=12)),
)
_money = st.none() | st.decimals(min_value=0, max_value=1_000_000, places=2)


def instants(now: datetime) -> st.SearchStrategy[datetime]:
    """Instants at which to ask: now, and up to 45 days ago."""
    return _ages.map(lambda age: now - age)


@st.composite
def worlds(draw: st.DrawFn, *, now: datetime) -> World:
    """Worlds of up to four partners and ten leads, seen from `now`."""
    partner_ids = draw(st.lists(st.uuids(), min_size=1, max_size=4, unique=True))
    times = instants(now)
    partners = [PartnerRow(id=id_, ai_risk_score=draw(st.none() | st.integers(0, 100))) for id_ in partner_ids]
    lead_ids = draw(st.lists(st.uuids(), max_size=10, unique=True))
    leads = [draw(_leads(lead_id=id_, partner_ids=partner_ids, times=times)) for id_ in lead_ids]
    activities: list[ActivityRow] = []
    if leads:
        lead = st.sampled_from(leads)
        for owner, type_, late in draw(
            st.lists(st.tuples(lead, st.sampled_from(ACTIVITY_TYPES), _delays), max_size=20)
        ):
            start = draw(st.sampled_from([owner.created_at, owner.clock_start, owner.clock_start - TICK]))
            moment = draw(st.one_of(st.just(start + late), times))
            activities.append(ActivityRow(lead_id=owner.id, type=type_, created_at=moment))
    partner_id = st.sampled_from(partner_ids)
    rated = draw(st.lists(st.sampled_from(lead_ids), unique=True)) if lead_ids else []
    return World(
        partners=partners,
        leads=leads,
        activities=activities,
        feedback=[
            FeedbackRow(
                lead_id=id_, partner_id=draw(partner_id), rating=draw(st.integers(1, 5)), created_at=draw(times)
            )
            for id_ in rated
        ],
        tickets=draw(
            st.lists(
                st.builds(
                    TicketRow,
                    partner_id=st.none() | partner_id,
                    type=st.sampled_from(["complaint", "complaint", "question"]),
                    created_at=times,
                    lead_id=st.sampled_from([None, *lead_ids]),
                ),
                max_size=8,
            )
        ),
    )


@st.composite
def _leads(
    draw: st.DrawFn, *, lead_id: uuid.UUID, partner_ids: Sequence[uuid.UUID], times: st.SearchStrategy[datetime]
) -> LeadRow:
    created_at = draw(times)
    assigned_at = draw(st.none() | _delays.map(lambda delay: created_at + delay) | times)
    after_creation = st.none() | _delays.map(lambda delay: created_at + delay)
    return LeadRow(
        id=lead_id,
        user_id=draw(st.none() | st.sampled_from(partner_ids) | st.just(partner_ids[0])),
        created_at=created_at,
        status=draw(st.sampled_from(STATUSES)),
        assigned_at=assigned_at,
        accepted_at=draw(after_creation | times),
        first_contact_at=draw(after_creation),
        decided_at=draw(after_creation | times),
        deal_value=draw(_money),
        price_at_purchase=draw(_money),
        tried_partner_ids=draw(st.sampled_from([None, None, [uuid.UUID(int=1)]])),
    )


def insert(world: World, cursor: CursorWrapper) -> None:
    """Write the rows as they are: no trigger sets a time or counts. Until the transaction ends."""
    cursor.execute("SET LOCAL session_replication_role = replica")
    _insert(cursor, "profiles", world.partners)
    _insert(cursor, "leads", world.leads)
    _insert(cursor, "lead_activities", world.activities)
    _insert(cursor, "lead_feedback", world.feedback)
    _insert(cursor, "support_tickets", world.tickets)


def _insert(cursor: CursorWrapper, table: str, rows: Sequence[Any]) -> None:
    if rows:
        names = [column.name for column in fields(rows[0])]
        marks = ", ".join(["%s"] * len(names))
        cursor.executemany(
            f"INSERT INTO {table} ({', '.join(names)}) VALUES ({marks})",  # our own names
            [[getattr(row, name) for name in names] for row in rows],
        )
