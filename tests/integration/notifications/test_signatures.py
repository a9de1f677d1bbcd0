"""Signatures as partners check them, by the very text of their documentation; and secrets that change."""

import re
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any, Protocol

import pytest
from django.utils import timezone

from leads.notifications.models import Notification, PartnerChannel
from leads.notifications.services.delivery import deliver_due
from leads.notifications.services.webhooks import OVERLAP, end_previous_secrets, rotate_secret, secret_text
from tests.integration.notifications.receivers import Receiver, Request, answer, receiving
from tests.integration.notifications.worlds import hand_over, make_channel

pytestmark = pytest.mark.django_db

DOCUMENT = Path(__file__).resolve().parents[3] / "docs" / "notifications.md"


class Verify(Protocol):
    def __call__(self, headers: Mapping[str, str], body: bytes, secret: str) -> None: ...


@pytest.fixture
def verify() -> Verify:
    """The function in the documentation for partners."""
    (code,) = re.findall(r"```python\n(.*?)```", DOCUMENT.read_text(), flags=re.DOTALL)
    names: dict[str, Any] = {}
    exec(code, names)  # noqa: S102  # the text of our own documentation
    found: Verify = names["verify"]
    return found


def message(receiver: Receiver, channel: PartnerChannel) -> Request:
    """What the partner is sent of one more lead."""
    hand_over(channel.partner)
    assert deliver_due(seconds=10) == {"delivered": 1}
    return receiver.requests[-1]


def test_a_message_is_the_marketplaces_own(verify: Verify) -> None:
    with receiving() as receiver:
        channel = make_channel(address=receiver.url)
        sent = message(receiver, channel)

    verify(sent.headers, sent.body, secret_text(channel.secret_id))


def test_what_was_changed_or_is_from_somebody_else_or_old_is_refused(verify: Verify) -> None:
    with receiving() as receiver:
        channel = make_channel(address=receiver.url)
        sent = message(receiver, channel)
    secret = secret_text(channel.secret_id)
    other = secret_text(make_channel().secret_id)
    old = {**sent.headers, "webhook-timestamp": str(int(sent.headers["webhook-timestamp"]) - 301)}

    with pytest.raises(ValueError, match="not signed"):
        verify(sent.headers, sent.body.replace(b"lead.assigned", b"lead.withdrawn"), secret)
    with pytest.raises(ValueError, match="not signed"):
        verify({**sent.headers, "webhook-id": "another"}, sent.body, secret)
    with pytest.raises(ValueError, match="not signed"):
        verify(sent.headers, sent.body, other)
    with pytest.raises(ValueError, match="too old"):
        verify(old, sent.body, secret)


def test_after_a_rotation_the_old_and_the_new_secret_are_valid_for_a_while(verify: Verify) -> None:
    with receiving() as receiver:
        channel = make_channel(address=receiver.url)
        old = secret_text(channel.secret_id)
        new = rotate_secret(channel_id=channel.pk, now=timezone.now())
        both = message(receiver, channel)
        PartnerChannel.objects.update(previous_secret_until=timezone.now() - timedelta(seconds=1))
        later = message(receiver, channel)

    assert old != new
    verify(both.headers, both.body, old)
    verify(both.headers, both.body, new)
    verify(later.headers, later.body, new)
    with pytest.raises(ValueError, match="not signed"):
        verify(later.headers, later.body, old)


def test_a_secret_that_leaked_is_ended_at_once(verify: Verify) -> None:
    with receiving() as receiver:
        channel = make_channel(address=receiver.url)
        old = secret_text(channel.secret_id)
        rotate_secret(channel_id=channel.pk, now=timezone.now())

        assert end_previous_secrets(channel_ids=[channel.pk]) == 1
        assert end_previous_secrets(channel_ids=[channel.pk]) == 0
        sent = message(receiver, channel)

    with pytest.raises(ValueError, match="not signed"):
        verify(sent.headers, sent.body, old)


def test_a_second_rotation_ends_the_first_secret(verify: Verify) -> None:
    now = timezone.now()
    with receiving() as receiver:
        channel = make_channel(address=receiver.url)
        first = secret_text(channel.secret_id)
        second = rotate_secret(channel_id=channel.pk, now=now)
        rotate_secret(channel_id=channel.pk, now=now)
        sent = message(receiver, channel)

    channel.refresh_from_db()
    assert channel.previous_secret_until == now + OVERLAP
    verify(sent.headers, sent.body, second)
    with pytest.raises(ValueError, match="not signed"):
        verify(sent.headers, sent.body, first)


def test_each_attempt_is_signed_anew_under_the_same_id(verify: Verify) -> None:
    """Or a message that is tried again after an hour would be too old to be believed."""
    with receiving(answer(500), answer(200)) as receiver:
        channel = make_channel(address=receiver.url)
        hand_over(channel.partner)
        deliver_due(seconds=10)
        rotate_secret(channel_id=channel.pk, now=timezone.now())
        Notification.objects.update(due_at=timezone.now())
        deliver_due(seconds=10)

    first, second = receiver.requests
    channel.refresh_from_db()
    assert first.headers["webhook-id"] == second.headers["webhook-id"]
    assert first.body == second.body
    verify(second.headers, second.body, secret_text(channel.secret_id))


def test_the_database_alone_is_not_enough_to_sign(settings: Any) -> None:
    channel = make_channel()
    secret = secret_text(channel.secret_id)

    settings.WEBHOOK_KEY = "another installation"

    assert secret_text(channel.secret_id) != secret
