"""Reads of leads that are more than one filter."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import connection
from django.db.models import BooleanField, Count, F, Max, Prefetch, Q, QuerySet
from django.db.models.expressions import RawSQL
from django.db.models.functions import Coalesce
from django.db.models.lookups import LessThanOrEqual
from django.utils import timezone

from leads.models import Lead, LeadActivity, LeadQuerySet, LeadRepeat, Partner
from leads.triggers.sql import partner_is_valid
from leads.vocabulary import OPEN_STATUSES


def visible_leads(*, partner_id: UUID | None, intake_client_id: int | None = None) -> LeadQuerySet:
    """The leads that one may see, with partner, industry and repeats: a partner and an intake client their own.

    Everybody else (None) sees all.
    """
    repeats = LeadRepeat.objects.only(
        "lead_id", "received_at", "source", "contact_name", "contact_email", "contact_phone", "message"
    )
    leads = Lead.objects.select_related("partner", "industry").prefetch_related(Prefetch("repeats", repeats))
    if intake_client_id is not None:
        leads = leads.of_intake_client(intake_client_id)
    return leads if partner_id is None else leads.of_partner(partner_id)


def visible_activities(*, lead_id: UUID, partner_id: UUID | None) -> QuerySet[LeadActivity]:
    """The log of a lead. Of a re-routed lead, a partner sees what was logged since it has it: no competitor's notes."""
    activities = LeadActivity.objects.filter(lead_id=lead_id)
    if partner_id is None:
        return activities
    return activities.filter(
        Q(lead__tried_partner_ids__isnull=True)
        | Q(created_by_id=partner_id)
        | Q(created_at__gte=F("lead__assigned_at"))
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class CounterDifference:
    """A partner whose counter is not what its leads say; `counted_*` is what they say.

    `is_kept`: False where the row breaks a rule that is younger, so that the database refuses every change of it:
    the counter stands still until the row is put right, and is counted anew then.
    """

    partner_id: UUID
    company_name: str
    open_leads: int
    counted_open_leads: int
    last_assigned_at: datetime | None
    counted_last_assigned_at: datetime | None
    is_kept: bool


CLOCKS_APART = timedelta(minutes=1)
"""Who hands over a lead writes the time of its own clock; the counter has that of the database where it is behind."""


def counter_differences(*, partner_ids: Collection[UUID] | None = None) -> list[CounterDifference]:
    """Recount the open leads of all (or these) partners in one statement, and return who differs, ordered by id.

    `last_assigned_at` differs when a lead was assigned later than it says, and when it lies in the future. Otherwise it
    may be later than the leads say: the one that it remembers may have gone to somebody else since, or be deleted. A
    lead with a time in the future says nothing.
    """
    partners = Partner.objects.all() if partner_ids is None else Partner.objects.filter(id__in=partner_ids)
    soon = timezone.now() + CLOCKS_APART
    assigned_at = Coalesce("leads__assigned_at", "leads__created_at")
    rows = (
        partners.annotate(
            counted=Count("leads", filter=Q(leads__status__in=OPEN_STATUSES)),
            latest=Max(assigned_at, filter=LessThanOrEqual(assigned_at, soon)),
            is_kept=RawSQL(partner_is_valid("profiles"), (), output_field=BooleanField()),  # noqa: S611  # our own text
        )
        .filter(
            ~Q(open_leads=F("counted"))
            | Q(last_assigned_at__lt=F("latest") - CLOCKS_APART)
            | Q(last_assigned_at__isnull=True, latest__isnull=False)
            | Q(last_assigned_at__gt=soon)
            | Q(returned_at__gt=F("last_assigned_at") + CLOCKS_APART)
        )
        .order_by("id")
        .values_list("id", "company_name", "open_leads", "counted", "last_assigned_at", "latest", "is_kept")
    )
    return [
        CounterDifference(
            partner_id=partner_id,
            company_name=company_name,
            open_leads=open_leads,
            counted_open_leads=counted,
            last_assigned_at=last_assigned_at,
            counted_last_assigned_at=latest,
            is_kept=is_kept,
        )
        for partner_id, company_name, open_leads, counted, last_assigned_at, latest, is_kept in rows
    ]


@dataclass(frozen=True, slots=True, kw_only=True)
class NotificationFigures:
    """How telling the partners goes; ages in seconds, 0 without any.

    `overdue_seconds`: how long the one has waited that should have been sent first, to a channel that is active and not
    paused. `failed_last_day`: given up within the last 24 hours.
    """

    waiting: int
    oldest_waiting_seconds: float
    overdue_seconds: float
    failed_last_day: int


def notification_figures() -> NotificationFigures:
    """Read them with one statement, which looks at what waits and at what was finished within a day."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT waiting.count, waiting.oldest, waiting.overdue, (
                SELECT count(*) FROM partner_notifications
                WHERE state <> 'waiting' AND finished_at > statement_timestamp() - interval '1 day' AND state = 'failed'
            )
            FROM (
                SELECT count(*) AS count,
                    coalesce(extract(epoch FROM statement_timestamp() - min(notification.created_at)), 0)::float8
                        AS oldest,
                    greatest(extract(epoch FROM statement_timestamp() - min(notification.due_at) FILTER (
                        WHERE channel.is_active AND (channel.paused_until <= statement_timestamp()) IS NOT FALSE
                    )), 0)::float8 AS overdue
                FROM partner_notifications AS notification
                LEFT JOIN partner_channels AS channel ON channel.id = notification.channel_id
                WHERE notification.state = 'waiting'
            ) AS waiting
            """
        )
        waiting, oldest, overdue, failed = cursor.fetchone()
    return NotificationFigures(
        waiting=waiting, oldest_waiting_seconds=oldest, overdue_seconds=overdue, failed_last_day=failed
    )
