"""`manage.py inspect_database`: what a database holds, what it lacks, and whether it can be taken over."""

import argparse
import json
import sys
from typing import Any

from django.core.management.base import BaseCommand
from rich.console import Console

from config.adoption.inspection import inspect_database
from config.adoption.report import as_json as to_json
from config.adoption.report import print_report
from config.adoption.zones import zone_name

WIDTH = 180


class Command(BaseCommand):
    """Print one inspection as a table or JSON; the exit status says whether adoption can go ahead."""

    help = "Compare the database with what the application expects. Changes nothing. Exit status 1: cannot be adopted."
    requires_migrations_checks = False

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true", dest="as_json", help="print JSON")
        parser.add_argument("--timezone", type=zone_name, metavar="ZONE", help="the zone of times that say none")

    def handle(self, *args: Any, as_json: bool, timezone: str | None, **options: Any) -> None:
        inspection = inspect_database(timezone=timezone)
        if as_json:
            self.stdout.write(json.dumps(to_json(inspection), indent=2))
        else:
            print_report(inspection, console=_console(self.stdout))
        if not inspection.can_adopt:
            sys.exit(1)


def _console(stdout: Any) -> Console:
    """Return a console as wide as the terminal, or wide enough for one line if there is none."""
    return Console(file=stdout, width=None if stdout.isatty() else WIDTH)
