"""Signing secrets of webhooks: generated here, shown once, and not stored.

A secret is derived from an id in the channel's row and the installation's key, so neither the database nor a copy of it
is enough to sign. After a rotation, the previous secret stays valid besides the new one for some days.
"""

import base64
import hashlib
import hmac
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from django.conf import settings
from django.db import transaction

from leads.notifications.models import PartnerChannel

PREFIX = "whsec_"
OVERLAP = timedelta(days=7)
"""Time for which the previous secret stays valid after a rotation."""


def secret_text(secret_id: UUID) -> str:
    """Return the secret in the form for partners: `whsec_` and 32 bytes in base64."""
    return PREFIX + base64.b64encode(_key(secret_id)).decode()


def signatures(*, secret_ids: tuple[UUID, ...], message_id: UUID, timestamp: int, body: bytes) -> str:
    """Return the value of `webhook-signature`, one signature for each secret.

    Following https://www.standardwebhooks.com: HMAC-SHA256 over "id.timestamp.body", `timestamp` in Unix seconds.
    """
    content = b"%s.%d.%s" % (str(message_id).encode(), timestamp, body)
    digests = (hmac.new(_key(secret_id), content, hashlib.sha256).digest() for secret_id in secret_ids)
    return " ".join(f"v1,{base64.b64encode(digest).decode()}" for digest in digests)


def valid_secret_ids(channel: PartnerChannel, *, now: datetime) -> tuple[UUID, ...]:
    """Return the ids of the valid secrets, newest first."""
    previous, until = channel.previous_secret_id, channel.previous_secret_until
    if previous is None or until is None or until <= now:
        return (channel.secret_id,)
    return (channel.secret_id, previous)


def rotate_secret(*, channel_id: int, now: datetime) -> str:
    """Generate and return a new secret; the current one stays valid for `OVERLAP`, an older one ends now.

    Raises `PartnerChannel.DoesNotExist`.
    """
    with transaction.atomic():
        channel = PartnerChannel.objects.select_for_update(no_key=True).get(pk=channel_id)
        channel.previous_secret_id, channel.previous_secret_until = channel.secret_id, now + OVERLAP
        channel.secret_id = uuid4()
        channel.save(update_fields=("secret_id", "previous_secret_id", "previous_secret_until"))
    return secret_text(channel.secret_id)


def end_previous_secrets(*, channel_ids: list[int]) -> int:
    """Make only the newest secret of these channels valid; return the number of channels that had another."""
    channels = PartnerChannel.objects.filter(pk__in=channel_ids, previous_secret_id__isnull=False)
    return channels.update(previous_secret_id=None, previous_secret_until=None)


def _key(secret_id: UUID) -> bytes:
    return hmac.new(settings.WEBHOOK_KEY.encode(), b"webhook-secret:" + secret_id.bytes, hashlib.sha256).digest()
