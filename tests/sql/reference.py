"""The metrics of `partner_performance_stats` once more, in plain Python: slow, exact, and only for small worlds.

Written from the definitions, not from the SQL. Everything is as of one instant `t`; numbers are exact fractions, and
None is "nothing to measure".
"""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from typing import TypeAlias

MONTH = timedelta(days=30)
WEEK = timedelta(days=7)
DAY = timedelta(days=1)
HOUR = timedelta(hours=1)
OVERDUE = timedelta(days=14)
"""A lead that is older has to have a result."""
APART = timedelta(minutes=30)
"""Two attempts that lie closer together are one."""
EARLY_ACTIVITIES = timedelta(days=1)
"""How much older than the window an activity may be dated, and still count for a lead in it."""

CONTACT_TYPES = {"phone_call", "email_sent", "whatsapp", "meeting", "status_change_contacted"}
OPEN = {"new", "accepted", "in_progress"}
ACCEPTED = {"accepted", "in_progress", "completed", "won", "lost"}

Value: TypeAlias = uuid.UUID | int | Fraction | datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PartnerRow:
    """A row of `profiles`."""

    id: uuid.UUID
    ai_risk_score: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LeadRow:
    """A row of `leads`."""

    id: uuid.UUID
    user_id: uuid.UUID | None
    created_at: datetime
    status: str = "new"
    assigned_at: datetime | None = None
    accepted_at: datetime | None = None
    first_contact_at: datetime | None = None
    decided_at: datetime | None = None
    deal_value: Decimal | None = None
    price_at_purchase: Decimal | None = None
    tried_partner_ids: list[uuid.UUID] | None = None

    @property
    def is_rerouted(self) -> bool:
        """Whether another partner had it before."""
        return self.tried_partner_ids is not None

    @property
    def clock_start(self) -> datetime:
        """When the partner's clock began to run."""
        return (self.assigned_at or self.created_at) if self.is_rerouted else self.created_at

    def existed_with_partner(self, t: datetime) -> bool:
        """Whether the partner had it at `t`."""
        return self.created_at <= t and (self.assigned_at is None or self.assigned_at <= t)

    def status_at(self, t: datetime) -> str:
        """A lead that was decided later was in progress."""
        if self.status in {"won", "lost"} and self.decided_at is not None and self.decided_at > t:
            return "in_progress"
        return self.status

    def own(self, moment: datetime | None) -> datetime | None:
        """What happened to a re-routed lead before the clock started was another partner's."""
        return None if moment is not None and self.is_rerouted and moment < self.clock_start else moment

    def contact_at(self, t: datetime) -> datetime | None:
        """The first contact, if it had happened by `t`."""
        moment = self.own(self.first_contact_at)
        return moment if moment is not None and moment <= t else None

    def acceptance_at(self, t: datetime) -> datetime | None:
        """The acceptance, if it had happened by `t`."""
        moment = self.own(self.accepted_at)
        return moment if moment is not None and moment <= t else None

    def is_accepted_at(self, t: datetime) -> bool:
        """Whether the partner had accepted it by `t`."""
        moment = self.own(self.accepted_at)
        return self.status_at(t) in ACCEPTED if moment is None else moment <= t

    def is_declined_at(self, t: datetime) -> bool:
        """Whether the partner rejected it untouched."""
        return self.status == "rejected" and not self.is_rejected_late_at(t)

    def is_rejected_late_at(self, t: datetime) -> bool:
        """Whether the partner rejected it after it had accepted it or made contact."""
        return self.status == "rejected" and (self.acceptance_at(t) or self.contact_at(t)) is not None

    def is_silent_at(self, t: datetime) -> bool:
        """Whether it has waited for a contact for more than a day."""
        return self.contact_at(t) is None and self.clock_start < t - DAY and not self.is_declined_at(t)

    def is_undecided_at(self, t: datetime) -> bool:
        """Whether it ought to have a result by now, and has none."""
        return self.clock_start < t - OVERDUE and self.status_at(t) not in {"won", "lost", "rejected"}

    @property
    def value(self) -> Decimal | None:
        """What the deal was worth."""
        return self.price_at_purchase if self.deal_value is None else self.deal_value


@dataclass(frozen=True, slots=True, kw_only=True)
class ActivityRow:
    """A row of `lead_activities`."""

    lead_id: uuid.UUID
    type: str
    created_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedbackRow:
    """A row of `lead_feedback`."""

    lead_id: uuid.UUID
    partner_id: uuid.UUID
    rating: int
    created_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketRow:
    """A row of `support_tickets`."""

    partner_id: uuid.UUID | None
    type: str
    created_at: datetime
    lead_id: uuid.UUID | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """All rows that the metrics are made from."""

    partners: list[PartnerRow] = field(default_factory=list)
    leads: list[LeadRow] = field(default_factory=list)
    activities: list[ActivityRow] = field(default_factory=list)
    feedback: list[FeedbackRow] = field(default_factory=list)
    tickets: list[TicketRow] = field(default_factory=list)


def reference_stats(world: World, t: datetime) -> dict[uuid.UUID, dict[str, Value]]:
    """Every column of every partner at `t`, by partner."""
    return {partner.id: _row(world, partner, t) for partner in world.partners}


def _row(world: World, partner: PartnerRow, t: datetime) -> dict[str, Value]:
    owned = [lead for lead in world.leads if lead.user_id == partner.id and lead.existed_with_partner(t)]
    month = [lead for lead in owned if t - MONTH <= lead.clock_start <= t]
    week = [lead for lead in month if lead.clock_start >= t - WEEK]
    contacted_30d = _contact_minutes(month, t)
    contacted_7d = _contact_minutes(week, t)
    won_30d, lost_30d = _count(month, "won", t), _count(month, "lost", t)
    won_7d, lost_7d = _count(week, "won", t), _count(week, "lost", t)
    silent = sum(lead.is_silent_at(t) for lead in month)
    rejected_late = sum(lead.is_rejected_late_at(t) for lead in month)
    undecided = sum(lead.is_undecided_at(t) for lead in month)
    attempts = [_attempts(world, lead, t) for lead in month]
    deals = [Fraction(lead.value) for lead in month if lead.status_at(t) == "won" and lead.value is not None]
    ratings = [
        Fraction(row.rating)
        for row in world.feedback
        if row.partner_id == partner.id and t - MONTH <= row.created_at <= t
    ]
    complaints = [
        row
        for row in world.tickets
        if row.partner_id == partner.id and row.type == "complaint" and t - MONTH <= row.created_at <= t
    ]
    complained = len({row.lead_id for row in complaints} & {lead.id for lead in month})
    accepted = sum(lead.is_accepted_at(t) for lead in month)
    assigned = len(month)
    return {
        "partner_id": partner.id,
        "leads_assigned_30d": assigned,
        "leads_accepted_30d": accepted,
        "leads_rejected_30d": _count(month, "rejected", t),
        "conversion_rate_30d": _ratio(accepted, assigned),
        "avg_response_time_minutes": _mean(
            [
                _minutes(moment - lead.clock_start)
                for lead in month
                if (moment := lead.own(lead.accepted_at)) is not None and moment <= t
            ]
        ),
        "open_leads_count": sum(lead.status_at(t) in OPEN for lead in owned),
        "last_lead_assigned_at": max((lead.assigned_at or lead.created_at for lead in owned), default=None),
        "avg_first_response_time_minutes_7d": _mean(contacted_7d),
        "avg_first_response_time_minutes_30d": _mean(contacted_30d),
        "pct_contacted_within_1h_30d": _percentage(sum(m <= 60 for m in contacted_30d), assigned),
        "pct_contacted_within_24h_30d": _percentage(sum(m <= 24 * 60 for m in contacted_30d), assigned),
        "ai_trust_score": partner.ai_risk_score,
        "won_leads_30d": won_30d,
        "lost_leads_30d": lost_30d,
        "won_leads_7d": won_7d,
        "lost_leads_7d": lost_7d,
        "deal_rate_30d": _ratio(won_30d, won_30d + lost_30d),
        "deal_rate_7d": _ratio(won_7d, won_7d + lost_7d),
        "avg_contact_attempts_per_lead_30d": _ratio(sum(map(len, attempts)), assigned),
        "pct_leads_min_2_attempts_30d": _percentage(sum(len(times) >= 2 for times in attempts), assigned),
        "avg_customer_rating_30d": _mean(ratings),
        "num_ratings_30d": len(ratings),
        "complaints_30d": len(complaints),
        "complaint_rate_30d": _ratio(len(complaints), assigned),
        "avg_deal_value_30d": _mean(deals),
        "median_deal_value_30d": _median(deals),
        "consistency_score": _consistency(
            deal_rates=(_ratio(won_7d, won_7d + lost_7d), _ratio(won_30d, won_30d + lost_30d)),
            minutes=(_mean(contacted_7d), _mean(contacted_30d)),
        ),
        "leads_assigned_7d": len(week),
        "contacted_leads_30d": len(contacted_30d),
        "contacted_leads_7d": len(contacted_7d),
        "silent_leads_30d": silent,
        "valued_deals_30d": len(deals),
        "response_points_30d": _mean([*map(response_points, contacted_30d), *[Fraction()] * silent]),
        "pct_leads_followed_up_30d": _percentage(
            sum(bool(times) and max(times) - min(times) >= APART for times in attempts), assigned
        ),
        "complained_leads_30d": complained,
        "complained_lead_rate_30d": _ratio(complained, assigned),
        "undecided_leads_30d": undecided,
        "rejected_late_leads_30d": rejected_late,
        "deal_rate_with_undecided_30d": _ratio(won_30d, won_30d + lost_30d + rejected_late + undecided),
    }


_CURVE = ((Fraction(30), 100), (Fraction(120), 70), (Fraction(24 * 60), 40), (Fraction(72 * 60), 0))


def response_points(minutes: Fraction) -> Fraction:
    """What a first contact after so many minutes is worth: straight lines between the points of the curve."""
    for (start, high), (end, low) in pairwise(_CURVE):
        if minutes <= end:
            return high + (low - high) * (max(minutes, start) - start) / (end - start)
    return Fraction()


def _contact_minutes(leads: Sequence[LeadRow], t: datetime) -> list[Fraction]:
    """Minutes until the first contact, of the leads that have one."""
    return [_minutes(moment - lead.clock_start) for lead in leads if (moment := lead.contact_at(t)) is not None]


def _attempts(world: World, lead: LeadRow, t: datetime) -> list[datetime]:
    earliest = lead.clock_start if lead.is_rerouted else t - MONTH - EARLY_ACTIVITIES
    return [
        row.created_at
        for row in world.activities
        if row.lead_id == lead.id and row.type in CONTACT_TYPES and earliest <= row.created_at <= t
    ]


def _count(leads: Sequence[LeadRow], status: str, t: datetime) -> int:
    return sum(lead.status_at(t) == status for lead in leads)


def _minutes(duration: timedelta) -> Fraction:
    return Fraction(duration // timedelta(microseconds=1), 60_000_000)


def _ratio(part: int, whole: int) -> Fraction | None:
    return Fraction(part, whole) if whole else None


def _percentage(part: int, whole: int) -> Fraction | None:
    return Fraction(100 * part, whole) if whole else None


def _mean(values: Sequence[Fraction]) -> Fraction | None:
    return sum(values, Fraction()) / len(values) if values else None


def _median(values: Sequence[Fraction]) -> Fraction | None:
    ordered = sorted(values)
    return (ordered[(len(ordered) - 1) // 2] + ordered[len(ordered) // 2]) / 2 if ordered else None


def _consistency(
    *, deal_rates: tuple[Fraction | None, Fraction | None], minutes: tuple[Fraction | None, Fraction | None]
) -> Fraction | None:
    """Each pair is (7 days, 30 days)."""
    parts: list[Fraction] = []
    rate_7d, rate_30d = deal_rates
    if rate_7d is not None and rate_30d is not None:
        parts.append(100 * (1 - abs(rate_7d - rate_30d)))
    minutes_7d, minutes_30d = minutes
    if minutes_7d is not None and minutes_30d is not None:
        longer = max(minutes_7d, minutes_30d)
        parts.append(Fraction(100) if longer == 0 else 100 * (1 - abs(minutes_7d - minutes_30d) / longer))
    return _mean(parts)
