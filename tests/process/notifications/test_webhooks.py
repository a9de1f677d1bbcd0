"""Delivering to real servers that behave well, and badly."""

import pytest

from leads.notifications.models import Notification
from leads.notifications.services import webhooks
from leads.notifications.services.delivery import deliver_due
from tests.integration.notifications.worlds import attempts, hand_over, let_time_pass, make_channel
from tests.process.notifications import receivers
from tests.process.notifications.receivers import Behaviour, answer, receiving

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("behaviour", "error", "status"),
    [
        (answer(503), "status", 503),
        (receivers.hang, "timeout", None),
        (receivers.drip, "timeout", None),
        (receivers.close, "answer", None),
        (receivers.talk_nonsense, "answer", None),
        (receivers.flood_headers, "answer", None),
    ],
)
def test_what_is_no_success_is_tried_again_until_it_is_one(
    monkeypatch: pytest.MonkeyPatch, behaviour: Behaviour, error: str, status: int | None
) -> None:
    with receiving(behaviour, answer(200)) as receiver:
        hand_over(make_channel(address=receiver.url).partner)

        with monkeypatch.context() as patch:
            if error == "timeout":
                patch.setattr(webhooks, "DEADLINE_SECONDS", 0.7)
            failed = deliver_due(seconds=20)
        between = Notification.objects.get()
        let_time_pass()
        deliver_due(seconds=10)

    notification = Notification.objects.get()
    assert failed == {error: 1}
    assert (between.state, between.leased_until) == ("waiting", None)
    assert between.due_at > between.started_at
    assert attempts(notification) == [(1, status, error), (2, 200, "")]
    assert notification.state == "delivered"
    assert receiver.ids() == [str(notification.pk)] * 2


def test_megabytes_of_an_answer_are_not_read() -> None:
    with receiving(receivers.flood) as receiver:
        hand_over(make_channel(address=receiver.url).partner)

        outcomes = deliver_due(seconds=10)
        assert receiver.released.wait(timeout=30)

    assert outcomes == {"delivered": 1}
    assert receiver.sent_bytes < receivers.FLOOD_BYTES / 2
