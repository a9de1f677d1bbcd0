"""Partners that want to be told, and time that passes."""

from datetime import timedelta
from typing import Any

from django.db.models import F

from leads.models import Lead, Partner
from leads.notifications.models import Notification, PartnerChannel
from tests.factories.marketplace import make_lead, make_partner

PERSON = {"contact_name": "Sanne de Wit", "contact_email": "sanne@example.org", "contact_phone": "+31612345678"}


def make_channel(partner: Partner | None = None, **fields: Any) -> PartnerChannel:
    """A webhook, unless the fields say otherwise."""
    fields = {"kind": "webhook", "address": "https://partner.example.com/hook"} | fields
    return PartnerChannel.objects.create(partner=partner or make_partner(), **fields)


def hand_over(partner: Partner, **fields: Any) -> Lead:
    """A new lead that this partner gets."""
    lead = make_lead(**PERSON | fields)
    Lead.objects.filter(pk=lead.pk).update(partner=partner)
    lead.refresh_from_db()
    return lead


def let_time_pass(**duration: int) -> None:
    """Move everything that was noted into the past, at least by what any wait or lease lasts at the beginning."""
    by = timedelta(**duration or {"minutes": 10})
    Notification.objects.update(
        created_at=F("created_at") - by,
        started_at=F("started_at") - by,
        due_at=F("due_at") - by,
        leased_until=F("leased_until") - by,
        finished_at=F("finished_at") - by,
    )
    PartnerChannel.objects.update(paused_until=F("paused_until") - by)


def attempts(notification: Notification) -> list[tuple[int, int | None, str]]:
    """Number, status and error of each attempt, in order."""
    return list(notification.history.order_by("number").values_list("number", "status_code", "error"))
