"""Rows of the demo marketplace: the fields of a row are the columns of its table."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class IndustryRow:
    """A row of `industries`."""

    id: UUID
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PartnerRow:
    """A row of `profiles`."""

    id: UUID
    company_name: str
    primary_branch: str | None
    regions: list[str] | None
    lead_industries: list[str] | None
    lead_locations: list[str] | None
    max_open_leads: int | None
    is_active_for_routing: bool
    routing_priority: int
    ai_risk_score: int | None
    ai_risk_level: str | None
    ai_risk_assessed_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class LeadRow:
    """A row of `leads`; `first_contact_at` is left to the trigger."""

    id: UUID
    user_id: UUID | None
    status: str
    industry_id: UUID
    province: str
    postcode: str
    created_at: datetime
    assigned_at: datetime | None
    accepted_at: datetime | None
    decided_at: datetime | None
    price_at_purchase: Decimal | None
    deal_value: Decimal | None
    contact_name: str
    contact_email: str
    contact_phone: str
    message: str
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ActivityRow:
    """A row of `lead_activities`; `metadata` is JSON text."""

    id: UUID
    lead_id: UUID
    type: str
    description: str | None
    created_by: UUID | None
    created_at: datetime
    metadata: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedbackRow:
    """A row of `lead_feedback`."""

    id: UUID
    lead_id: UUID
    partner_id: UUID
    rating: int
    comment: str
    created_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketRow:
    """A row of `support_tickets`."""

    id: UUID
    lead_id: UUID | None
    partner_id: UUID | None
    type: str
    subject: str
    body: str
    status: str
    created_at: datetime
    resolved_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Marketplace:
    """Every row of the demo, each table in order of creation."""

    industries: tuple[IndustryRow, ...]
    partners: tuple[PartnerRow, ...]
    leads: tuple[LeadRow, ...]
    activities: tuple[ActivityRow, ...]
    feedback: tuple[FeedbackRow, ...]
    tickets: tuple[TicketRow, ...]
