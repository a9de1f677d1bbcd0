"""Settings of this installation: `.local/env`, which Django's settings read.

With it, a plain `.venv/bin/python manage.py ...` works on the local database. Environment variables take precedence
over the file, here and in the settings.
"""

import os
import secrets
from pathlib import Path

from config.local.places import LOCAL

ENV_FILE = LOCAL / "env"
BROKER = LOCAL / "broker"
HEADER = """\
# Settings of this installation, made by `make run`. Values stay as they are; only DATABASE_URL follows the database.
# A variable of the environment wins over a line of this file.
"""


def write_environment(*, database_url: str | None) -> None:
    """Write `.local/env` if there is none yet, and make it name the database; None leaves that as it is."""
    values = read_environment()
    for name, value in _first_values().items():
        values.setdefault(name, value)
    if database_url is not None:
        values["DATABASE_URL"] = database_url
    text = HEADER + "".join(f"{name}={value}\n" for name, value in values.items())
    if not ENV_FILE.exists() or ENV_FILE.read_text() != text:
        write_private(ENV_FILE, text)
    # Celery's filesystem transport, the broker without REDIS_URL, requires its folder to exist.
    (BROKER / "queue").mkdir(parents=True, exist_ok=True)


def read_environment() -> dict[str, str]:
    """Return the values of `.local/env`; empty if it does not exist."""
    try:
        lines = ENV_FILE.read_text().splitlines()
    except FileNotFoundError:
        return {}
    pairs = (line.partition("=") for line in lines if "=" in line and not line.lstrip().startswith("#"))
    return {name.strip(): value.strip() for name, _, value in pairs}


def write_private(path: Path, text: str) -> None:
    """Replace the file atomically, readable by its owner alone."""
    partial = path.with_name(f"{path.name}.partial")
    partial.unlink(missing_ok=True)
    with os.fdopen(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(text)
    partial.replace(path)


def _first_values() -> dict[str, str]:
    return {
        "SECRET_KEY": secrets.token_urlsafe(48),
        "DEBUG": "false",
        # Plain HTTP on the loopback address.
        "SECURE": "false",
        "ALLOWED_HOSTS": "localhost,127.0.0.1",
        "METRICS_NETWORKS": "127.0.0.0/8",
        "LOG_FORMAT": "console",
    }
