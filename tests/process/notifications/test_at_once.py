"""Deliverers that are killed, and many notifications beside receivers that hang."""

import os
import signal
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from threading import Thread

import pytest
from django.db import connection, transaction

from leads.models import Lead
from leads.notifications.models import Notification, PartnerChannel
from leads.notifications.services import outbox, webhooks
from leads.notifications.services.delivery import deliver_due
from leads.notifications.tasks import deliver_notifications
from tests.factories.marketplace import make_lead
from tests.integration.notifications.worlds import attempts, hand_over, let_time_pass, make_channel
from tests.process.notifications.receivers import Behaviour, Handler, answer, hang, receiving
from tests.process.servers import running, wait_for

pytestmark = pytest.mark.django_db(transaction=True)

WORKER = ["celery", "--quiet", "--app", "config", "worker", "--queues", "notifications", "--pool", "solo"]


def wait_until(condition: Callable[[], bool]) -> None:
    until = time.monotonic() + 90
    while not condition():
        assert time.monotonic() < until
        time.sleep(0.02)


def kill_and(answers: Behaviour, pids: list[int]) -> Behaviour:
    """The deliverer is gone before it hears the answer."""

    def behave(handler: Handler) -> None:
        os.kill(pids[0], signal.SIGKILL)
        answers(handler)

    return behave


def test_a_deliverer_that_is_killed_before_it_can_write_it_down_loses_nothing(redis_url: str, tmp_path: Path) -> None:
    """What it had sent comes again, under the same id; what it had not sent comes once."""
    pids: list[int] = []
    log = tmp_path / "worker"
    allowed = {"WEBHOOK_ALLOW_HTTP": "true", "WEBHOOK_PRIVATE_NETWORKS": "127.0.0.1/32", "PYTHONWARNINGS": "ignore"}
    with receiving(kill_and(answer(200), pids), answer(200)) as receiver:
        channel = make_channel(address=receiver.url)
        hand_over(channel.partner)
        with running([*WORKER, "--without-gossip", "--without-mingle"], log=log, **allowed) as process:
            pids.append(process.pid)
            wait_for(lambda: "ready." in log.read_text(), log=log)
            deliver_notifications.delay()
            wait_for(lambda: process.poll() is not None, log=log)
        killed = Notification.objects.get()
        hand_over(channel.partner)
        others_while_leased = deliver_due(seconds=10)
        let_time_pass()
        after_the_lease = deliver_due(seconds=10)

    killed.refresh_from_db()
    assert process.returncode == -signal.SIGKILL
    assert (others_while_leased, after_the_lease) == ({"delivered": 1}, {"delivered": 1})
    assert Counter(receiver.ids())[str(killed.pk)] == 2
    assert attempts(killed) == [(1, None, ""), (2, 200, "")]
    assert killed.history.get(number=1).finished_at is None
    assert set(Notification.objects.values_list("state", flat=True)) == {"delivered"}


def test_1000_notifications_pass_by_receivers_that_hang(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(webhooks, "DEADLINE_SECONDS", 300)
    with receiving(hang) as slow, receiving() as quick:
        slow_partners = [make_channel(address=slow.url).partner for _ in range(5)]
        quick_partners = [make_channel(address=quick.url).partner for _ in range(45)]
        partners = [*slow_partners, *quick_partners] * 20
        leads = [make_lead() for _ in partners]
        with connection.cursor() as cursor:
            cursor.execute(
                "UPDATE leads SET user_id = partner_id FROM unnest(%s::uuid[], %s::uuid[]) AS of (lead_id, partner_id)"
                " WHERE leads.id = of.lead_id",
                [[lead.pk for lead in leads], [partner.pk for partner in partners]],
            )
        assert Notification.objects.count() == 1000

        def deliver() -> None:
            deliver_due(seconds=300)
            connection.close()

        thread = Thread(target=deliver)
        thread.start()
        delivered = Notification.objects.filter(state="delivered")
        shares = len(slow_partners) * outbox.PER_CHANNEL
        wait_until(lambda: delivered.count() == 900 and len(slow.requests) >= shares)
        asked_meanwhile = len(slow.requests)
        slow.released.set()
        thread.join(timeout=90)

    assert not thread.is_alive()
    assert asked_meanwhile == shares
    assert delivered.count() == 1000
    assert Counter(slow.ids() + quick.ids()).most_common(1)[0][1] == 1


def test_nothing_is_locked_while_something_is_sent() -> None:
    with receiving(hang) as receiver:
        lead = hand_over(make_channel(address=receiver.url).partner)

        def deliver() -> None:
            deliver_due(seconds=10)
            connection.close()

        thread = Thread(target=deliver)
        thread.start()
        wait_until(lambda: len(receiver.requests) == 1)
        with transaction.atomic():
            locked = [
                *Lead.objects.select_for_update(nowait=True).filter(pk=lead.pk),
                *PartnerChannel.objects.select_for_update(nowait=True),
                *Notification.objects.select_for_update(nowait=True),
            ]
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM pg_stat_activity WHERE state LIKE 'idle in transaction%'")
            (in_transactions,) = cursor.fetchone()
        receiver.released.set()
        thread.join(timeout=90)

    assert len(locked) == 3
    assert in_transactions == 0
