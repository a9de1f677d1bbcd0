"""`manage.py import_history DIR`: loads the history of a marketplace from CSV files."""

import argparse
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from django.core.management.base import BaseCommand, CommandError
from django.db import Error as DatabaseRefusal
from django.db import InterfaceError, OperationalError
from rich.console import Console
from rich.progress import Progress as ProgressBar
from rich.progress import TaskID

from leads.imports.services.history.files import ENCODINGS, UTF_8, WINDOWS_1252
from leads.imports.services.history.load import import_history
from leads.imports.services.history.results import (
    MOST_PROBLEMS,
    Differences,
    HistoryRefusedError,
    ImportResult,
    OnProgress,
    Progress,
)

_UNLESS_DONE = "Nothing was imported, unless it was in its very last step. Import again: what is there is left out."
_STATUS_INTERRUPTED = 128 + signal.SIGINT
# Names in the zone database whose meaning depends on the machine, or that it does not have.
_NO_PLACES = {"localtime", "Factory"}
_PERCENT_BETWEEN_LINES = 25


class Command(BaseCommand):
    """Run one import of a folder, and print its result as a table."""

    help = (
        "Load partners, leads, activities and outcomes from profiles.csv, leads.csv, lead_activities.csv and "
        "outcomes.csv (or .csv.gz), all or nothing. What is there already is left alone."
    )

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("folder", metavar="DIR", type=Path, help="the folder with the four files")
        parser.add_argument(
            "--timezone",
            metavar="ZONE",
            type=_zone,
            help="what times without offset are in, such as Europe/Amsterdam; without it they are refused",
        )
        parser.add_argument(
            "--encoding",
            choices=ENCODINGS,
            default=UTF_8,
            help=f"{WINDOWS_1252}: read lines that are not UTF-8 as that (also for Latin-1)",
        )
        parser.add_argument(
            "--shift-to-now",
            action="store_true",
            help="move all times by the same amount, such that the newest of them is now",
        )

    def handle(
        self,
        *args: Any,
        folder: Path,
        timezone: ZoneInfo | None,
        encoding: str,
        shift_to_now: bool,
        **options: Any,
    ) -> None:
        try:
            with self._progress() as show:
                result = import_history(
                    folder=folder, zone=timezone, encoding=encoding, shift_to_now=shift_to_now, on_progress=show
                )
        except HistoryRefusedError as error:
            raise CommandError(_refusal(error)) from error
        except DatabaseRefusal as error:
            outcome = _UNLESS_DONE if isinstance(error, OperationalError | InterfaceError) else "Nothing was imported."
            raise CommandError(f"The database ended the import: {str(error).strip()}\n{outcome}") from error
        except KeyboardInterrupt as error:
            raise CommandError(f"Interrupted. {_UNLESS_DONE}", returncode=_STATUS_INTERRUPTED) from error
        self._report(result, zone=timezone)

    @contextmanager
    def _progress(self) -> Iterator[OnProgress]:
        """Yield progress bars on a terminal, and occasional lines elsewhere."""
        console = Console(stderr=True)
        if not console.is_terminal:
            yield self._lines_of_progress()
            return
        with ProgressBar(console=console, transient=True) as bar:
            steps: dict[str, TaskID] = {}

            def show(progress: Progress) -> None:
                if progress.step not in steps:
                    steps[progress.step] = bar.add_task(progress.step, total=progress.total)
                bar.update(steps[progress.step], completed=progress.done)

            yield show

    def _lines_of_progress(self) -> OnProgress:
        """Print the name of a step when it begins, and of a file at each quarter read."""
        reached: dict[str, int] = {}

        def show(progress: Progress) -> None:
            percent = 100 * progress.done // max(progress.total, 1)
            quarter = percent - percent % _PERCENT_BETWEEN_LINES
            if progress.step not in reached or (progress.total > 1 and quarter > reached[progress.step]):
                reached[progress.step] = quarter
                self.stderr.write(progress.step if progress.total == 1 else f"{progress.step}: {percent} %")
                self.stderr.flush()

        return show

    def _report(self, result: ImportResult, *, zone: ZoneInfo | None) -> None:
        for table in result.tables:
            self.stdout.write(
                f"{table.table:<16} {table.read:>10,} read {table.added:>10,} added {table.known:>10,} there already"
            )
        if result.shift is not None and result.added:
            self.stdout.write(f"All times were moved by {result.shift}.")
        if result.clamped_first_contacts:
            self.stdout.write(
                f"{result.clamped_first_contacts:,} leads had a contact before their creation: "
                "their first contact is their creation."
            )
        if result.times_twice and zone is not None:
            self.stdout.write(
                f"{result.times_twice:,} times without offset exist twice in {zone.key}, where the clock was put back: "
                "the first of the two was taken."
            )
        for differences in result.differences:
            self.stdout.write(_differences(differences))
        if not result.added:
            self.stdout.write("Nothing was added: all of it is there already.")


def _zone(name: str) -> ZoneInfo:
    """Return the time zone of this name."""
    if name not in available_timezones() - _NO_PLACES:
        raise argparse.ArgumentTypeError(f"{name!r} is no time zone; its name is one like Europe/Amsterdam")
    return ZoneInfo(name)


def _refusal(error: HistoryRefusedError) -> str:
    """Return the problems, one per line."""
    lines = ["Nothing was imported:", *(f"  {problem}" for problem in error.problems)]
    if len(error.problems) == MOST_PROBLEMS:
        lines.append("There may be more.")
    return "\n".join(lines)


def _differences(differences: Differences) -> str:
    """Return the rows that differ, with examples."""
    lines = [f"{differences.file}: {differences.count:,} rows differ from the database, which was left as it is:"]
    lines.extend(f"  line {row.line}, {row.id}: {', '.join(row.fields)}" for row in differences.examples)
    if differences.count > len(differences.examples):
        lines.append("  ...")
    return "\n".join(lines)
