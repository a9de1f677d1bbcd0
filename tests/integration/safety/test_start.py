"""Settings that are unsafe in production are named; `tests/process/web` starts it with them."""

from ipaddress import ip_network
from typing import Any

import pytest

from config.safety import unsafe_settings

KEY = "".join(chr(33 + (number * 7) % 90) for number in range(60))
SAFE: dict[str, Any] = {
    "secure": True,
    "debug": False,
    "secret_key": KEY,
    "allowed_hosts": ["leads.example.com"],
    "csrf_trusted_origins": ["https://leads.example.com"],
    "proxy_count": None,
    "webhook_allow_http": False,
    "webhook_key": KEY,
    "webhook_private_networks": [],
    "sender_is_valid": True,
    "metrics_token": "",
    "metrics_networks": [ip_network("10.1.0.0/16")],
}


@pytest.mark.parametrize(
    ("changes", "name"),
    [
        ({"debug": True}, "DEBUG"),
        ({"secret_key": KEY[:49]}, "SECRET_KEY"),
        ({"secret_key": "abc" * 30}, "SECRET_KEY"),
        ({"secret_key": "django-insecure-" + KEY}, "SECRET_KEY"),
        ({"allowed_hosts": []}, "ALLOWED_HOSTS"),
        ({"allowed_hosts": ["leads.example.com", "*"]}, "ALLOWED_HOSTS"),
        ({"csrf_trusted_origins": ["http://leads.example.com"]}, "CSRF_TRUSTED_ORIGINS"),
        ({"webhook_allow_http": True}, "WEBHOOK_ALLOW_HTTP"),
        ({"metrics_token": "short"}, "METRICS_TOKEN"),
        ({"metrics_networks": [ip_network("::/0")]}, "METRICS_NETWORKS"),
        ({"secure": False}, "SECURE"),
        ({"secure": False, "allowed_hosts": ["*"]}, "SECURE"),
    ],
)
def test_what_is_unsafe_is_named(changes: dict[str, Any], name: str) -> None:
    (sentence,) = unsafe_settings(**SAFE | changes)

    assert sentence.startswith(f"{name} ")


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"metrics_token": KEY[:16]},
        {"secure": False, "debug": True, "secret_key": "x", "allowed_hosts": ["localhost", "127.0.0.1"]},
    ],
)
def test_what_is_safe_is_not(changes: dict[str, Any]) -> None:
    assert unsafe_settings(**SAFE | changes) == []
