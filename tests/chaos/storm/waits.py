"""How long leads waited although somebody had room for them."""

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

import numpy as np
import psycopg

from router.scoring.arrays import FloatArray

# Free places of each partner, whenever they changed: seconds, partner, places.
_ROOM = """
SELECT extract(epoch FROM noted_at)::float8, partner_id::text, cap - counted FROM chaos_history ORDER BY id
"""

_PARTNERS = "SELECT id::text, regions FROM profiles WHERE is_active_for_routing AND max_open_leads > 0"

_FIRST_OFFERS = """
SELECT lead.province, extract(epoch FROM lead.created_at)::float8, extract(epoch FROM min(log.decided_at))::float8
FROM leads AS lead
JOIN lead_assignment_logs AS log ON log.lead_id = lead.id AND log.outcome = 'assigned'
GROUP BY lead.id
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Waits:
    """Seconds from a lead's arrival to its first partner in which somebody who could take it had room.

    `longest`, `median`, `late` (99 of 100 waited less); `longest_at_all` also counts the time when all were full.
    """

    longest: float
    median: float
    late: float
    longest_at_all: float


def waits(dsn: str) -> Waits:
    """Ask the database of a world whose leads are all routed."""
    with psycopg.connect(dsn, autocommit=True) as session:
        regions = {partner: set(provinces) for partner, provinces in session.execute(_PARTNERS).fetchall()}
        changes = session.execute(_ROOM).fetchall()
        offers = session.execute(_FIRST_OFFERS).fetchall()
    by_province: dict[str, list[tuple[float, float]]] = defaultdict(list)
    for province, created, decided in offers:
        by_province[province].append((created, max(created, decided)))
    with_room, at_all = [], []
    for province, times in by_province.items():
        partners = {partner for partner, provinces in regions.items() if province in provinces}
        moments, has_room = room_over_time(changes, partners)
        arrived, given = np.array(times).T
        with_room.append(seconds_with_room(moments, has_room, given) - seconds_with_room(moments, has_room, arrived))
        at_all.append(given - arrived)
    seconds = np.concatenate(with_room)
    return Waits(
        longest=float(seconds.max()),
        median=float(np.median(seconds)),
        late=float(np.quantile(seconds, 0.99)),
        longest_at_all=float(np.concatenate(at_all).max()),
    )


def room_over_time(changes: list[Any], partners: set[str]) -> tuple[FloatArray, FloatArray]:
    """From when on (k,) any of the partners had room: 1, or none had: 0; everybody had at the beginning."""
    full: set[str] = set()
    moments, has_room = [0.0], [1.0]
    for at, partner, free in changes:
        if partner in partners:
            if free > 0:
                full.discard(partner)
            else:
                full.add(partner)
            moments.append(max(at, moments[-1]))
            has_room.append(float(len(full) < len(partners)))
    return np.array(moments), np.array(has_room)


def seconds_with_room(moments: FloatArray, has_room: FloatArray, instants: FloatArray) -> FloatArray:
    """Seconds with room before each instant (m,)."""
    before = np.concatenate(([0.0], np.cumsum(np.diff(moments) * has_room[:-1])))
    last = np.searchsorted(moments, instants, side="right") - 1
    covered: FloatArray = before[last] + has_room[last] * (instants - moments[last])
    return covered
