"""Marketplaces with a past, and that past lived once more through the assignment service."""

import random
import uuid
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from django.db import connection

from leads.models import Industry, Partner
from router.assignment import LeadAssignmentService
from router.preview.history import STEP_HOURS
from tests.factories.raw import copy_rows, execute

STEP = timedelta(hours=STEP_HOURS)
PROVINCES = ("Utrecht", "Noord-Holland", "Fryslân", "Limburg", "Zeeland")
OPEN = ("new", "accepted", "in_progress")


@dataclass
class PastLead:
    """A lead as it really went: who had it, until when (None: still open)."""

    id: uuid.UUID
    partner_id: uuid.UUID | None
    created_at: datetime
    assigned_at: datetime | None
    closed_at: datetime | None
    row: dict[str, Any] = field(repr=False, default_factory=dict)


def make_world(*, seed: int, now: datetime, days: int, leads: int, partners: int = 60) -> list[PastLead]:
    """Partners of every kind, and leads of twice the days, half of them within; the statistics are refreshed."""
    chance = random.Random(seed)
    industries = [
        Industry.objects.create(id=uuid.UUID(int=chance.getrandbits(128)), name=f"Trade {n}") for n in range(5)
    ]
    made = Partner.objects.bulk_create(_partner(chance, number, industries) for number in range(partners))
    past = [_lead(chance, made, industries, now=now, days=days) for _ in range(leads)]
    past += [_lead(chance, made, industries, now=now - timedelta(days=days), days=days) for _ in range(leads // 2)]
    columns = list(past[0].row)
    # Triggers would go on with plans for the empty tables of the test before.
    execute("DISCARD PLANS")
    copy_rows("leads", columns, [[lead.row[name] for name in columns] for lead in past])
    _touch(chance, past)
    # Whoever plans the refresh has to know that the tables are not empty any more.
    execute("ANALYZE leads, lead_activities, profiles")
    refresh()
    return past


def refresh() -> None:
    """Compute the statistics."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT refresh_partner_performance_stats('test')")


def _partner(chance: random.Random, number: int, industries: Sequence[Industry]) -> Partner:
    return Partner(
        id=uuid.UUID(int=chance.getrandbits(128)),
        company_name=f"Partner {number:03}",
        regions=chance.choice([None, [], *([province] for province in PROVINCES), list(PROVINCES[:3])]),
        lead_locations=chance.choice([None, None, ["35"], ["1012", "limburg"], ["3", "10"], ["8"]]),
        lead_industries=chance.choice([None, [], *([industry.name.upper()] for industry in industries)]),
        primary_branch=chance.choice([None, None, "trade 1", str(industries[2].id)]),
        max_open_leads=chance.choice([None, 0, 3, 10, 20, 40, 60]),
        is_active_for_routing=chance.random() < 0.9,
        routing_priority=chance.choice([None, 0, 0, 0, 2, -1, 12]),
        ai_risk_score=chance.choice([None, 10, 50, 90]),
    )


def _lead(
    chance: random.Random, partners: Sequence[Partner], industries: Sequence[Industry], *, now: datetime, days: int
) -> PastLead:
    created_at = now - timedelta(microseconds=chance.randrange(1, days * 86_400_000_000))
    if chance.random() < 0.1:
        # Many at one moment, as an import leaves them.
        created_at = created_at.replace(minute=0, second=0, microsecond=0)
    partner = None if chance.random() < 0.05 else chance.choice(partners)
    status = "new" if partner is None else chance.choice([*OPEN, "rejected", "completed", "won", "lost", "lost", "won"])
    assigned_at = created_at + timedelta(minutes=chance.randrange(90)) if partner and chance.random() < 0.9 else None
    decided_at = None
    if status in ("won", "lost") or (status == "completed" and chance.random() < 0.3):
        decided_at = created_at + timedelta(hours=chance.choice([0, 1, 4, 30, 200]), seconds=chance.randrange(7200))
    lead = PastLead(
        id=uuid.UUID(int=chance.getrandbits(128)),
        partner_id=None if partner is None else partner.id,
        created_at=created_at,
        assigned_at=assigned_at,
        closed_at=None if status in OPEN else (decided_at or created_at),
    )
    industry = chance.choice([None, *industries])
    lead.row = {
        "id": lead.id,
        "user_id": lead.partner_id,
        "status": status,
        "industry_id": industry and industry.id,
        "province": chance.choice([None, "", *PROVINCES, "utrecht", "Drenthe"]),
        "postcode": chance.choice([None, "3511 AB", "1012ab", "8", "6211 xy", "9999 ZZ"]),
        "created_at": created_at,
        "assigned_at": assigned_at,
        "decided_at": decided_at,
        "tried_partner_ids": [chance.choice(partners).id, uuid.UUID(int=7)] if chance.random() < 0.05 else None,
    }
    return lead


def _touch(chance: random.Random, past: Sequence[PastLead]) -> None:
    """Activities; the last one closes a lead that has no time of its own."""
    rows = []
    for lead in past:
        times = [lead.created_at + timedelta(hours=chance.random() * 100) for _ in range(chance.choice([0, 0, 1, 3]))]
        rows += [[uuid.UUID(int=chance.getrandbits(128)), lead.id, "note", time] for time in times]
        if lead.closed_at is not None and lead.row["decided_at"] is None and times:
            lead.closed_at = max(times)
    copy_rows("lead_activities", ["id", "lead_id", "type", "created_at"], rows)


def live_again(past: Sequence[PastLead], *, start: datetime, end: datetime) -> dict[uuid.UUID, uuid.UUID | None]:
    """Put the rows back to the start of the window and route step by step, by the policy that is active now.

    Returns who got each lead of the window. It keeps its own books: nothing here asks the preview.
    """
    window = [lead for lead in past if start <= lead.created_at < end]
    before = [lead for lead in past if lead.created_at < start]
    _put_back(window, before, start=start)
    closings = defaultdict(list)
    for lead in window:
        if lead.closed_at is not None:
            closings[max(_steps(lead.closed_at, start=start), (lead.created_at - start) // STEP + 1)].append(lead.id)
    for lead in before:
        if lead.partner_id is not None and lead.closed_at is not None and lead.closed_at > start:
            closings[_steps(lead.closed_at, start=start)].append(lead.id)
    arrivals = defaultdict(list)
    for lead in window:
        arrivals[(lead.created_at - start) // STEP].append(lead.id)
    winners: dict[uuid.UUID, uuid.UUID | None] = {}
    for step in range((end - start) // STEP + 1):
        if closings[step]:
            execute("UPDATE leads SET status = 'lost' WHERE id = ANY(%s)", [closings[step]])
        if arrivals[step]:
            service = LeadAssignmentService(clock=partial(_same, start + step * STEP))
            winners |= {decision.lead_id: decision.partner_id for decision in service.assign(arrivals[step])}
    return winners


def _same(instant: datetime) -> datetime:
    return instant


def _steps(instant: datetime, *, start: datetime) -> int:
    """The first step at whose start the instant has passed."""
    return -((start - instant) // STEP)


def _put_back(window: Sequence[PastLead], before: Sequence[PastLead], *, start: datetime) -> None:
    open_then = [lead for lead in before if lead.partner_id and (lead.closed_at is None or lead.closed_at > start)]
    handed_over: dict[uuid.UUID, datetime] = {}
    open_leads: dict[uuid.UUID, int] = defaultdict(int)
    for lead in (*before, *window):
        at = lead.assigned_at or lead.created_at
        if lead.partner_id and at < start:
            handed_over[lead.partner_id] = max(at, handed_over.get(lead.partner_id, at))
    for lead in open_then:
        if lead.partner_id:
            open_leads[lead.partner_id] += 1
    _switch_triggers("DISABLE")
    execute(
        "UPDATE leads SET user_id = NULL, status = 'new', assigned_at = NULL, decided_at = NULL, accepted_at = NULL,"
        " first_contact_at = NULL, routing_attempts = 0, routing_attempted_at = NULL WHERE id = ANY(%s)",
        [[lead.id for lead in window]],
    )
    execute(
        "UPDATE leads SET status = 'accepted', decided_at = NULL WHERE id = ANY(%s)", [[lead.id for lead in open_then]]
    )
    execute("UPDATE profiles SET open_leads = 0, last_assigned_at = NULL")
    with connection.cursor() as cursor:
        cursor.executemany(
            "UPDATE profiles SET last_assigned_at = %s WHERE id = %s", [(at, key) for key, at in handed_over.items()]
        )
        cursor.executemany(
            "UPDATE profiles SET open_leads = %s WHERE id = %s", [(count, key) for key, count in open_leads.items()]
        )
    _switch_triggers("ENABLE")


def _switch_triggers(action: str) -> None:
    # What is deferred to the end of the test's transaction would stand in the way.
    execute("SET CONSTRAINTS ALL IMMEDIATE")
    execute("SET CONSTRAINTS ALL DEFERRED")
    for table in ("leads", "profiles"):
        execute(f"ALTER TABLE {table} {action} TRIGGER USER")
