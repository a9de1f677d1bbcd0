"""Delivering to webhooks that behave well, and badly: the right thing each time, and nothing lost."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from leads.models import Lead
from leads.notifications.models import Notification
from leads.notifications.services import delivery, outbox
from leads.notifications.services.delivery import deliver_due
from tests.factories.marketplace import make_industry, make_partner
from tests.integration.notifications.receivers import answer, receiving
from tests.integration.notifications.worlds import PERSON, attempts, hand_over, let_time_pass, make_channel

pytestmark = pytest.mark.django_db


def test_a_partner_is_told_of_its_lead_with_whom_to_call() -> None:
    industry = make_industry(name="Solar panels")
    with receiving() as receiver:
        channel = make_channel(address=receiver.url)
        lead = hand_over(channel.partner, industry=industry, message="Please call")

        outcomes = deliver_due(seconds=10)

    notification = Notification.objects.get()
    (request,) = receiver.requests
    assert outcomes == {"delivered": 1}
    assert (notification.state, notification.attempts, notification.leased_until) == ("delivered", 1, None)
    assert notification.finished_at is not None
    assert attempts(notification) == [(1, 204, "")]
    assert request.path == "/hook?of=partner"
    assert request.headers["host"] == f"127.0.0.1:{receiver.port}"
    assert request.headers["content-type"] == "application/json"
    assert request.headers["webhook-id"] == str(notification.pk)
    assert lead.assigned_at is not None
    assert json.loads(request.body) == {
        "id": str(notification.pk),
        "type": "lead.assigned",
        "time": notification.created_at.isoformat(),
        "data": {
            "lead_id": str(lead.pk),
            "link": f"https://marketplace.example.com/leads/{lead.pk}",
            "assigned_at": lead.assigned_at.isoformat(),
            "industry": "Solar panels",
            "province": "Utrecht",
            "postcode": "3511 AB",
            "contact": {
                "name": PERSON["contact_name"],
                "email": PERSON["contact_email"],
                "phone": PERSON["contact_phone"],
            },
            "message": "Please call",
        },
    }


def test_without_an_address_of_the_marketplace_there_is_no_link(settings: Any) -> None:
    settings.MARKETPLACE_LEAD_URL = ""
    with receiving() as receiver:
        hand_over(make_channel(address=receiver.url).partner)
        deliver_due(seconds=10)

    assert json.loads(receiver.requests[0].body)["data"]["link"] is None


def test_500_and_then_200_is_the_same_message_twice() -> None:
    with receiving(answer(500), answer(200)) as receiver:
        channel = make_channel(address=receiver.url)
        hand_over(channel.partner)

        first = deliver_due(seconds=10)
        channel.refresh_from_db()
        failures = channel.failures
        too_early = deliver_due(seconds=10)
        let_time_pass()
        second = deliver_due(seconds=10)

    notification = Notification.objects.get()
    channel.refresh_from_db()
    assert (first, too_early, second) == ({"status": 1}, {}, {"delivered": 1})
    assert receiver.ids() == [str(notification.pk)] * 2
    assert attempts(notification) == [(1, 500, "status"), (2, 200, "")]
    assert (failures, channel.failures) == (1, 0)


@pytest.mark.parametrize("status", [400, 410, 503])
def test_what_is_no_success_is_tried_again_until_it_is_one(status: int) -> None:
    with receiving(answer(status), answer(200)) as receiver:
        hand_over(make_channel(address=receiver.url).partner)

        failed = deliver_due(seconds=10)
        between = Notification.objects.get()
        let_time_pass()
        deliver_due(seconds=10)

    notification = Notification.objects.get()
    assert failed == {"status": 1}
    assert (between.state, between.leased_until) == ("waiting", None)
    assert between.due_at > between.started_at
    assert attempts(notification) == [(1, status, "status"), (2, 200, "")]
    assert notification.state == "delivered"
    assert receiver.ids() == [str(notification.pk)] * 2


def test_a_redirect_is_not_followed_whereto_ever() -> None:
    with receiving(host="127.0.0.2") as private, receiving(answer(307, Location=private.url)) as receiver:
        hand_over(make_channel(address=receiver.url).partner)

        outcomes = deliver_due(seconds=10)

    assert outcomes == {"redirect": 1}
    assert private.requests == []
    assert attempts(Notification.objects.get()) == [(1, 307, "redirect")]


def test_an_address_that_is_not_allowed_is_not_connected_to() -> None:
    with receiving(host="127.0.0.2") as private:
        hand_over(make_channel(address=private.url).partner)

        outcomes = deliver_due(seconds=10)

    assert outcomes == {"address": 1}
    assert private.requests == []


@pytest.mark.parametrize("url", ["ftp://127.0.0.1/", "http://"])
def test_a_url_that_came_by_sql_and_is_none_of_a_webhook_fails(url: str) -> None:
    hand_over(make_channel(address=url).partner)

    assert deliver_due(seconds=10) == {"address": 1}


def test_nobody_at_the_port_is_tried_again() -> None:
    hand_over(make_channel(address="http://127.0.0.1:1/").partner)

    assert deliver_due(seconds=10) == {"connection": 1}
    assert Notification.objects.get().state == "waiting"


def test_the_attempts_end_after_some_days_and_that_is_seen() -> None:
    with receiving(answer(500)) as receiver:
        hand_over(make_channel(address=receiver.url).partner)
        deliver_due(seconds=10)
        let_time_pass(hours=71)
        deliver_due(seconds=10)

    notification = Notification.objects.get()
    assert (notification.state, len(attempts(notification))) == ("failed", 2)
    assert notification.finished_at is not None


def test_the_wait_is_as_long_as_the_attempts_have_lasted_within_bounds() -> None:
    waits = []
    with receiving(answer(500)) as receiver:
        hand_over(make_channel(address=receiver.url).partner)
        for hours in (0, 2, 24):
            let_time_pass(hours=hours)
            deliver_due(seconds=10)
            notification = Notification.objects.get()
            attempt = notification.history.order_by("-number")[0]
            assert attempt.finished_at is not None
            waits.append((notification.due_at - attempt.finished_at).total_seconds())

    for wait, middle in zip(waits, (5, 2 * 3600, 6 * 3600), strict=True):
        assert 0.75 * middle < wait < 1.25 * middle


def give_away(lead: Lead) -> None:
    Lead.objects.filter(pk=lead.pk).update(partner=make_partner())


def take_back(lead: Lead) -> None:
    Lead.objects.filter(pk=lead.pk).update(partner=None)


def delete(lead: Lead) -> None:
    Lead.objects.filter(pk=lead.pk).delete()


@pytest.mark.parametrize("change", [give_away, take_back, delete])
def test_of_a_lead_that_is_not_theirs_any_more_nothing_is_sent(change: Callable[[Lead], None]) -> None:
    with receiving(answer(500)) as receiver:
        lead = hand_over(make_channel(address=receiver.url).partner)
        deliver_due(seconds=10)
        change(lead)
        let_time_pass()

        outcomes = deliver_due(seconds=10)

    notification = Notification.objects.get()
    assert outcomes == {"superseded": 1}
    assert notification.state == "superseded"
    assert attempts(notification) == [(1, 500, "status"), (2, None, "not_theirs")]
    assert len(receiver.requests) == 1


def test_an_error_of_our_own_holds_up_no_other(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    make_body = delivery._webhook_body

    def break_once(claim: outbox.Claim, lead: Lead) -> bytes:
        if lead.province == "Nowhere":
            raise ZeroDivisionError
        return make_body(claim, lead)

    monkeypatch.setattr(delivery, "_webhook_body", break_once)
    with receiving() as receiver:
        partner = make_channel(address=receiver.url).partner
        broken = hand_over(partner, province="Nowhere")
        hand_over(partner)

        outcomes = deliver_due(seconds=10)

    assert outcomes == {"internal": 1, "delivered": 1}
    assert Notification.objects.get(lead=broken).state == "waiting"
    assert "notification_not_sent" in caplog.text
    assert PERSON["contact_email"] not in caplog.text


def test_what_is_logged_of_a_failure_names_no_address_and_no_person(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG")
    with receiving(answer(500)) as receiver:
        hand_over(make_channel(address=receiver.url).partner)
        deliver_due(seconds=10)

    assert "notification_not_delivered" in caplog.text
    assert "/hook" not in caplog.text
    assert not any(value in caplog.text for value in PERSON.values())
