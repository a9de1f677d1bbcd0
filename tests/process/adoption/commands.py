"""The two commands, called as a person calls them, within this process."""

import json
from io import StringIO
from typing import Any

from django.core.management import call_command


def inspect(*, zone: str | None = None) -> tuple[dict[str, Any], int]:
    """What `inspect_database --json` prints, and its exit status."""
    out = StringIO()
    status = 0
    try:
        call_command("inspect_database", "--json", *_zone(zone), stdout=out)
    except SystemExit as end:
        status = int(end.code or 0)
    report: dict[str, Any] = json.loads(out.getvalue())
    return report, status


def adopt(*, zone: str | None = None) -> str:
    """What `adopt_database --noinput` prints. Raises CommandError."""
    out = StringIO()
    call_command("adopt_database", "--noinput", *_zone(zone), stdout=out)
    return out.getvalue()


def plan(*, zone: str | None = None) -> str:
    """What `adopt_database --plan` prints. Raises CommandError."""
    out = StringIO()
    call_command("adopt_database", "--plan", *_zone(zone), stdout=out)
    return out.getvalue()


def _zone(zone: str | None) -> list[str]:
    return [] if zone is None else ["--timezone", zone]
