"""Channels and notifications in the admin."""

import re
from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.test import Client
from django.urls import reverse

from leads.notifications.models import Notification, PartnerChannel
from leads.notifications.services.delivery import deliver_due
from leads.notifications.services.webhooks import secret_text
from tests.factories.marketplace import make_partner
from tests.factories.pages import html_of, inline_parts, signed_in
from tests.integration.notifications.receivers import receiving
from tests.integration.notifications.worlds import PERSON, hand_over, make_channel

pytestmark = pytest.mark.django_db

CHANNELS = reverse("admin:notifications_partnerchannel_changelist")
ADD = reverse("admin:notifications_partnerchannel_add")
NOTIFICATIONS = reverse("admin:notifications_notification_changelist")
WEBHOOK = "https://partner.example.com/hook"


def form(**fields: str) -> dict[str, Any]:
    return {
        "partner": str(make_partner().pk),
        "kind": "webhook",
        "address": WEBHOOK,
        "language": "nl",
        "is_active": "on",
    } | fields


def secret_on(html: str) -> str:
    (secret,) = re.findall(r"whsec_[\w+/=]+", html)
    return str(secret)


def test_a_new_webhook_has_its_secret_shown_once(admin_client: Client) -> None:
    response = admin_client.post(ADD, form())

    html = response.content.decode()
    channel = PartnerChannel.objects.get()
    assert secret_on(html) == secret_text(channel.secret_id)
    assert inline_parts(html) == []
    assert "no-store" in response["Cache-Control"]
    pages = [
        CHANNELS,
        *(reverse(f"admin:notifications_partnerchannel_{page}", args=[channel.pk]) for page in ("change", "history")),
    ]
    assert not any("whsec_" in html_of(admin_client, page) for page in pages)


def test_a_new_mail_address_has_no_secret(admin_client: Client) -> None:
    response = admin_client.post(ADD, form(kind="email", address="office@example.com"))

    assert response.status_code == 302
    assert PartnerChannel.objects.get().kind == "email"


@pytest.mark.parametrize(
    ("kind", "address"),
    [
        ("webhook", "office@example.com"),
        ("webhook", "https://user:secret@partner.example.com/"),
        ("email", WEBHOOK),
        ("email", ""),
        ("pigeon", WEBHOOK),
    ],
)
def test_an_address_that_does_not_fit_is_refused(admin_client: Client, kind: str, address: str) -> None:
    response = admin_client.post(ADD, form(kind=kind, address=address))

    assert response.status_code == 200
    assert "errorlist" in response.content.decode()
    assert not PartnerChannel.objects.exists()


def test_the_address_is_changed_and_the_partner_stays(admin_client: Client) -> None:
    channel = make_channel()
    partner_id = channel.partner_id
    page = reverse("admin:notifications_partnerchannel_change", args=[channel.pk])

    wrong = admin_client.post(page, form(address="nowhere"))
    right = admin_client.post(page, form(address="https://partner.example.com/new"))

    channel.refresh_from_db()
    assert (wrong.status_code, right.status_code) == (200, 302)
    assert (channel.address, channel.partner_id) == ("https://partner.example.com/new", partner_id)


def act(client: Client, url: str, action: str, *keys: object) -> Any:
    return client.post(url, {"action": action, "_selected_action": [str(key) for key in keys]}, follow=True)


def test_a_new_secret_is_shown_once_and_the_old_one_can_be_ended(admin_client: Client) -> None:
    channel = make_channel()
    old = secret_text(channel.secret_id)

    html = act(admin_client, CHANNELS, "new_secret", channel.pk).content.decode()
    channel.refresh_from_db()
    previous = channel.previous_secret_id
    ended = act(admin_client, CHANNELS, "end_previous_secret", channel.pk).content.decode()
    again = act(admin_client, CHANNELS, "end_previous_secret", channel.pk).content.decode()

    assert secret_on(html) == secret_text(channel.secret_id) != old
    assert "Until" in html
    assert previous is not None
    assert secret_text(previous) == old
    channel.refresh_from_db()
    assert channel.previous_secret_id is None
    assert "1 secret was ended." in ended
    assert "0 secrets were ended." in again
    assert LogEntry.objects.filter(change_message="New secret.").count() == 1


def test_a_new_secret_is_for_one_webhook(admin_client: Client) -> None:
    mail = make_channel(kind="email", address="office@example.com")
    webhooks = [make_channel(), make_channel()]

    for chosen in ([mail], webhooks):
        html = act(admin_client, CHANNELS, "new_secret", *(channel.pk for channel in chosen)).content.decode()
        assert "Choose one webhook." in html
        assert "whsec_" not in html

    assert not PartnerChannel.objects.exclude(previous_secret_id=None).exists()


def test_a_notification_shows_its_attempts_and_is_sent_again(admin_client: Client) -> None:
    with receiving() as receiver:
        lead = hand_over(make_channel(address=receiver.url).partner)
        deliver_due(seconds=10)
        notification = Notification.objects.get()

        page = html_of(admin_client, reverse("admin:notifications_notification_change", args=[notification.pk]))
        said = act(admin_client, NOTIFICATIONS, "redeliver", notification.pk).content.decode()
        deliver_due(seconds=10)

    assert "204, delivered" in page
    assert not any(value in page for value in PERSON.values())
    assert "1 notification is sent again." in said
    assert receiver.ids() == [str(notification.pk)] * 2
    assert "1 result" in html_of(admin_client, f"{NOTIFICATIONS}?q={str(lead.pk)[:8]}")
    assert "0 results" in html_of(admin_client, f"{NOTIFICATIONS}?q=partner")


def test_an_attempt_that_nobody_ended_is_called_so(admin_client: Client) -> None:
    hand_over(make_channel(address="http://127.0.0.2/").partner)
    deliver_due(seconds=10)
    notification = Notification.objects.get()
    notification.history.create(number=2)

    page = html_of(admin_client, reverse("admin:notifications_notification_change", args=[notification.pk]))

    assert "address not allowed" in page
    assert "under way, or interrupted" in page


def test_who_may_only_look_sends_nothing_again() -> None:
    hand_over(make_channel().partner)
    Notification.objects.update(state="failed")
    viewer = signed_in("notifications.view_notification")
    operator = signed_in("notifications.view_notification", "notifications.change_notification")
    key = Notification.objects.get().pk

    act(viewer, NOTIFICATIONS, "redeliver", key)
    after_viewer = Notification.objects.get().state
    page = operator.post(reverse("admin:notifications_notification_change", args=[key]), {"state": "delivered"})
    act(operator, NOTIFICATIONS, "redeliver", key)

    assert after_viewer == "failed"
    assert page.status_code == 403
    assert Notification.objects.get().state == "waiting"


def test_who_may_not_change_channels_makes_no_secrets() -> None:
    channel = make_channel()

    act(signed_in("notifications.view_partnerchannel"), CHANNELS, "new_secret", channel.pk)

    assert PartnerChannel.objects.get().previous_secret_id is None
