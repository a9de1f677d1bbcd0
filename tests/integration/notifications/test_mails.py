"""Telling by e-mail."""

from typing import Any

import pytest
from django.core import mail

from leads.notifications.models import Notification
from leads.notifications.services.delivery import deliver_due
from tests.factories.marketplace import make_industry
from tests.integration.notifications.worlds import PERSON, attempts, hand_over, make_channel

pytestmark = pytest.mark.django_db

ADDRESS = "office@partner.example.com"


def test_the_mail_says_that_there_is_a_lead_and_where_and_nothing_about_the_person() -> None:
    channel = make_channel(kind="email", address=ADDRESS, language="en")
    lead = hand_over(channel.partner, industry=make_industry(name="Solar panels"))

    outcomes = deliver_due(seconds=10)

    (sent,) = mail.outbox
    notification = Notification.objects.get()
    assert outcomes == {"delivered": 1}
    assert attempts(notification) == [(1, None, "")]
    assert sent.to == [ADDRESS]
    assert sent.subject == "You have a new lead"
    assert "Solar panels (Utrecht)" in sent.body
    assert f"https://marketplace.example.com/leads/{lead.pk}" in sent.body
    assert sent.extra_headers["Message-ID"].startswith(f"<{notification.pk}@")
    assert not any(value in str(sent.message()) for value in PERSON.values())


def test_the_mail_is_in_the_language_of_the_channel(settings: Any) -> None:
    settings.MARKETPLACE_LEAD_URL = ""
    hand_over(make_channel(kind="email", address=ADDRESS, language="nl").partner, province="")

    deliver_due(seconds=10)

    (sent,) = mail.outbox
    assert sent.subject == "U hebt een nieuwe lead"
    assert "Meld u aan bij de marktplaats." in sent.body


def test_a_mail_server_that_is_away_is_tried_again(settings: Any) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    hand_over(make_channel(kind="email", address=ADDRESS).partner)

    assert deliver_due(seconds=10) == {"connection": 1}
    assert Notification.objects.get().state == "waiting"
