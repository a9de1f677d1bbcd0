"""Unsafe settings that prevent a start: each is named, with its remedy."""

import re
from collections.abc import Iterable, Sequence
from ipaddress import IPv4Network, IPv6Network, collapse_addresses, ip_network
from itertools import pairwise
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error
from django.core.exceptions import ImproperlyConfigured

Network = IPv4Network | IPv6Network

SHORTEST_KEY = 50
SHORTEST_WEBHOOK_KEY = 32
SHORTEST_TOKEN = 16
FEWEST_CHARACTERS = 10
FEWEST_IN_TOKEN = 6
"""Minimum number of different characters."""
MOST_PUBLIC_ADDRESSES = 4_096
"""Maximum number of public IPv4 addresses, or IPv6 /64 networks, that read `/metrics` without a token."""
LOOPBACK = frozenset({"localhost", ".localhost", "127.0.0.1", "[::1]"})
# Prefixes of values in examples.
KNOWN = ("django-insecure", "only-while-building", "for-checks-only-not-a-secret", "changeme", "change-me", "secret")


# Networks that are not on the internet; Python's `is_private` includes more, for example 0.0.0.0/0.
_PRIVATE = tuple(
    map(
        ip_network,
        ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "127.0.0.0/8", "fc00::/7", "::1/128"),
    )
)
_IPV6_INTERNET = ip_network("2000::/3")
_WIDEST_PRIVATE = {4: 16, 6: 48}
_ORIGIN = re.compile(r"https://(\*\.[a-z0-9-]+\.)?[a-z0-9.-]*[a-z0-9](:\d+)?", re.IGNORECASE)


def unsafe_settings(  # noqa: PLR0913  # one for each setting
    *,
    secure: bool,
    debug: bool,
    secret_key: str,
    allowed_hosts: Sequence[str],
    csrf_trusted_origins: Sequence[str],
    proxy_count: int | None,
    webhook_allow_http: bool,
    webhook_key: str,
    webhook_private_networks: Iterable[Network],
    sender_is_valid: bool,
    metrics_token: str,
    metrics_networks: Iterable[Network],
) -> list[str]:
    """Return a sentence for each unsafe setting, with its name.

    `secure` means production. Without it there is no HTTPS, which is acceptable on one person's machine only: the
    allowed host names are then those of that machine. `proxy_count` is None without a proxy.
    """
    if not secure:
        if LOOPBACK.issuperset(allowed_hosts):
            return []
        return ["SECURE is false, which is for one machine alone: ALLOWED_HOSTS then names nothing but localhost."]
    found = {
        "DEBUG is true: its pages show settings and rows to everybody. It goes with SECURE=false only.": debug,
        f"SECRET_KEY is too easy to guess: take {SHORTEST_KEY} random characters or more, of your own.": _is_weak(
            secret_key, shortest=SHORTEST_KEY
        ),
        "ALLOWED_HOSTS is empty: name what the site is called by.": not allowed_hosts,
        "ALLOWED_HOSTS has a *, which is every name: name those that the site is called by.": "*" in allowed_hosts,
        "ALLOWED_HOSTS has a whole top-level domain: name what the site is called by.": any(
            host.startswith(".") and "." not in host.strip(".") for host in allowed_hosts
        ),
        "CSRF_TRUSTED_ORIGINS has one without https://.": any(
            not origin.startswith("https://") for origin in csrf_trusted_origins
        ),
        "CSRF_TRUSTED_ORIGINS has one that is no name, or every name: "
        "https://leads.example.com, or https://*.example.com.": any(
            origin.startswith("https://") and not _ORIGIN.fullmatch(origin) for origin in csrf_trusted_origins
        ),
        "PROXY_COUNT is less than 1, though TRUST_PROXY says that there is one.": proxy_count is not None
        and proxy_count < 1,
        "WEBHOOK_ALLOW_HTTP is true: personal data would leave in the clear.": webhook_allow_http,
        f"WEBHOOK_KEY is too easy to guess: take {SHORTEST_WEBHOOK_KEY} random characters or more.": _is_weak(
            webhook_key, shortest=SHORTEST_WEBHOOK_KEY
        )
        and webhook_key != secret_key,
        "WEBHOOK_PRIVATE_NETWORKS has one that is not private, or is wider than /16 (IPv6: /48).": any(
            not _is_private(network) or network.prefixlen < _WIDEST_PRIVATE[network.version]
            for network in _joined(webhook_private_networks)
        ),
        'DEFAULT_FROM_EMAIL is not one address: leads@example.com, or "Leads, Inc." <leads@example.com>.': (
            not sender_is_valid
        ),
        f"METRICS_TOKEN is too short: take {SHORTEST_TOKEN} random characters or more.": 0
        < len(metrics_token)
        < SHORTEST_TOKEN,
        "METRICS_TOKEN is too easy to guess: take random characters.": len(metrics_token) >= SHORTEST_TOKEN
        and _is_weak(metrics_token, shortest=SHORTEST_TOKEN, fewest=FEWEST_IN_TOKEN),
        "METRICS_NETWORKS has networks of the internet that are too wide: name the machines that ask.": (
            _public_addresses(metrics_networks) > MOST_PUBLIC_ADDRESSES
        ),
    }
    return [sentence for sentence, is_so in found.items() if is_so]


def _is_weak(key: str, *, shortest: int, fewest: int = FEWEST_CHARACTERS) -> bool:
    return (
        len(key) < shortest
        or len(set(key)) < fewest
        or key.lower().startswith(KNOWN)
        or any(key[period:] == key[:-period] for period in range(1, len(key) // 2 + 1))
        # abcdef, 987654, and such.
        or 2 * sum(abs(ord(this) - ord(after)) <= 1 for this, after in pairwise(key)) > len(key)
    )


def _joined(networks: Iterable[Network]) -> list[Network]:
    """Return the same addresses in as few networks as possible, with halves joined."""
    found = list(networks)
    return [
        *collapse_addresses(network for network in found if isinstance(network, IPv4Network)),
        *collapse_addresses(network for network in found if isinstance(network, IPv6Network)),
    ]


def _is_within(network: Network, other: Network) -> bool:
    if isinstance(network, IPv4Network):
        return isinstance(other, IPv4Network) and network.subnet_of(other)
    return isinstance(other, IPv6Network) and network.subnet_of(other)


def _is_private(network: Network) -> bool:
    return any(_is_within(network, private) for private in _PRIVATE)


def _public_addresses(networks: Iterable[Network]) -> float:
    """Return the number of public addresses in these networks; for IPv6, the number of /64 networks.

    Return infinity for a network that is neither private nor global: such addresses stand for others.
    """
    count = 0
    for network in _joined(networks):
        if _is_private(network):
            continue
        if isinstance(network, IPv4Network):
            count += network.num_addresses
        elif _is_within(network, _IPV6_INTERNET):
            count += 2 ** max(0, 64 - network.prefixlen)
        else:
            return float("inf")
    return count


def refuse_unsafe_settings() -> None:
    """Raise ImproperlyConfigured if a setting is unsafe; called by processes that serve and work."""
    if settings.UNSAFE_SETTINGS:
        raise ImproperlyConfigured(" ".join(settings.UNSAFE_SETTINGS))


def check_settings(**_given: Any) -> list[CheckMessage]:
    """Report the same through Django's `check --deploy`. Other commands are for whoever controls the machine anyway."""
    return [Error(sentence, id=f"config.E{number:03}") for number, sentence in enumerate(settings.UNSAFE_SETTINGS, 1)]
