"""The tasks that beat sends."""

from datetime import timedelta
from typing import Any

import pytest
from celery import current_app

from leads.notifications import tasks
from leads.notifications.models import Notification
from leads.notifications.tasks import deliver_notifications, forget_notifications
from tests.integration.notifications.receivers import receiving
from tests.integration.notifications.worlds import hand_over, let_time_pass, make_channel

pytestmark = pytest.mark.django_db


def test_delivering_says_how_many_ended_how(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO")
    with receiving() as receiver:
        hand_over(make_channel(address=receiver.url).partner)
        deliver_notifications.apply(throw=True)
        deliver_notifications.apply(throw=True)

    (said,) = [record.getMessage() for record in caplog.records if "notifications_sent" in record.getMessage()]
    assert "'delivered': 1" in said


def test_finished_ones_are_forgotten_after_three_months_some_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tasks, "FORGOTTEN_AT_ONCE", 2)
    with receiving() as receiver:
        partner = make_channel(address=receiver.url).partner
        for _ in range(5):
            hand_over(partner)
        deliver_notifications.apply(throw=True)
        let_time_pass(days=89)
        forget_notifications.apply(throw=True)
        kept = Notification.objects.count()
        let_time_pass(days=2)
        forget_notifications.apply(throw=True)

    assert (kept, Notification.objects.count()) == (5, 0)


def test_beat_sends_them_and_delivering_has_a_queue_of_its_own(settings: Any) -> None:
    schedule = current_app.conf.beat_schedule
    delivering = schedule["deliver-notifications"]

    assert (delivering["task"], delivering["schedule"]) == (deliver_notifications.name, settings.NOTIFY_SECONDS)
    assert schedule["forget-notifications"]["task"] == forget_notifications.name
    assert current_app.conf.task_routes[deliver_notifications.name] == {"queue": "notifications"}
    assert "queue" not in current_app.conf.task_routes.get(forget_notifications.name, {})
    assert timedelta(seconds=tasks.RUN_SECONDS) < timedelta(seconds=settings.CELERY_TASK_SOFT_TIME_LIMIT)
