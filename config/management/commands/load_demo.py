"""`manage.py load_demo`: a fictitious marketplace for an empty database."""

import argparse
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from config.demo.calendar import ZONE
from config.demo.load import MarketplaceNotEmpty, load_demo
from config.demo.roster import SEED


class Command(BaseCommand):
    """Run the loader with the given seed and day."""

    help = (
        "Load an invented marketplace (60 Dutch partners, 90 days of history) into an empty database. "
        "The same seed on the same day gives the same rows, identifiers included."
    )

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("--seed", type=_seed, default=SEED, help=f"another one gives another demo ({SEED})")
        parser.add_argument(
            "--day", type=date.fromisoformat, help="the history ends when this day begins (YYYY-MM-DD; today)"
        )
        parser.add_argument(
            "--if-empty", action="store_true", help="succeed without doing anything where partners or leads are there"
        )

    def handle(self, *args: Any, seed: int, day: date | None, if_empty: bool, **options: Any) -> None:
        today = timezone.localdate(timezone=ZONE)
        if day is not None and day > today:
            raise CommandError(f"{day} is in the future.")
        try:
            loaded = load_demo(seed=seed, day=day or today)
        except MarketplaceNotEmpty as error:
            if not if_empty:
                raise CommandError("There are partners or leads already: the demo is not mixed with them.") from error
            self.stdout.write("There are partners or leads already: nothing was loaded.")
            return
        rows = ", ".join(f"{count:,} {table}" for table, count in loaded.items())
        self.stdout.write(f"Loaded the demo: {rows}.")


def _seed(text: str) -> int:
    """Return a seed of NumPy's generator."""
    seed = int(text)
    if seed < 0:
        raise argparse.ArgumentTypeError("a seed is 0 or more")
    return seed
