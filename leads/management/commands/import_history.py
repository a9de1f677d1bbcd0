"""`manage.py import_history DIR`: loads the history of a marketplace from CSV files."""

import argparse
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from rich.console import Console
from rich.progress import Progress as ProgressBar
from rich.progress import TaskID

from leads.services.history_import.load import import_history
from leads.services.history_import.problems import MOST_PROBLEMS, HistoryRefusedError
from leads.services.history_import.results import ImportResult, Progress


class Command(BaseCommand):
    """Translates the folder into one call of the import, and its result into a table."""

    help = (
        "Load partners, leads, activities and outcomes from profiles.csv, leads.csv, lead_activities.csv and "
        "outcomes.csv (or .csv.gz), all or nothing. What is there already is left alone."
    )

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("folder", metavar="DIR", type=Path, help="the folder with the four files")
        parser.add_argument(
            "--shift-to-now",
            action="store_true",
            help="move all times by the same amount, such that the newest of them is now",
        )

    def handle(self, *args: Any, folder: Path, shift_to_now: bool, **options: Any) -> None:
        console = Console(stderr=True)
        with ProgressBar(console=console, disable=not console.is_terminal, transient=True) as bar:
            steps: dict[str, TaskID] = {}

            def show(progress: Progress) -> None:
                if progress.step not in steps:
                    steps[progress.step] = bar.add_task(progress.step, total=progress.total)
                bar.update(steps[progress.step], completed=progress.done)

            try:
                result = import_history(folder=folder, shift_to_now=shift_to_now, on_progress=show)
            except HistoryRefusedError as error:
                raise CommandError(_refusal(error)) from error
        self._report(result)

    def _report(self, result: ImportResult) -> None:
        for table in result.tables:
            self.stdout.write(f"{table.table:<16} {table.read:>10,} read {table.added:>10,} added")
        if result.shift is not None and result.added:
            self.stdout.write(f"All times were moved by {result.shift}.")
        if result.clamped_first_contacts:
            self.stdout.write(
                f"{result.clamped_first_contacts:,} leads had a contact before their creation: "
                "their first contact is their creation."
            )
        if not result.added:
            self.stdout.write("Nothing was added: all of it is there already.")


def _refusal(error: HistoryRefusedError) -> str:
    """The problems, one a line."""
    lines = ["Nothing was imported:", *(f"  {problem}" for problem in error.problems)]
    if len(error.problems) == MOST_PROBLEMS:
        lines.append("There may be more.")
    return "\n".join(lines)
