"""Settings with which nothing is to start: each is named, and said how to put right."""

from collections.abc import Iterable, Sequence
from ipaddress import IPv4Network, IPv6Network
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error
from django.core.exceptions import ImproperlyConfigured

SHORTEST_KEY = 50
FEWEST_CHARACTERS = 10
SHORTEST_TOKEN = 16
LOOPBACK = frozenset({"localhost", ".localhost", "127.0.0.1", "[::1]"})
# What stands in examples, by how it begins.
KNOWN = ("django-insecure", "only-while-building", "for-checks-only-not-a-secret", "changeme", "change-me", "secret")


def unsafe_settings(
    *,
    secure: bool,
    debug: bool,
    secret_key: str,
    allowed_hosts: Sequence[str],
    csrf_trusted_origins: Sequence[str],
    webhook_allow_http: bool,
    metrics_token: str,
    metrics_networks: Iterable[IPv4Network | IPv6Network],
) -> list[str]:
    """A sentence for each setting that is unsafe, with its name.

    `secure` is production. Without it there is no HTTPS, which is for one person's machine: the names that the site is
    called by are then those of that machine alone.
    """
    if not secure:
        if LOOPBACK.issuperset(allowed_hosts):
            return []
        return ["SECURE is false, which is for one machine alone: ALLOWED_HOSTS then names nothing but localhost."]
    found = {
        "DEBUG is true: its pages show settings and rows to everybody. It goes with SECURE=false only.": debug,
        f"SECRET_KEY is too easy to guess: take {SHORTEST_KEY} random characters or more, of your own.": _is_weak(
            secret_key
        ),
        "ALLOWED_HOSTS is empty: name what the site is called by.": not allowed_hosts,
        "ALLOWED_HOSTS has a *, which is every name: name those that the site is called by.": "*" in allowed_hosts,
        "CSRF_TRUSTED_ORIGINS has one without https://.": any(
            not origin.startswith("https://") for origin in csrf_trusted_origins
        ),
        "WEBHOOK_ALLOW_HTTP is true: personal data would leave in the clear.": webhook_allow_http,
        f"METRICS_TOKEN is too short: take {SHORTEST_TOKEN} random characters or more.": 0
        < len(metrics_token)
        < SHORTEST_TOKEN,
        "METRICS_NETWORKS has a network that is everywhere.": any(
            network.prefixlen == 0 for network in metrics_networks
        ),
    }
    return [sentence for sentence, is_so in found.items() if is_so]


def _is_weak(key: str) -> bool:
    return len(key) < SHORTEST_KEY or len(set(key)) < FEWEST_CHARACTERS or key.lower().startswith(KNOWN)


def refuse_unsafe_settings() -> None:
    """Raise ImproperlyConfigured if something is unsafe; called by what serves and works."""
    if settings.UNSAFE_SETTINGS:
        raise ImproperlyConfigured(" ".join(settings.UNSAFE_SETTINGS))


def check_settings(**_given: Any) -> list[CheckMessage]:
    """The same as a check of Django's: `check --deploy`. Other commands are for whoever has the machine anyway."""
    return [Error(sentence, id=f"config.E{number:03}") for number, sentence in enumerate(settings.UNSAFE_SETTINGS, 1)]
