"""The outbox: pauses, redelivery, leases, and what is forgotten."""

import pytest

from leads.notifications.models import Notification, PartnerChannel
from leads.notifications.services import outbox
from leads.notifications.services.delivery import deliver_due
from leads.notifications.services.errors import Error
from tests.integration.notifications.receivers import answer, receiving
from tests.integration.notifications.worlds import attempts, hand_over, let_time_pass, make_channel

pytestmark = pytest.mark.django_db


def test_a_channel_that_is_off_is_not_told_and_gives_up_after_some_days() -> None:
    with receiving() as receiver:
        channel = make_channel(address=receiver.url)
        hand_over(channel.partner)
        PartnerChannel.objects.update(is_active=False)

        assert deliver_due(seconds=10) == {}
        assert Notification.objects.get().state == "waiting"
        let_time_pass(days=4)
        deliver_due(seconds=10)

    assert Notification.objects.get().state == "failed"
    assert receiver.requests == []


def test_an_address_that_keeps_failing_is_left_alone_for_a_while_and_then_asked_once() -> None:
    with receiving(answer(500)) as receiver:
        channel = make_channel(address=receiver.url)
        for _ in range(10):
            hand_over(channel.partner)

        deliver_due(seconds=10)
        paused = PartnerChannel.objects.get()
        asked = len(receiver.requests)
        deliver_due(seconds=10)
        asked_while_paused = len(receiver.requests)
        PartnerChannel.objects.update(paused_until=None)
        deliver_due(seconds=10)

    assert paused.failures == asked == outbox.PER_CHANNEL
    assert paused.paused_until is not None
    assert asked_while_paused == asked
    assert len(receiver.requests) == asked + 1
    assert Notification.objects.filter(state="waiting").count() == 10


def test_redelivery_sends_the_same_message_again_with_a_new_attempt() -> None:
    with receiving() as receiver:
        hand_over(make_channel(address=receiver.url).partner)
        deliver_due(seconds=10)
        notification = Notification.objects.get()
        let_time_pass(days=10)

        assert outbox.redeliver(notification_ids=[notification.pk]) == 1
        deliver_due(seconds=10)

    assert receiver.ids() == [str(notification.pk)] * 2
    assert attempts(notification) == [(1, 204, ""), (2, 204, "")]
    assert Notification.objects.get().state == "delivered"


def test_what_is_being_sent_is_not_sent_again_beside() -> None:
    hand_over(make_channel().partner)
    (claim,) = outbox.claim_due(limit=5)

    assert outbox.redeliver(notification_ids=[claim.notification_id]) == 0
    assert outbox.claim_due(limit=5) == []


def test_a_redelivery_has_a_paused_channel_be_asked_at_once() -> None:
    with receiving(answer(500), answer(500), answer(500), answer(500), answer(200)) as receiver:
        channel = make_channel(address=receiver.url)
        for _ in range(4):
            hand_over(channel.partner)
        deliver_due(seconds=10)

        outbox.redeliver(notification_ids=[Notification.objects.all()[0].pk])
        outcomes = deliver_due(seconds=10)

    assert outcomes == {"delivered": 1}
    channel.refresh_from_db()
    assert (channel.failures, channel.paused_until) == (0, None)


def test_who_comes_back_after_the_lease_says_what_is_true_of_it() -> None:
    """The first deliverer was slow: a second one has the notification now."""
    hand_over(make_channel().partner)
    (slow,) = outbox.claim_due(limit=1)
    let_time_pass()
    (second,) = outbox.claim_due(limit=1)

    outbox.record_failure(slow, error=Error.TIMEOUT, status_code=None, duration_ms=1)
    after_failure = Notification.objects.get()
    outbox.record_delivered(slow, status_code=200, duration_ms=1)
    outbox.record_failure(second, error=Error.TIMEOUT, status_code=None, duration_ms=1)

    assert (slow.notification_id, slow.number + 1) == (second.notification_id, second.number)
    assert after_failure.leased_until is not None
    assert Notification.objects.get().state == "delivered"


def test_a_channel_that_is_deleted_takes_its_notifications_along() -> None:
    channel = make_channel()
    hand_over(channel.partner)

    channel.delete()

    assert not Notification.objects.exists()
    assert deliver_due(seconds=10) == {}


def test_a_channel_that_vanishes_between_claim_and_reading_is_passed_over(monkeypatch: pytest.MonkeyPatch) -> None:
    hand_over(make_channel().partner)
    monkeypatch.setattr(PartnerChannel.objects, "in_bulk", lambda _ids: {})

    assert outbox.claim_due(limit=5) == []


def test_old_notifications_are_forgotten_and_waiting_ones_kept() -> None:
    with receiving() as receiver:
        partner = make_channel(address=receiver.url).partner
        hand_over(partner)
        deliver_due(seconds=10)
        let_time_pass(days=100)
        hand_over(partner)
        Notification.objects.filter(state="waiting").update(created_at="2020-01-01T00:00Z")

    assert outbox.forget_finished(older_than=outbox.GIVE_UP_AFTER, limit=10) == 1
    assert list(Notification.objects.values_list("state", flat=True)) == ["waiting"]
