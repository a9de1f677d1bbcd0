"""Sending what is due: several at once, each in a thread of its own that touches no database.

What is read and written of the database is done by the calling thread, in short transactions that hold no lock while
something is sent. The process may die at any point: what it had claimed is due again when the lease is over.
"""

import time
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait

import structlog
from django.utils import timezone

from leads.models import Lead, Notification, PartnerChannel
from leads.services.notifications import mails, outbox, texts, webhooks
from leads.services.notifications.errors import Error, NotDelivered
from leads.services.notifications.outbox import Claim
from leads.services.notifications.secrets import signatures, valid_secret_ids

logger = structlog.get_logger(__name__)

AT_ONCE = 64
"""Attempts at once in this process: as many addresses that hang, failing ones take one each, hold up nobody."""

CLAIM_SECONDS = 1.0
"""How often there is a look for what has become due while others are being sent."""


def deliver_due(*, seconds: float) -> Counter[str]:
    """Send what is due until nothing is left, or for `seconds`, and what is under way then to its end.

    Returns how many attempts ended how: `delivered`, `superseded`, or a kind of error.
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
            # Not for every place that becomes free: a claim is for many.
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
    """The claims with their leads, as they are now.

    Those whose lead is not the partner's any more, or was rejected, or says nothing any more of who asked, are put
    aside.
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
    """Make the text and send it; the status of the answer, if there is one. Raises `NotDelivered`."""
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
    """Write down how the attempt ended; the word for it."""
    error = future.exception()
    if error is None:
        outbox.record_delivered(claim, status_code=future.result(), duration_ms=duration_ms)
        return Notification.State.DELIVERED.value
    if not isinstance(error, NotDelivered):
        # One that cannot be sent at all must not hold up the others.
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
