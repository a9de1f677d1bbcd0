"""Continuing activity in the demo: leads come in, and partners work on the leads they have."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import numpy as np

from config.demo.archetypes import Archetype
from config.demo.behaviour import Step, chance_to_act, is_ignored, next_step
from config.demo.course import draw_contact, draw_deal_value, draw_ending
from config.demo.generate import SOURCE
from config.demo.people import draw_person
from config.demo.places import draw_place
from config.demo.roster import make_industries, make_roster
from config.demo.trades import TRADES, Trade, draw_trade
from config.demo.voices import draw_rating, draw_ticket
from core.auth.actors import Actor
from feedback.services.ratings import AlreadyRated, LeadWithoutPartner, rate_lead
from leads.intake.services.intake import NewLead, create_lead
from leads.models import Industry, Lead, LeadActivity, Partner
from leads.services.activities import log_activity
from leads.services.lifecycle import LeadAction, TransitionRefused, change_status
from leads.services.locks import LeadNotFound
from leads.vocabulary import CONTACT_TYPES, LeadStatus
from support.models import SupportTicket
from support.services.tickets import open_ticket

ACTOR = Actor(name=SOURCE)
MOST_ACTIONS = 8
_ENDINGS = {
    LeadStatus.WON: LeadAction.WIN,
    LeadStatus.LOST: LeadAction.LOSE,
    LeadStatus.COMPLETED: LeadAction.COMPLETE,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenLead:
    """A lead of the demo that a partner of the demo works on."""

    id: UUID
    status: str
    partner_id: UUID
    trade: Trade
    ignored: bool


class Trickle:
    """Generator of further activity in the demo marketplace of one seed. Leads from other sources are left alone.

    `pace` is how many times faster than usual partners act; the market stays stable with 1.
    """

    def __init__(self, *, seed: int, rng: np.random.Generator, now: datetime, pace: float = 1.0) -> None:
        self._rng = rng
        self._pace = pace
        self._industries = make_industries(seed=seed)
        self._trades = dict(zip((industry.id for industry in self._industries), TRADES, strict=True))
        self._kinds: dict[UUID, Archetype] = {
            partner.row.id: partner.archetype for partner in make_roster(seed=seed, until=now)
        }

    def is_at_home(self) -> bool:
        """Return whether the database holds this demo. Fictitious leads must not enter any other marketplace."""
        partners = Partner.objects.filter(id__in=self._kinds).count()
        industries = Industry.objects.filter(id__in=self._trades).count()
        return partners > 0 and industries == len(self._trades)

    def bring_lead(self, *, now: datetime) -> UUID:
        """Create a lead; it is routed after commit like any other."""
        rng = self._rng
        place, trade, person = draw_place(rng), draw_trade(rng), draw_person(rng)
        new = NewLead(
            industry_id=self._industries[trade].id,
            province=place.province.name,
            postcode=place.postcode,
            contact_name=person.name,
            contact_email=person.email,
            contact_phone=person.phone,
            message=TRADES[trade].wish,
            source=SOURCE,
        )
        return create_lead(new=new, actor=ACTOR, now=now).lead_id

    def work(self, *, now: datetime) -> int:
        """Let partners act on a few of their open leads; return the number of actions."""
        leads = self._open_leads()
        chances = np.array(
            [
                chance_to_act(archetype=self._kinds[lead.partner_id], status=lead.status, ignored=lead.ignored)
                for lead in leads
            ]
        )
        chosen = np.flatnonzero(self._rng.random(len(leads)) < self._pace * chances)
        return sum(self._act(lead=leads[number], now=now) for number in self._rng.permutation(chosen)[:MOST_ACTIONS])

    def _open_leads(self) -> list[OpenLead]:
        rows = (
            Lead.objects.open()
            .filter(source=SOURCE, partner__in=self._kinds, industry__in=self._trades)
            .order_by("created_at", "id")
            .values_list("id", "status", "partner_id", "industry_id")
        )
        return [
            OpenLead(
                id=lead_id,
                status=status,
                partner_id=partner_id,
                trade=self._trades[industry_id],
                ignored=is_ignored(lead_id=lead_id, archetype=self._kinds[partner_id]),
            )
            for lead_id, status, partner_id, industry_id in rows
        ]

    def _act(self, *, lead: OpenLead, now: datetime) -> bool:
        """Perform one action on the lead; return False if somebody was faster."""
        archetype = self._kinds[lead.partner_id]
        contacts = LeadActivity.objects.filter(lead_id=lead.id, type__in=CONTACT_TYPES).count()
        step = next_step(
            rng=self._rng, archetype=archetype, status=lead.status, ignored=lead.ignored, contacts=contacts
        )
        try:
            match step:
                case Step.ACCEPT:
                    self._change(lead, LeadAction.ACCEPT, now)
                case Step.REJECT:
                    self._change(lead, LeadAction.REJECT, now)
                case Step.CONTACT:
                    self._contact(lead, first=contacts == 0, now=now)
                case Step.LAPSE:
                    self._end(lead, ending=LeadStatus.LOST, now=now)
                case _:
                    self._end(lead, ending=self._draw_ending(lead), now=now)
        except (LeadNotFound, LeadWithoutPartner, TransitionRefused, AlreadyRated):
            return False
        return True

    def _change(self, lead: OpenLead, action: LeadAction, now: datetime) -> None:
        change_status(lead_id=lead.id, action=action, actor=_actor(lead), now=now)

    def _contact(self, lead: OpenLead, *, first: bool, now: datetime) -> None:
        kind = draw_contact(rng=self._rng, first=first)
        log_activity(lead_id=lead.id, activity_type=kind, description="", actor=_actor(lead), now=now)
        if lead.status == LeadStatus.ACCEPTED:
            self._change(lead, LeadAction.START, now)

    def _draw_ending(self, lead: OpenLead) -> LeadStatus:
        return draw_ending(rng=self._rng, archetype=self._kinds[lead.partner_id], trade=lead.trade, factor=1.0)

    def _end(self, lead: OpenLead, *, ending: LeadStatus, now: datetime) -> None:
        value = None
        if ending is LeadStatus.WON:
            value = draw_deal_value(rng=self._rng, archetype=self._kinds[lead.partner_id], trade=lead.trade)
        change_status(lead_id=lead.id, action=_ENDINGS[ending], actor=_actor(lead), now=now, deal_value=value)
        self._let_customer_speak(lead, ending=ending, now=now)

    def _let_customer_speak(self, lead: OpenLead, *, ending: LeadStatus, now: datetime) -> None:
        archetype = self._kinds[lead.partner_id]
        ticket = draw_ticket(rng=self._rng, archetype=archetype, since=now)
        if ticket is not None:
            kind = SupportTicket.Type(ticket.type)
            open_ticket(lead_id=lead.id, ticket_type=kind, subject=ticket.subject, body="", actor=ACTOR, now=now)
        rating = draw_rating(rng=self._rng, archetype=archetype, ending=ending)
        if rating is not None:
            rate_lead(lead_id=lead.id, rating=rating.rating, comment=rating.comment, actor=ACTOR, now=now)


def _actor(lead: OpenLead) -> Actor:
    """Return the lead's partner as actor."""
    return Actor(name=SOURCE, partner_id=lead.partner_id)
