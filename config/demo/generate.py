"""The whole demo marketplace, as rows, from a seed and a day."""

import heapq
import json
from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal

import numpy as np

from config.demo.calendar import draw_arrivals, midnight
from config.demo.course import LeadHistory, draw_course, draw_deal_value
from config.demo.draws import pick_weighted
from config.demo.people import draw_person
from config.demo.places import Place, draw_place
from config.demo.roster import Partner, demo_id, make_industries, make_roster
from config.demo.rows import ActivityRow, FeedbackRow, IndustryRow, LeadRow, Marketplace, TicketRow
from config.demo.trades import TRADES, draw_trade
from config.demo.voices import draw_rating, draw_ticket
from leads.vocabulary import ActivityType, LeadStatus

SOURCE = "demo"
ACTOR = "demo"
LEADS = 8_000
WAITING = 24
_STREAM = 2
_CENT = Decimal("0.01")
_UNVALUED_SHARE = 0.06


def generate(*, seed: int, day: date) -> Marketplace:
    """Return the marketplace at the beginning of the day, with its history: the same rows for the same arguments.

    No partner ever has more open leads than its cap. The newest `WAITING` leads have no partner yet.
    """
    until = midnight(day)
    history = _History(seed=seed, until=until)
    arrivals = draw_arrivals(rng=history.rng, until=until, count=LEADS)
    for number, created_at in enumerate(arrivals):
        history.add_lead(number=number, created_at=created_at, waits=number >= len(arrivals) - WAITING)
    return Marketplace(
        industries=history.industries,
        partners=tuple(partner.row for partner in history.roster),
        leads=tuple(history.leads),
        activities=tuple(history.activities),
        feedback=tuple(history.feedback),
        tickets=tuple(history.tickets),
    )


class _History:
    """The rows so far, and for each partner the ends of its open leads."""

    def __init__(self, *, seed: int, until: datetime) -> None:
        self.seed = seed
        self.until = until
        self.rng = np.random.default_rng([seed, _STREAM])
        self.industries: tuple[IndustryRow, ...] = make_industries(seed=seed)
        self.roster: tuple[Partner, ...] = make_roster(seed=seed, until=until)
        self.leads: list[LeadRow] = []
        self.activities: list[ActivityRow] = []
        self.feedback: list[FeedbackRow] = []
        self.tickets: list[TicketRow] = []
        self._endings: list[list[datetime]] = [[] for _ in self.roster]
        self._known_takers: dict[tuple[int, str, str], list[int]] = {}

    def add_lead(self, *, number: int, created_at: datetime, waits: bool) -> None:
        """Add one lead with its history."""
        rng = self.rng
        place, trade, person = draw_place(rng), draw_trade(rng), draw_person(rng)
        holder = None if waits else self._draw_partner(created_at=created_at, trade=trade, place=place)
        course = None
        if holder is not None:
            archetype = self.roster[holder].archetype
            course = draw_course(
                rng=rng, created_at=created_at, archetype=archetype, trade=TRADES[trade], until=self.until
            )
            heapq.heappush(self._endings[holder], course.ended_at)
        partner = None if holder is None else self.roster[holder]
        status = LeadStatus.NEW if course is None else course.status_at(self.until)
        lead = LeadRow(
            id=demo_id(seed=self.seed, kind="lead", name=number),
            user_id=None if partner is None else partner.row.id,
            status=status,
            industry_id=self.industries[trade].id,
            province=place.province.name,
            postcode=place.postcode,
            created_at=created_at,
            assigned_at=None if course is None else course.assigned_at,
            accepted_at=None if course is None else self._past(course.accepted_at),
            decided_at=course.ended_at if course and status in (LeadStatus.WON, LeadStatus.LOST) else None,
            price_at_purchase=None if partner is None else self._draw_price(trade),
            deal_value=self._draw_deal_value(partner, trade) if partner and status is LeadStatus.WON else None,
            contact_name=person.name,
            contact_email=person.email,
            contact_phone=person.phone,
            message=TRADES[trade].wish,
            source=SOURCE,
        )
        self.leads.append(lead)
        self._add_activities(lead=lead, course=course)
        if partner is not None and course is not None:
            self._add_voices(lead=lead, partner=partner, course=course)

    def _draw_partner(self, *, created_at: datetime, trade: int, place: Place) -> int:
        """Draw the index in the roster of a partner with capacity for the lead, popular ones more often."""
        age_days = (self.until - created_at) / timedelta(days=1)
        candidates = [
            number
            for number in self._takers(trade=trade, place=place)
            if self.roster[number].archetype.works_at(age_days) and self._has_room(number, created_at)
        ]
        # The national partners have no cap, so there is always somebody.
        return pick_weighted(self.rng, candidates, [self.roster[number].archetype.popularity for number in candidates])

    def _takers(self, *, trade: int, place: Place) -> Sequence[int]:
        """Return the partners that accept such a lead; cached, as territories use two digits at most."""
        key = (trade, place.province.name, place.postcode[:2])
        if key not in self._known_takers:
            self._known_takers[key] = [
                number for number, partner in enumerate(self.roster) if partner.takes(trade=trade, place=place)
            ]
        return self._known_takers[key]

    def _has_room(self, number: int, moment: datetime) -> bool:
        endings = self._endings[number]
        while endings and endings[0] <= moment:
            heapq.heappop(endings)
        cap = self.roster[number].row.max_open_leads
        return cap is None or len(endings) < cap

    def _past(self, moment: datetime | None) -> datetime | None:
        """Return the time if it is in the past."""
        return None if moment is None or moment > self.until else moment

    def _draw_price(self, trade: int) -> Decimal:
        return Decimal(TRADES[trade].lead_price * float(self.rng.uniform(0.85, 1.15))).quantize(_CENT)

    def _draw_deal_value(self, partner: Partner, trade: int) -> Decimal | None:
        """Draw the value of the deal; some partners do not report it."""
        if self.rng.random() < _UNVALUED_SHARE:
            return None
        return draw_deal_value(rng=self.rng, archetype=partner.archetype, trade=TRADES[trade])

    def _add_activities(self, *, lead: LeadRow, course: LeadHistory | None) -> None:
        origin = {"actor": ACTOR, "source": SOURCE}
        steps: list[_Step] = [(lead.created_at, ActivityType.CREATED, origin)]
        if course is not None:
            steps += [(at, contact, {"actor": ACTOR}) for at, contact in course.contacts]
            steps += _status_changes(course)
            steps.sort(key=lambda step: step[0])
        for number, (at, kind, metadata) in enumerate(steps):
            if at <= self.until:
                self.activities.append(
                    ActivityRow(
                        id=demo_id(seed=self.seed, kind="activity", name=f"{lead.id}/{number}"),
                        lead_id=lead.id,
                        type=kind,
                        description=None,
                        created_by=None if kind is ActivityType.CREATED else lead.user_id,
                        created_at=at,
                        metadata=json.dumps(metadata),
                    )
                )

    def _add_voices(self, *, lead: LeadRow, partner: Partner, course: LeadHistory) -> None:
        rating = draw_rating(rng=self.rng, archetype=partner.archetype, ending=course.ending)
        rated_at = course.ended_at + timedelta(days=1.5 * float(self.rng.lognormal(0.0, 0.6)))
        if rating is not None and rated_at <= self.until:
            self.feedback.append(
                FeedbackRow(
                    id=demo_id(seed=self.seed, kind="feedback", name=lead.id),
                    lead_id=lead.id,
                    partner_id=partner.row.id,
                    rating=rating.rating,
                    comment=rating.comment,
                    created_at=rated_at,
                )
            )
        ticket = draw_ticket(rng=self.rng, archetype=partner.archetype, since=course.assigned_at)
        if ticket is not None and ticket.created_at <= self.until:
            resolved_at = self._past(ticket.resolved_at)
            self.tickets.append(
                TicketRow(
                    id=demo_id(seed=self.seed, kind="ticket", name=lead.id),
                    lead_id=lead.id,
                    partner_id=partner.row.id,
                    type=ticket.type,
                    subject=ticket.subject,
                    body="",
                    status="open" if resolved_at is None else "resolved",
                    created_at=ticket.created_at,
                    resolved_at=resolved_at,
                )
            )


_Step = tuple[datetime, ActivityType, dict[str, str]]


def _status_changes(course: LeadHistory) -> Iterator[_Step]:
    """Yield the status changes, as the life of a lead records them."""
    moments: Sequence[datetime | None] = (
        course.accepted_at,
        course.contacts[0][0] if course.contacts else None,
        course.ended_at,
    )
    before = LeadStatus.NEW
    for moment in moments:
        if moment is not None:
            after = course.status_at(moment)
            metadata = {"from": before.value, "to": after.value, "actor": ACTOR}
            yield moment, ActivityType.STATUS_CHANGE, metadata
            before = after
