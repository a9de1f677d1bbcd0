"""Check the open-lead counter of every partner: `manage.py verify_open_leads [--fix]`."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from leads.queries import CounterDifference
from leads.services.capacity import verify_open_leads

_COLUMNS = ("partner", "company", "open", "counted", "last assigned", "counted last assigned")


class Command(BaseCommand):
    """Recount, print the partners that differ, and correct them on request."""

    help = "Recount each partner's open leads and last assignment. Ends with status 1 if any differ and stay so."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--fix", action="store_true", help="set the counters right")

    def handle(self, *args: Any, fix: bool, **options: Any) -> None:
        differences = verify_open_leads(fix=fix)
        wrong = [row for row in differences if row.is_kept]
        not_kept = [row for row in differences if not row.is_kept]
        if not_kept:
            self.stdout.write(_table([_COLUMNS, *map(_cells, not_kept)]))
            self.stdout.write(
                f"{len(not_kept)} partners are not counted until their row is put right: see inspect_database."
            )
        if not wrong:
            self.stdout.write("Every other counter is right." if not_kept else "Every counter is right.")
            return
        self.stdout.write(_table([_COLUMNS, *map(_cells, wrong)]))
        if not fix:
            raise CommandError(f"{len(wrong)} partners differ; --fix sets them right.")
        self.stdout.write(f"{len(wrong)} partners set right.")


def _cells(row: CounterDifference) -> tuple[str, ...]:
    """Return one line of the table."""
    times = (row.last_assigned_at, row.counted_last_assigned_at)
    return (
        str(row.partner_id),
        row.company_name,
        str(row.open_leads),
        str(row.counted_open_leads),
        *("never" if time is None else time.isoformat(timespec="seconds") for time in times),
    )


def _table(lines: list[tuple[str, ...]]) -> str:
    """Return lines of cells, with columns as wide as their widest cell."""
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip() for line in lines
    )
