"""Where webhooks may lead, and that what was checked is what is connected to."""

import socket
from ipaddress import ip_address
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from leads.notifications.models import NotificationAttempt
from leads.notifications.services import webhooks
from leads.notifications.services.errors import NotDelivered
from leads.notifications.services.webhooks import allowed_addresses, is_allowed, target_of

Error = NotificationAttempt.Error


@pytest.mark.parametrize("address", ["93.184.215.14", "2606:2800:21f:cb07:6820:80da:af6b:8b2c", "127.0.0.1"])
def test_public_addresses_and_those_of_the_settings_are_allowed(address: str) -> None:
    assert is_allowed(ip_address(address))


@pytest.mark.parametrize(
    "address",
    [
        *("127.0.0.2", "0.0.0.0", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.100.100.200"),  # noqa: S104  # refused
        *("192.0.2.1", "198.18.0.1", "224.0.0.1", "239.1.1.1", "240.0.0.1", "255.255.255.255", "168.63.129.16"),
        *("::", "::1", "fe80::1", "fe80::1%1", "fc00::1", "fd00:ec2::254", "fec0::1", "ff02::1", "2001:db8::1"),
        *("::ffff:127.0.0.1", "::ffff:93.184.215.14", "::127.0.0.1", "64:ff9b::7f00:1", "64:ff9b:1::a00:1"),
        *("2002:7f00:1::1", "2001:0:4136:e378:8000:63bf:3fff:fdd2"),
    ],
)
def test_all_others_are_refused(address: str) -> None:
    assert not is_allowed(ip_address(address))


@pytest.mark.parametrize("host", ["localhost", "127.2", "0x7f000002", "2130706434", "[::1]", "[::ffff:10.0.0.1]"])
def test_no_way_of_writing_gets_past_it(host: str) -> None:
    with pytest.raises(NotDelivered) as caught:
        webhooks.post(f"http://{host}:9/", headers=(), body=b"")

    # "localhost" may stand for the address that the settings allow; nobody listens there.
    allowed = {Error.CONNECTION} if host == "localhost" else set()
    assert caught.value.error in {Error.ADDRESS} | allowed


def found(*addresses: str) -> list[Any]:
    """An answer of the resolver."""
    return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, 80)) for address in addresses]


def test_a_name_with_one_private_address_among_its_addresses_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_a, **_k: found("93.184.215.14", "10.0.0.1"))

    with pytest.raises(NotDelivered) as caught:
        allowed_addresses(target_of("https://partner.example.com/"))

    assert caught.value.error == Error.ADDRESS


def test_a_name_that_does_not_exist_is_no_address() -> None:
    with pytest.raises(NotDelivered) as caught:
        allowed_addresses(target_of("https://nobody.invalid/"))

    assert caught.value.error == Error.NAME


@pytest.mark.parametrize(
    "url",
    [
        *("partner.example.com", "ftp://partner.example.com/", "http://partner.example.com/", "https://", "https:///x"),
        *("https://user:secret@partner.example.com/", "https://partner.example.com:port/", "https://[::1/"),
        *("https://partner.example.com/a b", "https://partner.example.com/\r\nX: y", "https://pärtner.example.com/"),
    ],
)
def test_what_is_no_url_of_a_webhook_is_refused_when_it_is_entered(url: str, settings: Any) -> None:
    settings.WEBHOOK_ALLOW_HTTP = False

    with pytest.raises(ValidationError):
        target_of(url)


@pytest.mark.parametrize(
    ("url", "header", "path"),
    [
        ("https://partner.example.com", "partner.example.com", "/"),
        ("https://partner.example.com:443/a?b=c#d", "partner.example.com", "/a?b=c"),
        ("https://partner.example.com:8443/a", "partner.example.com:8443", "/a"),
        ("https://[2606:2800::1]:8443/a", "[2606:2800::1]:8443", "/a"),
    ],
)
def test_a_url_is_taken_apart(url: str, header: str, path: str) -> None:
    target = target_of(url)

    assert (target.host_header, target.path) == (header, path)
