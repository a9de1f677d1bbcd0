"""The history of an invented marketplace under one policy: the router itself routes each lead at its own moment."""

import heapq
from collections import deque
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from leads.vocabulary import BREAK_DAYS, LEAST_LEADS_FOR_A_PACE
from router.scoring import BatchRouter, CandidatePool, LeadFacts, RoutePolicy
from router.scoring.arrays import BoolArray, FloatArray, IntArray
from router.scoring.parts import is_ahead, pace_left_of
from tests.chaos.fairness.world import DECLINE_HOURS, MOST_OFFERS, Absence, World

BREAK_HOURS = 24.0 * BREAK_DAYS
_ARRIVAL, _RETURN, _LEAVE, _DECLINE, _CLOSE = range(5)


@dataclass(frozen=True, slots=True, eq=False)
class FairnessRun:
    """What came of it: d offers in the order of time.

    - `at` (d,), `lead` (d,), `winner` (d,): hours, index of the lead, index of the partner.
    - `last_resort` (d,): whether the winner was ahead of its pace, so that nobody else could take the lead.
    - `room` (d, n): free places just before the offer, 0 for who is away.
    - `longest_wait` (n,): the longest time, in hours, that a partner was there and had room, and got no lead.
    - `wait` (m,): hours from the arrival to the first offer, NaN for none.
    - `cap_exceeded`: how often a partner had more open leads than its cap.
    """

    at: FloatArray
    lead: IntArray
    winner: IntArray
    last_resort: BoolArray
    room: NDArray[np.int16]
    longest_wait: FloatArray
    wait: FloatArray
    cap_exceeded: int


class _Desks:
    """What moves: open leads, last offers, who is away, and how long each has been waiting with room."""

    def __init__(self, world: World) -> None:
        size = world.territories.size
        self._world = world
        self.open_leads: IntArray = np.zeros(size, dtype=np.int64)
        self.last_offer: FloatArray = np.full(size, np.nan)
        self.is_there: BoolArray = np.ones(size, dtype=np.bool_)
        self.longest_wait: FloatArray = np.zeros(size)
        self._pace = _Pace(size)
        self._idle: FloatArray = np.zeros(size)
        self._seen: FloatArray = np.zeros(size)

    def look(self, partner: int, now: float) -> None:
        """Bring a partner's waiting up to date; to be called before anything about it changes."""
        if self.is_there[partner] and self.open_leads[partner] < self._world.caps[partner]:
            self._idle[partner] += now - self._seen[partner]
            self.longest_wait[partner] = max(self.longest_wait[partner], self._idle[partner])
        self._seen[partner] = now

    def give(self, partner: int, now: float) -> None:
        self.look(partner, now)
        self._idle[partner] = 0.0
        self.open_leads[partner] += 1
        self._pace.note(partner, now, last=self.last_offer.item(partner))
        self.last_offer[partner] = now

    def take(self, partner: int, now: float) -> None:
        self.look(partner, now)
        self.open_leads[partner] -= 1

    def room(self) -> NDArray[np.int16]:
        room: NDArray[np.int16] = np.where(self.is_there, self._world.caps - self.open_leads, 0).astype(np.int16)
        return room

    def router(self, policy: RoutePolicy, now: float) -> BatchRouter:
        world = self._world
        pool = CandidatePool.from_columns(
            territories=world.territories,
            is_active=self.is_there,
            open_leads=self.open_leads,
            max_open_leads=world.caps,
            routing_priority=np.zeros_like(self.open_leads),
            waiting_hours=now - self.last_offer,
            performance=world.performance,
            pace_left=self._pace.left(now, last_offer=self.last_offer),
        )
        return BatchRouter(pool, policy, runners_up=0)


class _Pace:
    """The pace of who is back after a break; as the triggers of the database keep it, in hours."""

    def __init__(self, size: int) -> None:
        self._returned = np.full(size, np.nan)
        self._leads = np.zeros(size)
        self._usual = np.full(size, np.nan)

    def note(self, partner: int, now: float, *, last: float) -> None:
        """A partner gets a lead; `last`: when it got the one before, NaN: never."""
        if now - last < BREAK_HOURS:
            self._leads[partner] += 1
            return
        known = self._leads[partner] >= LEAST_LEADS_FOR_A_PACE
        hours = max(BREAK_HOURS, last - self._returned[partner])
        self._usual[partner] = 24 * self._leads[partner] / hours if known else np.nan
        self._returned[partner] = now
        self._leads[partner] = 1

    def left(self, now: float, *, last_offer: FloatArray) -> FloatArray:
        """How many leads the pace of each partner (n,) still allows."""
        return pace_left_of(
            waiting_hours=now - last_offer,
            hours_since_return=now - self._returned,
            leads_since_return=self._leads,
            usual_daily_leads=self._usual,
            break_hours=BREAK_HOURS,
            least_leads=LEAST_LEADS_FOR_A_PACE,
        )


class _Play:
    """One run. Leads that nobody can take are tried again, oldest first, whenever a place or a partner comes back."""

    def __init__(self, world: World, policy: RoutePolicy) -> None:
        self._world = world
        self._policy = policy
        self._desks = _Desks(world)
        self._tried: dict[int, list[int]] = {}
        self._waiting: deque[int] = deque()
        self._resting: dict[int, list[int]] = {}
        self._away: dict[int, Absence] = {}
        self._offers: list[tuple[float, int, int, bool]] = []
        self._wait = np.full(len(world.leads), np.nan)
        self._cap_exceeded = 0
        self._room: list[NDArray[np.int16]] = []
        # (hours, order of its making, what, lead or absence, partner)
        self._events: list[tuple[float, int, int, int, int]] = []
        self._made = 0

    def run(self) -> FairnessRun:
        world = self._world
        for number, absence in enumerate(world.absences):
            self._plan(absence.start, _LEAVE, number, absence.partner)
            self._plan(absence.end, _RETURN, number, absence.partner)
        for lead, at in enumerate(world.arrives):
            while self._events and self._events[0][0] <= at:
                self._happen(*heapq.heappop(self._events))
            self._waiting.append(lead)
            self._route(float(at))
        for partner in range(world.territories.size):
            self._desks.look(partner, world.hours)
        longest_wait = self._desks.longest_wait.copy()
        # Nothing more comes in; who waits still gets a place as soon as one is free.
        while self._waiting and self._events:
            self._happen(*heapq.heappop(self._events))
        at_, lead_, winner, last_resort = zip(*self._offers, strict=True)
        return FairnessRun(
            at=np.array(at_),
            lead=np.array(lead_),
            winner=np.array(winner),
            last_resort=np.array(last_resort),
            room=np.array(self._room),
            longest_wait=longest_wait,
            wait=self._wait,
            cap_exceeded=self._cap_exceeded,
        )

    def _plan(self, at: float, what: int, number: int, partner: int) -> None:
        self._made += 1
        heapq.heappush(self._events, (at, self._made, what, number, partner))

    def _happen(self, now: float, _order: int, what: int, number: int, partner: int) -> None:
        desks = self._desks
        if what == _LEAVE:
            desks.look(partner, now)
            desks.is_there[partner] = False
            self._away[partner] = self._world.absences[number]
            return
        if what == _RETURN:
            desks.look(partner, now)
            desks.is_there[partner] = True
            del self._away[partner]
        elif what == _CLOSE and partner in self._away and self._away[partner].desk_rests:
            # As much work as there was left when the partner went.
            absence = self._away[partner]
            self._plan(now + absence.end - absence.start, _CLOSE, number, partner)
            return
        else:
            desks.take(partner, now)
            if what == _DECLINE:
                self._tried.setdefault(number, []).append(partner)
                self._waiting.append(number)
        self._route(now)

    def _route(self, now: float) -> None:
        if not self._waiting:
            return
        router = self._desks.router(self._policy, now)
        left: deque[int] = deque()
        for lead in sorted(self._waiting):
            choice = router.route(self._facts(lead))
            if choice.winner is None:
                left.append(lead)
            else:
                pace_left = choice.standings[0].pace_left
                self._give(lead, choice.winner, now, last_resort=pace_left is not None and is_ahead(pace_left))
        self._waiting = left

    def _facts(self, lead: int) -> LeadFacts:
        facts = self._world.leads[lead]
        tried = self._tried.get(lead)
        if not tried:
            return facts
        ids = self._world.territories.partner_ids
        return LeadFacts(
            facts.lead_id,
            province=facts.province,
            postcode=facts.postcode,
            tried_partner_ids=frozenset(ids[partner] for partner in tried),
        )

    def _give(self, lead: int, partner: int, now: float, *, last_resort: bool) -> None:
        world = self._world
        self._room.append(self._desks.room())
        self._desks.give(partner, now)
        self._cap_exceeded += int(self._desks.open_leads[partner] > world.caps[partner])
        self._offers.append((now, lead, partner, last_resort))
        if np.isnan(self._wait[lead]):
            self._wait[lead] = now - world.arrives[lead]
        offers = len(self._tried.get(lead, ()))
        if offers < MOST_OFFERS and world.declined[lead, offers]:
            self._plan(now + DECLINE_HOURS, _DECLINE, lead, partner)
        else:
            self._plan(now + world.patience[lead] * world.hours_open[partner], _CLOSE, lead, partner)


def play(world: World, policy: RoutePolicy) -> FairnessRun:
    """Route all leads of the world under the policy."""
    return _Play(world, policy).run()
