"""Anonymise leads that were closed long ago: `manage.py anonymise_leads [--days N] [--dry-run]`."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.utils import timezone

from leads.privacy.services.retention import Deadlines, anonymise_due, count_due

RUN_SECONDS = 3600


class Command(BaseCommand):
    """Run the nightly task now."""

    help = "Take out of leads that were done with long ago what says who asked. It cannot be undone."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--days",
            type=int,
            default=settings.RETENTION_DAYS,
            help="days after the decision; 0: never (default: RETENTION_DAYS, %(default)s)",
        )
        parser.add_argument(
            "--undecided-days",
            type=int,
            default=settings.RETENTION_UNDECIDED_DAYS,
            help="days without any change; 0: never (default: RETENTION_UNDECIDED_DAYS, %(default)s)",
        )
        parser.add_argument("--dry-run", action="store_true", help="only say how many there are")

    def handle(self, *args: Any, days: int, undecided_days: int, dry_run: bool, **options: Any) -> None:
        now = timezone.now()
        deadlines = Deadlines.after(decided_days=days, undecided_days=undecided_days, now=now)
        if dry_run:
            leads, tickets = count_due(deadlines)
            self.stdout.write(f"Would anonymise {leads} leads, and {tickets} tickets about no lead.")
            return
        done = anonymise_due(deadlines=deadlines, now=now, seconds=RUN_SECONDS)
        self.stdout.write(f"Anonymised {done.leads} leads, and {done.tickets} tickets about no lead.")
        if not done.is_done:
            self.stdout.write("Some are left, for another run: they were too many, or somebody worked on them.")
