"""Several deliverers, and hand-overs beside other changes."""

from collections import Counter

import pytest
from django.db import connection, transaction

from leads.models import Lead
from leads.notifications.models import Notification
from leads.notifications.services.delivery import deliver_due
from tests.factories.marketplace import make_lead, make_partner
from tests.factories.threads import at_once
from tests.integration.notifications.receivers import receiving
from tests.integration.notifications.worlds import hand_over, let_time_pass, make_channel

pytestmark = pytest.mark.django_db(transaction=True)


def test_several_deliverers_make_one_attempt_each() -> None:
    with receiving() as receiver:
        for _ in range(10):
            channel = make_channel(address=receiver.url)
            for _ in range(6):
                hand_over(channel.partner)

        outcomes = at_once(4, lambda _: deliver_due(seconds=30))

    assert sum(outcomes, Counter()) == {"delivered": 60}
    assert sorted(receiver.ids()) == sorted(map(str, Notification.objects.values_list("pk", flat=True)))
    assert set(Notification.objects.values_list("attempts", flat=True)) == {1}


def test_a_hand_over_that_is_rolled_back_is_told_to_nobody() -> None:
    with receiving() as receiver:
        channel = make_channel(address=receiver.url)
        lead = make_lead()
        with transaction.atomic():
            Lead.objects.filter(pk=lead.pk).update(partner=channel.partner)
            transaction.set_rollback(True)
        deliver_due(seconds=10)

    assert not Notification.objects.exists()
    assert receiver.requests == []


def test_a_hand_over_does_not_fail_for_a_channel_that_is_just_being_deleted() -> None:
    channel = make_channel()
    lead = make_lead()
    other = connection.copy()
    try:
        other.set_autocommit(False)
        with other.cursor() as cursor:
            cursor.execute("DELETE FROM partner_channels")
        Lead.objects.filter(pk=lead.pk).update(partner=channel.partner)
        other.commit()
    finally:
        other.close()

    assert deliver_due(seconds=10) == {}
    assert Notification.objects.get().state == "waiting"
    let_time_pass(days=4)
    deliver_due(seconds=10)
    assert Notification.objects.get().state == "failed"


def test_a_partner_without_a_channel_is_told_nothing() -> None:
    hand_over(make_partner())

    assert not Notification.objects.exists()
