"""Production does not start with settings that are unsafe: real processes, each told the name of what is wrong."""

import os
import subprocess
import sys
from ipaddress import ip_network
from pathlib import Path
from typing import Any

import pytest

from config.safety import unsafe_settings
from tests.process.servers import ROOT

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
ENVIRONMENT = {
    "SECRET_KEY": KEY.replace("$", "_"),
    "ALLOWED_HOSTS": "leads.example.com",
    "SECURE": "true",
    "DEBUG": "false",
    "DATABASE_URL": "postgres://nobody@127.0.0.1:1/nothing",
    "REDIS_URL": "redis://127.0.0.1:1/0",
    "METRICS_NETWORKS": "",
}
COMMANDS = {
    "check": ["manage.py", "check", "--deploy"],
    "web": ["-m", "config.web", "--bind", "127.0.0.1:0"],
    "worker": ["-m", "celery", "--quiet", "--app", "config", "worker", "--concurrency", "1"],
    "beat": ["-m", "celery", "--quiet", "--app", "config", "beat", "--schedule", "{folder}/schedule", "--pidfile="],
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


def started(command: str, *, folder: Path, **environment: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, *(part.format(folder=folder) for part in COMMANDS[command])],
        cwd=ROOT,
        env={**os.environ, **ENVIRONMENT, **environment},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


@pytest.mark.parametrize(
    ("command", "environment", "names"),
    [
        ("check", {"DEBUG": "true", "ALLOWED_HOSTS": ""}, ["DEBUG", "ALLOWED_HOSTS"]),
        ("web", {"SECRET_KEY": "changeme" * 10}, ["SECRET_KEY"]),
        ("worker", {"WEBHOOK_ALLOW_HTTP": "true"}, ["WEBHOOK_ALLOW_HTTP"]),
        ("beat", {"SECURE": "false"}, ["SECURE"]),
    ],
)
def test_a_process_ends_before_it_does_anything(
    command: str, environment: dict[str, str], names: list[str], tmp_path: Path
) -> None:
    ended = started(command, folder=tmp_path, **environment)

    said = ended.stdout + ended.stderr
    assert ended.returncode != 0, said
    assert [name for name in names if f"{name} is" not in said and f"{name} has" not in said] == [], said
    assert "127.0.0.1:1" not in said
