"""Delivery of due notifications: several at once, each in a thread that does not use the database.

The calling thread reads and writes the database, in short transactions that hold no lock during a delivery. The process
may die at any point: its claims are due again when their leases expire. A text is written when it is sent, from the
lead's current state.
"""

import json
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from typing import Any

import structlog
from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from leads.models import Lead
from leads.notifications.models import Notification, PartnerChannel
from leads.notifications.services import mails, outbox, webhooks
from leads.notifications.services.errors import Error, NotDelivered
from leads.notifications.services.outbox import Claim

logger = structlog.get_logger(__name__)

AT_ONCE = 64
"""Concurrent attempts in this process. Fewer hanging addresses delay nobody: a failing one takes only one."""

CLAIM_SECONDS = 1.0
"""Interval between checks for newly due notifications during deliveries."""


def deliver_due(*, seconds: float) -> Counter[str]:
    """Send what is due until nothing is left, or for `seconds`, and finish the deliveries in progress.

    Returns the number of attempts by outcome: `delivered`, `superseded`, or a kind of error.
    """
    outcomes: Counter[str] = Counter()
    until = time.monotonic() + seconds
    next_claim = 0.0
    under_way: dict[Future[int | None], tuple[Claim, float]] = {}
    outbox.give_up_overdue()
    with ThreadPoolExecutor(max_workers=AT_ONCE, thread_name_prefix="deliver") as pool:
        while True:
            now = time.monotonic()
            room = AT_ONCE - len(under_way)
            claims: list[Claim] = []
            # Not for every slot that becomes free: one claim takes many.
            if now < until and room and (now >= next_claim or room >= AT_ONCE // 2):
                next_claim = now + CLAIM_SECONDS
                claims = outbox.claim_due(limit=room)
            for claim, lead in _with_leads(claims, outcomes):
                under_way[pool.submit(_send, claim, lead)] = (claim, time.monotonic())
            if not under_way and not claims:
                return outcomes
            done = wait(under_way, timeout=CLAIM_SECONDS, return_when=FIRST_COMPLETED).done
            for future in done:
                claim, began = under_way.pop(future)
                outcomes[_record(claim, future, duration_ms=round((time.monotonic() - began) * 1000))] += 1


def _with_leads(claims: Sequence[Claim], outcomes: Counter[str]) -> list[tuple[Claim, Lead]]:
    """Return the claims with their leads, as they are now.

    Claims are superseded if the partner no longer has the lead or rejected it, or if the lead is anonymised.
    """
    leads = Lead.objects.select_related("industry").in_bulk({claim.lead_id for claim in claims})
    found = []
    for claim in claims:
        lead = leads.get(claim.lead_id)
        is_theirs = lead is not None and lead.partner_id == claim.channel.partner_id and lead.shows_person
        if lead is not None and is_theirs and lead.anonymised_at is None:
            found.append((claim, lead))
        else:
            outbox.record_superseded(claim)
            outcomes[Notification.State.SUPERSEDED.value] += 1
    return found


def _send(claim: Claim, lead: Lead) -> int | None:
    """Write the text and send it; return the status of the response, if any. Raises `NotDelivered`."""
    channel = claim.channel
    if channel.kind == PartnerChannel.Kind.EMAIL:
        mails.send(_mail(claim, lead), to=channel.address, message_id=claim.notification_id)
        return None
    now = timezone.now()
    body, timestamp = _webhook_body(claim, lead), int(now.timestamp())
    signed = webhooks.signatures(
        secret_ids=webhooks.valid_secret_ids(channel, now=now),
        message_id=claim.notification_id,
        timestamp=timestamp,
        body=body,
    )
    headers = (
        ("Content-Type", "application/json"),
        ("User-Agent", "lead-marketplace"),
        ("webhook-id", str(claim.notification_id)),
        ("webhook-timestamp", str(timestamp)),
        ("webhook-signature", signed),
    )
    return webhooks.post(channel.address, headers=headers, body=body)


def _webhook_body(claim: Claim, lead: Lead) -> bytes:
    """Return the event as JSON, with what the partner needs to get in touch."""
    content: Mapping[str, Any] = {
        "id": str(claim.notification_id),
        "type": claim.event,
        "time": claim.created_at.isoformat(),
        "data": {
            "lead_id": str(lead.pk),
            "link": _link_to(lead),
            "assigned_at": lead.assigned_at and lead.assigned_at.isoformat(),
            "industry": lead.industry and lead.industry.name,
            "province": lead.province,
            "postcode": lead.postcode,
            "contact": {"name": lead.contact_name, "email": lead.contact_email, "phone": lead.contact_phone},
            "message": lead.message,
        },
    }
    return json.dumps(content, ensure_ascii=False).encode()


def _mail(claim: Claim, lead: Lead) -> mails.Mail:
    """Return a short text in the channel's language. The person is shown by the marketplace only, after signing in."""
    with override(claim.channel.language):
        industry = lead.industry.name if lead.industry else None
        place = lead.province
        about = " ".join(part for part in (industry, f"({place})" if place else None) if part)
        lines = [
            _("Hello,"),
            _("You have a new lead: %(about)s.") % {"about": about} if about else _("You have a new lead."),
            _("See it, and get in touch while it is fresh:"),
            _link_to(lead) or _("Sign in to the marketplace."),
            _("Lead %(id)s") % {"id": lead.pk},
        ]
        return mails.Mail(subject=_("You have a new lead"), body="\n\n".join(lines) + "\n")


def _link_to(lead: Lead) -> str | None:
    """Return the URL of the lead in the marketplace, if the settings define one."""
    template: str = settings.MARKETPLACE_LEAD_URL
    return template.replace("{lead_id}", str(lead.pk)) if template else None


def _record(claim: Claim, future: Future[int | None], *, duration_ms: int) -> str:
    """Record the outcome of the attempt and return its name."""
    error = future.exception()
    if error is None:
        outbox.record_delivered(claim, status_code=future.result(), duration_ms=duration_ms)
        return Notification.State.DELIVERED.value
    if not isinstance(error, NotDelivered):
        # One that cannot be sent at all must not delay the others.
        logger.error("notification_not_sent", notification_id=str(claim.notification_id), exc_info=error)
        error = NotDelivered(Error.INTERNAL)
    outbox.record_failure(claim, error=error.error, status_code=error.status_code, duration_ms=duration_ms)
    logger.info(
        "notification_not_delivered",
        notification_id=str(claim.notification_id),
        channel_id=claim.channel.pk,
        error=error.error.value,
        status_code=error.status_code,
        attempt=claim.number,
    )
    return error.error.value
