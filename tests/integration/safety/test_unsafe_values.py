"""Values of settings with which nothing is to start, and their kind."""

from ipaddress import ip_network
from typing import Any

import pytest

from config.safety import unsafe_settings
from config.senders import read_sender
from tests.integration.safety.test_start import KEY, SAFE


def refused(**changes: Any) -> list[str]:
    """The settings that are named."""
    return [sentence.split()[0] for sentence in unsafe_settings(**SAFE | changes)]


def networks(text: str) -> list[Any]:
    return [ip_network(network) for network in text.split()]


@pytest.mark.parametrize(
    "wide",
    [
        *("0.0.0.0/0", "::/0", "0.0.0.0/1 128.0.0.0/1", "0.0.0.0/2 64.0.0.0/2 128.0.0.0/2 192.0.0.0/2", "8.0.0.0/8"),
        *(
            "93.184.0.0/16",
            "10.0.0.0/7",
            "2000::/3",
            "2a00::/12",
            "::ffff:0:0/96",
            "64:ff9b::/96",
            "2a00::/33 2b00::/33",
        ),
        " ".join(f"93.{number}.0.0/21" for number in range(3)),
    ],
)
def test_networks_of_the_internet_that_are_too_wide_do_not_read_the_metrics(wide: str) -> None:
    assert refused(metrics_networks=networks(wide)) == ["METRICS_NETWORKS"]


@pytest.mark.parametrize("narrow", ["10.0.0.0/8 ::1/128", "93.184.215.14/32", "fd00::/8", "2a00:1:2:3::/64", ""])
def test_private_networks_and_single_machines_do(narrow: str) -> None:
    assert refused(metrics_networks=networks(narrow)) == []


@pytest.mark.parametrize(
    "wrong",
    [
        *("0.0.0.0/0", "::/0", "0.0.0.0/1 128.0.0.0/1", "93.184.215.14/32", "10.0.0.0/8", "10.0.0.0/16 10.1.0.0/16"),
        *("169.254.169.254/32", "fe80::/64", "2a00::/64", "fc00::/7", "::ffff:10.0.0.0/112"),
    ],
)
def test_webhooks_lead_into_no_network_that_is_not_private_or_is_too_wide(wrong: str) -> None:
    assert refused(webhook_private_networks=networks(wrong)) == ["WEBHOOK_PRIVATE_NETWORKS"]


def test_webhooks_lead_into_a_private_network_that_is_named() -> None:
    assert refused(webhook_private_networks=networks("10.1.0.0/16 192.168.7.0/24 fd12:3456:789a::/48")) == []


GUESSED = [
    *(
        "a" * 60,
        "abc" * 20,
        "abcdefghijk" * 6,
        "0123456789" * 6,
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ",
    ),
    *("9876543210zyxwvutsrqponmlkjihgfedcbaZYXWVUTSRQPONMLKJIH", "changeme" + KEY, "ab" * 31 + "a"),
]


@pytest.mark.parametrize("key", GUESSED)
def test_what_is_easy_to_guess_is_no_secret(key: str) -> None:
    assert refused(secret_key=key, webhook_key=KEY) == ["SECRET_KEY"]
    assert refused(webhook_key=key) == ["WEBHOOK_KEY"]
    assert refused(metrics_token=key) == ["METRICS_TOKEN"]


def test_random_secrets_are() -> None:
    assert refused(secret_key=KEY, webhook_key=KEY[::-1], metrics_token="9f86d081884c7d65") == []


@pytest.mark.parametrize(
    "origin",
    [
        *("https://*", "https://*.", "https://*.*", "https://*.com", "https://", "https://*example.com"),
        *("https://leads.*", "https://leads.example.com/path", "https://user@leads.example.com", "https://a b.example"),
    ],
)
def test_an_origin_is_a_name_or_all_names_of_one_domain(origin: str) -> None:
    assert refused(csrf_trusted_origins=["https://leads.example.com", origin]) == ["CSRF_TRUSTED_ORIGINS"]


def test_origins_may_have_ports_and_subdomains() -> None:
    origins = ["https://leads.example.com:8443", "https://*.example.com", "https://xn--znnig-jua.example"]

    assert refused(csrf_trusted_origins=origins) == []


def test_a_top_level_domain_is_no_name_of_a_site() -> None:
    assert refused(allowed_hosts=[".com"]) == ["ALLOWED_HOSTS"]
    assert refused(allowed_hosts=[".example.com"]) == []


def test_a_proxy_that_is_believed_has_to_be_there() -> None:
    assert refused(proxy_count=0) == ["PROXY_COUNT"]
    assert refused(proxy_count=1) == []


def test_the_sender_has_to_be_one_address() -> None:
    assert refused(sender_is_valid=False) == ["DEFAULT_FROM_EMAIL"]


@pytest.mark.parametrize(
    "text",
    [
        *("Zon, Dak <info@zon.example>", "", "info", "a@", "@b", "a@b, c@d", "a@b c", "group: a@b;", "Zon <info@zon"),
        *("a@b\r\nBcc: c@d", "jän@zon.example", "a@[127.0.0.1]", "a@-x.nl", "a@zon.example."),
    ],
)
def test_what_is_not_one_address_is_no_sender(text: str) -> None:
    assert read_sender(text) is None


@pytest.mark.parametrize(
    ("text", "header", "domain"),
    [
        ("leads@localhost", "leads@localhost", "localhost"),
        ('"Zon, Dak" <info@zon.example>', '"Zon, Dak" <info@zon.example>', "zon.example"),
        ("Zón <info@zönnig.example>", "Zón <info@xn--znnig-jua.example>", "xn--znnig-jua.example"),
    ],
)
def test_a_sender_has_a_domain_in_ascii(text: str, header: str, domain: str) -> None:
    sender = read_sender(text)

    assert sender is not None
    assert (sender.text, sender.domain) == (header, domain)
