"""A marketplace with as many rows of everything as a list page needs."""

import itertools
from datetime import timedelta
from typing import NamedTuple

from django.contrib.auth.models import User
from django.utils import timezone

from feedback.models import LeadFeedback
from leads.intake.models import IntakeKey
from leads.intake.services.clients import make_token
from leads.models import Industry, IntakeClient, Lead, LeadActivity, LeadRepeat, Partner, PartnerUser
from leads.notifications.models import Notification, NotificationAttempt, PartnerChannel
from performance.models import PartnerPerformanceDay, RefreshRun
from performance.services.refresh import refresh_statistics
from router.models import LeadAssignmentLog, RoutingPolicy
from support.models import SupportTicket
from tests.factories.marketplace import make_industry, make_intake_client, make_lead, make_partner

_numbers = itertools.count(1)


class World(NamedTuple):
    """The rows that a test looks at; the first lead and the first partner have most of what hangs on them."""

    lead: Lead
    partner: Partner


def fill(count: int, *, world: World | None = None) -> World:
    """Add `count` rows of every model; with `world`, activities and decisions go to its lead and partner."""
    now = timezone.now()
    partners = [make_partner(regions=["Utrecht"], max_open_leads=10_000) for _ in range(count)]
    leads = [
        make_lead(partner=partner, industry=make_industry(), created_at=now - timedelta(days=1)) for partner in partners
    ]
    world = world or World(lead=leads[0], partner=partners[0])
    users = [User.objects.create_user(f"user-{next(_numbers)}") for _ in range(count)]
    newest = RoutingPolicy.objects.order_by("-version")[0].version
    for place, (lead, partner, user) in enumerate(zip(leads, partners, users, strict=True), start=1):
        PartnerUser.objects.create(user=user, partner=partner)
        LeadActivity.objects.create(lead=world.lead, type="phone_call", created_by=partner)
        make_token(client=make_intake_client(), days=365)
        LeadRepeat.objects.create(lead=world.lead, source="form", contact_name="A. de Boer")
        IntakeKey.objects.create(client=user, key=f"key-{place}", request_hash="0", lead=lead)
        channel = PartnerChannel.objects.create(
            partner=partner, kind="webhook", address=f"https://example.com/{partner.pk}"
        )
        notification = Notification.objects.create(channel=channel, lead=lead)
        NotificationAttempt.objects.create(notification=notification, number=1, status_code=500, error="status")
        LeadFeedback.objects.create(lead=lead, partner=partner, rating=4, comment="Good")
        SupportTicket.objects.create(lead=lead, partner=partner, type="complaint", subject="Late")
        RoutingPolicy.objects.create(version=newest + place, reason="because", created_by=user)
        PartnerPerformanceDay.objects.create(partner=partner, day=now.date(), as_of=now)
        RefreshRun.objects.create(
            as_of=now, started_at=now, finished_at=now, duration_ms=1.0, row_count=1, mode="plain", triggered_by="test"
        )
        LeadAssignmentLog.objects.create(
            lead=world.lead,
            partner=partner,
            outcome="assigned",
            trigger="sweep",
            policy_version=1,
            considered_count=1,
            candidate_count=1,
            total_score=50.0,
            region_score=50.0,
            performance_score=50.0,
            fairness_score=50.0,
            bonus=0.0,
            algorithm="1",
            duration_ms=1.0,
        )
    refresh_statistics(triggered_by="test")
    return world


MODELS = (
    *(Industry, Partner, PartnerUser, Lead, LeadActivity, IntakeClient, IntakeKey, PartnerChannel, Notification),
    *(LeadFeedback, SupportTicket, PartnerPerformanceDay, RefreshRun, RoutingPolicy, LeadAssignmentLog),
)
"""Every model that has an admin page, except the statistics, whose rows are the partners."""
