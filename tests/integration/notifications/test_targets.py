"""Special networks, ports and spellings of hosts that no webhook leads to, and senders of e-mails."""

import email
import email.policy
from ipaddress import ip_address
from typing import Any
from uuid import uuid4

import pytest
from django.core import mail
from django.core.exceptions import ValidationError

from config.senders import read_sender
from leads.notifications.services import mails
from leads.notifications.services.texts import Mail
from leads.notifications.services.webhooks import is_allowed, target_of


@pytest.mark.parametrize(
    "address",
    [
        *("192.0.0.1", "192.0.0.9", "192.0.0.10", "192.0.0.170", "192.31.196.1", "192.52.193.1", "192.88.99.1"),
        *("192.175.48.1", "192.0.2.1", "198.51.100.1", "203.0.113.1", "100.64.0.1", "255.255.255.255"),
        *("::ffff:0:7f00:1", "::ffff:0:808:808", "::ffff:8.8.8.8", "::8.8.8.8", "64:ff9b::808:808", "64:ff9b:1::1"),
        *("100::1", "100:0:0:1::1", "2001::1", "2001:1::1", "2001:2::1", "2001:3::1", "2001:4:112::1", "2001:20::1"),
        *("2001:30::1", "2001:db8::1", "2002:808:808::1", "2620:4f:8000::1", "3fff::1", "3fff:fff::1", "5f00::1"),
        *("4000::1", "8000::1", "e000::1", "fc00::1", "fe80::1", "fec0::1", "ff0e::1", "::2"),
    ],
)
def test_what_is_for_special_purposes_is_refused(address: str, settings: Any) -> None:
    settings.WEBHOOK_PRIVATE_NETWORKS = []

    assert not is_allowed(ip_address(address))


@pytest.mark.parametrize("address", ["8.8.8.8", "192.0.1.1", "192.88.98.1", "2a00:1450::1", "2600::1", "3ffe:ffff::1"])
def test_their_neighbours_are_not(address: str) -> None:
    assert is_allowed(ip_address(address))


def test_the_dot_of_the_root_is_left_out() -> None:
    target = target_of("https://hooks.example.nl./x")

    assert (target.host, target.host_header) == ("hooks.example.nl", "hooks.example.nl")


@pytest.mark.parametrize("host", [".", "..", "hooks.example.nl..", ".example.nl", "hooks..example.nl"])
def test_a_host_with_an_empty_part_is_none(host: str) -> None:
    with pytest.raises(ValidationError):
        target_of(f"https://{host}/x")


@pytest.mark.parametrize("port", [22, 25, 80, 6379, 8443])
def test_only_ports_of_the_settings_are_sent_to(port: int, settings: Any) -> None:
    settings.WEBHOOK_ALLOW_HTTP = False
    url = f"https://hooks.example.nl:{port}/"

    with pytest.raises(ValidationError):
        target_of(url)
    settings.WEBHOOK_PORTS = [443, port]
    assert target_of(url).port == port


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ('"Zon, Dak" <info@zon.example>', "info@zon.example"),
        ("Zön <info@zönnig.example>", "info@xn--znnig-jua.example"),
        ("leads@localhost", "leads@localhost"),
    ],
)
def test_the_headers_of_a_mail_are_valid(text: str, address: str, settings: Any) -> None:
    sender, message_id = read_sender(text), uuid4()
    assert sender is not None
    settings.DEFAULT_FROM_EMAIL, settings.MAIL_DOMAIN = sender.text, sender.domain

    mails.send(Mail(subject="s", body="b"), to="office@partner.example.com", message_id=message_id)

    (sent,) = mail.outbox
    raw = sent.message().as_bytes()
    read = email.message_from_bytes(raw, policy=email.policy.SMTP)
    assert raw.isascii()
    assert read["Message-ID"] == f"<{message_id}@{sender.domain}>"
    assert [found.addr_spec for found in read["From"].addresses] == [address]
    assert not read["From"].defects
