"""Queries on leads that are more than one filter."""

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
    """Return the leads in the actor's scope, with partner, industry and repeats.

    Partners and intake clients see their own, everybody else (None) all.
    """
    repeats = LeadRepeat.objects.only(
        "lead_id", "received_at", "source", "contact_name", "contact_email", "contact_phone", "message"
    )
    leads = Lead.objects.select_related("partner", "industry").prefetch_related(Prefetch("repeats", repeats))
    if intake_client_id is not None:
        leads = leads.of_intake_client(intake_client_id)
    return leads if partner_id is None else leads.of_partner(partner_id)


def visible_activities(*, lead_id: UUID, partner_id: UUID | None) -> QuerySet[LeadActivity]:
    """Return a lead's log. After a re-routing, a partner sees entries since its own assignment only."""
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
    """A partner whose counter differs from its leads; `counted_*` are the values from the leads.

    `is_kept` is False if the row violates a newer rule, so that the database refuses every change of it: the counter
    stays as it is until the row is corrected, and is then recounted.
    """

    partner_id: UUID
    company_name: str
    open_leads: int
    counted_open_leads: int
    last_assigned_at: datetime | None
    counted_last_assigned_at: datetime | None
    is_kept: bool


CLOCKS_APART = timedelta(minutes=1)
"""Allowance for clock differences: an assignment writes its own clock's time; the counter uses the later one."""


def counter_differences(*, partner_ids: Collection[UUID] | None = None) -> list[CounterDifference]:
    """Recount the open leads of all (or these) partners in one statement; return the differences, ordered by id.

    `last_assigned_at` differs if a lead was assigned later than it says, or if it is in the future. Otherwise it may be
    later than the leads say: the lead behind it may have been re-routed or deleted since. Leads with a time in the
    future are ignored.
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
    """Figures on notifications; ages are in seconds, 0 without any.

    - `overdue_seconds`: how long the oldest due notification has waited, on a channel that is active and not paused.
    - `failed_last_day`: number given up within the last 24 hours.
    """

    waiting: int
    oldest_waiting_seconds: float
    overdue_seconds: float
    failed_last_day: int


def notification_figures() -> NotificationFigures:
    """Read the figures with one statement, on what is pending and what was finished within a day."""
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
