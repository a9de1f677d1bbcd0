"""Delivery of due notifications: several at once, each in a thread that does not use the database.

The calling thread reads and writes the database, in short transactions that hold no lock during a delivery. The process
may die at any point: its claims are due again when their leases expire.
"""

import time
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait

import structlog
from django.utils import timezone

from leads.models import Lead
from leads.notifications.models import Notification, PartnerChannel
from leads.notifications.services import mails, outbox, texts, webhooks
from leads.notifications.services.errors import Error, NotDelivered
from leads.notifications.services.outbox import Claim
from leads.notifications.services.secrets import signatures, valid_secret_ids

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
            done, _ = wait(under_way, timeout=CLAIM_SECONDS, return_when=FIRST_COMPLETED)
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
        mails.send(texts.mail(claim, lead), to=channel.address, message_id=claim.notification_id)
        return None
    now = timezone.now()
    body, timestamp = texts.webhook_body(claim, lead), int(now.timestamp())
    signed = signatures(
        secret_ids=valid_secret_ids(channel, now=now), message_id=claim.notification_id, timestamp=timestamp, body=body
    )
    headers = (
        ("Content-Type", "application/json"),
        ("User-Agent", "lead-marketplace"),
        ("webhook-id", str(claim.notification_id)),
        ("webhook-timestamp", str(timestamp)),
        ("webhook-signature", signed),
    )
    return webhooks.post(channel.address, headers=headers, body=body)


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
