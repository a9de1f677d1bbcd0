"""Production does not start with settings that are unsafe: real processes, each told the name of what is wrong."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.integration.safety.test_start import KEY
from tests.process.servers import ROOT

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
